# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Calibrations of several cameras: one module per format, and what finds the right one."""

from __future__ import annotations

from openpose_ros.pose3d.calibration_files.reading import read_cameras
from openpose_ros.pose3d.calibration_files.reading import write_cameras

__all__ = ['read_cameras', 'write_cameras']
