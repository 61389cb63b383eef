# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Imported before what needs rosbags, skips the test module that does so where it is missing.

No rosdep key leads to it, so that a ROS installation need not have it.
"""

from __future__ import annotations

import pytest

rosbags = pytest.importorskip('rosbags', reason='rosbags is missing: pip install rosbags')
