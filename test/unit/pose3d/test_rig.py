# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.rig import looking_at
from openpose_ros.pose3d.rig import ring_of_cameras


@pytest.mark.parametrize('count', [1, 3, 8, 31])
def test_ring_of_cameras_look_at_the_target_from_the_circle(count: int) -> None:
    cameras = ring_of_cameras(count, radius_m=3.0, height_m=1.5, target_m=(0.2, -0.1, 1.0))
    assert [camera.name for camera in cameras] == [f'cam{index}' for index in range(count)]
    for camera in cameras:
        assert np.hypot(*camera.position[:2]) == pytest.approx(3.0)
        assert camera.position[2] == pytest.approx(1.5)
        np.testing.assert_allclose(camera.project(np.array([0.2, -0.1, 1.0])), [639.5, 359.5])


def test_ring_of_cameras_is_evenly_spaced() -> None:
    positions = np.array([camera.position for camera in ring_of_cameras(5)])
    np.testing.assert_allclose(positions.mean(0), [0, 0, 2], atol=1e-12)
    sides = np.linalg.norm(positions - np.roll(positions, 1, 0), axis=1)
    np.testing.assert_allclose(sides, sides[0])


def test_looking_at_keeps_the_camera_upright() -> None:
    # From +x towards the origin: the world's y is to the right, the world's z is up, so -y image.
    cam_T_world = looking_at(np.array([5.0, 0, 0]), np.zeros(3))
    np.testing.assert_allclose(cam_T_world @ [0, 1, 0, 1], [1, 0, 5, 1], atol=1e-12)
    np.testing.assert_allclose(cam_T_world @ [0, 0, 1, 1], [0, -1, 5, 1], atol=1e-12)
