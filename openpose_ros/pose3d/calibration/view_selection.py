# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Picks few views of a board, unlike each other and sharp, from many."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.types import Array

# A view with less than this of the usual sharpness of its camera was taken in motion.
_LEAST_SHARPNESS = 0.5


def sharp_views(views: Mapping[int, BoardView]) -> dict[int, BoardView]:
    """
    Return the views that are not blurred, as far as the camera's other views tell.

    :param views: Views of one camera by frame.
    """
    if not views:
        return {}
    usual = float(np.median([view.sharpness for view in views.values()]))
    return {
        frame: view
        for frame, view in views.items()
        if view.sharpness >= _LEAST_SHARPNESS * usual
    }


def view_features(view: BoardView, image_size: tuple[int, int]) -> Array:
    """
    Return where and how the board lies in the image, as numbers of similar range.

    :param view: The view.
    :param image_size: Width and height in pixels.
    :return: Centre x and y, size, direction and slants, shape ``(6,)``.
    """
    scale = np.hypot(*image_size)
    centred = view.xy_image - view.xy_image.mean(0)
    x, y = view.xy_image.mean(0) / scale
    covariance = centred.T @ centred / len(centred)
    size = np.sqrt(np.trace(covariance)) / scale
    # Third moments grow with perspective: they are 0 for a board that faces the camera.
    slants = (centred**3).mean(0) / np.trace(covariance) ** 1.5
    shape = covariance / np.trace(covariance)
    return np.array([x, y, size, *slants, shape[0, 1]])


def select_spread(features: Sequence[Array], count: int) -> list[int]:
    """
    Return the numbers of items that lie far from each other, ascending.

    Starts with the item next to the mean; each further one is the farthest from those chosen.

    :param features: Features of each item, shape ``(F,)`` each.
    :param count: Number of items wanted.
    """
    if len(features) <= count:
        return list(range(len(features)))
    table = np.stack(features)
    chosen = [int(np.argmin(np.linalg.norm(table - table.mean(0), axis=1)))]
    distances = np.full(len(table), np.inf)
    while len(chosen) < count:
        distances = np.minimum(distances, np.linalg.norm(table - table[chosen[-1]], axis=1))
        chosen.append(int(np.argmax(distances)))
    return sorted(chosen)


def select_views(
    views: Mapping[int, BoardView], image_size: tuple[int, int], count: int
) -> dict[int, BoardView]:
    """
    Return sharp views of one camera that are unlike each other.

    :param views: Views by frame.
    :param image_size: Width and height in pixels.
    :param count: Most views wanted.
    """
    sharp = sharp_views(views)
    frames = sorted(sharp)
    features = [view_features(sharp[frame], image_size) for frame in frames]
    return {frames[row]: sharp[frames[row]] for row in select_spread(features, count)}


def select_frames(
    views: Mapping[str, Mapping[int, BoardView]],
    image_sizes: Mapping[str, tuple[int, int]],
    count: int,
) -> list[int]:
    """
    Return frames in which several cameras see the board, unlike each other for all pairs.

    :param views: Views by camera and frame.
    :param image_sizes: Width and height of the images of each camera, in pixels.
    :param count: Frames wanted of each pair of cameras, at most.
    """
    names = list(views)
    chosen: set[int] = set()
    for row, first in enumerate(names):
        for second in names[row + 1 :]:
            common = sorted(views[first].keys() & views[second].keys())
            features = [
                np.concatenate([
                    view_features(views[first][frame], image_sizes[first]),
                    view_features(views[second][frame], image_sizes[second]),
                ])
                for frame in common
            ]
            chosen.update(common[item] for item in select_spread(features, count))
    return sorted(chosen)
