# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions that look into the index of ROS packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ament_index_python.packages import get_package_prefix
from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext
from launch import Substitution
from launch import text_of


class FindPackageShare(Substitution):
    """The share directory of a package."""

    def __init__(self, package: Any) -> None:
        self._package = package

    def perform(self, context: LaunchContext) -> str:
        return get_package_share_directory(text_of(self._package, context))


class ExecutableInPackage(Substitution):
    """The path of an executable of a package."""

    def __init__(self, executable: Any, package: Any) -> None:
        self._executable = executable
        self._package = package

    def perform(self, context: LaunchContext) -> str:
        package = text_of(self._package, context)
        executable = text_of(self._executable, context)
        path = Path(get_package_prefix(package)) / 'lib' / package / executable
        if not path.is_file():
            raise RuntimeError(f"executable '{executable}' not found on the libexec directory")
        return str(path)


__all__ = ['ExecutableInPackage', 'FindPackageShare']
