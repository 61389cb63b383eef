# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid transforms as 4x4 matrices; ``a_T_b`` maps coordinates of b into a."""

from __future__ import annotations

import numpy as np

from openpose_ros.types import Array

# Files hold rotations with few digits; more than this is no rounding.
_ROTATION_TOLERANCE = 1e-3


def require_rotation(name: str, matrix: Array) -> Array:
    """
    Check a rotation, and return the one nearest to it: files round.

    :param name: Name for the message.
    :param matrix: Rotation, shape ``(3, 3)``.
    :return: Exact rotation, shape ``(3, 3)``, float64.
    :raises ValueError: If the matrix is far from every rotation; says in what.
    """
    rotation = np.asarray(matrix, np.float64)
    if rotation.shape != (3, 3):
        raise ValueError(f'{name} has shape {rotation.shape}, expected (3, 3)')
    if not np.isfinite(rotation).all():
        raise ValueError(f'{name} is {rotation.tolist()}, expected finite numbers')
    deviation = float(np.abs(rotation @ rotation.T - np.eye(3)).max())
    determinant = float(np.linalg.det(rotation))
    if deviation > _ROTATION_TOLERANCE or determinant < 0:
        raise ValueError(
            f'{name} is no rotation: R times its transpose differs from 1 by {deviation:.2g}, '
            f'the determinant is {determinant:.3g}, expected 0 and 1'
        )
    u, _, v = np.linalg.svd(rotation)
    return np.asarray(u @ v)


def require_transform(name: str, matrix: Array) -> Array:
    """
    Check a rigid transform, and return the one nearest to it.

    :param name: Name for the message.
    :param matrix: Transform, shape ``(4, 4)``.
    :return: Exact rigid transform, shape ``(4, 4)``, float64.
    :raises ValueError: If it is none; says in what.
    """
    transform = np.array(matrix, np.float64)
    if transform.shape != (4, 4):
        raise ValueError(f'{name} has shape {transform.shape}, expected (4, 4)')
    if not np.isfinite(transform).all():
        raise ValueError(f'{name} is {transform.tolist()}, expected finite numbers')
    if not np.allclose(transform[3], (0, 0, 0, 1)):
        raise ValueError(f'{name} has the last row {transform[3].tolist()}, expected 0, 0, 0, 1')
    transform[:3, :3] = require_rotation(f'the rotation of {name}', transform[:3, :3])
    return transform


def rigid_transform(rotation: Array, translation: Array) -> Array:
    """
    Return ``a_T_b`` from its rotation and translation.

    :param rotation: Turns vectors of b into a, shape ``(3, 3)``.
    :param translation: Origin of b in a, shape ``(3,)``.
    :return: Shape ``(4, 4)``.
    """
    transform = np.eye(4)
    transform[:3, :3] = rotation
    transform[:3, 3] = translation
    return transform


def inverse_transform(a_T_b: Array) -> Array:
    """
    Return ``b_T_a``.

    :param a_T_b: Rigid transform, shape ``(4, 4)``.
    """
    rotation = a_T_b[:3, :3].T
    return rigid_transform(rotation, -rotation @ a_T_b[:3, 3])
