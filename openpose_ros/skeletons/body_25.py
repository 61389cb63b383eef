# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's body with feet, 25 parts (paper, section 4.2)."""

from __future__ import annotations

from openpose_ros.skeletons.skeleton import limbs_from_table
from openpose_ros.skeletons.skeleton import mirror_from_names
from openpose_ros.skeletons.skeleton import Skeleton

PARTS = (
    'nose',
    'neck',
    'right_shoulder',
    'right_elbow',
    'right_wrist',
    'left_shoulder',
    'left_elbow',
    'left_wrist',
    'mid_hip',
    'right_hip',
    'right_knee',
    'right_ankle',
    'left_hip',
    'left_knee',
    'left_ankle',
    'right_eye',
    'left_eye',
    'right_ear',
    'left_ear',
    'left_big_toe',
    'left_small_toe',
    'left_heel',
    'right_big_toe',
    'right_small_toe',
    'right_heel',
)

# Pairs and PAF x channels in OpenPose's order; a star marks a redundant limb.
LIMBS = (
    '1-8 1-2 1-5 2-3 3-4 5-6 6-7 8-9 9-10 10-11 8-12 12-13 13-14 1-0 0-15 15-17 0-16 16-18 '
    '2-17* 5-18* 14-19 19-20 14-21 11-22 22-23 11-24'
)
PAF_CHANNELS = '0 14 22 16 18 24 26 6 2 4 8 10 12 30 32 36 34 38 20 28 40 42 44 46 48 50'

BODY_25 = Skeleton(
    name='body_25',
    parts=PARTS,
    limbs=limbs_from_table(LIMBS, PARTS, PAF_CHANNELS),
    mirror=mirror_from_names(PARTS),
    uncounted=PARTS[PARTS.index('left_big_toe'):],
)
