# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How noisy the keypoints are, from the residuals of the points made of them."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.sightings import Residuals
from openpose_ros.types import Array

# Median absolute value of a Gaussian with standard deviation 1.
_MEDIAN_OF_GAUSSIAN = 0.6745
# Below this many degrees of freedom (about six points seen by four cameras) the residuals alone
# say too little: the median of 30 has a standard deviation of 17 %.
_ENOUGH_FREEDOM = 30
_LEAST_SCALE_PX = 1e-3


def noise_scale(residuals: Residuals, used: Array, *, prior_px: float) -> float:
    """
    Return the standard deviation of the keypoints' x and y in pixels.

    It is the median of the absolute residuals of all points, each multiplied by what its point's
    three coordinates have taken away: a point with V views has 2 V residuals and 2 V - 3 degrees
    of freedom, so with two views the four are all multiples of one. With few degrees of freedom
    the variance is mixed with a prior one in proportion.

    :param residuals: Of K points in C cameras.
    :param used: The views that the points were made of, shape ``(C, K)``.
    :param prior_px: Scale assumed where there are no residuals.
    """
    views = used.sum(0)
    many, two = views >= 3, views == 2
    freedom = int((2 * views[many] - 3).sum() + two.sum())
    if not freedom:
        return prior_px
    with np.errstate(divide='ignore', invalid='ignore'):
        growth = np.sqrt(2 * views / (2 * views - 3.0))
    kept = used & many
    growth = np.broadcast_to(growth, kept.shape)[kept]
    epipolar = np.sqrt(
        np.where(used, residuals.dx**2 + residuals.dy**2, 0.0)[:, two].sum(0)
    )
    values = np.concatenate(
        [np.abs(residuals.dx[kept]) * growth, np.abs(residuals.dy[kept]) * growth, epipolar]
    )
    variance = (float(np.median(values)) / _MEDIAN_OF_GAUSSIAN) ** 2
    known = min(1.0, freedom / _ENOUGH_FREEDOM)
    variance = known * variance + (1 - known) * prior_px**2
    return max(float(np.sqrt(variance)), _LEAST_SCALE_PX)
