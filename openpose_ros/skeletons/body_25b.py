# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
OpenPose's experimental body with feet, BODY_25B: COCO's 17 parts, neck and head top, feet.

For keypoint files: no network here finds it, so its limbs have no PAF channels.
"""

from __future__ import annotations

from openpose_ros.skeletons.coco_17 import COCO_PARTS
from openpose_ros.skeletons.skeleton import limbs_from_table
from openpose_ros.skeletons.skeleton import mirror_from_names
from openpose_ros.skeletons.skeleton import Skeleton

PARTS = (
    *COCO_PARTS,
    'upper_neck',
    'head_top',
    'left_big_toe',
    'left_small_toe',
    'left_heel',
    'right_big_toe',
    'right_small_toe',
    'right_heel',
)

LIMBS = (
    '0-1 0-2 1-3 2-4 0-17 17-18 17-5 17-6 5-7 6-8 7-9 8-10 5-11 6-12 11-12 11-13 12-14 13-15 '
    '14-16 15-19 19-20 15-21 16-22 22-23 16-24'
)

BODY_25B = Skeleton(
    name='body_25b',
    parts=PARTS,
    limbs=limbs_from_table(LIMBS, PARTS),
    mirror=mirror_from_names(PARTS),
    uncounted=PARTS[PARTS.index('left_big_toe'):],
)
