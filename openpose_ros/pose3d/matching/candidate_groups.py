# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Groups of people of different views that fit each other pair by pair, not checked yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.matching.grouping import group_people
from openpose_ros.pose3d.matching.left_right import choose_sides
from openpose_ros.pose3d.matching.regrouping import regroup_people
from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.matching.view_affinity import pair_affinities
from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import NOT_SEEN

# One part's vote: less is no reason to call two people one.
_MIN_AFFINITY = 1.0


@dataclass(frozen=True, eq=False)
class CandidateGroups:
    """
    Groups of at least two views.

    :param rows: Row of each group's person of each view, ``NOT_SEEN`` for none, ``(G, C)``.
    :param flipped: Whether a part is taken from the mirrored one, shape ``(G, C, P)``.
    :param unclear: Whether nobody can say which view has it right, shape ``(G, C, P)``.
    :param known: Whether a known person says what is left and what is right, shape ``(G,)``.
    """

    rows: IntArray
    flipped: Array
    unclear: Array
    known: Array

    def without(self, members: Array) -> CandidateGroups:
        """
        Take members out, and groups with fewer than two of them.

        :param members: Who goes, shape ``(G, C)``, bool.
        """
        rows = np.where(members, NOT_SEEN, self.rows)
        kept = (rows != NOT_SEEN).sum(axis=1) >= 2
        return CandidateGroups(
            rows[kept], self.flipped[kept], self.unclear[kept], self.known[kept]
        )


def join_views(
    rays: ViewRays, votes: Affinities, known_weights: Array, skeleton: Skeleton
) -> CandidateGroups:
    """
    Return the groups of at least two views, with left and right chosen.

    :param rays: D people of C views.
    :param votes: Votes of the parts of all pairs of D people and, after them, K known ones.
    :param known_weights: What the parts of the known people count, shape ``(K, P)``.
    :param skeleton: Skeleton with P parts.
    """
    cameras = len(rays.positions)
    # The known people are one more view.
    columns = np.concatenate([rays.views, np.full(len(known_weights), cameras)])
    weights = np.concatenate([rays.weights, known_weights])
    direct, crossed = pair_affinities(votes, skeleton.mirrored_parts)
    for table in (direct, crossed):
        table[columns[:, None] == columns] = -np.inf
    groups, turned = group_people(direct, crossed, _MIN_AFFINITY)
    groups, turned = regroup_people(direct, crossed, columns, groups, turned)
    rows = np.full((groups.max() + 1, cameras + 1), NOT_SEEN)
    rows[groups, columns] = np.arange(len(columns))
    rows = rows[(rows[:, :cameras] != NOT_SEEN).sum(axis=1) >= 2]
    sides = choose_sides(rows, _upright(rows, turned, weights), votes, weights, skeleton)
    return CandidateGroups(
        rows[:, :cameras],
        sides.flipped[:, :cameras],
        sides.unclear[:, :cameras],
        rows[:, -1] != NOT_SEEN,
    )


def _upright(rows: IntArray, turned: Array, weights: Array) -> Array:
    """Return who of each group is exchanged, if known people and else the majority is right."""
    seen = rows != NOT_SEEN
    whole = turned[rows] & seen
    weight = weights.sum(axis=1)[rows] * seen
    wrong = (weight * whole).sum(axis=1) > (weight * (seen & ~whole)).sum(axis=1)
    wrong = np.where(seen[:, -1], whole[:, -1], wrong)
    upright: Array = (whole ^ wrong[:, None]) & seen
    return upright
