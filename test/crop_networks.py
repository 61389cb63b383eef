# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Functions that stand where a network stands, and whose answer is known: they find colours.

Blue, green and red light of a crop each have a middle. The networks answer with these places, so
that a test can paint an image and knows where in it they must be found again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from openpose_ros.networks.landmark_metadata import HeatmapOutputs
from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.landmark_metadata import RegressorOutputs
from openpose_ros.networks.metadata import InputFormat
from openpose_ros.networks.point_mapping import PointMapping
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.skeletons import get_skeleton

BLUE, GREEN, RED = range(3)
STRIDE = 8


def point_model(
    skeleton: str,
    sources: dict[str, int | tuple[int, ...]],
    *,
    size_px: int = 64,
    values: tuple[str, ...] = ('x', 'y', 'z'),
    score: str = 'score',
    activation: str = 'probability',
    mirror: str = 'none',
    points: int = 3,
    layout: str = 'nchw',
) -> LandmarkModel:
    """
    Return the metadata of a network that answers with points.

    :param skeleton: Name of the skeleton.
    :param sources: Part -> number of the point, or numbers of the points averaged.
    """
    numbers = tuple(one if isinstance(one, tuple) else (one,) for one in sources.values())
    return LandmarkModel(
        name='colours', skeleton=get_skeleton(skeleton), onnx_path=Path('none.onnx'),
        sha256='0' * 64, size_px=size_px,
        input=InputFormat(layout, 'bgr', 1 / 255, (0.0, 0.0, 0.0), size_px),
        outputs=RegressorOutputs('points', points, values, score, activation),
        points=PointMapping(tuple(sources), numbers),
        min_score=0.5 if score else 0.0, mirror=mirror, licence='Apache-2.0', source='a test',
    )


def map_model(
    skeleton: str, *, size_px: int = 64, mirror: str = 'none', layout: str = 'nchw',
    background: bool = True,
) -> LandmarkModel:
    """Return the metadata of a network that answers with heatmaps."""
    chosen = get_skeleton(skeleton)
    return LandmarkModel(
        name='light', skeleton=chosen, onnx_path=Path('none.onnx'), sha256='0' * 64,
        size_px=size_px, input=InputFormat(layout, 'bgr', 1 / 255, (0.0, 0.0, 0.0), size_px),
        outputs=HeatmapOutputs('maps', background, float(STRIDE), 0.0),
        points=PointMapping.of_same_order(chosen.parts), min_score=0.2, mirror=mirror,
        licence='Apache-2.0', source='a test',
    )


def colour_points(
    *, values: int = 3, scored: bool = True, batches: list[int] | None = None
) -> Infer:
    """
    Return a network that answers with the middles of blue, green and red, and a score.

    The numbers of a point after x and y are 10, 20, ...; the score is the brightest red.

    :param values: Numbers per point.
    :param scored: Whether there is a score.
    :param batches: Gets the number of crops of each call.
    """

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        if batches is not None:
            batches.append(len(crops))
        rows, columns = np.indices(crops.shape[2:])
        light = crops.sum(axis=(2, 3)) + 1e-9
        table = np.zeros((len(crops), 3, values), np.float32)
        table[..., 0] = (crops * columns).sum(axis=(2, 3)) / light
        table[..., 1] = (crops * rows).sum(axis=(2, 3)) / light
        table[..., 2:] = 10 * np.arange(1, values - 1)
        scores = crops[:, RED].max(axis=(1, 2)).reshape(-1, 1)
        flat = table.reshape(len(crops), -1)
        return (flat, scores) if scored else (flat,)

    return infer


def colour_maps(parts: int, *, batches: list[int] | None = None) -> Infer:
    """
    Return a network whose maps are blurred colours: part 0 blue, part 1 green, the others red.

    :param parts: Number of parts; one more map is the background.
    :param batches: Gets the number of crops of each call.
    """

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        if batches is not None:
            batches.append(len(crops))
        count, _, height, width = crops.shape
        cells = crops.reshape(count, 3, height // STRIDE, STRIDE, width // STRIDE, STRIDE)
        means = cells.mean(axis=(3, 5))
        colours = np.minimum(np.arange(parts), RED)
        background = np.zeros((count, 1, *means.shape[2:]), np.float32)
        return (np.concatenate((means[:, colours], background), axis=1),)

    return infer


def painted(
    spots: dict[int, tuple[float, float]],
    *,
    size: tuple[int, int] = (300, 200),
    radius: int = 4,
    red: int = 255,
) -> np.ndarray:
    """
    Return an image with a spot of each colour.

    :param spots: Colour -> middle in pixels.
    :param size: Width and height.
    :param radius: Half of the side of a spot.
    :param red: Brightness of red, which is the score.
    """
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for colour, (x, y) in spots.items():
        level = red if colour == RED else 255
        left, top = round(x) - radius, round(y) - radius
        image[top:top + 2 * radius + 1, left:left + 2 * radius + 1, colour] = level
    return image


InferOf = Callable[[LandmarkModel], Infer]
