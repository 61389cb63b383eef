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
    # As they are and exchanged, side by side: a group that is turned has the two exchanged.
    both = np.stack([direct, crossed])
    both[:, groups, groups] = -np.inf
    best = both.max(axis=0)
    while count:
        kept, joined = divmod(int(best.argmax()), count)
        if best[kept, joined] <= min_affinity:
            break
        turned = bool(both[1, kept, joined] > both[0, kept, joined])
        members = groups == joined
        groups[members] = kept
        flipped[members] ^= turned
        row = both[:, kept] + (both[::-1, joined] if turned else both[:, joined])
        both[:, kept], both[:, :, kept] = row, row
        both[:, :, joined] = -np.inf
        best[kept] = best[:, kept] = row.max(axis=0)
        best[joined] = best[:, joined] = -np.inf
    return np.unique(groups, return_inverse=True)[1].reshape(-1), flipped
