# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's way with outlier views: leave out the one view without which the rest fits better."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.point_quality import rms_errors
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.types import Array

# OpenPose's constants.
MIN_CAMERAS = 4
_BETTER_FRACTION = 0.9


def leave_one_out(sightings: Sightings, weights: Array, xyz: Array) -> Array:
    """
    Return the views of each point, without the worst one where that helps.

    A view is left out if the rms error of the others falls below 0.9 times that of all. Points
    with two views keep both: any one alone fits.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where there is none, shape ``(C, K)``.
    :param xyz: The points made of all views, in the centred world, shape ``(3, K)``.
    :return: Mask of the views, shape ``(C, K)``.
    """
    seen = weights > 0
    best_error = _BETTER_FRACTION * rms_errors(sightings, seen, xyz)
    best = seen
    for camera in range(len(weights)):
        others = seen.copy()
        others[camera] = False
        error = rms_errors(sightings, others, solve_dlt(sightings, np.where(others, weights, 0)))
        better = (error < best_error) & seen[camera] & (others.sum(0) >= 2)
        best = np.where(better, others, best)
        best_error = np.where(better, error, best_error)
    return best
