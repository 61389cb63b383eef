# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the models of lenses share: Newton's limits and the shapes of their results."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
import math

import numpy as np

from openpose_ros.types import Array

NEWTON_STEPS = 20
# Newton's steps shrink quadratically: after one this small, on the normalised plane or in radians,
# about its square is left, far less than a millionth of a pixel.
CONVERGED = 1e-6
# As a start for Newton's steps: a thousandth of the range.
_BISECTIONS = 10
# Inverse of a root that no direction in front of a camera comes near to.
_ROOT_AT_INFINITY = 1e-12


def points_of(x: Array, y: Array, outside: Array) -> Array:
    """
    Return points, NaN where they are outside of what is valid.

    :param x: Shape ``(...)``.
    :param y: Shape ``(...)``.
    :param outside: Mask, shape ``(...)``.
    :return: Shape ``(..., 2)``.
    """
    points = np.stack([x, y], -1)
    points[outside] = np.nan
    return points


def symmetric_of(j_xx: Array, j_xy: Array, j_yy: Array) -> Array:
    """
    Return symmetric matrices.

    :param j_xx: First row, first column, shape ``(...)``.
    :param j_xy: Beside the diagonal, shape ``(...)``.
    :param j_yy: Second row, second column, shape ``(...)``.
    :return: Shape ``(..., 2, 2)``.
    """
    return np.stack([j_xx, j_xy, j_xy, j_yy], -1).reshape(*j_xx.shape, 2, 2)


def rising_root(curve: Callable[[Array], Array], value: Array, high: Array) -> Array:
    """
    Return where a curve that rises from 0 to ``high`` reaches a value, by bisection.

    :param curve: The curve, for any shape that broadcasts with that of the values.
    :param value: Values, shape ``(...)``.
    :param high: Upper end, shape ``(...)``.
    :return: Shape ``(...)``; one of the ends where the value is not reached.
    """
    low, high = np.broadcast_arrays(np.zeros_like(value), high)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        below = curve(middle) < value
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


def smallest_positive_root(coefficients: Sequence[float] | Array) -> float:
    """
    Return the smallest real root above 0 of 1 + a s + b s² + ..., inf if there is none.

    :param coefficients: a, b, ...; may be tiny or 0.
    """
    # The polynomial of 1 / s begins with 1, so that no small coefficient is divided by.
    inverse_roots = np.roots([1.0, *coefficients])
    real = inverse_roots.real[np.abs(inverse_roots.imag) < 1e-9]
    largest = float(np.max(real, initial=0.0))
    return 1 / largest if largest > _ROOT_AT_INFINITY else math.inf
