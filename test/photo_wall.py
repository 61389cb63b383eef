# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of a rig that look at the photo of the test data, life-size on a wall at y = 0."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.rig import looking_at

PHOTO = Path(__file__).parent / 'data' / 'park.jpg'
WIDTH_M = 3.2
CENTRE = np.array((0.0, 0.0, 1.0))
SIZE = (640, 360)
FOCAL_PX = 720.0


def wall_camera(name: str, degrees: float) -> Camera:
    """Return a camera 3.6 m before the wall; degrees to the right of the middle."""
    angle = np.radians(degrees)
    place = CENTRE + 3.6 * np.array((np.sin(angle), -np.cos(angle), 0.2))
    middle = (np.array(SIZE) - 1) / 2
    matrix = np.array([[FOCAL_PX, 0, middle[0]], [0, FOCAL_PX, middle[1]], [0, 0, 1]])
    return Camera(name, SIZE, matrix, 'none', np.zeros(0), looking_at(place, CENTRE))


def seen_on_wall(camera: Camera, shift_m: float = 0.0) -> np.ndarray:
    """Return what a camera sees; the photo hangs further to the right by a shift."""
    photo = cv2.imread(str(PHOTO))
    size = np.array((photo.shape[1], photo.shape[0]), np.float32)
    corners = size * np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    metres = (corners - size / 2) * (WIDTH_M / size[0])
    on_wall = np.stack([metres[:, 0] + shift_m, np.zeros(4), -metres[:, 1]], axis=1) + CENTRE
    pixels = camera.project(on_wall).astype(np.float32)
    return cv2.warpPerspective(photo, cv2.getPerspectiveTransform(corners, pixels), SIZE)
