# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The lens of ``equidistant``: OpenCV's fisheye model.

A point at the angle theta from the optical axis is seen at the radius
theta (1 + k1 theta² + k2 theta⁴ + k3 theta⁶ + k4 theta⁸), in the same direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.lenses.lens_arrays import CONVERGED
from openpose_ros.pose3d.lenses.lens_arrays import NEWTON_STEPS
from openpose_ros.pose3d.lenses.lens_arrays import points_of
from openpose_ros.pose3d.lenses.lens_arrays import rising_root
from openpose_ros.pose3d.lenses.lens_arrays import smallest_positive_root
from openpose_ros.pose3d.lenses.lens_arrays import symmetric_of
from openpose_ros.types import Array

# Share of the valid angle that is searched: at its end the curve is flat.
_INSIDE = 0.999
# Where x / r is 0 / 0.
_CENTRE = 1e-12


@dataclass(frozen=True, eq=False)
class FisheyeLens:
    """
    Polynomial of the angle; points behind the plane z = 0 are not covered.

    :param coefficients: k1 k2 k3 k4, shape ``(..., 4)``, float64.
    :param max_angles_rad: Where the curve stops to rise, at most pi/2, shape ``(...)``.
    """

    coefficients: Array
    max_angles_rad: Array

    def distort(self, xy_normalized: Array) -> Array:
        """
        Return the distorted points, NaN outside the valid range.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        x, y = xy_normalized[..., 0], xy_normalized[..., 1]
        radius = np.hypot(x, y)
        theta = np.arctan(radius)
        scale = _ratio(self._bent(theta)[0], radius)
        return points_of(x * scale, y * scale, ~(theta < self.max_angles_rad))

    def jacobian(self, xy_normalized: Array) -> Array:
        """
        Return the derivative of the distorted by the normalised point, shape ``(..., 2, 2)``.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        x, y = xy_normalized[..., 0], xy_normalized[..., 1]
        radius = np.hypot(x, y)
        bent, slope = self._bent(np.arctan(radius))
        # Along the radius and across it; in the centre both are 1.
        along = slope / (1 + radius * radius)
        across = _ratio(bent, radius)
        x_unit, y_unit = _ratio(x, radius, 0.0), _ratio(y, radius, 0.0)
        more = along - across
        return symmetric_of(
            across + more * x_unit * x_unit,
            more * x_unit * y_unit,
            across + more * y_unit * y_unit,
        )

    def undistort(self, xy_distorted: Array) -> Array:
        """
        Return the points with z = 1, NaN where no valid one is distorted to the point given.

        :param xy_distorted: Points of the distorted plane, shape ``(..., 2)``.
        """
        x, y = xy_distorted[..., 0], xy_distorted[..., 1]
        radius = np.hypot(x, y)
        theta, found = self._solve(radius, radius)
        limit = _INSIDE * self.max_angles_rad
        again = ~found & (radius < self._bent(limit)[0])
        if again.any():
            # A curve that bends both ways can throw Newton's steps back and forth.
            start = rising_root(lambda angle: self._bent(angle)[0], radius, limit)
            theta_again, found_again = self._solve(radius, start)
            theta = np.where(again, theta_again, theta)
            found = np.where(again, found_again, found)
        scale = _ratio(np.tan(theta), radius)
        return points_of(x * scale, y * scale, ~found)

    def _solve(self, radius: Array, theta: Array) -> tuple[Array, Array]:
        """Return the angle seen at a radius and whether it is; the last argument is the start."""
        with np.errstate(all='ignore'):
            for _ in range(NEWTON_STEPS):
                theta = np.clip(theta, 0.0, _INSIDE * self.max_angles_rad)
                bent, slope = self._bent(theta)
                step = (radius - bent) / slope
                theta = theta + step
                moved = np.abs(step)
                if not np.any(moved > CONVERGED):
                    break
        return theta, (moved <= CONVERGED) & (theta < self.max_angles_rad)

    def _bent(self, theta: Array) -> tuple[Array, Array]:
        """Return the radius in the distorted plane and its derivative by the angle."""
        k1, k2, k3, k4 = np.moveaxis(self.coefficients, -1, 0)
        s = theta * theta
        bent = theta * (1 + s * (k1 + s * (k2 + s * (k3 + s * k4))))
        return bent, 1 + s * (3 * k1 + s * (5 * k2 + s * (7 * k3 + s * 9 * k4)))


def _ratio(value: Array, radius: Array, in_the_centre: float = 1.0) -> Array:
    result = np.full(np.broadcast(value, radius).shape, in_the_centre)
    np.divide(value, radius, out=result, where=~(radius < _CENTRE))
    return result


def max_fisheye_angle(coefficients: Array) -> float:
    """
    Return the smallest angle, at most pi/2, at which the curve stops to rise, in radians.

    :param coefficients: k1 k2 k3 k4, shape ``(4,)``.
    """
    slope = np.array([3, 5, 7, 9]) * coefficients
    return float(min(smallest_positive_root(slope) ** 0.5, np.pi / 2))
