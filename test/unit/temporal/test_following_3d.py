# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
from people_3d import people_of
from people_3d import standing
import pytest

from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.temporal.following_3d import PersonFollower3D
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.temporal.tracking_3d import Tracking3DParameters
from openpose_ros.types_3d import People3D

STEP_NS = 33_333_333
CAMERAS = ring_of_cameras(2)
FIGURE = standing(18)
FIRST, MOVED = FIGURE, FIGURE + (0.05, 0.0, 0.0)


def person(xyz: np.ndarray) -> People3D:
    return people_of(CAMERAS, xyz[None], (0,))


def follower(*, with_ids: bool, smooth: bool) -> PersonFollower3D:
    smoothing = SmoothingParameters(enabled=smooth)
    return PersonFollower3D(
        PersonTracker3D(Tracking3DParameters()), smoothing, with_ids=with_ids
    )


def test_update_everything_off_gives_the_very_same_people_and_remembers_nobody() -> None:
    one, people = follower(with_ids=False, smooth=False), person(FIRST)
    assert one.update(people, 0) is people
    assert one.previous(STEP_NS) is None


@pytest.mark.parametrize(('with_ids', 'expected'), [(True, 1), (False, 0)])
@pytest.mark.parametrize('smooth', [True, False])
def test_update_ids_and_smoothing_are_on_and_off_each_for_itself(
    with_ids: bool, expected: int, smooth: bool
) -> None:
    one = follower(with_ids=with_ids, smooth=smooth)
    one.update(person(FIRST), 0)
    found = one.update(person(MOVED), STEP_NS)
    assert found.ids.tolist() == [expected]
    behind = np.median(MOVED[:, 0] - found.body.xyz[0, :, 0])
    assert (0.001 < behind < 0.05) if smooth else behind == 0.0


def test_with_ids_may_change_between_two_sets_and_no_id_is_given_twice() -> None:
    one = follower(with_ids=True, smooth=False)
    found = []
    for number, with_ids in enumerate((True, False, True)):
        one.with_ids = with_ids
        found += one.update(person(FIRST), number * STEP_NS).ids.tolist()
    assert found == [1, 0, 2]


def test_smoothing_may_change_between_two_sets() -> None:
    one = follower(with_ids=True, smooth=False)
    one.update(person(FIRST), 0)
    one.smoothing = SmoothingParameters(enabled=True)
    assert one.smoothing.enabled
    one.update(person(FIRST), STEP_NS)
    found = one.update(person(MOVED), 2 * STEP_NS)
    assert (found.body.xyz[0, :, 0] < MOVED[:, 0]).all()
    assert found.ids.tolist() == [1]
