# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""These tests need ROS 2 and an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip('rclpy', reason='ROS 2 is missing')
packages = pytest.importorskip('ament_index_python.packages')


@pytest.fixture(scope='session')
def share() -> Path:
    try:
        return Path(packages.get_package_share_directory('openpose_ros'))
    except packages.PackageNotFoundError:
        pytest.skip('openpose_ros is not installed: make setup')
