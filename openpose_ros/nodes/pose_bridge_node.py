# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Where people are in space: ``keypoints_3d`` in, ``poses`` as ``geometry_msgs/PoseArray`` out.

Nothing is converted while nobody subscribes.
"""

from __future__ import annotations

import sys
from typing import Any

from geometry_msgs.msg import Pose
from geometry_msgs.msg import PoseArray

from openpose_ros.conversions.markers import people_to_pose_array
from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.message_bridge import MessageBridge
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.parameters import ParameterGroup

NAME = 'pose_bridge_node'
GROUPS: tuple[type[ParameterGroup], ...] = (FrameLimits,)


class PoseBridgeNode(MessageBridge):
    """Publishes a pose for each person."""

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        super().__init__(NAME, PoseArray3D, 'keypoints_3d', GROUPS, surroundings=surroundings)
        self._poses = self.create_publisher(PoseArray, 'poses', result_qos())
        self.log_start(self._poses.topic_name)

    def is_wanted(self) -> bool:
        """Return whether anybody hears the poses."""
        return bool(self._poses.get_subscription_count())

    def convert(self, message: Any) -> None:
        """
        Publish the poses of a message.

        :param message: ``openpose_ros/PoseArray3D``.
        :raises ValueError: If it contradicts itself.
        """
        people = people_3d_from_msg(message)
        self._poses.publish(people_to_pose_array(people, message.header, PoseArray, Pose))


def main(args: list[str] | None = None) -> int:
    """
    Run pose_bridge_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node(NAME, PoseBridgeNode, args)


if __name__ == '__main__':
    sys.exit(main())
