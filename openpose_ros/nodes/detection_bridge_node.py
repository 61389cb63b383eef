# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in the image as boxes: ``keypoints`` in, ``detections`` of ``vision_msgs`` out.

Nothing is converted while nobody subscribes.
"""

from __future__ import annotations

import sys
from typing import Any

from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.conversions.detections import DetectionMessages
from openpose_ros.conversions.detections import people_to_detections
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.message_bridge import MessageBridge
from openpose_ros.nodes.message_bridge import missing_package
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.parameters import ParameterGroup

NAME = 'detection_bridge_node'
GROUPS: tuple[type[ParameterGroup], ...] = (BoxParameters, FrameLimits)


class DetectionBridgeNode(MessageBridge):
    """
    Publishes a box around each person.

    :raises ValueError: If vision_msgs is missing or a parameter is wrong.
    """

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        self._messages = _installed_messages()
        super().__init__(NAME, PoseArray, 'keypoints', GROUPS, surroundings=surroundings)
        self._detections = self.create_publisher(self._messages.array, 'detections', result_qos())
        self.log_start(self._detections.topic_name)

    def is_wanted(self) -> bool:
        """Return whether anybody hears the boxes."""
        return bool(self._detections.get_subscription_count())

    def convert(self, message: Any) -> None:
        """
        Publish the boxes of a message.

        :param message: ``openpose_ros/PoseArray``.
        :raises ValueError: If it contradicts itself.
        """
        people, boxes = people_from_msg(message), self.parameters.get(BoxParameters)
        self._detections.publish(
            people_to_detections(people, message.header, self._messages, boxes)
        )


def _installed_messages() -> DetectionMessages:
    try:
        from vision_msgs.msg import BoundingBox2D
        from vision_msgs.msg import Detection2D
        from vision_msgs.msg import Detection2DArray
        from vision_msgs.msg import ObjectHypothesis
        from vision_msgs.msg import ObjectHypothesisWithPose
        from vision_msgs.msg import Point2D
        from vision_msgs.msg import Pose2D
    except ImportError as error:
        raise missing_package('vision_msgs') from error
    return DetectionMessages(
        Detection2DArray, Detection2D, ObjectHypothesisWithPose, ObjectHypothesis, BoundingBox2D,
        Pose2D, Point2D,
    )


def main(args: list[str] | None = None) -> int:
    """
    Run detection_bridge_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node(NAME, DetectionBridgeNode, args)


if __name__ == '__main__':
    sys.exit(main())
