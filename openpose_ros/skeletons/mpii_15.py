# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's MPII body, 15 parts."""

from __future__ import annotations

from openpose_ros.skeletons.skeleton import limbs_from_table
from openpose_ros.skeletons.skeleton import mirror_from_names
from openpose_ros.skeletons.skeleton import Skeleton

PARTS = (
    'head',
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
    'chest',
)

# Pairs and PAF x channels in OpenPose's order.
LIMBS = '0-1 1-2 2-3 3-4 1-5 5-6 6-7 1-14 14-8 8-9 9-10 14-11 11-12 12-13'
PAF_CHANNELS = '0 2 4 6 8 10 12 14 16 18 20 22 24 26'

MPII_15 = Skeleton(
    name='mpii_15',
    parts=PARTS,
    limbs=limbs_from_table(LIMBS, PARTS, PAF_CHANNELS),
    mirror=mirror_from_names(PARTS),
)
