# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Imported before what needs onnx, skips the test module that does so where onnx is missing.

No rosdep key leads to onnx, so that a ROS installation need not have it.
"""

from __future__ import annotations

import pytest

onnx = pytest.importorskip('onnx', reason='onnx is missing: pip install "openpose_ros[import]"')
