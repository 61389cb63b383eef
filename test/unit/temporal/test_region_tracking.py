# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's rule with numbers worked out by hand, and what must not be remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.temporal.region_tracking import RegionTracker
from openpose_ros.temporal.region_tracking import RegionTrackingParameters
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

ON = RegionTrackingParameters(face=True, hands=True)
Square = tuple[float, float, float]


def regions(kind: int, *squares: Square) -> Regions:
    table = np.array(squares, np.float32).reshape(-1, 3)
    count = len(table)
    return Regions(
        np.full(count, kind), np.arange(count), table[:, :2], table[:, 2],
        np.full(count, 0.5, np.float32), np.full(count, 0.25, np.float32),
    )


def box(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(x - width / 2, y), (x + width / 2, y), (x, y - height / 2), (x, y + height / 2)]


def people(
    *hands: list[tuple[float, float]], field: str = 'left_hand', score: float = 0.9
) -> People2D:
    """Return people with a hand, or face, of four keypoints each."""
    count = len(hands)
    nobody = People2D.from_body(
        'coco_18', Keypoints2D.missing(count, 18), np.ones(count, np.float32), (640, 480)
    )
    keypoints = Keypoints2D(
        np.array(hands, np.float32).reshape(count, 4, 2), np.full((count, 4), score, np.float32)
    )
    return replace(nobody, **{field: keypoints})


def follow(
    tracked: People2D, now: Regions, parameters: RegionTrackingParameters = ON, *,
    stamps: tuple[int, int] = (100, 133),
) -> Regions:
    tracker = RegionTracker()
    tracker.update(stamps[0], tracked, parameters)
    return tracker.follow(stamps[1], now, parameters)


@pytest.mark.parametrize(
    ('kind', 'field'), [(FACE, 'face'), (LEFT_HAND, 'left_hand'), (RIGHT_HAND, 'right_hand')]
)
def test_follow_is_openposes_rule(kind: int, field: str) -> None:
    found = follow(people(box(110, 60, 30, 40), field=field), regions(kind, (100, 50, 60)))
    # side (2 60 + 40) / 2, the longer side of the box; centre midway
    np.testing.assert_allclose(found.sizes_px, [80])
    np.testing.assert_allclose(found.xy_image, [(105, 55)])
    assert (found.kinds.tolist(), found.persons.tolist()) == ([kind], [0])
    assert (found.angles_rad.tolist(), found.scores.tolist()) == ([0.5], [0.25])


@pytest.mark.parametrize(
    ('score', 'follows'), [(0.66, False), (0.667, False), (0.668, True), (1.0, True)]
)
def test_follow_is_of_what_was_found_surely(score: float, follows: bool) -> None:
    found = follow(people(box(110, 60, 30, 40), score=score), regions(LEFT_HAND, (100, 50, 60)))
    assert (found.sizes_px[0] != 60) == follows


def test_follow_counts_missing_keypoints_as_score_zero_and_not_into_the_box() -> None:
    hand = people(box(110, 60, 30, 40), score=1.0)
    hand.left_hand.xy[0, 3] = np.nan
    hand.left_hand.scores[0, 3] = 0
    # mean score 0.75; the box is now 30 x 20 around (110, 50)
    found = follow(hand, regions(LEFT_HAND, (100, 50, 60)))
    np.testing.assert_allclose(found.sizes_px, [75])
    np.testing.assert_allclose(found.xy_image, [(105, 50)])
    hand.left_hand.xy[0, 2] = np.nan
    hand.left_hand.scores[0, 2] = 0
    assert follow(hand, regions(LEFT_HAND, (100, 50, 60))).sizes_px.tolist() == [60]


def test_follow_takes_the_box_with_most_overlap_and_each_once() -> None:
    # the second region lies on the first box, the first one between both
    now = regions(LEFT_HAND, (130, 50, 60), (100, 50, 60))
    before = people(box(100, 50, 50, 50), box(160, 50, 50, 50))
    found = follow(before, now)
    np.testing.assert_allclose(found.xy_image, [(145, 50), (100, 50)])
    # whatever the order
    turned = follow(before, now.take(np.array([1, 0])))
    np.testing.assert_allclose(turned.xy_image, found.xy_image[::-1])


def test_follow_leaves_a_region_alone_whose_box_is_taken() -> None:
    now = regions(LEFT_HAND, (100, 50, 60), (104, 50, 60))
    found = follow(people(box(100, 50, 50, 50)), now)
    np.testing.assert_allclose(found.xy_image, [(100, 50), (104, 50)])
    np.testing.assert_allclose(found.sizes_px, [85, 60])


@pytest.mark.parametrize(('x', 'follows'), [(154.9, True), (155.1, False)])
def test_follow_needs_overlap(x: float, follows: bool) -> None:
    # the region ends at 130, a box 50 wide begins 25 before its centre
    found = follow(people(box(x, 50, 50, 50)), regions(LEFT_HAND, (100, 50, 60)))
    assert (found.sizes_px[0] != 60) == follows


@pytest.mark.parametrize('kind', [RIGHT_HAND, FACE, FEET])
def test_follow_is_of_the_same_kind_only(kind: int) -> None:
    found = follow(people(box(110, 60, 30, 40)), regions(kind, (100, 50, 60)))
    assert found.sizes_px.tolist() == [60]


@pytest.mark.parametrize(
    ('parameters', 'field', 'kind', 'follows'),
    [
        (RegionTrackingParameters(), 'left_hand', LEFT_HAND, False),
        (RegionTrackingParameters(), 'face', FACE, False),
        (RegionTrackingParameters(face=True), 'left_hand', LEFT_HAND, False),
        (RegionTrackingParameters(face=True), 'face', FACE, True),
        (RegionTrackingParameters(hands=True), 'face', FACE, False),
        (RegionTrackingParameters(hands=True), 'right_hand', RIGHT_HAND, True),
    ],
)
def test_follow_is_switched_per_kind(
    parameters: RegionTrackingParameters, field: str, kind: int, follows: bool
) -> None:
    found = follow(
        people(box(110, 60, 30, 40), field=field), regions(kind, (100, 50, 60)), parameters
    )
    assert (found.sizes_px[0] != 60) == follows


@pytest.mark.parametrize(
    ('stamps', 'follows'),
    [
        ((100, 100), True),
        ((100, 99), False),
        ((0, 1_000_000_000), True),
        ((0, 1_000_000_001), False),
    ],
)
def test_follow_is_of_what_was_found_just_before(stamps: tuple[int, int], follows: bool) -> None:
    found = follow(
        people(box(110, 60, 30, 40)), regions(LEFT_HAND, (100, 50, 60)), stamps=stamps
    )
    assert (found.sizes_px[0] != 60) == follows


def test_follow_after_a_jump_back_has_forgotten_for_good() -> None:
    tracker, now = RegionTracker(), regions(LEFT_HAND, (100, 50, 60))
    tracker.update(1000, people(box(110, 60, 30, 40)), ON)
    tracker.follow(10, now, ON)
    assert tracker.follow(1001, now, ON).sizes_px.tolist() == [60]


def test_follow_after_a_jump_back_behind_the_frame_last_followed_has_forgotten() -> None:
    tracker, now = RegionTracker(), regions(LEFT_HAND, (100, 50, 60))
    tracker.update(1000, people(box(110, 60, 30, 40)), ON)
    # nothing came of frame 1066, and 1033 is still after 1000
    assert tracker.follow(1066, now, ON).sizes_px.tolist() == [80]
    assert tracker.follow(1033, now, ON).sizes_px.tolist() == [60]
    assert tracker.follow(1067, now, ON).sizes_px.tolist() == [60]


def test_reset_forgets_and_takes_any_stamp_after_it() -> None:
    tracker, now = RegionTracker(), regions(LEFT_HAND, (100, 50, 60))
    tracker.update(1000, people(box(110, 60, 30, 40)), ON)
    tracker.reset()
    assert tracker.follow(1033, now, ON).sizes_px.tolist() == [60]
    tracker.update(5, people(box(110, 60, 30, 40)), ON)
    assert tracker.follow(38, now, ON).sizes_px.tolist() == [80]


def test_update_forgets_the_frame_before() -> None:
    tracker, now = RegionTracker(), regions(LEFT_HAND, (100, 50, 60))
    tracker.update(1000, people(box(110, 60, 30, 40)), ON)
    tracker.update(1033, people(), ON)
    assert tracker.follow(1066, now, ON).sizes_px.tolist() == [60]


def test_follow_of_nothing_or_after_nothing_is_the_same() -> None:
    now = regions(LEFT_HAND, (100, 50, 60))
    assert RegionTracker().follow(5, now, ON).sizes_px.tolist() == [60]
    assert len(follow(people(box(110, 60, 30, 40)), Regions.none())) == 0
    # people of whom only the body was looked for
    bodies = People2D.from_body(
        'coco_18', Keypoints2D.missing(2, 18), np.ones(2, np.float32), (6, 4)
    )
    assert follow(bodies, now).sizes_px.tolist() == [60]


def test_follow_leaves_its_input_alone() -> None:
    now = regions(LEFT_HAND, (100, 50, 60))
    follow(people(box(110, 60, 30, 40)), now)
    assert (now.sizes_px.tolist(), now.xy_image.tolist()) == ([60], [[100, 50]])
