# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints of bodies by the names of their parts, whatever the skeleton."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D

Float64Array = npt.NDArray[np.float64]


class BodyParts:
    """
    Positions and scores of the named parts of N people.

    A part that the skeleton lacks, that is missing, or whose score is not above the minimum has
    position NaN and score 0.

    :param keypoints: Bodies of N people.
    :param skeleton: Their skeleton.
    :param min_score: Only keypoints with a score above count.
    :raises ValueError: If the keypoints are not of that skeleton.
    """

    def __init__(self, keypoints: Keypoints2D, skeleton: Skeleton, min_score: float = 0.0) -> None:
        if keypoints.xy.shape[1] != len(skeleton.parts):
            raise ValueError(
                f'keypoints of {keypoints.xy.shape[1]} parts, '
                f"expected {len(skeleton.parts)} for skeleton '{skeleton.name}'"
            )
        self._skeleton = skeleton
        seen = np.isfinite(keypoints.xy).all(axis=2) & (keypoints.scores > min_score)
        self.all_xy: Float64Array = np.where(seen[..., None], keypoints.xy, np.nan).astype(float)
        self._scores: Float64Array = np.where(seen, keypoints.scores, 0.0).astype(float)

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.all_xy)

    def has(self, part: str) -> bool:
        """
        Return whether the skeleton has a part of that name.

        :param part: Name of a part.
        """
        return part in self._skeleton.parts

    def xy(self, part: str) -> Float64Array:
        """
        Return where a part is.

        :param part: Name of a part.
        :return: Pixels of the source image, NaN where it is not, ``(N, 2)``.
        """
        if not self.has(part):
            return np.full((len(self), 2), np.nan)
        return self.all_xy[:, self._skeleton.index(part)]

    def middle(self, part: str) -> Float64Array:
        """
        Return the middle between the left and the right one of a part.

        :param part: Name without side, for example ``hip``.
        :return: Pixels of the source image, NaN where one of them is not, ``(N, 2)``.
        """
        return 0.5 * (self.xy(f'left_{part}') + self.xy(f'right_{part}'))

    def mean_score(self, *parts: str) -> Float64Array:
        """
        Return the mean score of those of some parts that are there, 0 if none is, ``(N,)``.

        :param parts: Names of parts.
        """
        columns = [self._skeleton.index(part) for part in parts if self.has(part)]
        scores = self._scores[:, columns]
        means: Float64Array = scores.sum(axis=1) / np.maximum((scores > 0).sum(axis=1), 1)
        return means


def distance(first: Float64Array, second: Float64Array) -> Float64Array:
    """
    Return the distances between points.

    :param first: Points, ``(..., 2)``.
    :param second: Points, ``(..., 2)``.
    :return: NaN where a point is missing, ``(...)``.
    """
    apart: Float64Array = np.hypot(*np.moveaxis(second - first, -1, 0))
    return apart
