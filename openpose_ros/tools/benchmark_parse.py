# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How long the way from the network's maps to the people takes, on good maps and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
import itertools
from pathlib import Path

import numpy as np

from openpose_ros.evaluation.synthetic import crowd
from openpose_ros.evaluation.synthetic import geometry
from openpose_ros.evaluation.synthetic import maps_of
from openpose_ros.io.frames import BadFrame
from openpose_ros.io.sources import open_source
from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.parser import parse_maps
from openpose_ros.pose2d.parser import parse_peaks
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps

_SIZE = (656, 368)  # of the network input for a 16:9 image
# A hundred people at least 100 px tall need more room.
_CROWD_SIZE = (1312, 736)
_CROWDS = (10, 20, 40, 70, 100)
_SYNTHETIC_IMAGES = 20
_PEAK_SPACING = 3  # cells between the peaks of a grid, next to the least there can be


def measure_parse(
    options: EstimatorOptions, images: Path | None, repetitions: int
) -> Iterator[Row]:
    """
    Measure the parser.

    :param options: Model, size of the network input, thresholds.
    :param images: Folder of images whose maps are parsed; ``None``: maps of drawn people.
    :param repetitions: Number of times each thing is done.
    :return: Rows as they are measured.
    :raises ValueError: If the model or an image cannot be read.
    """
    skeleton = load_model(options.model).skeleton
    if images is None:
        maps = _drawn_maps(skeleton)
        source = 'drawn images'
    else:
        maps = _network_maps(options, images)
        source = f'images of {images.parent.name}/{images.name}'
    yield from _maps_to_people(maps, skeleton, options.parser, repetitions, source)
    yield from _crowds(skeleton, options.parser, repetitions)
    yield _noise(skeleton, options.parser, max(3, repetitions // 4))


def _maps_to_people(
    images: Iterator[FieldMaps],
    skeleton: Skeleton,
    parser: ParserParameters,
    repetitions: int,
    source: str,
) -> Iterator[Row]:
    # The median of one image's times is free of what else the machine does.
    per_image = [
        median_ms(partial(parse_maps, maps, skeleton, parser), repetitions) for maps in images
    ]
    count = repetitions * len(per_image)
    note = f'{len(per_image)} {source}'
    yield Row('parse.maps_to_people', float(np.median(per_image)), count, note)
    yield Row('parse.maps_to_people_p95', float(np.percentile(per_image, 95)), count, note)


def _crowds(skeleton: Skeleton, parser: ParserParameters, repetitions: int) -> Iterator[Row]:
    many = 10 * repetitions  # a short time needs more of them
    time_9, found = _crowd_ms(9, _SIZE, skeleton, parser, many)
    yield Row('parse.people_9', time_9, many, f'{found} found')
    times = []
    for count in _CROWDS:
        duration, found = _crowd_ms(count, _CROWD_SIZE, skeleton, parser, repetitions)
        times.append(duration)
    yield Row('parse.people_100', times[-1], repetitions, f'{found} found')
    exponent = np.polyfit(np.log(_CROWDS), np.log(times), 1)[0]
    note = ', '.join(f'{count}: {time:.2f} ms' for count, time in zip(_CROWDS, times))
    yield Row('parse.growth_exponent', float(exponent), repetitions * len(times), note)


def _crowd_ms(
    count: int,
    size: tuple[int, int],
    skeleton: Skeleton,
    parser: ParserParameters,
    repetitions: int,
) -> tuple[float, int]:
    """Return how long peaks to people takes, and how many are found."""
    maps = maps_of(crowd(count, skeleton, size), skeleton, geometry(size, size))
    peaks = find_peaks(maps, parser.peaks)
    parse = partial(parse_peaks, peaks, maps, skeleton, parser)
    return median_ms(parse, repetitions), len(parse())


def _noise(skeleton: Skeleton, parser: ParserParameters, repetitions: int) -> Row:
    """Parse every kind of heatmaps with every kind of PAFs; the worst counts."""
    shape = (_SIZE[1] // 8, _SIZE[0] // 8)
    heatmaps = _bad_heatmaps(len(skeleton.parts), shape)
    pafs = _bad_pafs(len(skeleton.limbs), shape)
    place = geometry(_SIZE, _SIZE)
    worst, kind = 0.0, ''
    for (heat_kind, heat), (paf_kind, paf) in itertools.product(heatmaps.items(), pafs.items()):
        transform = place.transform.of_maps(place.stride)
        maps = FieldMaps(heat, paf, place.stride, transform, _SIZE)
        duration = median_ms(partial(parse_maps, maps, skeleton, parser), repetitions)
        if duration > worst:
            worst, kind = duration, f'{heat_kind} heatmaps, {paf_kind} PAFs'
    count = repetitions * len(heatmaps) * len(pafs)
    return Row('parse.noise', worst, count, kind)


def _bad_heatmaps(parts: int, shape: tuple[int, int]) -> dict[str, Array]:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    grid = (rows % _PEAK_SPACING == 1) & (columns % _PEAK_SPACING == 1)
    return {
        'uniform': np.random.default_rng(0).random((parts, *shape), np.float32),
        'constant': np.full((parts, *shape), 0.5, np.float32),
        'grid': np.repeat(np.where(grid, 1.0, 0.0)[None], parts, axis=0).astype(np.float32),
    }


def _bad_pafs(limbs: int, shape: tuple[int, int]) -> dict[str, Array]:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    radial = np.stack((columns - shape[1] / 2, rows - shape[0] / 2))
    radial /= np.maximum(np.linalg.norm(radial, axis=0), 1e-6)
    uniform = np.random.default_rng(1).uniform(-1, 1, (limbs, 2, *shape))
    return {
        'uniform': uniform.astype(np.float32),
        'constant': np.full((limbs, 2, *shape), 1.0, np.float32),
        'radial': np.repeat(radial[None], limbs, axis=0).astype(np.float32),
    }


def _drawn_maps(skeleton: Skeleton) -> Iterator[FieldMaps]:
    for number in range(_SYNTHETIC_IMAGES):
        people = crowd(1 + number % 10, skeleton, _SIZE, seed=number)
        yield maps_of(people, skeleton, geometry(_SIZE, _SIZE))


def _network_maps(options: EstimatorOptions, images: Path) -> Iterator[FieldMaps]:
    estimator = ConfiguredEstimator(options).estimator
    with open_source(images) as source, progress_bar() as progress:
        total = source.frame_count
        for item in progress.track(source, total=total, description='maps to people'):
            if isinstance(item, BadFrame):
                raise ValueError(str(item))
            yield estimator.infer(estimator.prepare(item.pixels, options.inputs))
