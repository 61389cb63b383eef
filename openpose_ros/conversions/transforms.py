# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Transforms of messages as matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from openpose_ros.types import Array


def transform_from_msg(transform: Any) -> Array:
    """
    Return the rigid transform of a message: ``a_T_b`` for header frame a and child frame b.

    :param transform: ``geometry_msgs/Transform``.
    :return: Shape ``(4, 4)``, float64.
    :raises ValueError: If the rotation is no unit quaternion.
    """
    turn, place = transform.rotation, transform.translation
    x, y, z, w = quaternion = np.array([turn.x, turn.y, turn.z, turn.w])
    length = float(np.linalg.norm(quaternion))
    if not abs(length - 1.0) < 1e-3:
        raise ValueError(f'the rotation {quaternion.tolist()} has length {length:.3g}, expected 1')
    x, y, z, w = quaternion / length
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, 3] = (place.x, place.y, place.z)
    return matrix
