# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of run_all: which nodes, and which ROS arguments are whose."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
import json
from typing import Any

BEGIN = '--ros-args'
END = '--'
_NAMESPACE = '__ns:='
_PARAMETER = ('-p', '--param')
# What rcl reads for the whole process alone; in the arguments of a node it would go unnoticed.
_OF_PROCESS = (
    '--log-level', '--log-config-file', '--enclave', '-e', '--enable-rosout-logs',
    '--disable-rosout-logs', '--enable-stdout-logs', '--disable-stdout-logs',
    '--enable-external-lib-logs', '--disable-external-lib-logs',
)  # fmt: skip


@dataclass(frozen=True)
class ChosenNode:
    """
    A node to run.

    :param name: Name of the node.
    :param ros_arguments: Its own ROS arguments, without ``--ros-args`` and ``--``.
    """

    name: str
    ros_arguments: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Its part of the command line."""
        return (self.name, *self.cli_args)

    @property
    def cli_args(self) -> tuple[str, ...]:
        """Its own ROS arguments as ROS takes them."""
        return (BEGIN, *self.ros_arguments, END)

    @property
    def overrides(self) -> dict[str, Any]:
        """
        The parameters given by JSON values, which go over all parameter files.

        rcl lets a file that names the node go over ``-p``, if a file for all nodes is before it.
        """
        given = (
            word.partition(':=')
            for flag, word in zip(self.ros_arguments, self.ros_arguments[1:], strict=False)
            if flag in _PARAMETER
        )
        values = {name: _value_of(text) for name, _, text in given}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def label(self) -> str:
        """Its name for messages, with the namespace if it has one of its own."""
        spaces = [word for word in self.ros_arguments if word.startswith(_NAMESPACE)]
        space = spaces[-1].removeprefix(_NAMESPACE).rstrip('/') if spaces else ''
        return f'{space}/{self.name}' if spaces else self.name


@dataclass(frozen=True)
class CommandLine:
    """
    What is to run.

    :param process: The ROS arguments of the whole process, as ROS takes them.
    :param nodes: The nodes.
    """

    process: tuple[str, ...]
    nodes: tuple[ChosenNode, ...]


def split_command_line(words: Sequence[str], known: Collection[str]) -> CommandLine:
    """
    Return what a command line asks for.

    ROS arguments right behind a node's name, from ``--ros-args`` to ``--``, are the node's. All
    others are the process's, as those that launch_ros appends.

    :param words: The command line without the program's name.
    :param known: The nodes there are.
    :raises ValueError: If no node or an unknown one is named, one is named among ROS arguments,
        or a node is given what only the process can have.
    """
    process: list[str] = []
    nodes: list[ChosenNode] = []
    left = list(words)
    names_its_arguments = False
    while left:
        word = left.pop(0)
        if word != BEGIN:
            if word not in known:
                raise ValueError(f"'{word}' is no node, expected one of {', '.join(known)}")
            nodes.append(ChosenNode(word))
            names_its_arguments = True
            continue
        end = left.index(END) if END in left else len(left)
        # launch_ros opens again what is open.
        group, left = [one for one in left[:end] if one != BEGIN], left[end + 1 :]
        for one in group:
            if one in known:
                raise ValueError(f"'{one}' is among ROS arguments, expected '--' before it")
        if names_its_arguments:
            nodes[-1] = _with_arguments(nodes[-1].name, group)
        else:
            process += [BEGIN, *group, END]
        names_its_arguments = False
    if not nodes:
        raise ValueError(f'no node is named, expected some of {", ".join(known)}')
    return CommandLine(tuple(process), tuple(nodes))


def arguments_of(
    parameter_files: Iterable[Any], parameters: Mapping[str, Any], remappings: Mapping[str, str]
) -> tuple[Any, ...]:
    """
    Return the ROS arguments that say what ``parameters`` and ``remappings`` of launch_ros do.

    :param parameter_files: Paths, passed on as they are.
    :param parameters: Values of parameters, over those of the files.
    :param remappings: From the node's own names to others, ``__ns`` among them.
    """
    words: list[Any] = []
    for path in parameter_files:
        words += ['--params-file', path]
    for name, value in parameters.items():
        # JSON is YAML that keeps a text a text, whatever it looks like.
        words += ['-p', f'{name}:={json.dumps(value, ensure_ascii=False)}']
    for source, target in remappings.items():
        words += ['-r', f'{source}:={target}']
    return tuple(words)


def _value_of(text: str) -> Any:
    """Return what a parameter is set to in JSON; ``None`` if it is in a YAML of another kind."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    kinds = {type(one) for one in value} if isinstance(value, list) else {type(value)}
    # An empty list has no type.
    return value if len(kinds) == 1 and kinds <= {bool, int, float, str} else None


def _with_arguments(name: str, group: list[str]) -> ChosenNode:
    for word in group:
        if word in _OF_PROCESS:
            raise ValueError(
                f"'{word}' is among the arguments of {name}, expected before the first node or "
                "behind the last one's arguments: it is for the whole process"
            )
    return ChosenNode(name, tuple(group))
