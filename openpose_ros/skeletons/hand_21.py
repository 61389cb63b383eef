# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's hand, 21 parts: the wrist and four per finger, base to tip."""

from __future__ import annotations

from openpose_ros.skeletons.skeleton import Limb
from openpose_ros.skeletons.skeleton import Skeleton

FINGERS = ('thumb', 'index', 'middle', 'ring', 'little')
JOINTS_PER_FINGER = 4

PARTS = (
    'wrist',
    *(f'{finger}_{joint}' for finger in FINGERS for joint in range(1, JOINTS_PER_FINGER + 1)),
)


def _finger_limbs(finger: str) -> tuple[Limb, ...]:
    chain = ('wrist', *(f'{finger}_{joint}' for joint in range(1, JOINTS_PER_FINGER + 1)))
    return tuple(Limb(start, end) for start, end in zip(chain, chain[1:]))


HAND_21 = Skeleton(
    name='hand_21',
    parts=PARTS,
    limbs=tuple(limb for finger in FINGERS for limb in _finger_limbs(finger)),
)
