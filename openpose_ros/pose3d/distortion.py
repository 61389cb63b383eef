# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Models of lenses: from the normalised plane (z = 1) to the distorted one, and back.

Both models are those of OpenCV. A lens is valid as far as its radial curve rises: beyond it two
directions would meet in one pixel, so there everything is NaN. One lens object may hold the lenses
of many cameras: coefficients of shape ``(..., D)`` are broadcast against points ``(..., 2)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.types import Array

# Lengths the coefficients of each model may have.
DISTORTION_MODELS: dict[str, tuple[int, ...]] = {
    'none': (0,),
    'plumb_bob': (4, 5),
    'rational_polynomial': (8,),
    'equidistant': (4,),
}

_NEWTON_STEPS = 20
# Newton's steps shrink quadratically: a step this small in the normalised plane is the last but
# one, and 1e-9 is a millionth of a pixel with any lens.
_CONVERGED = 1e-9


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

    def distort(self, xy_normalized: Array) -> Array:
        """
        Return the distorted points, NaN outside the valid range.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        x, y = xy_normalized[..., 0], xy_normalized[..., 1]
        with np.errstate(all='ignore'):
            x_distorted, y_distorted = self._distort(x, y)[:2]
            outside = ~(x * x + y * y < self.max_radii**2)
        return _points(x_distorted, y_distorted, outside)

    def jacobian(self, xy_normalized: Array) -> Array:
        """
        Return the derivative of the distorted by the normalised point, shape ``(..., 2, 2)``.

        :param xy_normalized: Points with z = 1, shape ``(..., 2)``.
        """
        with np.errstate(all='ignore'):
            j_xx, j_xy, j_yy = self._distort(xy_normalized[..., 0], xy_normalized[..., 1])[2:]
        return np.stack([np.stack([j_xx, j_xy], -1), np.stack([j_xy, j_yy], -1)], -2)

    def undistort(self, xy_distorted: Array) -> Array:
        """
        Return the points with z = 1, NaN where no valid one is distorted to the point given.

        :param xy_distorted: Points of the distorted plane, shape ``(..., 2)``.
        """
        x_wanted, y_wanted = xy_distorted[..., 0], xy_distorted[..., 1]
        x, y = x_wanted, y_wanted
        # Just inside: on the border itself the Jacobian is singular.
        limit = 0.999 * self.max_radii
        with np.errstate(all='ignore'):
            for _ in range(_NEWTON_STEPS):
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
                if not np.any(moved > _CONVERGED):
                    break
            outside = ~(moved <= 1e-6) | ~(determinant > 0)
            outside |= ~(x * x + y * y < self.max_radii**2)
        return _points(x, y, outside)

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


def _points(x: Array, y: Array, outside: Array) -> Array:
    points = np.stack(np.broadcast_arrays(x, y), -1)
    points[outside] = np.nan
    return points


def lens_of(model: str, distortion: Sequence[float] | Array) -> PolynomialLens:
    """
    Return the lens of one camera.

    :param model: One of :data:`DISTORTION_MODELS`.
    :param distortion: Coefficients of the model, shape ``(D,)``.
    :raises ValueError: If the model is unknown or the number of coefficients wrong.
    """
    coefficients = np.asarray(distortion, np.float64)
    lengths = DISTORTION_MODELS.get(model)
    if lengths is None:
        raise ValueError(
            f'distortion model is {model!r}, expected one of {", ".join(DISTORTION_MODELS)}'
        )
    if coefficients.ndim != 1 or len(coefficients) not in lengths:
        raise ValueError(
            f'distortion has shape {coefficients.shape}, expected '
            f'{" or ".join(map(str, lengths))} coefficients for {model}'
        )
    if not np.isfinite(coefficients).all():
        raise ValueError(f'distortion is {coefficients.tolist()}, expected finite numbers')
    padded = np.zeros(8)
    padded[: len(coefficients)] = coefficients
    return PolynomialLens(padded, np.array(_max_polynomial_radius(padded)))


def _max_polynomial_radius(coefficients: Array) -> float:
    """Return the smallest radius where r N(r²) / D(r²) stops to rise or has a pole."""
    k1, k2, _, _, k3, k4, k5, k6 = coefficients
    numerator = np.polynomial.Polynomial([1, k1, k2, k3])
    denominator = np.polynomial.Polynomial([1, k4, k5, k6])
    # d/dr of r N/D, times D², with s = r².
    slope = numerator * denominator + np.polynomial.Polynomial([0, 2]) * (
        numerator.deriv() * denominator - numerator * denominator.deriv()
    )
    return min(_smallest_positive_root(slope), _smallest_positive_root(denominator)) ** 0.5


def _smallest_positive_root(polynomial: np.polynomial.Polynomial) -> float:
    roots = polynomial.trim().roots()
    real = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)]
    return float(real.min()) if len(real) else float('inf')
