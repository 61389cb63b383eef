# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How good points in space are: reprojection error, parallax, covariance."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.points.sightings import invert_triangles
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.types import Array


def rms_errors(sightings: Sightings, used: Array, xyz: Array) -> Array:
    """
    Return the root mean square reprojection error of each point, infinite where there is none.

    :param sightings: K points as C cameras see them.
    :param used: The views that count, shape ``(C, K)``.
    :param xyz: Points in the centred world, shape ``(3, K)``.
    :return: Pixels, shape ``(K,)``; infinite also for a point behind a camera that counts.
    """
    return rms_of_errors(sightings.residuals(xyz).errors(), used)


def rms_of_errors(errors: Array, used: Array) -> Array:
    """
    Return the root mean square of the reprojection errors of each point.

    :param errors: Pixels, shape ``(C, K)``.
    :param used: The views that count, shape ``(C, K)``.
    :return: Pixels, shape ``(K,)``; infinite where no view counts.
    """
    counting = np.where(used, errors, 0.0)
    views = used.sum(0)
    mean = (counting * counting).sum(0) / np.maximum(views, 1)
    result: Array = np.where(views > 0, np.sqrt(mean), np.inf)
    return result


def parallax_deg(sightings: Sightings, used: Array, xyz: Array) -> Array:
    """
    Return the greatest angle between two lines of sight of each point, in degrees.

    Lines, not rays: from two cameras that face each other with the point between them the
    position along their common line cannot be told either, their angle is 0.

    :param sightings: K points as C cameras see them.
    :param used: The views that count, shape ``(C, K)``.
    :param xyz: Points in the centred world, shape ``(3, K)``.
    :return: In [0, 90], shape ``(K,)``; 0 for points that are NaN or have one view.
    """
    lines = sightings.rotations.swapaxes(1, 2) @ sightings.in_cameras(xyz)
    with np.errstate(divide='ignore', invalid='ignore'):
        lines /= np.sqrt((lines * lines).sum(1, keepdims=True))
    by_point = np.where(used[:, np.newaxis], lines, 0.0).transpose(2, 0, 1)
    cosines = np.abs(by_point @ by_point.swapaxes(1, 2))
    pairs = used.T[:, :, np.newaxis] & used.T[:, np.newaxis, :]
    least = np.where(pairs, cosines, 1.0).min(axis=(1, 2), initial=1.0)
    angles: Array = np.degrees(np.arccos(np.clip(np.nan_to_num(least, nan=1.0), 0.0, 1.0)))
    return angles


def covariances(sightings: Sightings, weights: Array, xyz: Array, scale_px: float) -> Array:
    """
    Return the covariances of points that were fitted to keypoints with Gaussian noise.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view in the fit, 0 where not used, shape ``(C, K)``.
    :param xyz: The points, in the centred world, shape ``(3, K)``.
    :param scale_px: Standard deviation of the keypoints' x and y.
    :return: Square metres, upper triangles, NaN where the views do not determine the point,
        shape ``(6, K)``.
    """
    inverse = invert_triangles(normal_triangles(sightings, weights, xyz))
    inverse *= scale_px * scale_px
    return inverse


def normal_triangles(sightings: Sightings, weights: Array, xyz: Array) -> Array:
    """
    Return the normal matrices of the reprojection error: products of its Jacobians.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, shape ``(C, K)``.
    :param xyz: Points in the centred world, shape ``(3, K)``.
    :return: One over square metres (times square pixels), upper triangles, shape ``(6, K)``.
    """
    residuals = sightings.residuals(xyz)
    x, y = residuals.x, residuals.y
    jxx, jxy, jyx, jyy = sightings.jacobians
    with np.errstate(invalid='ignore', over='ignore'):
        scaled = weights * residuals.inverse_depths**2
        xx = scaled * (jxx * jxx + jyx * jyx)
        xy = scaled * (jxx * jxy + jyx * jyy)
        yy = scaled * (jxy * jxy + jyy * jyy)
        row_x, row_y = xx * x + xy * y, xy * x + yy * y
        triangles = np.stack([xx, xy, -row_x, yy, -row_y, x * row_x + y * row_y], axis=1)
    return sightings.sum_triangles(triangles)
