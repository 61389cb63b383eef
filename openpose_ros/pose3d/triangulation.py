# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Points in space from the views of calibrated cameras.

In this order: the views that count, the linear solution, the views that do not fit, the
refinement of the robust reprojection error, the points that are accepted. Everything is done for
all points of all people at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.observations import Observations
from openpose_ros.pose3d.points.outlier_views import select_all
from openpose_ros.pose3d.points.outlier_views import select_by_leave_one_out
from openpose_ros.pose3d.points.outlier_views import select_by_msac
from openpose_ros.pose3d.points.outlier_views import Selection
from openpose_ros.pose3d.points.point_quality import covariances
from openpose_ros.pose3d.points.point_quality import parallax_deg
from openpose_ros.pose3d.points.point_quality import rms_of_errors
from openpose_ros.pose3d.points.refinement import huber_thresholds
from openpose_ros.pose3d.points.refinement import refine_points
from openpose_ros.pose3d.points.robust_start import robust_start
from openpose_ros.pose3d.points.robust_start import Start
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.points.triangulation_parameters import KEEP
from openpose_ros.pose3d.points.triangulation_parameters import LEAVE_ONE_OUT
from openpose_ros.pose3d.points.triangulation_parameters import MSAC
from openpose_ros.pose3d.points.triangulation_parameters import TriangulationParameters
from openpose_ros.types import Array
from openpose_ros.types import require_shape

__all__ = ['Points3D', 'triangulate_points', 'TriangulationParameters']

_SELECTIONS: dict[str, Callable[[Sightings, Array, Array], Selection]] = {
    MSAC: select_by_msac,
    LEAVE_ONE_OUT: select_by_leave_one_out,
    KEEP: select_all,
}
# What is further off than this multiple of the greatest error is not refined.
_HOPELESS = 1.5


@dataclass(frozen=True, eq=False)
class Points3D:
    """
    K points in space; one that is missing has NaN, score and views 0.

    The covariance is that of a least-squares fit: inverse of the normal matrix of the views used,
    each with its robust weight, times the variance of the keypoints found in all views of the
    call. It knows nothing of errors of the calibration, which all points share.

    :param xyz: Metres in the world frame, shape ``(K, 3)``, float64.
    :param scores: Mean score of the views used, shape ``(K,)``, float64.
    :param reprojection_errors: Pixels, root mean square over the views used, shape ``(K,)``.
    :param views: Number of views used, shape ``(K,)``, int64.
    :param used: Which views those are, shape ``(C, K)``, bool.
    :param covariances: Square metres, upper triangle xx xy xz yy yz zz, shape ``(K, 6)``.
    """

    xyz: Array
    scores: Array
    reprojection_errors: Array
    views: Array
    used: Array
    covariances: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit the positions."""
        require_shape('xyz', self.xyz, (None, 3))
        count = len(self.xyz)
        for name in ('scores', 'reprojection_errors', 'views'):
            require_shape(name, getattr(self, name), (count,))
        require_shape('used', self.used, (None, count))
        require_shape('covariances', self.covariances, (count, 6))


def triangulate_points(
    observations: Observations, parameters: TriangulationParameters
) -> Points3D:
    """
    Triangulate points.

    :param observations: K points as C cameras see them; how many see a point may differ.
    :param parameters: Which views and points count, and how points are refined.
    :return: The K points; those that are not accepted are missing.
    """
    usable = _usable_views(observations, parameters)
    required = parameters.required_views(len(usable))
    tried = np.flatnonzero(usable.sum(0) >= required)
    sightings = lay_out(observations.take(tried))
    weights = np.where(usable, observations.scores, 0.0)[:, tried]
    limits = parameters.limits_px(observations.image_sizes)
    selection = _SELECTIONS[parameters.outlier_views](
        sightings, weights, _limits_of_points(limits, weights > 0)
    )
    used, limits = selection.used, _limits_of_points(limits, selection.used)
    start = _start(sightings, np.where(used, weights, 0.0), selection, limits, parameters)
    xyz = _refined(sightings, selection, start, limits, parameters)
    view_errors = sightings.residuals(xyz).errors()
    errors = rms_of_errors(view_errors, used)
    accepted = (errors <= limits) & (used.sum(0) >= required)
    accepted &= parallax_deg(sightings, used, xyz) >= parameters.min_parallax_deg
    # A view that is off pulls less, and its share in the point's certainty is less as well.
    thresholds = huber_thresholds(used, start.huber_px)
    robust = np.where(used, thresholds / np.maximum(view_errors, thresholds), 0.0)
    return _points(
        observations,
        tried[accepted],
        xyz=(xyz.T + sightings.origin)[accepted],
        errors=errors[accepted],
        used=used[:, accepted],
        covariances=covariances(sightings, robust, xyz, selection.scale_px).T[accepted],
    )


def _usable_views(observations: Observations, parameters: TriangulationParameters) -> Array:
    """Return the views that count, shape ``(C, K)``."""
    # Comparisons with NaN are false: what is not seen is not usable.
    usable: Array = (
        (observations.scores >= parameters.min_score)
        & (observations.scores > 0)
        & (observations.border_distances > parameters.border_px)
        & np.isfinite(observations.xy_normalized).all(-1)
        & np.isfinite(observations.pixel_jacobians).all((-2, -1))
    )
    return usable


def _limits_of_points(limits_px: Array, used: Array) -> Array:
    """Return the greatest error of each point: the root mean square of its cameras' limits."""
    limits: Array = np.sqrt((limits_px**2) @ used / np.maximum(used.sum(0), 1))
    return limits


def _start(
    sightings: Sightings,
    weights: Array,
    selection: Selection,
    limits_px: Array,
    parameters: TriangulationParameters,
) -> Start:
    if parameters.huber_px:
        return Start(selection.xyz, parameters.huber_px)
    return robust_start(sightings, weights, selection.xyz, limits_px)


def _refined(
    sightings: Sightings,
    selection: Selection,
    start: Start,
    limits_px: Array,
    parameters: TriangulationParameters,
) -> Array:
    weights = selection.used.astype(np.float64)
    errors = rms_of_errors(selection.errors, selection.used)
    # As OpenPose does: what is so far off is not accepted refined either.
    chosen = (errors >= parameters.refine_above_px) & (errors < _HOPELESS * limits_px)
    if chosen.all():
        return refine_points(sightings, weights, start.xyz, huber_px=start.huber_px)
    refined: Array = selection.xyz.copy()
    refined[:, chosen] = refine_points(
        sightings.take(chosen), weights[:, chosen], start.xyz[:, chosen], huber_px=start.huber_px
    )
    return refined


def _points(
    observations: Observations,
    rows: Array,
    *,
    xyz: Array,
    errors: Array,
    used: Array,
    covariances: Array,
) -> Points3D:
    """Return all points; those in ``rows`` are there, the others missing."""
    cameras, count = observations.scores.shape
    points = Points3D(
        np.full((count, 3), np.nan),
        np.zeros(count),
        np.full(count, np.nan),
        np.zeros(count, np.int64),
        np.zeros((cameras, count), bool),
        np.full((count, 6), np.nan),
    )
    views = used.sum(0)
    points.xyz[rows] = xyz
    points.scores[rows] = np.where(used, observations.scores[:, rows], 0.0).sum(0) / views
    points.reprojection_errors[rows] = errors
    points.views[rows] = views
    points.used[:, rows] = used
    points.covariances[rows] = covariances
    return points
