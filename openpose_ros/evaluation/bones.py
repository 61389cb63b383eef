# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How constant the lengths of bones are: a body does not change, whatever the views say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.types import Array

# Joints, not surfaces: these lengths hardly change with the pose.
_SIDED = (
    ('upper_arm', 'shoulder', 'elbow'),
    ('forearm', 'elbow', 'wrist'),
    ('thigh', 'hip', 'knee'),
    ('shank', 'knee', 'ankle'),
)
BONES = (
    *(
        (f'{side}_{bone}', f'{side}_{start}', f'{side}_{end}')
        for bone, start, end in _SIDED
        for side in ('left', 'right')
    ),
    ('shoulders', 'left_shoulder', 'right_shoulder'),
    ('hips', 'left_hip', 'right_hip'),
)
# Standard deviation of a normal distribution per median absolute deviation.
_DEVIATIONS_PER_MAD = 1.4826
_MIN_FRAMES = 3


@dataclass(frozen=True)
class BoneLength:
    """
    One bone of one person over time.

    :param median_m: Median length in metres, NaN if it is in too few frames.
    :param robust_cv: Robust coefficient of variation: 1.4826 times the median absolute deviation,
        by the median; NaN if it is in too few frames or has no length.
    :param frames: Frames that have both ends.
    """

    median_m: float
    robust_cv: float
    frames: int


def bone_lengths(trajectory: Array, parts: Sequence[str]) -> dict[str, BoneLength]:
    """
    Return the ten bones of a person: upper arms, forearms, thighs, shanks, shoulders and hips.

    :param trajectory: Metres, NaN where missing, shape ``(T, P, 3)``.
    :param parts: Names of the P parts; bones whose ends are not among them are left out.
    """
    bones = {}
    for name, start, end in BONES:
        if start in parts and end in parts:
            span = trajectory[:, parts.index(start)] - trajectory[:, parts.index(end)]
            bones[name] = _length_of(np.linalg.norm(span, axis=1))
    return bones


def mean_robust_cv(bones: dict[str, BoneLength]) -> float:
    """
    Return the mean robust coefficient of variation of bones, NaN if none has one.

    :param bones: Bones of one person.
    """
    known = [bone.robust_cv for bone in bones.values() if np.isfinite(bone.robust_cv)]
    return float(np.mean(known)) if known else float('nan')


def _length_of(lengths_m: Array) -> BoneLength:
    found = lengths_m[np.isfinite(lengths_m)]
    if len(found) < _MIN_FRAMES:
        return BoneLength(float('nan'), float('nan'), len(found))
    median = float(np.median(found))
    spread = _DEVIATIONS_PER_MAD * float(np.median(np.abs(found - median)))
    return BoneLength(median, spread / median if median else float('nan'), len(found))
