# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is found in crops comes back to the pixels of the image it was painted at."""

from __future__ import annotations

from dataclasses import replace
import tracemalloc
from typing import Any

from crop_networks import BLUE
from crop_networks import colour_points
from crop_networks import GREEN
from crop_networks import painted
from crop_networks import point_model
from crop_networks import RED
import numpy as np
import pytest

from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.landmarks import landmarks_of
from openpose_ros.pose2d.point_networks import FootPoints
from openpose_ros.pose2d.point_networks import HandPoints
from openpose_ros.pose2d.point_networks import PointNetwork
from openpose_ros.pose2d.point_networks import refined_hands
from openpose_ros.pose2d.point_networks import sigmoid
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton

HAND = get_skeleton('hand_21')
SPOTS = {BLUE: (120, 80), GREEN: (150, 95), RED: (140, 120)}
THREE = {'wrist': 0, 'thumb_1': 1, 'little_4': 2}
ONCE = LandmarkParameters(hand_looks=1, face_looks=1)


def regions(*rows: tuple[int, float, float, float, float]) -> Regions:
    """Return regions of kind, x, y, side and degrees."""
    table = np.array(rows, float).reshape(-1, 5)
    return Regions(
        table[:, 0].astype(np.int64), np.arange(len(table)), table[:, 1:3].astype(np.float32),
        table[:, 3].astype(np.float32), np.deg2rad(table[:, 4]).astype(np.float32),
        np.full(len(table), 0.7, np.float32),
    )


AROUND = (RIGHT_HAND, 137, 98, 100, 30)


# ---- PointNetwork


@pytest.mark.parametrize('mirrored', [False, True])
@pytest.mark.parametrize('square', [AROUND, (RIGHT_HAND, 130, 100, 128, -75),
                                    (RIGHT_HAND, 140, 90, 190, 180)])
def test_look_finds_points_where_they_are(
    square: tuple[int, float, float, float, float], mirrored: bool
) -> None:
    network = PointNetwork(point_model('hand_21', THREE), colour_points())
    found = network.look(
        painted(SPOTS), regions(square), max_batch=4, mirrored=np.array([mirrored])
    )
    np.testing.assert_allclose(found.points[0], list(SPOTS.values()), atol=0.25)
    columns = [HAND.index(part) for part in THREE]
    np.testing.assert_allclose(found.xy_image[0, columns], found.points[0], atol=1e-4)
    others = np.setdiff1d(np.arange(21), columns)
    assert np.isnan(found.xy_image[0, others]).all()
    assert (found.visible == 1).all()
    np.testing.assert_allclose(found.scores, 1, atol=0.02)


def test_look_averages_the_points_of_a_part() -> None:
    model = point_model('hand_21', {'wrist': (0, 2)})
    found = PointNetwork(model, colour_points()).look(
        painted(SPOTS), regions(AROUND), max_batch=4
    )
    np.testing.assert_allclose(found.xy_image[0, 0], (130, 100), atol=0.15)


def test_look_shows_all_crops_at_once_or_in_batches() -> None:
    squares = [(RIGHT_HAND, 130 + step, 98, 100, 10 * step) for step in range(5)]
    single, capped = [], []
    whole = PointNetwork(point_model('hand_21', THREE), colour_points(batches=single))
    parted = PointNetwork(point_model('hand_21', THREE), colour_points(batches=capped))
    one = whole.look(painted(SPOTS), regions(*squares), max_batch=16)
    other = parted.look(painted(SPOTS), regions(*squares), max_batch=2)
    assert (single, capped) == ([5], [2, 2, 1])
    np.testing.assert_array_equal(one.points, other.points)
    np.testing.assert_array_equal(one.scores, other.scores)
    # each region's points through that region's transform
    np.testing.assert_allclose(one.points, np.tile(one.points[:1], (5, 1, 1)), atol=0.3)


def test_look_holds_no_more_crops_than_one_batch() -> None:
    # Each crop is 3 MB as numbers of the network; all 100 of them would be 315 MB.
    model = point_model('hand_21', THREE, size_px=512)
    crowd = regions(*[AROUND] * 100)

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        assert len(crops) == 2
        return np.zeros((2, 9), np.float32), np.ones((2, 1), np.float32)

    tracemalloc.start()
    PointNetwork(model, infer).look(painted(SPOTS), crowd, max_batch=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # two crops as bytes and as numbers, and those of the batch before until they are replaced
    assert peak < 5 * 3.2e6


def test_look_reads_visibility_and_presence_as_logits() -> None:
    values = ('visibility', 'y', 'x', 'z', 'presence')
    model = point_model('hand_21', THREE, values=values)

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        table = np.zeros((len(crops), 3, 5), np.float32)
        table[:, :, 0] = (0, 2, -100)
        table[:, :, 1] = 31.5
        table[:, :, 2] = 0
        table[:, :, 4] = (100, -1, 100)
        return table, np.ones((len(crops), 1), np.float32)

    found = PointNetwork(model, infer).look(
        painted(SPOTS), regions((RIGHT_HAND, 100, 80, 64, 0)), max_batch=1
    )
    # x 0 of a crop of 64 pixels, one per pixel of the image
    np.testing.assert_allclose(found.points[0], [(68.5, 80)] * 3, atol=1e-4)
    visible = found.visible[0, [HAND.index(part) for part in THREE]]
    np.testing.assert_allclose(visible, [0.5, 0.880797 * 0.268941, 0], atol=1e-6)


@pytest.mark.parametrize(('logit', 'probability'), [(0, 0.5), (2, 0.880797), (-500, 0), (500, 1)])
def test_look_turns_a_logit_into_a_probability(logit: float, probability: float) -> None:
    model = point_model('hand_21', THREE, activation='logit')

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        # as some networks answer: with axes of length 1
        return np.zeros((len(crops), 1, 1, 9)), np.full((len(crops), 1, 1, 1), logit, np.float32)

    found = PointNetwork(model, infer).look(painted(SPOTS), regions(AROUND), max_batch=1)
    np.testing.assert_allclose(found.scores, [probability], atol=1e-6)
    np.testing.assert_allclose(sigmoid(np.array([logit])), [probability], atol=1e-6)


def test_look_of_a_network_without_score_is_sure() -> None:
    model = point_model('hand_21', THREE, score='')
    network = PointNetwork(model, colour_points(scored=False))
    assert network.look(painted(SPOTS), regions(AROUND), max_batch=1).scores.tolist() == [1]


@pytest.mark.parametrize(
    ('answer', 'message'),
    [
        ((np.zeros((1, 8)), np.zeros((1, 1))), r"'points' has shape \(1, 8\), expected 1 rows of"),
        ((np.zeros((2, 9)), np.zeros((1, 1))), r"'points' has shape \(2, 9\), expected 1 rows of"),
        ((np.zeros((1, 9)), np.zeros((1, 2))), r"'score' has shape \(1, 2\), expected one number"),
    ],
)
def test_look_refuses_an_answer_of_another_shape(answer: Any, message: str) -> None:
    network = PointNetwork(point_model('hand_21', THREE), lambda crops: answer)
    with pytest.raises(ValueError, match=f"model 'colours', output {message}"):
        network.look(painted(SPOTS), regions(AROUND), max_batch=1)


# ---- hands


def test_hands_get_the_score_of_the_hand() -> None:
    hands = HandPoints(PointNetwork(point_model('hand_21', THREE), colour_points()))
    found = hands.detect(painted(SPOTS, red=204), regions(AROUND), ONCE)
    columns = [HAND.index(part) for part in THREE]
    np.testing.assert_allclose(found.keypoints.xy[0, columns], list(SPOTS.values()), atol=0.15)
    np.testing.assert_allclose(found.keypoints.scores[0, columns], 0.8, atol=0.02)
    np.testing.assert_allclose(found.regions.scores, [0.8], atol=0.02)
    missing = np.setdiff1d(np.arange(21), columns)
    assert (found.keypoints.scores[0, missing] == 0).all()
    assert np.isnan(found.keypoints.xy[0, missing]).all()
    assert found.found().tolist() == [0]


@pytest.mark.parametrize(
    ('red', 'parameter', 'found'),
    [(140, 0.0, True), (110, 0.0, False), (140, 0.6, False), (110, 0.3, True)],
)
def test_hands_below_the_score_are_missing(red: int, parameter: float, found: bool) -> None:
    hands = HandPoints(PointNetwork(point_model('hand_21', THREE), colour_points()))
    parameters = replace(ONCE, hand_min_score=parameter)
    result = hands.detect(painted(SPOTS, red=red), regions(AROUND), parameters)
    assert (len(result.found()) == 1) == found
    assert np.isfinite(result.keypoints.xy).any() == found
    np.testing.assert_allclose(result.regions.scores, red / 255, atol=0.02)


def test_hands_are_mirrored_of_the_side_that_the_network_does_not_know() -> None:
    seen = []

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        seen.append(crops)
        return colour_points()(crops)

    model = point_model('hand_21', THREE, mirror='left')
    hands = HandPoints(PointNetwork(model, infer))
    both = regions((LEFT_HAND, *AROUND[1:]), AROUND)
    found = hands.detect(painted(SPOTS), both, ONCE)
    np.testing.assert_allclose(seen[0][0], seen[0][1][:, :, ::-1], atol=0.05)
    np.testing.assert_allclose(
        found.keypoints.xy[0, [0, 1, 20]], list(SPOTS.values()), atol=0.15
    )
    np.testing.assert_allclose(
        found.keypoints.xy[1, [0, 1, 20]], list(SPOTS.values()), atol=0.15
    )


def hand_at(x: float, y: float, degrees: float) -> np.ndarray:
    """Return a flat hand, 80 wide and 80 from the wrist to middle_1, turned around its wrist."""
    upright = np.zeros((21, 2))
    for finger in range(5):
        for joint in range(4):
            upright[1 + 4 * finger + joint] = (20 * finger - 40, -80 - 20 * joint)
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return upright @ turn.T + (x, y)


@pytest.mark.parametrize('degrees', [0, 30, -120])
def test_refined_hands_are_around_the_palm(degrees: float) -> None:
    found = refined_hands(
        regions((LEFT_HAND, 1, 1, 1, 0)), hand_at(200, 150, degrees)[None], HAND
    )
    # knuckles are at 20 finger - 40: index_1 -20, middle_1 0, ring_1 20: right above the wrist
    np.testing.assert_allclose(np.rad2deg(found.angles_rad), [degrees], atol=1e-4)
    # from the wrist to thumb_3 120 high, thumb to little finger 80 wide
    np.testing.assert_allclose(found.sizes_px, [240], rtol=1e-6)
    upright = np.array((0, -60 - 0.1 * 120))
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(found.xy_image, [turn @ upright + (200, 150)], rtol=1e-5)


@pytest.mark.parametrize(('looks', 'calls'), [(1, 1), (2, 2), (4, 4)])
def test_hands_are_looked_at_again_around_what_was_found(looks: int, calls: int) -> None:
    truth = hand_at(150, 150, 20)
    seen: list[int] = []

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        # always the same hand in the crop, in its middle and upright, a quarter of its side
        seen.append(len(crops))
        points = hand_at(31.5, 40, 0)
        table = np.concatenate((points * 0.25 + 24, np.zeros((21, 1))), axis=1)
        return np.tile(table.reshape(1, -1), (len(crops), 1)), np.ones((len(crops), 1))

    model = point_model('hand_21', {part: n for n, part in enumerate(HAND.parts)}, points=21)
    hands = HandPoints(PointNetwork(model, infer))
    start = regions((LEFT_HAND, *truth.mean(axis=0), 200, 20), (RIGHT_HAND, 100, 100, 90, -50))
    found = hands.detect(painted({}), start, replace(ONCE, hand_looks=looks))
    # all hands together, each time
    assert seen == [2] * calls
    # the answer never turns the crop, so the angle stays that of the arm
    np.testing.assert_allclose(np.rad2deg(found.regions.angles_rad), [20, -50], atol=1e-3)
    assert (found.regions.sizes_px == start.sizes_px).all() == (looks == 1)


# ---- feet


def test_feet_are_parts_of_the_body_with_visibility_as_score() -> None:
    parts = {'left_heel': 0, 'right_heel': 1, 'left_big_toe': 2}
    model = point_model('body_25', parts, values=('x', 'y', 'z', 'visibility', 'presence'))

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        table, scores = colour_points(values=5)(crops)
        table = table.reshape(len(crops), 3, 5).copy()
        table[:, :, 3:] = np.array([[100, 100], [0, 100], [-100, 100]])
        return table, scores

    feet = FootPoints(PointNetwork(model, infer))
    found = feet.detect(painted(SPOTS), regions((FEET, *AROUND[1:])), LandmarkParameters())
    columns = [feet.skeleton.index(part) for part in parts]
    np.testing.assert_allclose(found.keypoints.scores[0, columns], [1, 0.5, 0], atol=1e-5)
    np.testing.assert_allclose(
        found.keypoints.xy[0, columns[:2]], [SPOTS[BLUE], SPOTS[GREEN]], atol=0.15
    )
    dim = feet.detect(painted(SPOTS, red=100), regions((FEET, *AROUND[1:])), LandmarkParameters())
    assert len(dim.found()) == 0
    kept = feet.detect(
        painted(SPOTS, red=100), regions((FEET, *AROUND[1:])),
        LandmarkParameters(feet_min_score=0.2),
    )
    assert kept.found().tolist() == [0]


# ---- answers that are no numbers


def test_landmarks_of_what_is_no_number_are_missing() -> None:
    xy = np.full((3, 2, 2), 5.0)
    xy[0, 1] = (np.nan, 5)
    xy[1, 0] = (5, np.inf)
    found = landmarks_of(
        regions(AROUND, AROUND, AROUND), xy, np.array([0.9, 0.9, np.nan]),
        np.array([[1.0, 1], [1, 1], [1, 1]]), 0.5,
    )
    np.testing.assert_array_equal(found.keypoints.scores, [[1, 0], [0, 1], [0, 0]])
    assert np.isnan(found.keypoints.xy[found.keypoints.scores == 0]).all()
    assert found.regions.scores[2] == 0


def test_landmarks_of_score_zero_are_not_found_whatever_the_minimum() -> None:
    found = landmarks_of(
        regions(AROUND), np.ones((1, 2, 2)), np.zeros(1), np.ones((1, 2)), 0.0
    )
    assert len(found.found()) == 0
