# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Levenberg-Marquardt refinement of the reprojection error, all points at once.

Minimises, for each point by itself, the sum over its views of ``weight * huber(distance)`` with
the distance in the image, not its x and y apart: the result then does not depend on how the image
is turned. The Hessian is the exact one, with the second derivatives of the projection and of the
loss; without those of the loss the steps converge linearly and ten times as many are needed.
Each point has its own damping, and leaves the batch as soon as it has converged.

Points with two views are fitted by least squares: two views that disagree cannot tell which of
them is off, and between them the robust loss is flat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.points.sightings import Residuals
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.points.sightings import solver_of
from openpose_ros.types import Array

MAX_STEPS = 50
# Length of the last step relative to the distance of the cameras: convergence is quadratic, what
# is left after a step of this length is far below it.
_TOLERANCE = 1e-6
# A rise of the loss below this fraction is rounding.
_ROUNDING = 1e-12
_FIRST_DAMPING = 1e-3
_LEAST_DAMPING = 1e-6
_DAMPING_FACTOR = 10.0
# In pixels, beyond any image: the loss is that of least squares.
_NEVER_PX = 1e9
# Share of the batch that must have converged before the rest is copied.
_LEAVING = 0.25


@dataclass(frozen=True, eq=False)
class _Batch:
    """
    The points that have not converged, with what of them does not change.

    :param points: Their indices, shape ``(K,)``.
    :param sightings: How they are seen.
    :param weights: Weights of their views, shape ``(C, K)``.
    :param metric: ``xx xy yy`` of the pixel Jacobians' products ``J^T J``, shape ``(3, C, K)``.
    :param huber_px: Where the loss turns linear, shape ``(K,)``.
    """

    points: Array
    sightings: Sightings
    weights: Array
    metric: Array
    huber_px: Array

    def take(self, rows: Array) -> _Batch:
        return _Batch(
            self.points[rows],
            self.sightings.take(rows),
            self.weights[:, rows],
            self.metric[:, :, rows],
            self.huber_px[rows],
        )


def refine_points(sightings: Sightings, weights: Array, xyz: Array, *, huber_px: float) -> Array:
    """
    Refine points to the optimum of the robust reprojection error.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where it is not to be used, shape ``(C, K)``.
    :param xyz: Where to start, in the centred world, shape ``(3, K)``; points that are NaN or
        behind a camera that is used stay as they are.
    :param huber_px: Distance in pixels beyond which a view's pull stays the same.
    :return: Points in the centred world, shape ``(3, K)``.
    """
    refined = np.array(xyz)
    thresholds = huber_thresholds(weights > 0, huber_px)
    valid = np.isfinite(_loss(sightings.residuals(refined), weights, thresholds))
    jxx, jxy, jyx, jyy = sightings.jacobians
    metric = np.stack([jxx * jxx + jyx * jyx, jxx * jxy + jyx * jyy, jxy * jxy + jyy * jyy])
    batch = _Batch(np.arange(len(valid)), sightings, weights, metric, thresholds)
    if not valid.all():
        batch = batch.take(np.flatnonzero(valid))
    if not len(batch.points):
        return refined
    with np.errstate(divide='ignore', invalid='ignore', over='ignore'):
        _descend(batch, refined)
    return refined


def huber_thresholds(used: Array, huber_px: float) -> Array:
    """
    Return where the loss of each point turns linear, in pixels.

    :param used: The views that are used, shape ``(C, K)``.
    :param huber_px: Distance for points with three views or more.
    :return: Shape ``(K,)``; beyond any distance for points with fewer.
    """
    thresholds: Array = np.where(used.sum(0) > 2, huber_px, _NEVER_PX)
    return thresholds


def _descend(batch: _Batch, refined: Array) -> None:
    """Refine the points of a batch in place; ``refined`` is the caller's own array."""
    xyz = refined[:, batch.points]
    residuals = batch.sightings.residuals(xyz)
    loss = _loss(residuals, batch.weights, batch.huber_px)
    used_depths = 1 / residuals.inverse_depths[batch.weights > 0]
    tolerance = (_TOLERANCE * np.median(used_depths)) ** 2 if len(used_depths) else np.inf
    damping = np.zeros(len(batch.points))
    for _ in range(MAX_STEPS):
        step, definite = _step(batch, residuals, damping)
        trial = xyz + np.where(definite, step, 0.0)
        residuals = batch.sightings.residuals(trial)
        trial_loss = _loss(residuals, batch.weights, batch.huber_px)
        better = definite & (trial_loss <= loss * (1 + _ROUNDING))
        small = (step * step).sum(0) <= tolerance
        if better.all():
            xyz, loss = trial, trial_loss
        else:
            xyz, loss = np.where(better, trial, xyz), np.where(better, trial_loss, loss)
            residuals = batch.sightings.residuals(xyz)
        damping = _next_damping(damping, better)
        # A tiny step that does not help is the end too: the loss is flat to the last digit.
        done = small & definite
        if done.mean() >= _LEAVING:
            refined[:, batch.points] = xyz
            left = np.flatnonzero(~done)
            if not len(left):
                return
            batch, xyz, loss, damping = batch.take(left), xyz[:, left], loss[left], damping[left]
            residuals = residuals.take(left)
    refined[:, batch.points] = xyz


def _next_damping(damping: Array, better: Array) -> Array:
    lower = damping / _DAMPING_FACTOR
    lower[lower < _LEAST_DAMPING] = 0
    higher = np.maximum(damping * _DAMPING_FACTOR, _FIRST_DAMPING)
    chosen: Array = np.where(better, lower, higher)
    return chosen


def _loss(residuals: Residuals, weights: Array, huber_px: Array) -> Array:
    """Return the robust reprojection error of each point, infinite behind a camera in use."""
    squares = residuals.dx * residuals.dx
    squares += residuals.dy * residuals.dy
    distances = np.sqrt(squares)
    inner = np.minimum(distances, huber_px)
    # huber(d) = d^2 / 2 up to k and k d - k^2 / 2 beyond: both are m (d - m / 2), m = min(d, k).
    losses = weights * inner * (distances - 0.5 * inner)
    behind = (weights > 0) & ~(residuals.inverse_depths > 0)
    total: Array = losses.sum(0)
    total[behind.any(0) | np.isnan(total)] = np.inf
    return total


def _step(batch: _Batch, residuals: Residuals, damping: Array) -> tuple[Array, Array]:
    """Return the damped Newton steps ``(3, K)`` and where they lead downhill for sure."""
    sightings = batch.sightings
    robust, pull_x, pull_y = _pulls(batch, residuals)
    inverse, x, y = residuals.inverse_depths, residuals.x, residuals.y
    along = pull_x * x + pull_y * y
    gradients = np.empty((len(x), 3, len(damping)))
    gradients[:, 0] = pull_x * inverse
    gradients[:, 1] = pull_y * inverse
    gradients[:, 2] = -along * inverse
    metric_xx, metric_xy, metric_yy = _metric(batch, residuals, robust, pull_x, pull_y)
    row_x, row_y = metric_xx * x + metric_xy * y, metric_xy * x + metric_yy * y
    squared = inverse * inverse
    triangles = np.empty((len(x), 6, len(damping)))
    triangles[:, 0] = metric_xx * squared
    triangles[:, 1] = metric_xy * squared
    triangles[:, 2] = -(row_x + pull_x) * squared
    triangles[:, 3] = metric_yy * squared
    triangles[:, 4] = -(row_y + pull_y) * squared
    triangles[:, 5] = (x * row_x + y * row_y + 2 * along) * squared
    hessian = sightings.sum_triangles(triangles)
    if damping.any():
        curvature = robust * (batch.metric[0] + batch.metric[2]) * squared
        hessian[[0, 3, 5]] += damping * curvature.sum(0)
    solve, definite = solver_of(hessian)
    return solve(-sightings.sum_vectors(gradients)), definite


def _pulls(batch: _Batch, residuals: Residuals) -> tuple[Array, Array, Array]:
    """Return the robust weights and the loss's derivatives by the normalised x and y."""
    jxx, jxy, jyx, jyy = batch.sightings.jacobians
    dx, dy = residuals.dx, residuals.dy
    distances = np.sqrt(dx * dx + dy * dy)
    robust = batch.weights * (batch.huber_px / np.maximum(distances, batch.huber_px))
    return robust, robust * (jxx * dx + jyx * dy), robust * (jxy * dx + jyy * dy)


def _metric(
    batch: _Batch,
    residuals: Residuals,
    robust: Array,
    pull_x: Array,
    pull_y: Array,
) -> tuple[Array, Array, Array]:
    """Return the loss's second derivatives by x and y, but for the projection's own."""
    xx, xy, yy = robust * batch.metric[0], robust * batch.metric[1], robust * batch.metric[2]
    squares = residuals.dx * residuals.dx + residuals.dy * residuals.dy
    # Beyond the threshold the loss is a cone: it does not curve along the residual.
    beyond = (squares > batch.huber_px * batch.huber_px) & (robust > 0)
    if beyond.any():
        flat = np.where(beyond, 1 / (robust * squares), 0.0)
        xx -= flat * pull_x * pull_x
        xy -= flat * pull_x * pull_y
        yy -= flat * pull_y * pull_y
    return xx, xy, yy
