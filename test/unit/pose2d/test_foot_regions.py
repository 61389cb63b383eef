# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from named_bodies import body_parts
from named_bodies import only
from named_bodies import Places
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.foot_regions import foot_regions
from openpose_ros.region_types import FEET

TORSO = ('left_hip', 'right_hip', 'left_shoulder', 'right_shoulder')


def test_foot_regions_reach_beyond_the_farthest_keypoint() -> None:
    # a raised hand, 200 above the hips
    regions = foot_regions(body_parts({**STANDING, 'left_wrist': (200, 40)}))
    assert regions.kinds.tolist() == [FEET]
    np.testing.assert_allclose(regions.xy_image, [(200, 240)])
    np.testing.assert_allclose(regions.sizes_px, [2.5 * 1.12 * 200], rtol=1e-6)
    assert regions.angles_rad.tolist() == [0]


def test_foot_regions_of_somebody_crouching_are_as_large_as_the_torso_says() -> None:
    # the torso is 100 long, and nothing is farther than sqrt(10900) = 104.4 from the hips
    places = {**only(STANDING, *TORSO), 'left_ankle': (240, 300)}
    regions = foot_regions(body_parts(places))
    np.testing.assert_allclose(regions.sizes_px, [2.5 * 1.7 * 100], rtol=1e-6)


@pytest.mark.parametrize(
    ('shoulders', 'degrees'),
    [((200, 140), 0), ((300, 240), 90), ((100, 240), -90), ((270.7107, 169.2893), 45)],
)
def test_foot_regions_turn_the_shoulders_up(
    shoulders: tuple[float, float], degrees: float
) -> None:
    places: Places = {
        'left_hip': (200, 240), 'right_hip': (200, 240), 'left_ankle': (180, 260),
        'left_shoulder': shoulders, 'right_shoulder': shoulders,
    }
    regions = foot_regions(body_parts(places))
    np.testing.assert_allclose(np.rad2deg(regions.angles_rad), [degrees], atol=1e-3)


@pytest.mark.parametrize('missing', [*TORSO, 'both ankles'])
def test_foot_regions_need_the_torso_and_an_ankle(missing: str) -> None:
    gone = ('left_ankle', 'right_ankle') if missing == 'both ankles' else (missing,)
    seen = [part for part in STANDING if part not in gone]
    assert len(foot_regions(body_parts(only(STANDING, *seen)))) == 0
    one_ankle = [part for part in STANDING if part != 'left_ankle']
    assert len(foot_regions(body_parts(only(STANDING, *one_ankle)))) == 1


def test_foot_regions_know_their_person() -> None:
    assert foot_regions(body_parts({}, STANDING)).persons.tolist() == [1]
    assert len(foot_regions(body_parts())) == 0
