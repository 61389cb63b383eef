# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a node gets from the process it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from rclpy.parameter import Parameter

from openpose_ros.nodes.frame_store import FrameStore


@dataclass(frozen=True)
class Surroundings:
    """
    What a node gets from the process it runs in.

    :param arguments: ROS arguments of this node alone, with ``--ros-args``; they go over those of
        the process.
    :param frames: The frames shared with the other nodes; ``None``: the node is alone.
    :param overrides: Values of parameters, over those of the arguments and their files.
    """

    arguments: tuple[str, ...] = ()
    frames: FrameStore | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, Any]:
        """What ``rclpy.node.Node`` takes."""
        return {
            'cli_args': list(self.arguments) or None,
            'parameter_overrides': [
                Parameter(name, value=value) for name, value in self.overrides.items()
            ],
        }


ALONE = Surroundings()
