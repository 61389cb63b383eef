# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node that is measured, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType

from openpose_ros.nodes.resident_memory import resident_mb
from openpose_ros.tools.ros_environment import ros_environment

_STOP_SEC = 10.0


class MeasuredProcess:
    """
    A node in a process of its own, idle until it is activated.

    :param module: Name of the module in ``openpose_ros.nodes``, the last part that of the node.
    :param parameters: ROS parameters.
    """

    def __init__(self, module: str, parameters: dict[str, str]) -> None:
        self.name = module.rpartition('.')[2]
        command = [sys.executable, '-m', f'openpose_ros.nodes.{module}', '--ros-args']
        command += ['-r', f'keypoints:={self.name}/keypoints', '--log-level', 'WARN']
        for key, value in parameters.items():
            command += ['-p', f'{key}:={value}']
        self._process = subprocess.Popen(command, env=ros_environment())

    def __enter__(self) -> MeasuredProcess:
        """Let it run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SEC)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def memory_mb(self) -> float:
        """Return the resident memory in megabytes."""
        return resident_mb(self._process.pid)
