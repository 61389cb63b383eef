# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
COCO's own 17 parts in its order, for its files of annotations and results.

No registered skeleton: no network of this package finds people in this order.
"""

from __future__ import annotations

COCO_PARTS = (
    'nose',
    'left_eye',
    'right_eye',
    'left_ear',
    'right_ear',
    'left_shoulder',
    'right_shoulder',
    'left_elbow',
    'right_elbow',
    'left_wrist',
    'right_wrist',
    'left_hip',
    'right_hip',
    'left_knee',
    'right_knee',
    'left_ankle',
    'right_ankle',
)
PERSON = 1  # COCO's category
