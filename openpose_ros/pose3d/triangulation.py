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
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose3d.observations import Observations
from openpose_ros.pose3d.point_quality import covariances
from openpose_ros.pose3d.point_quality import parallax_deg
from openpose_ros.pose3d.point_quality import rms_errors
from openpose_ros.pose3d.refinement import refine_points
from openpose_ros.pose3d.sightings import lay_out
from openpose_ros.pose3d.sightings import Sightings
from openpose_ros.pose3d.view_selection import select_all
from openpose_ros.pose3d.view_selection import select_by_leave_one_out
from openpose_ros.pose3d.view_selection import select_by_msac
from openpose_ros.pose3d.view_selection import Selection
from openpose_ros.types import Array
from openpose_ros.types import require_shape

MSAC, LEAVE_ONE_OUT, KEEP = 'msac', 'leave_one_out', 'keep'
_SELECTIONS: dict[str, Callable[[Sightings, Array, Array], Selection]] = {
    MSAC: select_by_msac,
    LEAVE_ONE_OUT: select_by_leave_one_out,
    KEEP: select_all,
}
# OpenPose's greatest error is 25 px in an image of this many pixels, and grows with the side.
_OPENPOSE_LIMIT_PX = 25.0
_OPENPOSE_PIXELS = 1310720.0
# OpenPose does not refine what is further off than this multiple of the greatest error.
_HOPELESS = 1.5
# Distance at which a view's pull stops growing, in standard deviations of the noise: efficient to
# 2 % where the noise is Gaussian.
_HUBER_DEVIATIONS = 2.0


@dataclass(frozen=True)
class TriangulationParameters(ParameterGroup):
    """Which views and points count, and how points are refined."""

    group: ClassVar[str] = 'triangulation'

    min_views: int = param(
        2,
        "Fewest views that make a point, 2 or more; 0: OpenPose's rule, max(2, min(4, cameras - "
        '1)), which gives up people whom half of the cameras see.',
        low=0,
        high=64,
        dynamic=True,
    )
    min_score: float = param(
        0.3, 'Lowest score of a keypoint that is used (OpenPose: 0.35).',
        low=0.0, high=1.0, dynamic=True,
    )  # fmt: skip
    border_px: float = param(
        8.0,
        'Keypoints up to this close to the border of the image are not used: they belong to '
        'parts that it cuts off.',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )
    max_reprojection_error_px: float = param(
        0.0,
        'Points whose root mean square reprojection error is larger are missing; 0: by image '
        'size, 25 px for 1280x1024 and in proportion to the side.',
        low=0.0,
        high=10000.0,
        dynamic=True,
    )
    min_parallax_deg: float = param(
        1.0,
        'Least angle between some two of the lines of sight of a point, else it is missing.',
        low=0.0,
        high=90.0,
        dynamic=True,
    )
    outlier_views: str = param(
        MSAC,
        "How views that do not fit are found: by agreement of pairs, in OpenPose's way (leave "
        'one out), or not at all.',
        choices=(MSAC, LEAVE_ONE_OUT, KEEP),
        dynamic=True,
    )
    huber_px: float = param(
        0.0,
        'Distance beyond which the pull of a view stays the same; 0: twice the noise found in '
        'the views (OpenPose: 2).',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )
    refine_above_px: float = param(
        0.0,
        'Points with a smaller reprojection error are not refined; 0: all are (OpenPose: 3, and '
        'none above 1.5 times the greatest error).',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )

    def __post_init__(self) -> None:
        """Check all values; ValueError names the parameter, value and what was expected."""
        super().__post_init__()
        if self.min_views == 1:
            raise ValueError(
                "parameter 'triangulation.min_views' is 1, expected 0 or 2 and more: one view "
                'does not make a point'
            )

    def required_views(self, cameras: int) -> int:
        """
        Return the fewest views that make a point.

        :param cameras: Number of cameras.
        """
        return self.min_views or max(2, min(4, cameras - 1))

    def limits_px(self, image_sizes: Array) -> Array:
        """
        Return the greatest reprojection error of each camera.

        :param image_sizes: Width and height of each image, shape ``(C, 2)``.
        """
        if self.max_reprojection_error_px:
            return np.full(len(image_sizes), self.max_reprojection_error_px)
        pixels = np.asarray(image_sizes, np.float64).prod(1)
        limits: Array = _OPENPOSE_LIMIT_PX * np.sqrt(pixels / _OPENPOSE_PIXELS)
        return limits


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
    xyz = _refined(sightings, selection, limits, parameters)
    errors = rms_errors(sightings, used, xyz)
    accepted = (errors <= limits) & (used.sum(0) >= required)
    accepted &= parallax_deg(sightings, used, xyz) >= parameters.min_parallax_deg
    return _points(
        observations,
        tried[accepted],
        xyz=(xyz.T + sightings.origin)[accepted],
        errors=errors[accepted],
        used=used[:, accepted],
        covariances=_covariances(sightings, selection, xyz, parameters).T[accepted],
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


def _huber_px(selection: Selection, parameters: TriangulationParameters) -> float:
    return parameters.huber_px or _HUBER_DEVIATIONS * selection.scale_px


def _refined(
    sightings: Sightings,
    selection: Selection,
    limits_px: Array,
    parameters: TriangulationParameters,
) -> Array:
    weights = selection.used.astype(np.float64)
    huber_px = _huber_px(selection, parameters)
    if not parameters.refine_above_px:
        return refine_points(sightings, weights, selection.xyz, huber_px=huber_px)
    errors = rms_errors(sightings, selection.used, selection.xyz)
    chosen = (errors > parameters.refine_above_px) & (errors < _HOPELESS * limits_px)
    xyz = selection.xyz.copy()
    xyz[:, chosen] = refine_points(
        sightings.take(chosen), weights[:, chosen], xyz[:, chosen], huber_px=huber_px
    )
    return xyz


def _covariances(
    sightings: Sightings, selection: Selection, xyz: Array, parameters: TriangulationParameters
) -> Array:
    huber_px = _huber_px(selection, parameters)
    errors = sightings.residuals(xyz).errors()
    robust = np.where(selection.used, huber_px / np.maximum(errors, huber_px), 0.0)
    return covariances(sightings, robust, xyz, selection.scale_px)


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
