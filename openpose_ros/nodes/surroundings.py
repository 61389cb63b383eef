# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a node gets from the process it runs in."""

from __future__ import annotations

from dataclasses import dataclass

from openpose_ros.nodes.frame_store import FrameStore


@dataclass(frozen=True)
class Surroundings:
    """
    What a node gets from the process it runs in.

    :param arguments: ROS arguments of this node alone, with ``--ros-args``; they go over those of
        the process.
    :param frames: The frames shared with the other nodes; ``None``: the node is alone.
    """

    arguments: tuple[str, ...] = ()
    frames: FrameStore | None = None

    @property
    def cli_args(self) -> list[str] | None:
        """The arguments as rclpy takes them."""
        return list(self.arguments) or None


ALONE = Surroundings()
