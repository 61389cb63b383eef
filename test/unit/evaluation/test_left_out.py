# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from people_3d import people_of
from people_3d import seen_by
from people_3d import standing
import pytest

from openpose_ros.evaluation.left_out import left_out_errors
from openpose_ros.evaluation.left_out import same_people
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.views import View
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D

CAMERAS = ring_of_cameras(4)
TWO = np.stack([standing(18), standing(18, (0.8, 0.3), seed=1)])
NAMES = tuple(camera.name for camera in CAMERAS)


def test_left_out_errors_are_those_of_people_made_without_the_camera() -> None:
    views = seen_by(CAMERAS, TWO)
    calls = []

    def reconstruct(others: Sequence[View]) -> People3D:
        """Return the people in another order, too high by 1 cm per call."""
        calls.append(tuple(view.camera.name for view in others))
        xyz = TWO + (0, 0, 0.01 * len(calls))
        people = people_of([view.camera for view in others], xyz, (0, 0))
        return people.take(np.array([1, 0]))

    errors = left_out_errors(people_of(CAMERAS, TWO, (1, 2)), views, reconstruct)
    assert calls == [tuple(name for name in NAMES if name != left) for left in NAMES]
    assert list(errors) == list(NAMES)
    for number, camera in enumerate(CAMERAS, 1):
        moved = camera.project(TWO + (0, 0, 0.01 * number)) - camera.project(TWO)
        expected = np.sort(np.linalg.norm(moved, axis=-1).ravel())
        np.testing.assert_allclose(np.sort(errors[camera.name]), expected, atol=1e-3)


def test_left_out_errors_leave_out_what_the_camera_hardly_sees_or_nobody_made() -> None:
    views = seen_by(CAMERAS, TWO)
    views[0].people.body.scores[:, :10] = 0.2
    xyz = TWO.copy()
    xyz[1] = np.nan
    errors = left_out_errors(
        people_of(CAMERAS, TWO, (1, 2)),
        views,
        lambda others: people_of([view.camera for view in others], xyz, (0, 0)),
    )
    assert [len(one) for one in errors.values()] == [8, 18, 18, 18]


def test_left_out_needs_three_cameras() -> None:
    views = seen_by(CAMERAS[:2], TWO)
    people = people_of(CAMERAS[:2], TWO, (1, 2))
    assert left_out_errors(people, views, lambda _: pytest.fail('must not be called')) == {}


# Sources of two people in three views, of others in the same views, who of these they are.
SAME = [
    ([[0, 1, 2], [1, 0, 0]], [[1, 0, 0], [0, 1, 2]], [1, 0]),
    # two of three views agree; one of three does not suffice
    ([[0, 1, 2], [1, 0, 0]], [[0, 1, 9], [1, 5, 5]], [0, NOT_SEEN]),
    # a view that sees neither says nothing
    ([[NOT_SEEN, 1, 2], [NOT_SEEN, 0, 0]], [[NOT_SEEN, 0, 0]], [NOT_SEEN, 0]),
    ([[0, 1, 2], [1, 0, 0]], np.zeros((0, 3), int), [NOT_SEEN, NOT_SEEN]),
]


@pytest.mark.parametrize(('sources', 'others', 'expected'), SAME)
def test_same_people(sources: list, others: list, expected: list) -> None:
    assert same_people(np.array(sources), np.array(others)).tolist() == expected


def test_same_people_of_nobody() -> None:
    assert same_people(np.zeros((0, 3), int), np.zeros((1, 3), int)).shape == (0,)
