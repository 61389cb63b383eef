# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How near our people come to those OpenPose found in the same image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import People2D

# A keypoint agrees within this share of the person's size, the diagonal of its bounding box.
AGREEMENT = 0.1
# Two people are the same if more than this share of their keypoints agrees.
_SAME_PERSON = 0.5


@dataclass(frozen=True)
class BodyParity:
    """
    Our bodies beside OpenPose's, over the parts that both skeletons have.

    :param reference_people: People OpenPose found.
    :param people: People we found.
    :param same_people: People both found, one to one.
    :param reference_keypoints: Keypoints of OpenPose's people.
    :param agreeing_keypoints: Those of them that our same person has, within a tenth of the size
        of the person.
    :param median_distance_px: Median distance of the keypoints that both have of the same people,
        in pixels of the image; NaN if there is none.
    """

    reference_people: int
    people: int
    same_people: int
    reference_keypoints: int
    agreeing_keypoints: int
    median_distance_px: float


def compare_bodies(
    people: People2D, skeleton: Skeleton, reference: People2D, reference_skeleton: Skeleton
) -> BodyParity:
    """
    Compare the bodies of our people with OpenPose's.

    :param people: Our people, in pixels of the image.
    :param skeleton: Their skeleton.
    :param reference: OpenPose's people in the same image.
    :param reference_skeleton: Their skeleton, which may be another one.
    :raises ValueError: If the skeletons have no part in common.
    """
    common = [part for part in reference_skeleton.parts if part in skeleton.parts]
    if not common:
        raise ValueError(
            f"skeletons '{skeleton.name}' and '{reference_skeleton.name}' have no part in common"
        )
    ours = people.body.xy[:, [skeleton.index(part) for part in common]]
    theirs = reference.body.xy[:, [reference_skeleton.index(part) for part in common]]
    distances = np.linalg.norm(theirs[:, None] - ours[None], axis=3)
    agreeing = distances <= AGREEMENT * _sizes(theirs)[:, None, None]
    known = np.isfinite(theirs).all(axis=2)
    pairs = _same_people(agreeing.sum(axis=2) / np.maximum(known.sum(axis=1), 1)[:, None])
    between = np.concatenate([np.zeros(0), *(distances[pair] for pair in pairs)])
    between = between[np.isfinite(between)]
    return BodyParity(
        len(reference),
        len(people),
        len(pairs),
        int(known.sum()),
        int(sum(agreeing[pair].sum() for pair in pairs)),
        float(np.median(between)) if len(between) else float('nan'),
    )


def _sizes(xy: FloatArray) -> npt.NDArray[np.float64]:
    """Return the diagonal of each person's bounding box, 0 if it has no keypoint, ``(N,)``."""
    low = np.where(np.isnan(xy), np.inf, xy).min(axis=1)
    high = np.where(np.isnan(xy), -np.inf, xy).max(axis=1)
    sizes: npt.NDArray[np.float64] = np.hypot(*np.maximum(high - low, 0.0).astype(np.float64).T)
    return sizes


def _same_people(shares: Array) -> list[tuple[int, int]]:
    """Pair rows and columns one to one, the greatest share first."""
    shares = shares.copy()
    pairs: list[tuple[int, int]] = []
    while shares.size:
        row, column = (int(index) for index in np.unravel_index(shares.argmax(), shares.shape))
        if not shares[row, column] > _SAME_PERSON:
            break
        pairs.append((row, column))
        shares[row], shares[:, column] = -1.0, -1.0
    return pairs
