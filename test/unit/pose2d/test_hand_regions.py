# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Hand boxes: OpenPose's rule with numbers worked out by hand."""

from __future__ import annotations

from named_bodies import body_parts
from named_bodies import only
from named_bodies import Places
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.hand_regions import hand_regions
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import RIGHT_HAND


def arm(side: str, shoulder: object, elbow: object, wrist: object) -> Places:
    parts = (('shoulder', shoulder), ('elbow', elbow), ('wrist', wrist))
    return {f'{side}_{part}': xy for part, xy in parts}  # type: ignore[misc]


@pytest.mark.parametrize('skeleton', ['coco_18', 'body_25', 'mpii_15'])
@pytest.mark.parametrize('side', ['left', 'right'])
@pytest.mark.parametrize(
    ('joints', 'centre', 'size', 'degrees'),
    [
        # forearm 100 to the right, upper arm 100: 0.33 of it beyond, 1.5 times 100
        (((0, 0), (0, 100), (100, 100)), (133, 100), 150, 90),
        # forearm 30 and 40, length 50, upper arm 100: 1.5 times 0.9 of that
        (((0, 100), (100, 100), (130, 140)), (139.9, 153.2), 135, 143.130102),
        # forearm 90, as long as 0.9 of the upper arm; it hangs down
        (((50, 0), (50, 100), (50, 190)), (50, 219.7), 135, 180),
        # it points up: upright already
        (((50, 0), (50, 300), (50, 200)), (50, 167), 405, 0),
        (((200, 0), (200, 100), (100, 100)), (67, 100), 150, -90),
    ],
)
def test_hand_regions_lie_beyond_the_wrist(
    skeleton: str, side: str, joints: tuple[tuple[float, float], ...],
    centre: tuple[float, float], size: float, degrees: float,
) -> None:
    body = body_parts(arm(side, *joints), skeleton=skeleton)
    for upright in (False, True):
        regions = hand_regions(body, upright=upright)
        assert regions.kinds.tolist() == [{'left': LEFT_HAND, 'right': RIGHT_HAND}[side]]
        np.testing.assert_allclose(regions.xy_image, [centre], rtol=1e-6)
        np.testing.assert_allclose(regions.sizes_px, [size], rtol=1e-6)
        expected = degrees if upright else 0
        found = np.rad2deg(regions.angles_rad[0])
        assert (found - expected + 180) % 360 == pytest.approx(180, abs=1e-4)
        np.testing.assert_allclose(regions.scores, 0.8)


@pytest.mark.parametrize('missing', ['left_wrist', 'left_elbow', 'left_shoulder'])
def test_hand_regions_need_the_whole_arm(missing: str) -> None:
    seen = [part for part in STANDING if part != missing]
    regions = hand_regions(body_parts(only(STANDING, *seen)), upright=True)
    assert regions.kinds.tolist() == [RIGHT_HAND]


@pytest.mark.parametrize(
    ('forearm', 'there'),
    # side 1.5 times the forearm, area above 10: from 2.108 on
    [(0.0, False), (2.1, False), (2.12, True)],
)
def test_hand_regions_of_a_few_pixels_are_not_used(forearm: float, there: bool) -> None:
    body = body_parts(arm('left', (10, 10), (10, 10), (10 + forearm, 10)))
    assert len(hand_regions(body, upright=True)) == there


def test_hand_regions_know_person_and_side() -> None:
    right = only(STANDING, 'right_shoulder', 'right_elbow', 'right_wrist')
    regions = hand_regions(body_parts({}, STANDING, right), upright=True)
    table = list(zip(regions.kinds.tolist(), regions.persons.tolist()))
    assert table == [(LEFT_HAND, 1), (RIGHT_HAND, 1), (RIGHT_HAND, 2)]


def test_hand_regions_of_two_people_who_hold_hands_are_two() -> None:
    # the left hand of the one and the right hand of the other in the same place
    one = arm('left', (100, 100), (150, 150), (200, 200))
    other = arm('right', (333, 100), (283, 150), (233, 200))
    regions = hand_regions(body_parts(one, other), upright=True)
    assert regions.kinds.tolist() == [LEFT_HAND, RIGHT_HAND]
    assert regions.persons.tolist() == [0, 1]
    np.testing.assert_allclose(regions.xy_image, [(216.5, 216.5), (216.5, 216.5)], rtol=1e-6)
    # and each turned with its own arm: 135 degrees clockwise and anticlockwise
    np.testing.assert_allclose(np.rad2deg(regions.angles_rad), [135, -135], rtol=1e-6)


def test_hand_regions_of_nobody_are_none() -> None:
    assert len(hand_regions(body_parts(), upright=False)) == 0
