# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How long the stages from a 1280x720 image to its people take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.sources import open_source
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.types import Array

_SIZE = (1280, 720)


def measure_pipeline(
    options: EstimatorOptions, images: Path | None, repetitions: int
) -> Iterator[Row]:
    """
    Measure preprocessing, inference and the whole.

    :param options: Model, provider, size of the network input, thresholds.
    :param images: Folder of which the first image is taken; ``None``: an image of noise.
    :param repetitions: Number of images processed.
    :return: Rows.
    :raises ValueError: If the model or the image cannot be read.
    """
    estimator = ConfiguredEstimator(options)
    image = _image(images)
    estimator.find_people(image)
    times = []
    for _ in range(repetitions):
        people, stages = estimator.find_people(image)
        times.append((stages.preprocess_sec, stages.inference_sec, stages.parse_sec))
    table = 1000 * np.array(times)
    preprocess, inference = np.median(table[:, :2], axis=0)
    yield Row('pipeline.preprocess_720p', float(preprocess), repetitions)
    yield Row('pipeline.inference', float(inference), repetitions, _network_of(estimator, image))
    total = float(np.median(table.sum(axis=1)))
    yield Row('pipeline.total', total, repetitions, f'{len(people)} people')


def _network_of(estimator: ConfiguredEstimator, image: Array) -> str:
    """Return model, provider and size of the network input as one line."""
    shape = estimator.estimator.prepare(image, estimator.options.inputs)[0].tensor.shape
    height, width = shape[2:] if estimator.model.input.layout == 'nchw' else shape[1:3]
    return f'{estimator.model.name}, {estimator.estimator.engine.provider}, {width}x{height}'


def _image(folder: Path | None) -> Array:
    if folder is None:
        return np.random.default_rng(0).integers(0, 256, (_SIZE[1], _SIZE[0], 3), np.uint8)
    with open_source(folder) as source:
        first = next(iter(source))
    if isinstance(first, BadFrame):
        raise ValueError(str(first))
    resized: Array = cv2.resize(first.pixels, _SIZE, interpolation=cv2.INTER_AREA)
    return resized
