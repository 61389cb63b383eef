# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Peaks to candidate limbs: line integrals over the part affinity fields (paper, Eq. 11).

The constants are OpenPose's and count in network-input pixels; positions are converted by the
stride, never the maps.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields
import math
from typing import ClassVar

import cv2
import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks

# OpenPose's sampling: round(sqrt(5 length)) points, within these limits.
_SAMPLES_PER_PX = 5.0
_MIN_SAMPLES = 5
_MAX_SAMPLES = 25
_MIN_LENGTH_PX = 1e-6
# Below this share of the network input's mean side there is no room for a field between two peaks.
_NEAR_SHARE = 1 / 150

# Where a pair is looked at before it is scored in full, as fractions of the line: most pairs of
# peaks of different people fail at the first.
_MIDDLE = 0.5
_SCREENS = ((0.25, 0.75), (0.125, 0.375, 0.625, 0.875))

# cv2.remap reads images whose sides are shorter than this.
_REMAP_LIMIT = 1 << 15


@dataclass(frozen=True)
class LimbParameters(ParameterGroup):
    """Which pairs of peaks count as limbs."""

    group: ClassVar[str] = 'limbs'

    min_score: float = param(
        0.05,
        'Lowest projection of the part affinity field on the limb for a sample to count.',
        low=0.0,
        high=1.0,
        dynamic=True,
    )
    min_inlier_ratio: float = param(
        0.95,
        'A limb needs more than this share of its samples to count.',
        low=0.0,
        high=1.0,
        dynamic=True,
    )
    max_candidates: int = param(
        30000,
        'Most pairs of peaks per image that are scored, those with most support midway.',
        low=100,
        high=30000,
        dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class _Lines:
    """
    Lines between pairs of peaks, in map cells; every array has shape ``(M,)``.

    :param limb_ids: Limb that may join the pair.
    :param peaks_from: First peak.
    :param peaks_to: Second peak.
    :param x: First peak's x.
    :param y: First peak's y.
    :param dx: From the first to the second peak, x.
    :param dy: From the first to the second peak, y.
    :param length_px: Distance in network-input pixels.
    :param samples: Number N of samples on the line, a whole number.
    """

    limb_ids: IntArray
    peaks_from: IntArray
    peaks_to: IntArray
    x: FloatArray
    y: FloatArray
    dx: FloatArray
    dy: FloatArray
    length_px: FloatArray
    samples: FloatArray

    def take(self, rows: Array) -> _Lines:
        return _Lines(*(getattr(self, item.name)[rows] for item in fields(self)))


class _Fields:
    """The part affinity fields, read bilinearly (OpenCV < 5: at the nearest 1/32 of a cell)."""

    def __init__(self, maps: FieldMaps) -> None:
        _, _, self.height, width = maps.pafs.shape
        # All channels below one another: one image to read, limb l from row 2 l h on.
        self._image = np.ascontiguousarray(maps.pafs).reshape(-1, width)
        if max(self._image.shape) >= _REMAP_LIMIT:
            raise ValueError(
                f'part affinity fields of shape {maps.pafs.shape} are too large to sample, '
                f'expected a width and a total of rows below {_REMAP_LIMIT}'
            )

    def read(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """
        Read the vectors at some points.

        :param x: Column in map cells, two-dimensional.
        :param y: Row in map cells within the image of all channels, same shape as ``x``.
        :return: x and y components, same shape.
        """
        if x.size == 0:
            return x, y
        field_x, field_y = (
            cv2.remap(self._image, x, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for rows in (y, y + np.float32(self.height))
        )
        return field_x, field_y

    def first_row(self, limb_ids: Array) -> FloatArray:
        """Return the row of the image where the fields of each limb begin."""
        rows: FloatArray = (limb_ids * (2 * self.height)).astype(np.float32)
        return rows

    def project(self, lines: _Lines, along: FloatArray) -> FloatArray:
        """
        Project the fields on the directions of the lines.

        :param lines: M lines.
        :param along: Points on the lines, 0 the first peak and 1 the second, ``(n, M)``.
        :return: Vector times unit vector of the line, ``(n, M)``.
        """
        x = lines.x + lines.dx * along
        y = np.clip(lines.y + lines.dy * along, 0, self.height - 1).astype(np.float32, copy=False)
        field_x, field_y = self.read(x, y + self.first_row(lines.limb_ids))
        length = np.sqrt(lines.dx * lines.dx + lines.dy * lines.dy)
        projection = (field_x * lines.dx + field_y * lines.dy) / length
        return projection.astype(np.float32, copy=False)


def score_limbs(
    peaks: Peaks,
    maps: FieldMaps,
    skeleton: Skeleton,
    parameters: LimbParameters,
    *,
    near_score: float,
) -> Limbs:
    """
    Score all pairs of peaks that a limb of the skeleton may join.

    A pair is sampled at N equidistant points from its first peak on, N growing with the square
    root of its length. Its score is the mean projection of the field on the limb's direction over
    the samples above ``min_score``, if enough of the samples are and the midpoint is, too. Peaks
    too near for a field between them get ``near_score``.

    :param peaks: Peaks ordered by part.
    :param maps: Part affinity fields of shape ``(L, 2, h, w)``.
    :param skeleton: Skeleton with the L limbs.
    :param parameters: Thresholds.
    :param near_score: Score of two very near peaks without a field between them.
    :return: Candidate limbs.
    :raises ValueError: If the maps are too large to sample.
    """
    if not len(peaks.part_ids):
        return Limbs(peaks.part_ids, peaks.part_ids, peaks.part_ids, peaks.scores)
    field = _Fields(maps)
    height, width = maps.heatmaps.shape[1:]
    near_px = _NEAR_SHARE * maps.stride * math.sqrt(height * width)
    pairs = _supported_midway(peaks, skeleton, field, parameters, near=near_px / maps.stride)
    lines = _lines(*pairs, peaks, maps.stride)
    for fractions in _SCREENS:
        lines = _screen(lines, fractions, field, parameters, near_px)
    scores, enough = _integrate(lines, field, parameters)
    kept = enough | (lines.length_px < near_px)
    scores = np.where(enough, scores, np.float32(near_score))
    return Limbs(
        lines.limb_ids[kept], lines.peaks_from[kept], lines.peaks_to[kept], scores[kept]
    )


def _supported_midway(
    peaks: Peaks,
    skeleton: Skeleton,
    field: _Fields,
    parameters: LimbParameters,
    *,
    near: float,
) -> tuple[IntArray, IntArray, IntArray]:
    """
    Return limb, first and second peak of the pairs the field supports midway, and of near ones.

    All pairs of all limbs are looked at, up to some 10^5 in a crowd, so this is one block of
    shape (L, n, n), n the largest number of peaks of a part, without any indexing.
    """
    table, filled = _peaks_by_part(peaks, len(skeleton.parts))
    part_from, part_to = skeleton.limb_pairs.T
    limbs, most = len(part_from), table.shape[1]
    x, y = peaks.xy_map.T[:, table]
    middle_x = _outer_sum(_MIDDLE * x[part_from], _MIDDLE * x[part_to])
    middle_y = _outer_sum(_MIDDLE * y[part_from], _MIDDLE * y[part_to])
    np.clip(middle_y, 0, field.height - 1, out=middle_y)
    middle_y += np.repeat(field.first_row(np.arange(limbs)), most)[:, None]
    field_x, field_y = field.read(middle_x, middle_y)
    dx, dy = _outer_sum(-x[part_from], x[part_to]), _outer_sum(-y[part_from], y[part_to])
    length = cv2.magnitude(dx, dy)
    # The comparison of field * direction with the threshold, multiplied by the length.
    excess = field_x * dx + field_y * dy - np.float32(parameters.min_score) * length
    supported = (excess > 0) | (length < np.float32(near))
    supported &= _outer_and(filled[part_from], filled[part_to])
    places = np.flatnonzero(supported)
    if len(places) > parameters.max_candidates:
        support = excess.reshape(-1)[places] / np.maximum(length.reshape(-1)[places], 1e-6)
        best = np.argpartition(-support, parameters.max_candidates)[: parameters.max_candidates]
        places = np.sort(places[best])
    limb_ids, first, second = np.unravel_index(places, (limbs, most, most))
    return limb_ids, table[part_from[limb_ids], first], table[part_to[limb_ids], second]


def _peaks_by_part(peaks: Peaks, parts: int) -> tuple[IntArray, Array]:
    """Return a table of the peaks of each part, ``(P, n)``, and which of its places are filled."""
    counts = np.bincount(peaks.part_ids, minlength=parts)
    ranks = np.arange(len(peaks.part_ids)) - (np.cumsum(counts) - counts)[peaks.part_ids]
    table = np.zeros((parts, counts.max(initial=0)), np.int64)
    table[peaks.part_ids, ranks] = np.arange(len(ranks))
    return table, np.arange(table.shape[1]) < counts[:, None]


def _outer_sum(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the sum of each first and each second value of a limb, ``(L n, n)``."""
    total = first[:, :, None] + second[:, None, :]
    return total.reshape(total.shape[0] * total.shape[1], total.shape[2])


def _outer_and(first: Array, second: Array) -> Array:
    """Return whether both are true, for each first and each second value of a limb."""
    both = first[:, :, None] & second[:, None, :]
    return both.reshape(both.shape[0] * both.shape[1], both.shape[2])


def _lines(
    limb_ids: IntArray, peaks_from: IntArray, peaks_to: IntArray, peaks: Peaks, stride: float
) -> _Lines:
    """Return the lines between pairs of peaks, those without any length left out."""
    xy_from, xy_to = peaks.xy_map[peaks_from], peaks.xy_map[peaks_to]
    x, y = np.ascontiguousarray(xy_from.T)
    dx, dy = np.ascontiguousarray((xy_to - xy_from).T)
    length_px = np.sqrt(dx * dx + dy * dy) * np.float32(stride)
    longest_px = np.maximum(np.abs(dx), np.abs(dy)) * np.float32(stride)
    samples = np.rint(np.sqrt(np.float32(_SAMPLES_PER_PX) * longest_px))
    samples = np.clip(samples, _MIN_SAMPLES, _MAX_SAMPLES)
    lines = _Lines(limb_ids, peaks_from, peaks_to, x, y, dx, dy, length_px, samples)
    apart = length_px > _MIN_LENGTH_PX
    return lines if apart.all() else lines.take(np.flatnonzero(apart))


def _screen(
    lines: _Lines,
    fractions: tuple[float, ...],
    field: _Fields,
    parameters: LimbParameters,
    near_px: float,
) -> _Lines:
    """Drop lines that cannot reach the ratio of supporting samples any more."""
    # These are some of the line's own samples: looking there first never changes the result.
    steps = np.floor(lines.samples * np.array(fractions, np.float32)[:, None])
    projection = field.project(lines, np.divide(steps, lines.samples, dtype=np.float32))
    missed = (projection <= parameters.min_score).sum(axis=0)
    needed = np.floor(parameters.min_inlier_ratio * lines.samples.astype(np.float64)) + 1
    enough_left = missed <= lines.samples - needed
    return lines.take(np.flatnonzero(enough_left | (lines.length_px < near_px)))


def _integrate(
    lines: _Lines, field: _Fields, parameters: LimbParameters
) -> tuple[FloatArray, Array]:
    """Return the mean of the supporting samples, and whether they are enough, for each line."""
    steps = np.arange(lines.samples.max(initial=0), dtype=np.float32)[:, None]
    projection = field.project(lines, np.divide(steps, lines.samples, dtype=np.float32))
    supporting = (projection > parameters.min_score) & (steps < lines.samples)
    count = supporting.sum(axis=0)
    total = np.where(supporting, projection, 0).sum(axis=0, dtype=np.float32)
    enough = count > parameters.min_inlier_ratio * lines.samples.astype(np.float64)
    return total / np.maximum(count, 1).astype(np.float32), enough
