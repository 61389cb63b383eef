# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Second thoughts about the groups: who fits another group better changes over to it.

Joining is final and may take somebody who fits by chance before the right one is asked. Here one
person after the other moves to where the votes of the group's members are best; if the group
already has somebody of that view, the two change places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import IntArray

# Votes that a move must gain.
_LEAST_GAIN = 0.5
_ALONE = -1


@dataclass(frozen=True, eq=False)
class _Move:
    """
    The best move there is.

    :param gain: Votes it gains.
    :param person: Who moves.
    :param group: Where to.
    """

    gain: float
    person: int
    group: int


def regroup_people(
    direct: Array, crossed: Array, columns: IntArray, groups: IntArray, flipped: Array
) -> tuple[IntArray, Array]:
    """
    Move people between groups as long as that gains votes.

    :param direct: Affinity of each pair as they are, symmetric, shape ``(D, D)``; -inf in a view.
    :param crossed: The same if left and right of one of them are exchanged.
    :param columns: View of each person, shape ``(D,)``.
    :param groups: Group of each person, shape ``(D,)``.
    :param flipped: Whether left and right of each person are exchanged, shape ``(D,)``.
    :return: The groups and whether left and right are exchanged, as they are then; a group may
        be left with nobody.
    """
    groups, flipped = groups.copy(), flipped.copy()
    # One more group, which stays empty until somebody is better off alone.
    direct, crossed = (np.where(np.isfinite(table), table, 0) for table in (direct, crossed))
    for _ in range(len(groups)):
        count = int(groups.max(initial=0)) + 2
        as_is, other = _votes(direct, crossed, groups, flipped, count)
        best = np.maximum(as_is, other)
        move = _best_move(best, columns, groups)
        if move.gain <= _LEAST_GAIN:
            break
        former = groups[move.person]
        displaced = (groups == move.group) & (columns == columns[move.person])
        for person, group in [(i, former) for i in np.flatnonzero(displaced)] + [
            (move.person, move.group)
        ]:
            groups[person] = group
            flipped[person] = other[person, group] > as_is[person, group]
    return groups, flipped


def _votes(
    direct: Array, crossed: Array, groups: IntArray, flipped: Array, count: int
) -> tuple[Array, Array]:
    """Return each person's votes for each group, unflipped and flipped, ``(D, G)`` each."""
    member = (groups[:, None] == np.arange(count)).astype(direct.dtype)
    upright, turned = member * ~flipped[:, None], member * flipped[:, None]
    return direct @ upright + crossed @ turned, crossed @ upright + direct @ turned


def _best_move(best: Array, columns: IntArray, groups: IntArray) -> _Move:
    people = np.arange(len(groups))
    own = best[people, groups]
    occupant = np.full((columns.max(initial=0) + 1, best.shape[1]), _ALONE)
    occupant[columns, groups] = people
    displaced = occupant[columns]
    back = best[displaced, groups[:, None]] - own[displaced]
    gains = best - own[:, None] + np.where(displaced == _ALONE, 0, back)
    gains[people, groups] = 0
    person, group = divmod(int(np.argmax(gains)), best.shape[1])
    return _Move(float(gains[person, group]), person, group)
