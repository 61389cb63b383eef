# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""These tests need ROS 2."""

from __future__ import annotations

import pytest

pytest.importorskip('rclpy', reason='ROS 2 is missing')
