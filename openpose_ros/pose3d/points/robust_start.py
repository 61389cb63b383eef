# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the refinement starts, and how far a view may be off before its pull stops growing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.points.dlt import solve_dlt_again
from openpose_ros.pose3d.points.noise_scale import noise_scale
from openpose_ros.pose3d.points.noise_scale import residual_scale
from openpose_ros.pose3d.points.sightings import Residuals
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.types import Array

# The pull of a view stops growing at this many standard deviations of the residuals: efficient
# to 2 % where the noise is Gaussian.
HUBER_DEVIATIONS = 2.0
# Noise assumed where the residuals do not tell, as a fraction of the greatest error allowed:
# about 2 px in a 720p image.
_PRIOR_FRACTION = 0.1


@dataclass(frozen=True, eq=False)
class Start:
    """
    Points to refine.

    :param xyz: In the centred world, NaN where not determined, shape ``(3, K)``.
    :param huber_px: Distance beyond which the pull of a view stays the same.
    """

    xyz: Array
    huber_px: float


def robust_start(sightings: Sightings, weights: Array, xyz: Array, limits_px: Array) -> Start:
    """
    Solve the linear equations once more with less weight for views that are off.

    A camera that is badly calibrated pulls every point a little, and spoils the residuals of the
    good cameras with it. Taken from the residuals of this solution the scale is that of the good
    ones: with one of four cameras 20 px off the distance beyond which the pull stays the same is
    16 px instead of 27 px.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where it is not used, shape ``(C, K)``.
    :param xyz: The points by DLT, in the centred world, shape ``(3, K)``.
    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    residuals = sightings.residuals(xyz)
    sound = sound_views(residuals, weights > 0)
    scale = residual_scale(residuals, sound, prior_px=prior_scale(limits_px))
    errors = residuals.errors()
    robust = np.where(sound, weights * scale / np.maximum(errors, scale), weights)
    better = solve_dlt_again(sightings, robust, xyz)
    residuals = sightings.residuals(better)
    sound = sound_views(residuals, weights > 0)
    scale = residual_scale(residuals, sound, prior_px=prior_scale(limits_px))
    return Start(np.where(sound.any(0), better, xyz), HUBER_DEVIATIONS * scale)


def spread_of_keypoints(residuals: Residuals, used: Array, limits_px: Array) -> float:
    """
    Return the standard deviation of the keypoints' x and y in pixels.

    :param residuals: Of K points in C cameras.
    :param used: The views that the points were made of, shape ``(C, K)``.
    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    sound = sound_views(residuals, used)
    return noise_scale(residuals, sound, prior_px=prior_scale(limits_px))


def sound_views(residuals: Residuals, used: Array) -> Array:
    """
    Return the views of the points that say something about the noise.

    A point that is not determined, or behind a camera that it was made of, does not.

    :param residuals: Of K points in C cameras.
    :param used: The views that the points were made of, shape ``(C, K)``.
    """
    sound: Array = used & np.isfinite(np.where(used, residuals.errors(), 0.0)).all(0)
    return sound


def prior_scale(limits_px: Array) -> float:
    """
    Return the noise assumed where the residuals do not tell.

    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    return _PRIOR_FRACTION * float(limits_px.mean()) if len(limits_px) else 1.0
