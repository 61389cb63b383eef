# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Groups from the affinities of pairs: everybody of one group must fit everybody else of it.

Each of D people is at first alone. The two groups whose people speak for each other most, over
all pairs between them, are joined, until no two groups do: a wrong pair that fits by chance is
outvoted by the other views, and two people of one view (affinity -inf) never meet.
"""

from __future__ import annotations

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import IntArray


def group_people(direct: Array, crossed: Array, min_affinity: float) -> tuple[IntArray, Array]:
    """
    Join people into groups.

    :param direct: Affinity of each pair as they are, symmetric, -inf for pairs that must not
        meet, shape ``(D, D)``.
    :param crossed: The same if left and right of one of them are exchanged.
    :param min_affinity: Two groups are joined if their affinity is larger.
    :return: The group of each person, numbered from 0 without gaps, shape ``(D,)``, and whether
        left and right of the person are exchanged against the group's first person, ``(D,)``.
    """
    count = len(direct)
    groups = np.arange(count)
    flipped = np.zeros(count, bool)
    direct, crossed = direct.astype(np.float64), crossed.astype(np.float64)
    for array in (direct, crossed):
        np.fill_diagonal(array, -np.inf)
    best = np.maximum(direct, crossed)
    while count:
        kept, joined = divmod(int(np.argmax(best)), count)
        if best[kept, joined] <= min_affinity:
            break
        kept, joined = min(kept, joined), max(kept, joined)
        exchanged = bool(crossed[kept, joined] > direct[kept, joined])
        members = groups == joined
        groups[members] = kept
        flipped[members] ^= exchanged
        _join(direct, crossed, kept, joined, exchanged)
        best[kept] = best[:, kept] = np.maximum(direct[kept], crossed[kept])
        best[joined] = best[:, joined] = -np.inf
    return np.unique(groups, return_inverse=True)[1].reshape(-1), flipped


def _join(direct: Array, crossed: Array, kept: int, joined: int, exchanged: bool) -> None:
    """Add the affinities of one group to those of another, and take it out."""
    as_is, other = (crossed, direct) if exchanged else (direct, crossed)
    direct[kept], crossed[kept] = direct[kept] + as_is[joined], crossed[kept] + other[joined]
    for array in (direct, crossed):
        array[kept, kept] = -np.inf
        array[:, kept] = array[kept]
        array[joined] = array[:, joined] = -np.inf
