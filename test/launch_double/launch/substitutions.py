# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions that need no ROS."""

from __future__ import annotations

from collections.abc import Iterable
import os
from typing import Any

from launch import LaunchContext
from launch import Substitution
from launch import text_of


class LaunchConfiguration(Substitution):
    """The value of an argument."""

    def __init__(self, variable_name: Any, *, default: Any = None) -> None:
        self._name = variable_name
        self._default = default

    def perform(self, context: LaunchContext) -> str:
        name = text_of(self._name, context)
        if name in context.launch_configurations:
            return context.launch_configurations[name]
        if self._default is None:
            raise RuntimeError(f"launch configuration '{name}' does not exist")
        return text_of(self._default, context)


class PathJoinSubstitution(Substitution):
    """A path made of its components."""

    def __init__(self, substitutions: Iterable[Any]) -> None:
        self._parts = list(substitutions)

    def perform(self, context: LaunchContext) -> str:
        return os.path.join(*(text_of(part, context) for part in self._parts))


__all__ = ['LaunchConfiguration', 'PathJoinSubstitution']
