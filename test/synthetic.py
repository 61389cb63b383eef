# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Builders of known scenes; the benchmarks use the same ones."""

from __future__ import annotations

from openpose_ros.evaluation.synthetic import crowd
from openpose_ros.evaluation.synthetic import geometry
from openpose_ros.evaluation.synthetic import keypoints_of
from openpose_ros.evaluation.synthetic import maps_of
from openpose_ros.evaluation.synthetic import STANDING
from openpose_ros.evaluation.synthetic import standing_person

__all__ = [
    'crowd',
    'geometry',
    'keypoints_of',
    'maps_of',
    'STANDING',
    'standing_person',
]
