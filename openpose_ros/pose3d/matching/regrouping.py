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
    direct, crossed = (np.where(np.isfinite(table), table, 0) for table in (direct, crossed))
    # One more group, which stays empty until somebody is better off alone.
    changed = np.arange(int(groups.max(initial=0)) + 2)
    as_is, other = np.zeros((2, len(groups), len(changed)), direct.dtype)
    for _ in range(len(groups)):
        _count_votes(as_is, direct, crossed, groups, flipped, changed)
        _count_votes(other, crossed, direct, groups, flipped, changed)
        move = _best_move(np.maximum(as_is, other), columns, groups)
        if move.gain <= _LEAST_GAIN:
            break
        former = groups[move.person]
        displaced = (groups == move.group) & (columns == columns[move.person])
        for person, group in [(i, former) for i in np.flatnonzero(displaced)] + [
            (move.person, move.group)
        ]:
            groups[person] = group
            flipped[person] = other[person, group] > as_is[person, group]
        changed = np.array([former, move.group])
        if move.group == as_is.shape[1] - 1:
            as_is, other = (np.pad(votes, ((0, 0), (0, 1))) for votes in (as_is, other))
    return groups, flipped


def _count_votes(
    votes: Array, upright: Array, turned: Array, groups: IntArray, flipped: Array, changed: Array
) -> None:
    """
    Set everybody's votes for the groups that changed.

    Sums of rows, of two groups after each move, rather than a product with the matrix of who is
    in which group: threads of a matrix product wait for each other, on a busy machine for long.
    """
    members = np.flatnonzero(np.isin(groups, changed))
    members = members[np.argsort(groups[members], kind='stable')]
    rows = np.where(flipped[members, None], turned[members], upright[members])
    starts = np.flatnonzero(np.diff(groups[members], prepend=_ALONE))
    votes[:, changed] = 0
    if len(members):
        votes[:, groups[members[starts]]] = np.add.reduceat(rows, starts, axis=0).T


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
