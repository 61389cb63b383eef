# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How noisy the keypoints are, from the residuals of the points made of them."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.points.sightings import Residuals
from openpose_ros.types import Array

# Median absolute value of a Gaussian with standard deviation 1.
_MEDIAN_OF_GAUSSIAN = 0.6745
# Below this many degrees of freedom (six points seen by four cameras) the residuals alone say too
# little: the median of 30 has a standard deviation of 21 %.
_ENOUGH_FREEDOM = 30
_LEAST_SCALE_PX = 1e-3


def residual_scale(residuals: Residuals, used: Array, *, prior_px: float) -> float:
    """
    Return the standard deviation of the residuals in x and y: 1.48 times their median size.

    :param residuals: Of K points in C cameras.
    :param used: The views that the points were made of, shape ``(C, K)``.
    :param prior_px: Scale assumed where there are no residuals; with few degrees of freedom the
        variances are mixed in proportion.
    """
    values = np.concatenate([np.abs(residuals.dx[used]), np.abs(residuals.dy[used])])
    return _with_prior(values, used.sum(0), prior_px)


def noise_scale(residuals: Residuals, used: Array, *, prior_px: float) -> float:
    """
    Return the standard deviation of the keypoints' x and y.

    Residuals are smaller than the noise, because the point follows it: V views have 2 V residuals
    and 2 V - 3 degrees of freedom. Each is enlarged accordingly; with two views the four are all
    multiples of one, and their length stands for it.

    :param residuals: Of K points in C cameras.
    :param used: The views that the points were made of, shape ``(C, K)``.
    :param prior_px: Scale assumed where there are no residuals; with few degrees of freedom the
        variances are mixed in proportion.
    """
    views = used.sum(0)
    growth = np.sqrt(2 * views / np.maximum(2 * views - 3, 1))
    many, two = used & (views >= 3), views == 2
    growth = np.broadcast_to(growth, used.shape)[many]
    squares = np.where(used, residuals.dx**2 + residuals.dy**2, 0.0)[:, two]
    values = np.concatenate(
        [
            np.abs(residuals.dx[many]) * growth,
            np.abs(residuals.dy[many]) * growth,
            np.sqrt(squares.sum(0)),
        ]
    )
    return _with_prior(values, views, prior_px)


def _with_prior(values: Array, views: Array, prior_px: float) -> float:
    freedom = int(np.maximum(2 * views - 3, 0).sum())
    if not freedom:
        return prior_px
    variance = (float(np.median(values)) / _MEDIAN_OF_GAUSSIAN) ** 2
    known = min(1.0, freedom / _ENOUGH_FREEDOM)
    variance = known * variance + (1 - known) * prior_px**2
    return max(float(np.sqrt(variance)), _LEAST_SCALE_PX)
