# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Whether a person in space has left and right exchanged: it would look backwards.

Whoever looks ahead with the head up has the right hand at ahead x up. Where someone looks is read
off the parts that stick out to the front, as far as the skeleton has them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array

_Vectors: TypeAlias = tuple[tuple[tuple[str, str], ...], ...]

# From the first part to the second one it goes to the front, on both sides of the body; trunk and
# shanks go up. The first pair that the skeleton has is taken. In a group of two views most pairs
# lack a part, so there are many; a knee ahead of the other says less, but nothing wrong.
_FRONT = (
    (('left_heel', 'left_big_toe'),),
    (('right_heel', 'right_big_toe'),),
    (('left_ankle', 'left_big_toe'),),
    (('right_ankle', 'right_big_toe'),),
    (('left_ear', 'nose'),),
    (('right_ear', 'nose'),),
    (('left_ear', 'left_eye'),),
    (('right_ear', 'right_eye'),),
)
_UP = (
    (('left_hip', 'left_shoulder'),),
    (('right_hip', 'right_shoulder'),),
    (('mid_hip', 'neck'), ('mid_hip', 'upper_neck')),
    (('left_ankle', 'left_knee'),),
    (('right_ankle', 'right_knee'),),
    (('neck', 'nose'), ('upper_neck', 'nose')),
)
_RIGHT = (
    (('left_hip', 'right_hip'),),
    (('left_shoulder', 'right_shoulder'),),
    (('left_knee', 'right_knee'),),
    (('left_ear', 'right_ear'),),
    (('left_hip', 'mid_hip'),),
    (('mid_hip', 'right_hip'),),
    (('left_shoulder', 'neck'),),
    (('neck', 'right_shoulder'),),
)


def handedness(xyz: Array, skeleton: Skeleton) -> Array:
    """
    Return whether people have left and right where they belong.

    :param xyz: Metres, NaN where missing, shape ``(G, P, 3)``.
    :param skeleton: Skeleton with P parts.
    :return: 1 as it should be, -1 exchanged, between for less clear cases, 0 if parts that tell
        are missing; shape ``(G,)``.
    """
    front, up, right = (_sum_of(xyz, skeleton, kind) for kind in (_FRONT, _UP, _RIGHT))
    ahead_up = np.cross(front, up)
    lengths = np.linalg.norm(ahead_up, axis=-1) * np.linalg.norm(right, axis=-1)
    cosines: Array = (ahead_up * right).sum(axis=-1) / np.where(lengths > 0, lengths, 1)
    return cosines


def _sum_of(xyz: Array, skeleton: Skeleton, kind: _Vectors) -> Array:
    starts, ends = _parts_of(skeleton, kind)
    vectors = np.nan_to_num(xyz[:, ends] - xyz[:, starts])
    total: Array = vectors.sum(axis=1)
    return total


@lru_cache(maxsize=64)
def _parts_of(
    skeleton: Skeleton, kind: _Vectors
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the parts where the vectors start and end."""
    pairs = []
    for choices in kind:
        known = [pair for pair in choices if set(pair) <= set(skeleton.parts)]
        pairs += known[:1]
    starts = tuple(skeleton.index(start) for start, _ in pairs)
    return starts, tuple(skeleton.index(end) for _, end in pairs)
