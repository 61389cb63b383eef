# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Which view of a person has left and right exchanged: everywhere, in one limb, in one pair.

Two views agree on a unit of parts if the rays of the same parts meet better than those of the
mirrored ones. The sides are chosen such that most agree, first for whole limbs, then for single
pairs that are sure; what the majority is, is taken for the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.mirror_units import limb_units
from openpose_ros.skeletons.mirror_units import pair_units
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

# Votes that a unit needs, beyond a draw, to differ from the rest of the person in its view.
_LIMB_BIAS = 1.0
_PAIR_BIAS = 0.75
# A view that seems exchanged as a whole says less about a single limb than one that does not: its
# other limbs may be what is wrong.
_TRUST_IN_EXCHANGED = 0.3
_SWEEPS = 2
# Of two sides with weights this near to each other nobody can say which is right.
_CLEAR_RATIO = 1.2


@dataclass(frozen=True, eq=False)
class Sides:
    """
    Left and right of G people in C views.

    :param flipped: Whether a part is to be taken from the mirrored one, ``(G, C, P)``, bool.
    :param unclear: Whether nobody can say which of the views is right, ``(G, C, P)``, bool.
    """

    flipped: Array
    unclear: Array


def choose_sides(
    rows: Array, whole: Array, votes: Affinities, weights: Array, skeleton: Skeleton
) -> Sides:
    """
    Choose left and right for each part in each view.

    :param rows: Row in the votes of each group's person in each of C views, ``NOT_SEEN`` for none,
        shape ``(G, C)``. A view whose last column holds people known before is one of them.
    :param whole: Whether the whole person is exchanged in the view, ``(G, C)``, bool.
    :param votes: Votes of the parts of all pairs.
    :param weights: What each part of each row counts, shape ``(D, P)``.
    :param skeleton: Skeleton with P parts.
    """
    difference = _evidence(
        members_of_pairs(votes.direct, rows), members_of_pairs(votes.crossed, rows)
    )
    seen = np.where(rows[..., None] == NOT_SEEN, 0, weights[rows])
    signs = np.where(whole, -1.0, 1.0)[..., None] * np.ones(len(skeleton.parts))
    unclear = np.zeros(signs.shape, bool)
    for units, bias, trust in (
        (limb_units(skeleton), _LIMB_BIAS, _TRUST_IN_EXCHANGED),
        (pair_units(skeleton), _PAIR_BIAS, 1.0),
    ):
        if len(units):
            trusted = np.where(signs < 0, trust, 1.0)
            signs, doubtful = _orient(units, difference, seen * trusted, signs, bias * trusted)
            unclear |= doubtful
    centre = skeleton.mirrored_parts == np.arange(len(skeleton.parts))
    return Sides((signs < 0) & ~centre, unclear & ~centre)


def members_of_pairs(table: Array, rows: Array) -> Array:
    """
    Return the entries of the pairs within each group.

    :param table: Entry per part and pair of rows, shape ``(P, D, D)``.
    :param rows: Rows of the members or ``NOT_SEEN``, shape ``(G, C)``.
    :return: Shape ``(G, C, C, P)``, 0 where a member is missing.
    """
    seen = rows != NOT_SEEN
    pairs = seen[:, :, None] & seen[:, None, :] & ~np.eye(rows.shape[1], dtype=bool)
    places = rows[:, :, None] * table.shape[1] + rows[:, None, :]
    entries = table.reshape(len(table), -1).take(np.where(pairs, places, 0), axis=1)
    entries *= pairs
    moved: Array = np.moveaxis(entries, 0, -1)
    return moved


def _evidence(direct: Array, crossed: Array) -> Array:
    """
    Return what speaks for the same sides, less what speaks for exchanged ones.

    Where one of them cannot be told, as a part is missing, that the other fits proves nothing:
    left and right are near each other; that it does not fit does.
    """
    for_same = np.where(crossed == 0, np.minimum(direct, 0), direct)
    for_exchanged = np.where(direct == 0, np.minimum(crossed, 0), crossed)
    return for_same - for_exchanged


def _orient(
    units: Array, difference: Array, weights: Array, before: Array, biases: Array
) -> tuple[Array, Array]:
    """Return the signs ``(G, C, P)`` after a round over some units, and where it is a draw."""
    member = units.astype(float)
    agree = difference @ member.T
    first = np.argmax(units, axis=1)
    expected = before[..., first]
    pull = biases[..., first] * expected
    # Views that are wrong together hold each other: two starts, the better end is taken.
    ends = [_settle(start, agree, pull) for start in (expected, np.ones(expected.shape))]
    signs = np.where((ends[1][1] > ends[0][1])[:, None], ends[1][0], ends[0][0])
    weight = weights @ member.T
    differs = signs != expected
    changed = (weight * differs).sum(axis=1, keepdims=True)
    kept = (weight * ~differs).sum(axis=1, keepdims=True)
    # Only that views differ is known: the smaller part of them is the one that is wrong.
    signs = np.where(changed > kept, -signs, signs)
    differs = signs != expected
    draw = np.maximum(changed, kept) < _CLEAR_RATIO * np.minimum(changed, kept)
    owner = np.where(units.any(axis=0), np.argmax(units, axis=0), -1)
    after = np.where(owner >= 0, signs[..., owner], before)
    return after, np.where(owner >= 0, (differs & draw)[..., owner], False)


def _settle(start: Array, agree: Array, pull: Array) -> tuple[Array, Array]:
    """Turn one view after the other to what the rest says; return signs and agreement."""
    signs = start.copy()
    for _ in range(_SWEEPS):
        for view in range(signs.shape[1]):
            field = (agree[:, view] * signs).sum(axis=1) + pull[:, view]
            signs[:, view] = np.where(field < 0, -1.0, 1.0)
    fields = np.einsum('gabu,gbu->gau', agree, signs)
    agreement: Array = (signs * (0.5 * fields + pull)).sum(axis=1)
    return signs, agreement
