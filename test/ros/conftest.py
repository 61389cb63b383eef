# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""These tests need ROS 2 and are left out where there is none."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec('rclpy') else ['*']
