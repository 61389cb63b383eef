# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Observations laid out for arithmetic over all points of all cameras at once.

The points are the last axis everywhere, so that each step of the arithmetic runs over contiguous
memory. Every matrix that is summed over the cameras is symmetric and 3x3; its upper triangle
``xx xy xz yy yz zz`` is kept, in camera axes per camera and in world axes in the sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace

import numpy as np

from openpose_ros.pose3d.observations import Observations
from openpose_ros.types import Array

# Position of the upper triangle's elements in a 3x3 matrix.
_ROWS = np.array([0, 0, 0, 1, 1, 2])
_COLUMNS = np.array([0, 1, 2, 1, 2, 2])
_LEAST_DEPTH = 1e-9
_LEAST_PIVOT = 1e-12  # of its diagonal element
_BASIS = np.zeros((6, 3, 3))
_BASIS[range(6), _ROWS, _COLUMNS] = 1
_BASIS[range(6), _COLUMNS, _ROWS] = 1


@dataclass(frozen=True, eq=False)
class Sightings:
    """
    K points as C cameras see them, in pixels of each camera linearised at the point.

    The image position is ``jacobian @ xy_normalized`` but for a constant: a residual needs no
    more. World coordinates are centred on the cameras so that a world frame far away costs no
    digits.

    :param jacobians: ``xx xy yx yy`` of the pixel Jacobians, 0 where a camera does not see the
        point, shape ``(4, C, K)``.
    :param xy_pixels: Jacobian times the observation, 0 where not seen, shape ``(2, C, K)``.
    :param xy_normalized: The observation, 0 where not seen, shape ``(2, C, K)``.
    :param rotations: World to camera axes, shape ``(C, 3, 3)``.
    :param translations: Origin of the centred world in camera coordinates, shape ``(C, 3, 1)``.
    :param origin: The centred world's origin in the world, shape ``(3,)``.
    :param triangle_sums: Takes the cameras' triangles to their sum in the world, ``(6, 6 C)``.
    """

    jacobians: Array
    xy_pixels: Array
    xy_normalized: Array
    rotations: Array
    translations: Array
    origin: Array
    triangle_sums: Array

    def __len__(self) -> int:
        """Return the number of points."""
        return int(self.xy_pixels.shape[2])

    def take(self, points: Array) -> Sightings:
        """
        Return some of the points.

        :param points: Indices or a mask of points, shape ``(k,)``.
        """
        return replace(
            self,
            jacobians=self.jacobians[:, :, points],
            xy_pixels=self.xy_pixels[:, :, points],
            xy_normalized=self.xy_normalized[:, :, points],
        )

    def in_cameras(self, xyz: Array) -> Array:
        """
        Return points in the coordinates of each camera.

        :param xyz: Points in the centred world, shape ``(3, K)``.
        :return: Shape ``(C, 3, K)``.
        """
        moved: Array = self.rotations @ xyz
        moved += self.translations
        return moved

    def sum_triangles(self, triangles: Array) -> Array:
        """
        Turn a symmetric matrix per camera and point into the world and sum over the cameras.

        :param triangles: Upper triangles in camera axes, shape ``(C, 6, K)``.
        :return: Upper triangles in world axes, shape ``(6, K)``.
        """
        stacked = triangles.reshape(6 * len(triangles), triangles.shape[2])
        total: Array = self.triangle_sums @ stacked
        return total

    def sum_vectors(self, vectors: Array) -> Array:
        """
        Turn a vector per camera and point into the world and sum over the cameras.

        :param vectors: In camera axes, shape ``(C, 3, K)``.
        :return: In world axes, shape ``(3, K)``.
        """
        stacked = vectors.reshape(3 * len(vectors), vectors.shape[2])
        total: Array = self.rotations.reshape(3 * len(vectors), 3).T @ stacked
        return total

    def residuals(self, xyz: Array) -> Residuals:
        """
        Compare points with where they are seen.

        :param xyz: Points in the centred world, shape ``(3, K)``.
        """
        in_cameras = self.in_cameras(xyz)
        depths = in_cameras[:, 2]
        # A camera that is not used may be at the point: 0 times its numbers must stay 0.
        inverse_depths = 1 / np.where(np.abs(depths) < _LEAST_DEPTH, _LEAST_DEPTH, depths)
        x, y = in_cameras[:, 0] * inverse_depths, in_cameras[:, 1] * inverse_depths
        jxx, jxy, jyx, jyy = self.jacobians
        dx = jxx * x
        dx += jxy * y
        dx -= self.xy_pixels[0]
        dy = jyx * x
        dy += jyy * y
        dy -= self.xy_pixels[1]
        return Residuals(x, y, inverse_depths, dx, dy)


@dataclass(frozen=True, eq=False)
class Residuals:
    """
    How far K points are from where C cameras see them; all of shape ``(C, K)``.

    :param x: Normalised x of the point in the camera.
    :param y: Normalised y.
    :param inverse_depths: One over the depth; not above 0 behind the camera.
    :param dx: Pixels from the observation to the projected point, 0 where not seen.
    :param dy: The same in y.
    """

    x: Array
    y: Array
    inverse_depths: Array
    dx: Array
    dy: Array

    def take(self, points: Array) -> Residuals:
        """
        Return some of the points.

        :param points: Indices of points, shape ``(k,)``.
        """
        return Residuals(
            self.x[:, points],
            self.y[:, points],
            self.inverse_depths[:, points],
            self.dx[:, points],
            self.dy[:, points],
        )

    def errors(self) -> Array:
        """Return the reprojection errors in pixels, infinite behind the camera."""
        distances = np.sqrt(self.dx * self.dx + self.dy * self.dy)
        in_front = (self.inverse_depths > 0) & np.isfinite(distances)
        errors: Array = np.where(in_front, distances, np.inf)
        return errors


def lay_out(observations: Observations) -> Sightings:
    """
    Lay observations out; what a camera does not see becomes 0.

    :param observations: K points as C cameras see them.
    """
    rotations = np.ascontiguousarray(observations.cam_T_world[:, :, :3])
    translations = observations.cam_T_world[:, :, 3]
    positions = -np.einsum('cij,ci->cj', rotations, translations)
    origin = positions.mean(0) if len(positions) else np.zeros(3)
    xy = np.moveaxis(observations.xy_normalized, -1, 0)
    jacobians = np.moveaxis(observations.pixel_jacobians.reshape(*xy.shape[1:], 4), -1, 0)
    seen = np.isfinite(xy).all(0) & np.isfinite(jacobians).all(0)
    xy, jacobians = np.where(seen, xy, 0.0), np.where(seen, jacobians, 0.0)
    turned = rotations.swapaxes(1, 2)[:, np.newaxis] @ _BASIS @ rotations[:, np.newaxis]
    return Sightings(
        jacobians,
        jacobians[0::2] * xy[0] + jacobians[1::2] * xy[1],
        xy,
        rotations,
        np.einsum('cij,cj->ci', rotations, origin - positions)[:, :, np.newaxis],
        origin,
        turned[:, :, _ROWS, _COLUMNS].reshape(-1, 6).T.copy(),
    )


def solver_of(triangles: Array) -> tuple[Callable[[Array], Array], Array]:
    """
    Prepare to solve K symmetric systems of three equations.

    :param triangles: Upper triangles of the matrices, shape ``(6, K)``.
    :return: A function from right sides ``(3, K)`` to solutions ``(3, K)``, and which of the
        matrices are positive definite, shape ``(K,)``; the solutions of the others mean nothing.
    """
    xx, xy, xz, yy, yz, zz = triangles
    with np.errstate(divide='ignore', invalid='ignore', over='ignore'):
        # L D L^T by hand: one pass over all matrices, three divisions, no call per matrix.
        first = 1 / xx
        low_y, low_z = xy * first, xz * first
        pivot_y = yy - xy * low_y
        second = 1 / pivot_y
        rest = yz - xz * low_y
        low_zy = rest * second
        pivot_z = zz - xz * low_z - rest * low_zy
        third = 1 / pivot_z
    # What is left of a pivot by rounding is none: one view's equations have rank two.
    definite = (xx > 0) & (pivot_y > _LEAST_PIVOT * yy) & (pivot_z > _LEAST_PIVOT * zz)

    def solve(right: Array) -> Array:
        with np.errstate(invalid='ignore', over='ignore'):
            y = right[1] - low_y * right[0]
            z = (right[2] - low_z * right[0] - low_zy * y) * third
            y = y * second - low_zy * z
            x = right[0] * first - low_y * y - low_z * z
        return np.stack([x, y, z])

    return solve, definite


def invert_triangles(triangles: Array) -> Array:
    """
    Invert K symmetric matrices.

    :param triangles: Upper triangles, shape ``(6, K)``.
    :return: Upper triangles of the inverses, NaN where not positive definite, shape ``(6, K)``.
    """
    solve, definite = solver_of(triangles)
    columns = np.stack([solve(unit[:, np.newaxis]) for unit in np.eye(3)])
    inverse: Array = np.where(definite, columns[_ROWS, _COLUMNS], np.nan)
    return inverse
