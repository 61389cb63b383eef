# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""These tests need ROS 2 and an installed package."""

from __future__ import annotations

import os
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


@pytest.fixture
def rviz_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a package rviz2 with its executable be found, whether there is one or not."""
    prefix = tmp_path / 'prefix'
    program = prefix / 'lib' / 'rviz2' / 'rviz2'
    entry = prefix / 'share' / 'ament_index' / 'resource_index' / 'packages' / 'rviz2'
    for path in (program, entry):
        path.parent.mkdir(parents=True)
        path.touch(mode=0o755)
    monkeypatch.setenv('AMENT_PREFIX_PATH', f'{prefix}:{os.environ["AMENT_PREFIX_PATH"]}')
