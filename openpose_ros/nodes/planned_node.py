# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node that a launch file is to start, and the arguments that all launch files have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

TRUE = 'true'
FALSE = 'false'
# Default and description of each.
COMMON_ARGUMENTS = {
    'rviz': (FALSE, 'Starts RViz, and what makes the people visible in it.'),
    'autostart': (TRUE, 'false: a lifecycle manager configures and activates the nodes.'),
    'use_sim_time': (FALSE, 'Lets all nodes follow /clock.'),
    'single_process': (FALSE, 'Runs all nodes in one process, which shares the images.'),
    'respawn': (FALSE, 'Starts again what has ended, after 2 s; a recording from its beginning.'),
    'params_file': ('', 'For all nodes, over their files in config/.'),
    'log_level': ('info', 'debug, info, warn, error or fatal.'),
}


@dataclass(frozen=True)
class PlannedNode:
    """
    A node to start.

    :param executable: Its executable, the name of the node too.
    :param namespace: Its namespace.
    :param parameters: What it is given beyond its parameter file.
    :param remappings: Topics by the node's own names.
    """

    executable: str
    namespace: str
    parameters: Mapping[str, Any]
    remappings: Mapping[str, str] = field(default_factory=dict)


def choices_of(default: object) -> list[str] | None:
    """
    Return what an argument may be, ``None`` for anything.

    :param default: Its default value.
    """
    return [TRUE, FALSE] if default in (TRUE, FALSE) else None


def from_root(namespace: str, pushed: str) -> str:
    """
    Return a namespace from the root.

    :param namespace: The namespace.
    :param pushed: What ``PushRosNamespace`` puts before those that are not from the root.
    """
    return path_of('' if namespace.startswith('/') else pushed, namespace)


def path_of(*parts: str) -> str:
    """
    Return a name from the root.

    :param parts: Its parts in order; empty ones are left out.
    """
    return '/' + '/'.join(part.strip('/') for part in parts if part.strip('/'))


def managed_parameters(arguments: Mapping[str, str]) -> dict[str, bool]:
    """
    Return who starts a lifecycle node and what its clock is, where it is not as usual.

    :param arguments: What was given to the launch file.
    """
    own = {'autostart': False} if arguments['autostart'] == FALSE else {}
    return {**own, **clock_parameters(arguments)}


def clock_parameters(arguments: Mapping[str, str]) -> dict[str, bool]:
    """
    Return what the clock of a node is, where it is not as usual.

    :param arguments: What was given to the launch file.
    """
    return {'use_sim_time': True} if arguments['use_sim_time'] == TRUE else {}
