# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A domain of its own for the tests, so that they neither hear nor disturb other nodes."""

from __future__ import annotations

import os

import pytest

pytest.importorskip('rclpy', reason='ROS 2 is missing')

os.environ.setdefault('ROS_DOMAIN_ID', str(os.getpid() % 100 + 1))
os.environ.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
