# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The lens of ``plumb_bob`` and ``rational_polynomial``: OpenCV's standard model.

x' = x N(r²)/D(r²) + 2 p1 xy + p2 (r² + 2x²), likewise y'; N and D are polynomials.
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

# Share of the valid radius that is searched: on its border the Jacobian is singular.
_INSIDE = 0.999
# Radius that bounds the search with a curve that rises forever: 87 degrees off the axis.
_WIDEST = 20.0


@dataclass(frozen=True, eq=False)
class PolynomialLens:
    """
    Rational radial polynomial with tangential terms: ``plumb_bob`` and ``rational_polynomial``.

    :param coefficients: k1 k2 p1 p2 k3 k4 k5 k6, shape ``(..., 8)``, float64.
    :param max_radii: Where the radial curve stops to rise, in the normalised plane, inf if
        nowhere, shape ``(...)``.
    """

    coefficients: Array
    max_radii: Array

    @property
    def is_pinhole(self) -> bool:
        """Whether no lens of these changes anything."""
        return not self.coefficients.any()

    def distort(self, xy_normalized: Array) -> Array:
        """
        Return the distorted points, NaN outside the valid range.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        x, y = xy_normalized[..., 0], xy_normalized[..., 1]
        if self.is_pinhole:
            return xy_normalized
        with np.errstate(all='ignore'):
            x_distorted, y_distorted = self._distort(x, y)[:2]
            outside = ~(x * x + y * y < self.max_radii**2)
        return points_of(x_distorted, y_distorted, outside)

    def jacobian(self, xy_normalized: Array) -> Array:
        """
        Return the derivative of the distorted by the normalised point, shape ``(..., 2, 2)``.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        with np.errstate(all='ignore'):
            j_xx, j_xy, j_yy = self._distort(xy_normalized[..., 0], xy_normalized[..., 1])[2:]
        return symmetric_of(j_xx, j_xy, j_yy)

    def undistort(self, xy_distorted: Array) -> Array:
        """
        Return the points with z = 1, NaN where no valid one is distorted to the point given.

        :param xy_distorted: Points of the distorted plane, shape ``(..., 2)``.
        """
        if self.is_pinhole:
            return xy_distorted
        x_wanted, y_wanted = xy_distorted[..., 0], xy_distorted[..., 1]
        with np.errstate(all='ignore'):
            x, y, found = self._solve(x_wanted, y_wanted, x_wanted, y_wanted)
            # From there Newton's steps find the way with nearly every lens, not with a curve that
            # bends both ways; what the curve does not reach at all need not be tried again.
            radius = np.hypot(x_wanted, y_wanted)
            limit = np.minimum(_INSIDE * self.max_radii, _WIDEST)
            again = ~found & (radius < self._radial(limit))
            if again.any():
                share = rising_root(self._radial, radius, limit) / radius
                x_again, y_again, found_again = self._solve(
                    x_wanted, y_wanted, share * x_wanted, share * y_wanted
                )
                x, y = np.where(again, x_again, x), np.where(again, y_again, y)
                found = np.where(again, found_again, found)
        return points_of(x, y, ~found)

    def _solve(
        self, x_wanted: Array, y_wanted: Array, x: Array, y: Array
    ) -> tuple[Array, Array, Array]:
        """Return x, y and whether they are the point wanted; the last arguments are the start."""
        limit = _INSIDE * self.max_radii
        for _ in range(NEWTON_STEPS):
            radius = np.sqrt(x * x + y * y)
            shrink = np.where(radius > limit, limit / radius, 1.0)
            x, y = x * shrink, y * shrink
            x_found, y_found, j_xx, j_xy, j_yy = self._distort(x, y)
            x_error, y_error = x_wanted - x_found, y_wanted - y_found
            determinant = j_xx * j_yy - j_xy * j_xy
            x_step = (j_yy * x_error - j_xy * y_error) / determinant
            y_step = (j_xx * y_error - j_xy * x_error) / determinant
            x, y = x + x_step, y + y_step
            moved = np.maximum(np.abs(x_step), np.abs(y_step))
            if not np.any(moved > CONVERGED):
                break
        found = (moved <= CONVERGED) & (determinant > 0)
        return x, y, found & (x * x + y * y < self.max_radii**2)

    def _radial(self, radius: Array) -> Array:
        """Return the distorted radius, without the tangential terms."""
        k1, k2, _, _, k3, k4, k5, k6 = np.moveaxis(self.coefficients, -1, 0)
        s = radius * radius
        radial: Array = (1 + s * (k1 + s * (k2 + s * k3))) / (1 + s * (k4 + s * (k5 + s * k6)))
        return radius * radial

    def _distort(self, x: Array, y: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return the distorted x and y and the derivatives xx, xy = yx, yy."""
        k1, k2, p1, p2, k3, k4, k5, k6 = np.moveaxis(self.coefficients, -1, 0)
        xx, xy, yy = x * x, x * y, y * y
        s = xx + yy
        denominator = 1 + s * (k4 + s * (k5 + s * k6))
        radial = (1 + s * (k1 + s * (k2 + s * k3))) / denominator
        slope = k1 + s * (2 * k2 + s * 3 * k3) - radial * (k4 + s * (2 * k5 + s * 3 * k6))
        slope = 2 * slope / denominator
        return (
            x * radial + 2 * p1 * xy + p2 * (s + 2 * xx),
            y * radial + 2 * p2 * xy + p1 * (s + 2 * yy),
            radial + slope * xx + 2 * p1 * y + 6 * p2 * x,
            slope * xy + 2 * p1 * x + 2 * p2 * y,
            radial + slope * yy + 6 * p1 * y + 2 * p2 * x,
        )


def max_polynomial_radius(coefficients: Array) -> float:
    """
    Return the smallest radius where r N(r²) / D(r²) stops to rise or has a pole, inf if nowhere.

    :param coefficients: As in :class:`PolynomialLens`, shape ``(8,)``.
    """
    k1, k2, _, _, k3, k4, k5, k6 = coefficients
    numerator = np.polynomial.Polynomial([1, k1, k2, k3])
    denominator = np.polynomial.Polynomial([1, k4, k5, k6])
    # d/dr of r N/D, times D², with s = r².
    slope = numerator * denominator + np.polynomial.Polynomial([0, 2]) * (
        numerator.deriv() * denominator - numerator * denominator.deriv()
    )
    smallest = min(smallest_positive_root(one.coef[1:]) for one in (slope, denominator))
    return float(np.sqrt(smallest))
