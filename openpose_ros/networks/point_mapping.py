# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How the points that a network gives become the parts of a skeleton."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from openpose_ros.networks.section import Section
from openpose_ros.networks.section import shown
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray

POINT_FORM = 'the number of a point, or a list of numbers whose points are averaged'


@dataclass(frozen=True)
class PointMapping:
    """
    Parts of a skeleton and where they come from.

    :param parts: Names of the parts.
    :param sources: For each part, the points whose mean it is.
    :raises ValueError: If there are no parts, or not one or more sources for each.
    """

    parts: tuple[str, ...]
    sources: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Check that each part has a source."""
        if not self.parts or len(self.sources) != len(self.parts) or not all(self.sources):
            raise ValueError(
                f'{len(self.parts)} parts come from {shown(self.sources)}, expected one or more '
                'points for each'
            )

    @classmethod
    def of_same_order(cls, parts: tuple[str, ...]) -> PointMapping:
        """Return the mapping of a network whose points are the parts."""
        return cls(parts, tuple((number,) for number in range(len(parts))))

    def apply(self, points: Array) -> FloatArray:
        """
        Turn points into parts.

        :param points: Values of each point, ``(N, K, V)``.
        :return: Values of each part, ``(N, M, V)``.
        :raises ValueError: If there are fewer points than the mapping names.
        """
        last = int(self._points.max())
        if points.ndim != 3 or points.shape[1] <= last:
            raise ValueError(
                f'points have shape {points.shape}, expected (N, at least {last + 1}, values)'
            )
        sums = np.add.reduceat(points[:, self._points], self._starts, axis=1)
        means: FloatArray = (sums / self._counts[:, None]).astype(np.float32)
        return means

    @cached_property
    def _points(self) -> IntArray:
        return np.array([point for source in self.sources for point in source], np.int64)

    @cached_property
    def _counts(self) -> IntArray:
        return np.array([len(source) for source in self.sources], np.int64)

    @cached_property
    def _starts(self) -> IntArray:
        return np.cumsum(self._counts) - self._counts


def read_point_mapping(
    model: Section, skeleton: Skeleton, count: int, key: str = 'points'
) -> PointMapping:
    """
    Read how a network's points become parts; without the key, they are the parts.

    :param model: The model's metadata.
    :param skeleton: The skeleton the parts belong to.
    :param count: Number of points of the network.
    :param key: Key of the mapping from part to point.
    :raises ValueError: If a part or a point does not exist; names file, key and value.
    """
    if key not in model.values:
        if count != len(skeleton.parts):
            model.fail(
                key,
                f"a mapping from part to point, for the network has {count} points and "
                f"'{skeleton.name}' has {len(skeleton.parts)} parts",
            )
        return PointMapping.of_same_order(skeleton.parts)
    section = model.section(key)
    if not section.values:
        model.fail(key, 'a mapping from part to point')
    section.require_known(*skeleton.parts)
    # In the order of the skeleton, however the file lists them.
    parts = tuple(part for part in skeleton.parts if part in section.values)
    return PointMapping(parts, tuple(_source(section, part, count) for part in parts))


def _source(section: Section, part: str, count: int) -> tuple[int, ...]:
    value: Any = section.values[part]
    numbers = value if isinstance(value, list) else [value]
    if not numbers or not all(type(number) is int and 0 <= number < count for number in numbers):
        section.fail(part, f'{POINT_FORM}, each from 0 to {count - 1}')
    return tuple(numbers)
