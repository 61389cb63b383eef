# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How right groups are where the truth is known: pairs of views that show the same person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.groups import Groups
from openpose_ros.types import IntArray
from openpose_ros.types_3d import NOT_SEEN


@dataclass(frozen=True)
class PairScores:
    """
    Pairs of views of one person, counted over any number of view sets.

    :param right: Pairs made that are of one person.
    :param made: Pairs made.
    :param true: Pairs there are.
    :param invented: Groups in which nobody is seen twice.
    """

    right: int
    made: int
    true: int
    invented: int

    @property
    def precision(self) -> float:
        """Share of the pairs made that are right, 1 if none is made."""
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are made, 1 if there is none."""
        return self.right / self.true if self.true else 1.0

    @classmethod
    def total(cls, scores: Iterable[PairScores]) -> PairScores:
        """
        Add up.

        :param scores: Scores of several view sets.
        """
        every = list(scores)
        return cls(
            sum(score.right for score in every),
            sum(score.made for score in every),
            sum(score.true for score in every),
            sum(score.invented for score in every),
        )


def score_pairs(groups: Groups, people: tuple[IntArray, ...]) -> PairScores:
    """
    Compare groups with the truth.

    :param groups: Groups of C views.
    :param people: For each view, the person that each of its people is, ``NOT_SEEN`` for nobody.
    """
    columns = [
        np.append(truth, NOT_SEEN)[members] for members, truth in zip(groups.members.T, people)
    ]
    found = np.stack(columns, axis=-1)
    sizes = (groups.members != NOT_SEEN).sum(axis=1)
    rights = np.array([_pairs_of_one(row) for row in found], np.int64)
    return PairScores(
        right=int(rights.sum()),
        made=int((sizes * (sizes - 1) // 2).sum()),
        true=_pairs_of_one(np.concatenate(people)),
        invented=int((rights == 0).sum()),
    )


def _pairs_of_one(people: IntArray) -> int:
    counts = np.unique(people[people != NOT_SEEN], return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())
