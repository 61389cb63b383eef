# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Context, description and the bases of actions and substitutions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path


@dataclass
class LaunchContext:
    """
    What a launch file sees, and what comes of it.

    The last two exist in the double only.

    :param launch_configurations: Values of the arguments.
    :param environment: Environment of the launch process.
    :param folder: Where parameter files are written.
    :param started: Command line and environment of each process, and after how many seconds it is
        started again if it ends.
    """

    launch_configurations: dict[str, str]
    environment: dict[str, str]
    folder: Path
    started: list[tuple[list[str], dict[str, str], float | None]] = field(default_factory=list)


class Substitution:
    """Text that is known when the launch file is executed."""

    def perform(self, context: LaunchContext) -> str:
        raise NotImplementedError


class Action:
    """Something that a launch file does."""

    def execute(self, context: LaunchContext) -> Iterable[Action] | None:
        raise NotImplementedError


class LaunchDescription:
    """A list of actions."""

    def __init__(self, initial_entities: Iterable[Action] | None = None) -> None:
        self.entities = list(initial_entities or ())
        for entity in self.entities:
            if not isinstance(entity, Action):
                raise TypeError(f'{entity!r} is no action')


def text_of(value: object, context: LaunchContext) -> str:
    """Return a text, or what a substitution or a list of both gives; only in the double."""
    if isinstance(value, str):
        return value
    if isinstance(value, Substitution):
        return value.perform(context)
    if isinstance(value, (list, tuple)):
        return ''.join(text_of(item, context) for item in value)
    raise TypeError(f'{value!r} is neither a text nor a substitution')


__all__ = ['Action', 'LaunchContext', 'LaunchDescription', 'Substitution', 'text_of']
