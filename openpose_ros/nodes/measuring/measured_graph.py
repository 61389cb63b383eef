# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that are measured together, each in a process of its own or all in one."""

from __future__ import annotations

from collections.abc import Iterable
import os
from pathlib import Path
import subprocess
import sys

from openpose_ros.nodes.resident_memory import resident_mb
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.tools.ros_environment import ros_environment

_STOP_SEC = 10.0


class MeasuredGraph:
    """
    Nodes at work.

    :param nodes: The nodes.
    :param single_process: Whether they share one process.
    """

    def __init__(self, nodes: Iterable[ChosenNode], *, single_process: bool) -> None:
        if single_process:
            commands = [('run_all', *(word for node in nodes for word in node.words))]
        else:
            commands = [node.words for node in nodes]
        environment = ros_environment()
        self._processes = [
            subprocess.Popen(
                [sys.executable, '-m', f'openpose_ros.nodes.{module}', *words], env=environment
            )
            for module, *words in commands
        ]

    def __enter__(self) -> MeasuredGraph:
        """Let them run."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(_STOP_SEC)
            except subprocess.TimeoutExpired:
                process.kill()

    def memory_mb(self) -> float:
        """
        Return the resident memory of all in megabytes.

        :raises ValueError: If one of them has ended.
        """
        return sum(resident_mb(process.pid) for process in self._processes)

    def cpu_sec(self) -> float:
        """
        Return how long all of them have kept cores busy.

        :raises ValueError: If one of them has ended.
        """
        return sum(_cpu_sec(process.pid) for process in self._processes)


def _cpu_sec(process_id: int) -> float:
    try:
        text = Path(f'/proc/{process_id}/stat').read_text()
    except OSError as error:
        raise ValueError(f'process {process_id} has ended') from error
    # Behind the name, which may hold anything: state is the first, user and system time follow.
    user, system = text.rpartition(')')[2].split()[11:13]
    return (int(user) + int(system)) / float(os.sysconf('SC_CLK_TCK'))
