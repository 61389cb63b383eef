# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras placed by rule, for tests, benchmarks and for planning a rig."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array


def looking_at(position_m: Array, target_m: Array) -> Array:
    """
    Return the transform of an upright camera that looks at a target; the world's z points up.

    :param position_m: Centre of the camera in the world, shape ``(3,)``, metres.
    :param target_m: Point on its optical axis, shape ``(3,)``, metres, not straight above
        or below.
    :return: ``cam_T_world``, shape ``(4, 4)``.
    """
    forward = np.asarray(target_m, float) - position_m
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(forward, right), forward])
    return rigid_transform(rotation, -rotation @ position_m)


def ring_of_cameras(
    count: int,
    *,
    radius_m: float = 4.0,
    height_m: float = 2.0,
    image_size: tuple[int, int] = (1280, 720),
    focal_px: float = 900.0,
    target_m: tuple[float, float, float] = (0.0, 0.0, 1.0),
) -> tuple[Camera, ...]:
    """
    Return cameras without distortion on a circle, evenly spaced, that look at one point.

    :param count: Number of cameras; they are named ``cam0``, ``cam1`` and so on.
    :param radius_m: Radius of the circle around the world's z axis.
    :param height_m: Height of the cameras.
    :param image_size: Width and height in pixels.
    :param focal_px: Focal length in pixels.
    :param target_m: Point they look at, in the world.
    """
    width, height = image_size
    matrix = np.array([[focal_px, 0, (width - 1) / 2], [0, focal_px, (height - 1) / 2], [0, 0, 1]])
    angles = 2 * np.pi * np.arange(count) / count
    positions = np.stack(
        [radius_m * np.cos(angles), radius_m * np.sin(angles), np.full(count, height_m)], -1
    )
    return tuple(
        Camera(
            f'cam{index}',
            image_size,
            matrix,
            'none',
            np.zeros(0),
            looking_at(position, np.array(target_m)),
        )
        for index, position in enumerate(positions)
    )
