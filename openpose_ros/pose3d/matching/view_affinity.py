# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How well any two people of different views fit one person in space, by the geometry of their rays.

All pairs of people and all parts are computed at once. The distance of a pair of rays is what
both keypoints have to move, at least, for the rays to meet (Sampson's distance of the epipolar
constraint, on the sphere of directions, so that it holds for any lens): two lines with directions
d and moments m = c x d meet if d_a . m_b + d_b . m_a = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray

# Keeps the distance of missing parts finite.
_TINY = np.float32(1e-20)
# Square of how far, in metres, one ray moves past the other per pixel: a millimetre of baseline.
_LEAST_SPREAD = np.float32(1e-12)
# Times 1.4826, the median distance of a normal distribution is its standard deviation.
_SIGMA_PER_MEDIAN = 1.4826
_MIN_PAIRS_FOR_SPREAD = 3
# Multiplications of a matrix product that OpenBLAS leaves to one thread (it does up to 2^18). The
# threads of larger ones wait for each other, part by part: on a busy machine for tens of times as
# long as they work.
_PRODUCT_OF_ONE_THREAD = 200_000


@dataclass(frozen=True, eq=False)
class RayDistances:
    """
    Distances between the rays of all pairs of D people, and what a pair counts.

    :param squares: Squared distance in reference pixels of part p of one person and part p of the
        other, shape ``(P, D, D)``, float32; without meaning where the weight is 0.
    :param weights: Square root of the product of the scores, 0 where one of them is missing, shape
        ``(P, D, D)``, float32.
    """

    squares: FloatArray
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class Affinities:
    """
    Votes of the parts of all pairs of D people; the sum over the parts is a pair's affinity.

    :param direct: Weight times agreement in [-1, 1] of the parts as they are, ``(P, D, D)``.
    :param crossed: The same if left and right of the second person are exchanged.
    """

    direct: FloatArray
    crossed: FloatArray


def ray_distances(rays: ViewRays, mirrored: Array) -> tuple[RayDistances, RayDistances]:
    """
    Return the distances of all pairs: of the same parts, and of part and mirrored part.

    :param rays: D people of all views.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    """
    by_part = np.ascontiguousarray(rays.directions.transpose(1, 0, 2))
    moments = np.cross(rays.positions[rays.views], by_part)
    lines = np.concatenate([by_part, moments], axis=-1)
    other_lines = np.concatenate([moments, by_part], axis=-1).transpose(0, 2, 1)
    sines = _baseline_sines(rays, by_part)
    same = np.arange(len(mirrored))
    first, second = (
        _distances(rays, _products(lines, other_lines[order]), sines, order)
        for order in (same, mirrored)
    )
    return first, second


def _products(lines: FloatArray, other_lines: FloatArray) -> FloatArray:
    """Return ``lines @ other_lines`` without the threads that large matrix products start."""
    products = np.empty((*lines.shape[:2], other_lines.shape[2]), lines.dtype)
    width = max(1, _PRODUCT_OF_ONE_THREAD // max(1, other_lines[0].size))
    for start in range(0, lines.shape[1], width):
        rows = slice(start, start + width)
        np.matmul(lines[:, rows], other_lines, out=products[:, rows])
    return products


def _distances(
    rays: ViewRays, residuals: FloatArray, sines: FloatArray, order: Array
) -> RayDistances:
    """Divide the residuals by what they change per pixel, at both ends."""
    ends = sines[order][:, rays.views]
    ends *= np.ascontiguousarray(rays.pixel_rad.T)[:, :, None] ** 2
    spread = ends + ends[order].transpose(0, 2, 1)
    spread += _TINY
    residuals *= residuals
    residuals /= spread
    # In the memory order of the residuals, or everything that follows strides through memory.
    by_part = np.ascontiguousarray(rays.weights.T)
    weights = by_part[:, :, None] * by_part[order][:, None, :]
    # Cameras in one place and rays along the baseline fit everything, which says nothing.
    weights *= spread > _LEAST_SPREAD
    return RayDistances(residuals, weights)


def agreement(distances: RayDistances, limit_px: float) -> FloatArray:
    """
    Return how much each part of each pair speaks for one person.

    1 where the rays meet, 0 at the limit, -1 from 1.4 times the limit on, times the weight: wrong
    parts count no more than right ones.

    :param distances: Distances of the pairs.
    :param limit_px: Limit in reference pixels.
    :return: Shape ``(P, D, D)``, float32.
    """
    votes: FloatArray = distances.squares * np.float32(-1 / limit_px**2)
    votes += 1
    np.maximum(votes, -1, out=votes)
    votes *= distances.weights
    return votes


def pair_affinities(votes: Affinities, mirrored: Array) -> tuple[FloatArray, FloatArray]:
    """
    Return the affinity of all pairs, as they are and exchanged.

    That a left part of one fits a right part of the other speaks for them only where left and left
    or right and right could be compared, too: left and right are near each other.

    :param votes: Votes of the parts.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    :return: Direct and crossed affinity, shape ``(D, D)`` each.
    """
    compared = votes.direct != 0
    compared |= compared[mirrored]
    # Few of the votes: to take them out again is faster than to sum a copy without them.
    places = np.flatnonzero((votes.crossed > 0) & ~compared)
    pairs = votes.crossed[0].size
    excess = np.bincount(places % pairs, votes.crossed.ravel()[places], pairs)
    crossed = votes.crossed.sum(axis=0) - excess.reshape(votes.crossed.shape[1:])
    return votes.direct.sum(axis=0), crossed.astype(np.float32)


def typical_distance(distances: RayDistances, affinity: Array, rays: ViewRays) -> float | None:
    """
    Estimate the noise of keypoints and calibration from pairs that choose each other.

    :param distances: Distances of the pairs, same parts.
    :param affinity: Affinity of the pairs, shape ``(D, D)``, -inf within a view.
    :param rays: The people.
    :return: Standard deviation in reference pixels; None if there are too few pairs to say.
    """
    count = len(rays.positions)
    of_view = [np.flatnonzero(rays.views == view) for view in range(count)]
    best: IntArray = np.full((len(affinity), count), -1)
    for view, rows in enumerate(of_view):
        if len(rows):
            best[:, view] = rows[np.argmax(affinity[:, rows], axis=1)]
    first, in_view = np.nonzero((best >= 0) & (rays.views[:, None] < np.arange(count)))
    second = best[first, in_view]
    mutual = (best[second, rays.views[first]] == first) & (affinity[first, second] > 0)
    first, second = first[mutual], second[mutual]
    if len(first) < _MIN_PAIRS_FOR_SPREAD:
        return None
    squares = distances.squares[:, first, second]
    seen = squares[distances.weights[:, first, second] > 0]
    return float(_SIGMA_PER_MEDIAN * np.sqrt(np.median(seen)))


def _baseline_sines(rays: ViewRays, by_part: FloatArray) -> FloatArray:
    """Return the squared area of baseline and ray, camera and person: ``(P, C, D)``."""
    own = rays.positions[rays.views]
    lengths = ((own - rays.positions[:, None]) ** 2).sum(axis=-1)
    along = (own * by_part).sum(axis=-1)[:, None] - rays.positions @ by_part.transpose(0, 2, 1)
    along *= along
    squares: FloatArray = np.maximum(lengths - along, 0)
    return squares
