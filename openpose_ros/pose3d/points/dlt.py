# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Direct linear transform: the point from the linear equations of the views that see it.

Each view gives two equations, that the point lies on the ray; they are written in pixels times
depth. Hartley and Zisserman, Multiple View Geometry, section 12.2, in its inhomogeneous form:
people are not at infinity. The normal equations of all points are solved together.
"""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.points.sightings import solver_of
from openpose_ros.types import Array


def solve_dlt(sightings: Sightings, weights: Array) -> Array:
    """
    Triangulate by weighted least squares, twice.

    The first solution gives the depths, and equations divided by them are in pixels: the second
    solution is then as good as the best one but for the curvature of the projection.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where it is not to be used, shape ``(C, K)``.
    :return: Points in the centred world, NaN where the views do not determine one, ``(3, K)``.
    """
    return solve_dlt_again(sightings, weights, _solve_once(sightings, weights))


def solve_dlt_again(sightings: Sightings, weights: Array, xyz: Array) -> Array:
    """
    Triangulate by weighted least squares with the depths of a first solution.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where it is not to be used, shape ``(C, K)``.
    :param xyz: First solution in the centred world, shape ``(3, K)``; stays where the views in
        front of which it lies do not determine a better one.
    :return: Points in the centred world, shape ``(3, K)``.
    """
    depths = sightings.in_cameras(xyz)[:, 2]
    with np.errstate(divide='ignore', invalid='ignore'):
        # Behind a camera the depth has no meaning as a scale.
        in_pixels = np.where(depths > 0, weights / (depths * depths), 0.0)
    better = _solve_once(sightings, in_pixels)
    result: Array = np.where(np.isfinite(better).all(0), better, xyz)
    return result


def _solve_once(sightings: Sightings, weights: Array) -> Array:
    """Solve with the equations ``jacobian @ (x - z n) = 0`` in camera coordinates."""
    jxx, jxy, jyx, jyy = sightings.jacobians
    u, v = sightings.xy_pixels
    triangles = np.empty((weights.shape[0], 6, weights.shape[1]))
    triangles[:, 0] = weights * (jxx * jxx + jyx * jyx)
    triangles[:, 1] = weights * (jxx * jxy + jyx * jyy)
    triangles[:, 2] = -weights * (jxx * u + jyx * v)
    triangles[:, 3] = weights * (jxy * jxy + jyy * jyy)
    triangles[:, 4] = -weights * (jxy * u + jyy * v)
    triangles[:, 5] = weights * (u * u + v * v)
    x, y, z = sightings.translations.swapaxes(0, 1)
    right = np.empty((weights.shape[0], 3, weights.shape[1]))
    right[:, 0] = triangles[:, 0] * x + triangles[:, 1] * y + triangles[:, 2] * z
    right[:, 1] = triangles[:, 1] * x + triangles[:, 3] * y + triangles[:, 4] * z
    right[:, 2] = triangles[:, 2] * x + triangles[:, 4] * y + triangles[:, 5] * z
    solve, definite = solver_of(sightings.sum_triangles(triangles))
    xyz = solve(-sightings.sum_vectors(right))
    result: Array = np.where(definite, xyz, np.nan)
    return result
