# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Actions that start nothing."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

from launch import Action
from launch import LaunchContext
from launch import text_of


class DeclareLaunchArgument(Action):
    """An argument; without a default it must be given."""

    def __init__(
        self,
        name: str,
        *,
        default_value: Any = None,
        description: str | None = None,
        choices: list[str] | None = None,
    ) -> None:
        self.name = name
        self.default_value = default_value
        self.description = description
        self.choices = choices

    def execute(self, context: LaunchContext) -> None:
        values = context.launch_configurations
        if self.name not in values:
            if self.default_value is None:
                raise RuntimeError(f'Required launch argument "{self.name}" was not provided.')
            values[self.name] = text_of(self.default_value, context)
        if self.choices is not None and values[self.name] not in self.choices:
            raise RuntimeError(
                f'Argument "{self.name}" provided value "{values[self.name]}" is not valid. '
                f'Valid options are: {self.choices}'
            )


class OpaqueFunction(Action):
    """A function that may return further actions."""

    def __init__(
        self,
        *,
        function: Callable[..., Iterable[Action] | None],
        args: Iterable[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        self._function = function
        self._args = tuple(args or ())
        self._kwargs = dict(kwargs or {})

    def execute(self, context: LaunchContext) -> Iterable[Action] | None:
        return self._function(context, *self._args, **self._kwargs)


__all__ = ['DeclareLaunchArgument', 'OpaqueFunction']
