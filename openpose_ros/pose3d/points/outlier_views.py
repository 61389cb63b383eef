# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Which views of each point are used, and how noisy they are.

The two depend on each other: the scale of the noise comes from the residuals of the views used,
and a view is an outlier by that scale. Outliers also drag the points, and so the residuals of the
good views. It is therefore done in rounds that begin with too large a scale, until it falls no
further. Only the points that a view or the whole does not fit are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.leave_one_out import leave_one_out
from openpose_ros.pose3d.points.leave_one_out import MIN_CAMERAS
from openpose_ros.pose3d.points.msac import agreeing_views
from openpose_ros.pose3d.points.point_quality import rms_of_errors
from openpose_ros.pose3d.points.robust_start import spread_of_keypoints
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.types import Array

# A distance in the image of Gaussian noise in x and y is above four standard deviations once in
# three thousand times.
OUTLIER_DEVIATIONS = 4.0
# Error of a point, as a fraction of the greatest allowed, above which its views are looked at.
SUSPECT_FRACTION = 0.5
# A view is an outlier in any case if it is off by this multiple of the greatest error allowed:
# the scale of few points is that of their outliers.
HOPELESS_FRACTION = 2.0
_ROUNDS = 4
# A round that lowers the scale by less changes no view.
_FALLING = 0.9


@dataclass(frozen=True, eq=False)
class Selection:
    """
    The views used for K points.

    :param used: Mask of the views, shape ``(C, K)``.
    :param xyz: The points by DLT of these views, in the centred world, shape ``(3, K)``.
    :param errors: Their reprojection errors in all views, pixels, shape ``(C, K)``.
    :param scale_px: Standard deviation of the keypoints' x and y in the views used.
    """

    used: Array
    xyz: Array
    errors: Array
    scale_px: float


def select_all(sightings: Sightings, weights: Array, limits_px: Array) -> Selection:
    """
    Use every view.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where there is none, shape ``(C, K)``.
    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    return _selection(sightings, weights, weights > 0, limits_px)


def select_by_msac(sightings: Sightings, weights: Array, limits_px: Array) -> Selection:
    """
    Use the views that agree; any number of them may be wrong as long as two are right.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where there is none, shape ``(C, K)``.
    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    selection = select_all(sightings, weights, limits_px)
    hopeless = HOPELESS_FRACTION * float(limits_px.max(initial=0.0))
    for _ in range(_ROUNDS):
        threshold = min(OUTLIER_DEVIATIONS * selection.scale_px, hopeless)
        suspects = _suspects(selection, limits_px, threshold)
        if not len(suspects):
            break
        used = selection.used.copy()
        used[:, suspects] = agreeing_views(
            sightings.take(suspects),
            weights[:, suspects],
            selection.xyz[:, suspects],
            threshold_px=threshold,
        )
        before, selection = selection, _selection(sightings, weights, used, limits_px)
        if selection.scale_px > _FALLING * before.scale_px:
            break
    return selection


def select_by_leave_one_out(sightings: Sightings, weights: Array, limits_px: Array) -> Selection:
    """
    Use all views but one where that is OpenPose's choice.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where there is none, shape ``(C, K)``.
    :param limits_px: Greatest reprojection error allowed for each point, shape ``(K,)``.
    """
    selection = select_all(sightings, weights, limits_px)
    errors = rms_of_errors(selection.errors, selection.used)
    views = selection.used.sum(0)
    suspects = np.flatnonzero((views >= MIN_CAMERAS) & (errors > SUSPECT_FRACTION * limits_px))
    used = selection.used.copy()
    used[:, suspects] = leave_one_out(
        sightings.take(suspects), weights[:, suspects], selection.xyz[:, suspects]
    )
    return _selection(sightings, weights, used, limits_px)


def _suspects(selection: Selection, limits_px: Array, threshold_px: float) -> Array:
    """Return the points with a view that does not fit, or that do not fit as a whole."""
    off = selection.used & (selection.errors > threshold_px)
    rms = rms_of_errors(selection.errors, selection.used)
    suspicious = off.any(0) | (rms > SUSPECT_FRACTION * limits_px)
    return np.flatnonzero(suspicious & (selection.used.sum(0) > 2))


def _selection(sightings: Sightings, weights: Array, used: Array, limits_px: Array) -> Selection:
    xyz = solve_dlt(sightings, np.where(used, weights, 0.0))
    residuals = sightings.residuals(xyz)
    scale_px = spread_of_keypoints(residuals, used, limits_px)
    return Selection(used, xyz, residuals.errors(), scale_px)
