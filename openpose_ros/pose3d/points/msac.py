# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Finds the views of a point that agree, by MSAC over pairs of views.

Each hypothesis is the point between the rays of two views; the best one has the least sum of
squared reprojection errors, each cut off at the threshold (Torr and Zisserman, MLESAC, 2000).
All points and hypotheses are evaluated at once.
"""

from __future__ import annotations

from functools import lru_cache
import itertools

import numpy as np

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.types import Array

MAX_PAIRS = 30
# Rounds of "fit to the views that agree, ask all views again" after the best hypothesis.
_LOCAL_ROUNDS = 2
# Errors evaluated at once, so that memory stays bounded and in the processor's cache.
_BLOCK = 200_000


def agreeing_views(
    sightings: Sightings, weights: Array, xyz: Array, *, threshold_px: float
) -> Array:
    """
    Return the views that agree on each point.

    :param sightings: K points as C cameras see them.
    :param weights: Weight of each view, 0 where there is none, shape ``(C, K)``.
    :param xyz: A first guess in the centred world, for the choice of pairs only, ``(3, K)``.
    :param threshold_px: Reprojection error beyond which a view does not agree.
    :return: Mask of the views, shape ``(C, K)``; none where no two views agree.
    """
    cameras, count = weights.shape
    block = max(1, _BLOCK // max(1, MAX_PAIRS * cameras))
    parts = [
        _agreeing(sightings.take(points), weights[:, points], xyz[:, points], threshold_px)
        for points in np.split(np.arange(count), range(block, count, block))
    ]
    return np.concatenate(parts, axis=1)


def _agreeing(sightings: Sightings, weights: Array, xyz: Array, threshold_px: float) -> Array:
    best = _best_hypotheses(sightings, weights, xyz, threshold_px)
    agreeing = _agree(sightings, weights, best, threshold_px)
    for _ in range(_LOCAL_ROUNDS):
        fitted = solve_dlt(sightings, np.where(agreeing, weights, 0.0))
        wider = _agree(sightings, weights, fitted, threshold_px)
        # A fit that loses views is worse than the one before.
        agreeing = np.where(wider.sum(0) >= agreeing.sum(0), wider, agreeing)
    result: Array = np.where(agreeing.sum(0) >= 2, agreeing, False)
    return result


def _agree(sightings: Sightings, weights: Array, xyz: Array, threshold_px: float) -> Array:
    agree: Array = (weights > 0) & (sightings.residuals(xyz).errors() <= threshold_px)
    return agree


def _best_hypotheses(
    sightings: Sightings, weights: Array, xyz: Array, threshold_px: float
) -> Array:
    """Return the best point between two rays, shape ``(3, K)``."""
    first, second = _pairs_of_points(sightings, weights, xyz)
    hypotheses = _between_rays(sightings, first, second)
    pairs, count = first.shape
    points = np.tile(np.arange(count), pairs)
    errors = sightings.take(points).residuals(hypotheses.reshape(3, -1)).errors()
    limit = threshold_px * threshold_px
    costs = weights[:, points] * np.minimum(errors * errors, limit)
    costs = np.where(np.isnan(costs), limit, costs).sum(0).reshape(pairs, count)
    # Behind a camera that a hypothesis is made of it is none.
    costs[~np.isfinite(hypotheses).all(0)] = np.inf
    chosen = costs.argmin(0)
    best: Array = hypotheses[:, chosen, np.arange(count)]
    return best


def _pairs_of_points(sightings: Sightings, weights: Array, xyz: Array) -> tuple[Array, Array]:
    """
    Choose pairs of the views that each point has.

    The views are numbered by their distance from the point, a number that does not change with
    the order of the cameras nor with the world frame.
    """
    seen = weights > 0
    in_cameras = sightings.in_cameras(np.where(np.isfinite(xyz), xyz, 0.0))
    distances = np.where(seen, (in_cameras * in_cameras).sum(1), np.inf)
    order = np.argsort(distances, axis=0, kind='stable')
    table = _pair_table(len(weights))[seen.sum(0)]
    columns = np.arange(weights.shape[1])
    return order[table[:, :, 0].T, columns], order[table[:, :, 1].T, columns]


@lru_cache(maxsize=16)
def _pair_table(cameras: int) -> Array:
    """Return the pairs for each number of views, shape ``(C + 1, pairs, 2)``."""
    chosen = [spread_pairs(views) for views in range(cameras + 1)]
    longest = max(len(pairs) for pairs in chosen)
    table = np.zeros((cameras + 1, longest, 2), np.int64)
    for views, pairs in enumerate(chosen):
        # Shorter lists are filled with their first pair.
        table[views] = pairs[:1] or [(0, 0)]
        table[views, : len(pairs)] = pairs or [(0, 0)]
    table.setflags(write=False)
    return table


def spread_pairs(views: int) -> list[tuple[int, int]]:
    """
    Return at most :data:`MAX_PAIRS` pairs of views that use all views equally often.

    A view that all pairs share would, if it is wrong, spoil them all: the pairs are whole rounds
    of a tournament in which everybody meets everybody.

    :param views: Number of views.
    """
    if views * (views - 1) // 2 <= MAX_PAIRS:
        return list(itertools.combinations(range(views), 2))
    players = views + views % 2  # the last one of an odd number pauses
    pairs: list[tuple[int, int]] = []
    for turn in range(players - 1):
        circle = [players - 1, *((turn + step) % (players - 1) for step in range(players - 1))]
        half = players // 2
        meetings = zip(circle[:half], reversed(circle[half:]))
        pairs += [(a, b) for a, b in meetings if max(a, b) < views]
        if len(pairs) >= MAX_PAIRS:
            break
    return pairs[:MAX_PAIRS]


def _between_rays(sightings: Sightings, first: Array, second: Array) -> Array:
    """
    Return the midpoint of the shortest line between two rays, NaN if they hardly converge.

    :param first: Camera of the one ray, shape ``(H, K)``.
    :param second: Camera of the other.
    :return: In the centred world, shape ``(3, H, K)``.
    """
    x, y = sightings.xy_normalized
    in_camera = np.stack([x, y, np.ones_like(x)], axis=1)
    rays = sightings.rotations.swapaxes(1, 2) @ in_camera
    positions = -np.einsum('cij,ci->cj', sightings.rotations, sightings.translations[:, :, 0])
    columns = np.arange(first.shape[1])
    ray_a, ray_b = rays[first, :, columns], rays[second, :, columns]
    from_a, from_b = positions[first], positions[second]
    between = from_b - from_a
    aa, bb = (ray_a * ray_a).sum(-1), (ray_b * ray_b).sum(-1)
    ab = (ray_a * ray_b).sum(-1)
    along_a, along_b = (ray_a * between).sum(-1), (ray_b * between).sum(-1)
    area = aa * bb - ab * ab
    with np.errstate(divide='ignore', invalid='ignore'):
        depth_a = (bb * along_a - ab * along_b) / area
        depth_b = (ab * along_a - aa * along_b) / area
    middle = 0.5 * (
        from_a + depth_a[..., np.newaxis] * ray_a + from_b + depth_b[..., np.newaxis] * ray_b
    )
    valid = (area > 0) & (depth_a > 0) & (depth_b > 0) & (first != second)
    points: Array = np.moveaxis(np.where(valid[..., np.newaxis], middle, np.nan), -1, 0)
    return points
