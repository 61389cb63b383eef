# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Heatmaps to peaks: non-maximum suppression and sub-pixel refinement (paper, section 3.3).

OpenPose upsamples all maps to the network-input size first. Here the maxima are sought at map
resolution and only the few cells around each are upsampled, which gives the same accuracy at a
tenth of the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import Peaks

# Least ratio of the highest cell to the peak between the cells, with a margin: the networks'
# peaks are Gaussians exp(-d^2 / 2 sigma^2), sigma 7 px, and at stride 8 the farthest cell centre
# is 5.7 px away, which leaves 0.72.
_CELL_TO_PEAK = 0.7

# Local upsampling, as OpenPose's: bicubic, factor 8.
_UPSAMPLING = 8
_REACH = 5  # upsampled steps searched on each side; a maximum farther off belongs to the next cell
_RADIUS = 2  # cells on each side which that interpolation reads
_KEYS_A = -0.75  # the cubic kernel's free coefficient, OpenCV's choice


@dataclass(frozen=True)
class PeakParameters(ParameterGroup):
    """Which local maxima count as peaks."""

    group: ClassVar[str] = 'peaks'

    min_score: float = param(
        0.05, 'Lowest heatmap score kept as a peak.', low=0.0, high=1.0, dynamic=True
    )
    max_per_part: int = param(
        127, 'Most peaks kept per part, the best ones.', low=1, high=127, dynamic=True
    )


def find_peaks(maps: FieldMaps, parameters: PeakParameters) -> Peaks:
    """
    Find the local maxima of all heatmaps.

    A cell is a maximum if it exceeds its eight neighbours. Of equal neighbours the first in
    reading order wins, so that a peak midway between two cells is found once.

    :param maps: Heatmaps of shape ``(P, h, w)``.
    :param parameters: Lowest score and number of peaks per part.
    :return: Peaks ordered by part.
    """
    cells = _local_maxima(maps.heatmaps, _CELL_TO_PEAK * parameters.min_score)
    cells = _best_of_each_part(maps.heatmaps, cells, parameters.max_per_part)
    offsets, scores = _refine(maps.heatmaps, cells)
    good = scores > parameters.min_score
    part_ids, rows, columns = cells
    xy_map = (np.stack((columns, rows), axis=1) + offsets).astype(np.float32)
    return Peaks(part_ids[good], xy_map[good], scores[good])


def _local_maxima(heatmaps: FloatArray, floor: float) -> tuple[Array, Array, Array]:
    """Return part, row and column of each cell that is above the floor and a local maximum."""
    parts, height, width = heatmaps.shape
    padded = np.full((parts, height + 2, width + 2), -np.inf, np.float32)
    padded[:, 1:-1, 1:-1] = heatmaps
    flat = padded.reshape(-1)
    # Few cells pass the floor, so comparing just those beats comparing whole maps.
    cells = np.flatnonzero(flat > floor)
    values = flat[cells]
    row = width + 2
    for step in (1, row - 1, row, row + 1):
        keep = (values > flat[cells - step]) & (values >= flat[cells + step])
        cells, values = cells[keep], values[keep]
    part_ids, inside = np.divmod(cells, (height + 2) * row)
    rows, columns = np.divmod(inside, row)
    return part_ids, rows - 1, columns - 1


def _best_of_each_part(
    heatmaps: FloatArray, cells: tuple[Array, Array, Array], most: int
) -> tuple[Array, Array, Array]:
    """Keep the best cells of each part, in the order given: bounds what a bad map can cost."""
    part_ids = cells[0]
    counts = np.bincount(part_ids)
    if counts.max(initial=0) <= most:
        return cells
    order = np.lexsort((-heatmaps[cells], part_ids))
    ranks = np.arange(len(part_ids)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = np.sort(order[ranks < most])
    return part_ids[kept], cells[1][kept], cells[2][kept]


def _cubic_weights() -> FloatArray:
    """Weights that upsample 2 radius + 1 cells to 2 reach + 1 positions around the middle."""
    offsets = np.arange(-_REACH, _REACH + 1) / _UPSAMPLING
    distance = np.abs(offsets[:, None] - np.arange(-_RADIUS, _RADIUS + 1)[None, :])
    a = _KEYS_A
    near = (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    far = a * (distance**3 - 5 * distance**2 + 8 * distance - 4)
    weights = np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))
    return weights.astype(np.float32)


_WEIGHTS = _cubic_weights()


def _refine(
    heatmaps: FloatArray, cells: tuple[Array, Array, Array]
) -> tuple[FloatArray, FloatArray]:
    """Return the offset (x, y) of each peak from its cell, in cells, and the score there."""
    part_ids, rows, columns = cells
    _, height, width = heatmaps.shape
    around = np.arange(-_RADIUS, _RADIUS + 1)
    patch_rows = np.clip(rows[:, None] + around, 0, height - 1)
    patch_columns = np.clip(columns[:, None] + around, 0, width - 1)
    index = (part_ids[:, None] * height + patch_rows)[:, :, None] * width
    patches = heatmaps.reshape(-1)[index + patch_columns[:, None, :]]
    fine = _WEIGHTS @ patches @ _WEIGHTS.T
    return _parabola_maximum(fine)


def _parabola_maximum(fine: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return offset in cells and value of the maximum of each patch, by a parabola per axis."""
    count, side, _ = fine.shape
    flat = fine.reshape(count, side * side)
    # The maximum on the rim has no neighbour outside: the next inner one carries the parabola.
    best = np.argmax(flat, axis=1)
    rows, columns = np.divmod(best, side)
    rows, columns = np.clip(rows, 1, side - 2), np.clip(columns, 1, side - 2)
    people = np.arange(count)
    middle = rows * side + columns
    centre = flat[people, middle]
    offsets = np.empty((count, 2), np.float32)
    for axis, (step, steps) in enumerate(((1, columns), (side, rows))):
        before, after = flat[people, middle - step], flat[people, middle + step]
        curvature = before - 2 * centre + after
        shift = 0.5 * (before - after) / np.where(curvature < 0, curvature, -np.inf)
        offsets[:, axis] = (steps - _REACH + np.clip(shift, -1, 1)) / _UPSAMPLING
    return offsets, np.minimum(flat[people, best], 1.0)
