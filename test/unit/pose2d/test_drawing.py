# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Drawing: where there is colour, and where there must be none."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from synthetic import keypoints_of
from synthetic import standing_person

from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.pose2d.drawing import draw_rate
from openpose_ros.pose2d.drawing import DrawParameters
from openpose_ros.pose2d.drawing import limb_colours
from openpose_ros.pose2d.drawing import put_text
from openpose_ros.pose2d.drawing import strong_people
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

COCO = get_skeleton('coco_18')
GREY = 100


def image(height: int = 240, width: int = 320) -> np.ndarray:
    return np.full((height, width, 3), GREY, np.uint8)


def standing(scores: float = 1.0) -> People2D:
    keypoints = keypoints_of([standing_person(COCO, (160, 120), 200)], COCO)
    keypoints = Keypoints2D(keypoints.xy, keypoints.scores * np.float32(scores))
    return People2D.from_body('coco_18', keypoints, np.ones(1, np.float32), (320, 240))


def changed(drawn: np.ndarray) -> np.ndarray:
    return (drawn != GREY).any(axis=2)


def test_draw_people_colours_keypoints_and_limbs_only() -> None:
    ground = image()
    people = standing()
    drawn = draw_people(ground, people, COCO)
    assert (ground == GREY).all(), 'the image given is not written to'
    mask = changed(drawn)
    for x, y in people.body.xy[0]:
        assert mask[round(float(y)), round(float(x))]
    for start, end in COCO.limb_pairs[[limb.drawn for limb in COCO.limbs]]:
        x, y = (people.body.xy[0, start] + people.body.xy[0, end]) / 2
        assert mask[round(float(y)), round(float(x))]
    rows, columns = np.nonzero(mask)
    body = people.body.xy[0]
    assert columns.min() > body[:, 0].min() - 8 and columns.max() < body[:, 0].max() + 8
    assert rows.min() > body[:, 1].min() - 8 and rows.max() < body[:, 1].max() + 8


def test_draw_people_redundant_limbs_are_not_drawn() -> None:
    people = standing()
    xy = np.full_like(people.body.xy, np.nan)
    for part in ('right_shoulder', 'right_ear'):  # a redundant limb joins them
        xy[0, COCO.index(part)] = people.body.xy[0, COCO.index(part)]
    two = replace(people, body=Keypoints2D(xy, np.isfinite(xy[:, :, 0]).astype(np.float32)))
    mask = changed(draw_people(image(), two, COCO))
    x, y = np.nanmean(xy[0], axis=0)
    assert not mask[round(float(y)), round(float(x))]


def test_draw_people_side_decides_the_colour() -> None:
    people = standing()
    drawn = draw_people(image(), people, COCO, DrawParameters(opacity=1.0))

    def colour(start: str, end: str) -> np.ndarray:
        xy = people.body.xy[0, [COCO.index(start), COCO.index(end)]].mean(axis=0)
        return drawn[round(float(xy[1])), round(float(xy[0]))].astype(int)

    blue, _, red = colour('right_shoulder', 'right_elbow')
    assert red > blue
    blue, _, red = colour('left_hip', 'left_knee')
    assert blue > red


def test_draw_people_weak_keypoints_are_left_out() -> None:
    assert not changed(draw_people(image(), standing(scores=0.04), COCO)).any()
    assert changed(draw_people(image(), standing(scores=0.06), COCO)).any()


def test_draw_people_opacity_zero_shows_nothing() -> None:
    drawn = draw_people(image(), standing(), COCO, DrawParameters(opacity=0.0))
    assert not changed(drawn).any()


def test_draw_people_opacity_holds_wherever_people_are() -> None:
    random = np.random.default_rng(3)
    ground = random.integers(0, 256, (240, 320, 3), np.uint8)
    for count in [0, 1, 2] * 30:
        middles = random.uniform(-600, 900, (count, 1, 2))
        xy = middles + random.normal(0, random.uniform(1, 300), (count, 18, 2))
        scores = random.uniform(0, 1, (count, 18)).astype(np.float32)
        xy[scores < 0.3] = np.nan
        body = Keypoints2D(xy.astype(np.float32), scores)
        people = People2D.from_body('coco_18', body, np.ones(count, np.float32), (320, 240))
        solid = draw_people(ground, people, COCO, DrawParameters(opacity=1.0))
        blended = cv2.addWeighted(solid, 0.6, ground, 0.4, 0)
        drawn = draw_people(ground, people, COCO, DrawParameters(opacity=0.6))
        np.testing.assert_array_equal(drawn, blended)


def test_draw_people_id_is_written_above() -> None:
    people = replace(standing(), ids=np.array([7], np.int64))
    without = draw_people(image(), standing(), COCO)
    with_id = draw_people(image(), people, COCO)
    rows, _ = np.nonzero((with_id != without).any(axis=2))
    assert len(rows)
    assert rows.max() < people.body.xy[0, :, 1].min() + 4


def with_face(people: People2D, xy: tuple[float, float], size: float) -> People2D:
    """Return people with points within a square as their face."""
    points = np.random.default_rng(2).uniform(0, size, (1, 70, 2)) + xy
    face = Keypoints2D(points.astype(np.float32), np.ones((1, 70), np.float32))
    return replace(people, face_skeleton='face_70', face=face)


def test_draw_people_id_is_above_the_face_and_within_the_image() -> None:
    for top in (30.0, 4.0):
        people = with_face(standing(), (140, top), 60)
        without = draw_people(image(), people, COCO)
        drawn = draw_people(image(), replace(people, ids=np.array([7], np.int64)), COCO)
        rows, _ = np.nonzero((drawn != without).any(axis=2))
        height = 200 / 16
        if top > 2 * height:
            assert rows.max() < top
        assert rows.max() - rows.min() > height, 'all of it is within the image'


def test_draw_people_id_of_somebody_near_is_not_huge() -> None:
    ground = image(height=400, width=800)
    people = standing()
    xy = people.body.xy * 20 - np.float32((2800, 200))
    near = replace(people, body=Keypoints2D(xy, people.body.scores))
    without = draw_people(ground, near, COCO)
    drawn = draw_people(ground, replace(near, ids=np.array([7], np.int64)), COCO)
    rows, _ = np.nonzero((drawn != without).any(axis=2))
    assert 0 < rows.max() - rows.min() < 2 * 400 / 20


def test_draw_people_lines_of_a_small_face_are_one_pixel_wide() -> None:
    # Only one limb of the face is there, 40 pixels long, in a person of 200.
    face = Keypoints2D.missing(1, 70)
    face.xy[0, :2], face.scores[0, :2] = ((20, 20.0), (60, 20.0)), 1.0
    people = replace(standing(), face_skeleton='face_70', face=face)
    column = changed(draw_people(image(), people, COCO))[:60, 40]
    assert 1 <= column.sum() <= 3, 'anti-aliased'


@pytest.mark.parametrize(
    ('xy', 'changed_pixels'),
    [
        ((20.0, 10.0), {(20, 10)}),
        ((20.5, 10.0), {(20, 10), (21, 10)}),
        ((20.5, 10.5), {(20, 10), (21, 10), (20, 11), (21, 11)}),
        ((319.5, 239.5), {(319, 239)}),  # half of it is outside
        ((-0.5, 5.0), {(0, 5)}),
        ((-5.0, 5.0), set()),
        ((1e30, -1e30), set()),
    ],
)
def test_draw_people_a_small_point_is_a_dot_where_it_is(
    xy: tuple[float, float], changed_pixels: set[tuple[int, int]]
) -> None:
    hand = Keypoints2D.missing(1, 21)
    hand.xy[0, 3], hand.scores[0, 3] = xy, 1.0
    nothing = Keypoints2D.missing(1, 21)
    people = People2D(
        'coco_18', Keypoints2D.missing(1, 18), np.ones(1, np.float32), np.zeros(1, np.int64),
        (320, 240), '', 'hand_21', Keypoints2D.missing(1, 0), hand, nothing,
    )
    drawn = draw_people(image(), people, COCO, DrawParameters(opacity=1.0))
    rows, columns = np.nonzero(changed(drawn))
    assert set(zip(columns.tolist(), rows.tolist(), strict=True)) == changed_pixels
    if len(changed_pixels) == 1 and xy[0] == 20.0:
        assert (drawn[10, 20] == 255).all()


def test_strong_people_lose_what_is_not_drawn() -> None:
    people = with_face(standing(), (10, 10), 20)
    people.face.scores[0, ::2] = 0.4
    people.body.scores[0, 3] = 0.05
    strong = strong_people(people, DrawParameters())
    assert np.isnan(strong.face.xy[0, ::2]).all() and not strong.face.scores[0, ::2].any()
    np.testing.assert_array_equal(strong.face.xy[0, 1::2], people.face.xy[0, 1::2])
    assert np.flatnonzero(np.isnan(strong.body.xy[0, :, 0])).tolist() == [3]
    assert np.isfinite(people.face.xy).all(), 'what is given stays as it is'
    drawn = (draw_people(image(), one, COCO) for one in (people, strong))
    np.testing.assert_array_equal(*drawn)


def test_draw_rate_writes_into_the_upper_left_corner() -> None:
    board = image(240, 320)
    draw_rate(board, 12.34)
    rows, columns = np.nonzero(changed(board))
    assert rows.size and rows.max() < 30 and columns.max() < 100
    other = image(240, 320)
    draw_rate(other, 12.44)
    assert (other != board).any()


def test_draw_people_faces_and_hands_are_drawn_if_they_were_looked_for() -> None:
    people = standing()
    hand = Keypoints2D(
        np.random.default_rng(0).uniform(10, 40, (1, 21, 2)).astype(np.float32),
        np.full((1, 21), 0.3, np.float32),
    )
    face = Keypoints2D(
        np.random.default_rng(1).uniform(270, 310, (1, 70, 2)).astype(np.float32)
        - np.array([0, 250], np.float32),
        np.full((1, 70), 0.5, np.float32),
    )
    full = replace(
        people, face_skeleton='face_70', hand_skeleton='hand_21',
        face=face, left_hand=hand, right_hand=Keypoints2D.missing(1, 21),
    )
    mask = changed(draw_people(image(), full, COCO))
    assert mask[:45, :45].any() and mask[15:65, 265:].any()
    weak = replace(full, left_hand=Keypoints2D(hand.xy, hand.scores * np.float32(0.5)))
    assert not changed(draw_people(image(), weak, COCO))[:45, :45].any()


@pytest.mark.parametrize('number', [0, 7])
@pytest.mark.parametrize('far', [1e9, -1e9, 60_000, -60_000, np.inf])
def test_draw_people_far_outside_does_not_fail(far: float, number: int) -> None:
    people = replace(standing(), ids=np.array([number], np.int64))
    xy = people.body.xy.copy()
    xy[0, 0] = far
    drawn = draw_people(image(), replace(people, body=Keypoints2D(xy, people.body.scores)), COCO)
    assert drawn.shape == (240, 320, 3)


def test_draw_people_nobody_changes_nothing() -> None:
    nobody = People2D.from_body(
        'coco_18', Keypoints2D.missing(0, 18), np.zeros(0, np.float32), (320, 240)
    )
    assert not changed(draw_people(image(), nobody, COCO)).any()


def test_draw_people_what_is_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match='expected'):
        draw_people(np.zeros((4, 4), np.uint8), standing(), COCO)


@pytest.mark.parametrize('name', SKELETONS)
def test_limb_colours_are_one_per_limb(name: str) -> None:
    skeleton = get_skeleton(name)
    colours = limb_colours(skeleton)
    assert len(colours) == len(skeleton.limbs)
    assert all(0 <= value <= 255 for colour in colours for value in colour)


def test_limb_colours_of_a_hand_differ_from_finger_to_finger() -> None:
    skeleton = get_skeleton('hand_21')
    colours = dict(zip((limb.end for limb in skeleton.limbs), limb_colours(skeleton)))
    fingers = ('thumb', 'index', 'middle', 'ring', 'little')
    tips = np.array([colours[f'{finger}_4'] for finger in fingers])
    apart = np.abs(tips[1:] - tips[:-1]).max(axis=1)
    assert (apart >= 150).all(), tips


def test_put_text_is_readable_on_white_and_on_black() -> None:
    for ground in (0, 255):
        board = np.full((60, 200, 3), ground, np.uint8)
        put_text(board, 'Ag', (10, 45), height_px=20)
        assert (board > 200).any() and (board < 50).any()


EDGES = [(-12, 30), (70, 30), (30, 4), (30, 66), (-500, 30), (30, 900)]


@pytest.mark.parametrize(('x', 'y'), EDGES)
def test_put_text_beyond_an_edge_is_cut_off_there(x: int, y: int) -> None:
    board, large = np.full((60, 90, 3), 99, np.uint8), np.full((260, 290, 3), 99, np.uint8)
    put_text(board, '27', (x, y), height_px=14)
    put_text(large, '27', (x + 100, y + 100), height_px=14)
    np.testing.assert_array_equal(board, large[100:160, 100:190])
