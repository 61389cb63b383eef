# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Where faces, hands and feet are looked for: the value between people and their landmarks.

``People2D -> Regions -> People2D``. Axis R: regions; conventions as in :mod:`openpose_ros.types`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import fields

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray
from openpose_ros.types import require_shape

# What a region shows, and a region that belongs to none of the people; as in msg/Region.msg.
FACE = 0
LEFT_HAND = 1
RIGHT_HAND = 2
FEET = 3
REGION_KINDS = (FACE, LEFT_HAND, RIGHT_HAND, FEET)
NO_PERSON = 4294967295


@dataclass(frozen=True, eq=False)
class Regions:
    """
    Squares of one image in which a face, a hand or feet are looked for.

    :param kinds: One of :data:`REGION_KINDS` each, shape ``(R,)``, int64.
    :param persons: Row of the person in ``People2D``, or :data:`NO_PERSON`, shape ``(R,)``,
        int64.
    :param xy_image: Centres in pixels of the source image, shape ``(R, 2)``, float32.
    :param sizes_px: Sides in pixels of the source image, shape ``(R,)``, float32.
    :param angles_rad: Rotations, clockwise in the image, 0 upright, shape ``(R,)``, float32.
    :param scores: Confidence in [0, 1], shape ``(R,)``, float32.
    """

    kinds: IntArray
    persons: IntArray
    xy_image: FloatArray
    sizes_px: FloatArray
    angles_rad: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes and the kinds; ValueError if the arrays differ in length."""
        require_shape('kinds', self.kinds, (None,))
        require_shape('xy_image', self.xy_image, (len(self.kinds), 2))
        for name in ('persons', 'sizes_px', 'angles_rad', 'scores'):
            require_shape(name, getattr(self, name), self.kinds.shape)
        unknown = self.kinds[~np.isin(self.kinds, REGION_KINDS)]
        if len(unknown):
            raise ValueError(f'a region is of kind {unknown[0]}, expected one of {REGION_KINDS}')

    @classmethod
    def none(cls) -> Regions:
        """Return no regions."""
        numbers = np.zeros(0, np.float32)
        whole = np.zeros(0, np.int64)
        return cls(whole, whole, np.zeros((0, 2), np.float32), numbers, numbers, numbers)

    @classmethod
    def joined(cls, parts: Sequence[Regions]) -> Regions:
        """
        Return the regions of several tables in one.

        :param parts: Tables in the order wanted, none for no regions.
        """
        tables = (cls.none(), *parts)
        names = [item.name for item in fields(cls)]
        return cls(*(np.concatenate([getattr(one, name) for one in tables]) for name in names))

    def take(self, rows: Array | slice) -> Regions:
        """
        Return some of the regions.

        :param rows: Indices or a mask of regions, shape ``(r,)``, or a slice.
        """
        return Regions(*(getattr(self, item.name)[rows] for item in fields(self)))

    def __len__(self) -> int:
        """Return the number of regions."""
        return len(self.kinds)
