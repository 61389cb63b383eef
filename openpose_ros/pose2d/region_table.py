# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Squares around parts of bodies as a table of regions."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose2d.body_parts import Float64Array
from openpose_ros.region_types import Regions
from openpose_ros.types import Array
from openpose_ros.types import IntArray

# Far above any image; a size that a float holds may still be more than pixels can be counted.
_LARGEST_PX = 1e6


def regions_of(
    kind: int,
    centres: Float64Array,
    sizes_px: Float64Array,
    *,
    angles_rad: Float64Array | None = None,
    scores: Float64Array,
) -> Regions:
    """
    Return the regions of those people for whom there is one.

    :param kind: One of :data:`openpose_ros.types.REGION_KINDS`.
    :param centres: Pixels of the source image, ``(N, 2)``; NaN for no region.
    :param sizes_px: Sides of the squares, ``(N,)``; NaN or not above 0 for no region.
    :param angles_rad: Clockwise in the image, ``(N,)``, NaN for upright; ``None`` for all upright.
    :param scores: Confidence of the N regions in [0, 1], ``(N,)``.
    """
    with np.errstate(invalid='ignore'):
        valid = np.isfinite(centres).all(axis=1) & (sizes_px > 0) & (sizes_px < _LARGEST_PX)
    rows = np.flatnonzero(valid)
    angles = np.zeros(len(rows)) if angles_rad is None else np.nan_to_num(angles_rad[rows])
    return Regions(
        np.full(len(rows), kind, np.int64),
        rows.astype(np.int64),
        centres[rows].astype(np.float32),
        sizes_px[rows].astype(np.float32),
        angles.astype(np.float32),
        np.clip(scores[rows], 0, 1).astype(np.float32),
    )


def angle_of_right(vectors: Float64Array) -> Float64Array:
    """
    Return by how much something is turned whose own x axis lies along a vector.

    :param vectors: Pixels of the image, ``(N, 2)``.
    :return: Radians, clockwise in the image, ``(N,)``.
    """
    angles: Float64Array = np.arctan2(vectors[:, 1], vectors[:, 0])
    return angles


def angle_of_up(vectors: Float64Array) -> Float64Array:
    """
    Return by how much something is turned whose own upward axis lies along a vector.

    :param vectors: Pixels of the image, ``(N, 2)``.
    :return: Radians, clockwise in the image, ``(N,)``.
    """
    angles: Float64Array = np.arctan2(vectors[:, 0], -vectors[:, 1])
    return angles


def usable(regions: Regions, image_size: tuple[int, int], max_size_factor: float) -> IntArray:
    """
    Return the rows of the regions that can show something.

    :param regions: Regions, of whoever's making.
    :param image_size: Width and height of the image in pixels.
    :param max_size_factor: Largest side, as a multiple of the longer side of the image.
    :return: Rows of regions with finite numbers, a side above 0 and not too large, some of whose
        square lies inside the image.
    """
    numbers: Array = np.column_stack((regions.xy_image, regions.sizes_px, regions.angles_rad))
    numbers = numbers.astype(float)
    finite = np.isfinite(numbers).all(axis=1)
    numbers[~finite] = 0.0
    sizes, angles = numbers[:, 2], numbers[:, 3]
    # half the width of the upright square around the turned one
    reach = 0.5 * sizes * (np.abs(np.cos(angles)) + np.abs(np.sin(angles)))
    low, high = numbers[:, :2] - reach[:, None], numbers[:, :2] + reach[:, None]
    inside = ((high > -0.5) & (low < np.array(image_size) - 0.5)).all(axis=1)
    fits = (sizes > 0) & (sizes <= max_size_factor * max(image_size))
    return np.flatnonzero(finite & fits & inside)


def turned(vectors: Array, angles_rad: Array) -> Float64Array:
    """
    Turn vectors clockwise in the image.

    :param vectors: Pixels, ``(R, K, 2)``.
    :param angles_rad: One angle per row, ``(R,)``.
    :return: Same shape.
    """
    cos, sin = np.cos(angles_rad)[:, None], np.sin(angles_rad)[:, None]
    x, y = vectors[..., 0], vectors[..., 1]
    rotated: Float64Array = np.stack((cos * x - sin * y, sin * x + cos * y), axis=-1)
    return rotated


def replaced(
    regions: Regions,
    points: Array,
    angles_rad: Array,
    *,
    margin: float,
    shift_down: float = 0.0,
) -> Regions:
    """
    Return the turned squares around points instead of the regions these were found in.

    :param regions: Regions of the points; one whose points make no square is kept.
    :param points: Pixels of the source image, ``(R, K, 2)``.
    :param angles_rad: How the new squares are turned, ``(R,)``.
    :param margin: Side of the new square over the longer side of the box around the points.
    :param shift_down: Shift of the square, as a share of the height of that box.
    """
    points, angles = points.astype(float), np.asarray(angles_rad, float)
    upright = turned(points, -angles)
    low, high = upright.min(axis=1), upright.max(axis=1)
    extent = high - low
    middle = 0.5 * (low + high)
    middle[:, 1] += shift_down * extent[:, 1]
    xy = turned(middle[:, None], angles)[:, 0]
    sizes = margin * extent.max(axis=1)
    with np.errstate(invalid='ignore'):
        good = np.isfinite(xy).all(axis=1) & (sizes > 0) & (sizes < _LARGEST_PX)
    return Regions(
        regions.kinds,
        regions.persons,
        np.where(good[:, None], xy, regions.xy_image).astype(np.float32),
        np.where(good, sizes, regions.sizes_px).astype(np.float32),
        np.where(good, angles, regions.angles_rad).astype(np.float32),
        regions.scores,
    )
