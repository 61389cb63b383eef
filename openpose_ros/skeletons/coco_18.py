# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's COCO body, 18 parts: COCO's 17 and the neck, midway between the shoulders."""

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
)

# Pairs and PAF x channels in OpenPose's order; a star marks a redundant limb.
LIMBS = (
    '1-2 1-5 2-3 3-4 5-6 6-7 1-8 8-9 9-10 1-11 11-12 12-13 1-0 0-14 14-16 0-15 15-17 2-16* 5-17*'
)
PAF_CHANNELS = '12 20 14 16 22 24 0 2 4 6 8 10 28 30 34 32 36 18 26'

COCO_18 = Skeleton(
    name='coco_18',
    parts=PARTS,
    limbs=limbs_from_table(LIMBS, PARTS, PAF_CHANNELS),
    mirror=mirror_from_names(PARTS),
)
