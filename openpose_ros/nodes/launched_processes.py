# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The processes that a launch file starts for its nodes: one each, or one for all."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from openpose_ros.nodes.dds_profile import dds_profile_variables
from openpose_ros.nodes.planned_node import from_root
from openpose_ros.nodes.planned_node import PlannedNode
from openpose_ros.nodes.planned_node import TRUE
from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode

# A node that ends on what will not mend itself, a wrong parameter, must not fill the log.
_RESPAWN_DELAY_SEC = 2.0


def launched_processes(
    nodes: Iterable[PlannedNode],
    arguments: Mapping[str, str],
    *,
    config: str,
    environment: Mapping[str, str],
    pushed: str = '',
) -> list[dict[str, Any]]:
    """
    Return what ``launch_ros.actions.Node`` takes, for each process.

    What is given on the command line goes over ``params_file``, that over the files in config/.

    :param nodes: The nodes.
    :param arguments: What was given to the launch file.
    :param config: Folder of the parameter files.
    :param environment: Environment of the launch.
    :param pushed: What ``PushRosNamespace`` puts before the nodes' namespaces.
    """
    profile = dict.fromkeys(dds_profile_variables(environment), f'{config}/dds/shared_memory.xml')
    common = {
        'package': 'openpose_ros',
        'additional_env': profile,
        'ros_arguments': ['--log-level', arguments['log_level']],
        'output': 'screen',
        'respawn': arguments['respawn'] == TRUE,
        'respawn_delay': _RESPAWN_DELAY_SEC,
    }
    own = [arguments['params_file']] if arguments['params_file'] else []
    files = [(node, [f'{config}/{node.executable}.yaml', *own]) for node in nodes]
    if arguments['single_process'] == TRUE:
        words = [word for node, paths in files for word in _words(node, paths, pushed)]
        return [{**common, 'executable': 'run_all', 'arguments': words}]
    return [{**common, **_options(node, paths)} for node, paths in files]


def _options(node: PlannedNode, files: list[str]) -> dict[str, Any]:
    return {
        'executable': node.executable,
        'name': node.executable,
        'namespace': node.namespace,
        'remappings': list(node.remappings.items()),
        # launch_ros makes a file of them, which rcl cannot read if it is empty.
        'parameters': [*files, *([dict(node.parameters)] if node.parameters else [])],
    }


def _words(node: PlannedNode, files: list[str], pushed: str) -> tuple[str, ...]:
    names = {'__ns': from_root(node.namespace, pushed), **node.remappings}
    return ChosenNode(node.executable, arguments_of(files, node.parameters, names)).words
