# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Property tests give the same verdict on every run and however busy the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import settings

settings.register_profile(
    'openpose_ros',
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile('openpose_ros')
