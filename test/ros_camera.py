# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A camera of the test, which also listens to what pose_node says about its images."""

from __future__ import annotations

from typing import Any

import numpy as np
from rclpy.qos import QoSProfile
from ros_peers import facts_of
from ros_peers import Peer
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos


class Camera:
    """Publishes images with chosen stamps and counts what comes back."""

    def __init__(self, peer: Peer, topic: str = 'image', kind: type = Image, **qos: Any) -> None:
        self.peer = peer
        profile = QoSProfile(depth=5, **qos) if qos else image_publisher_qos()
        self.publisher = peer.node.create_publisher(kind, topic, profile)
        self.people: list[Any] = peer.hear(PoseArray, 'keypoints', result_qos())
        self.diagnostics: list[Any] = peer.hear_diagnostics()

    def wait_for_node(self) -> None:
        self.peer.spin_until(
            lambda: self.publisher.get_subscription_count()
            and self.peer.node.count_publishers('keypoints')
        )
        self.peer.spin_for(0.2)  # the node hears of this side a little later than this of the node

    def send(self, message: Any) -> None:
        self.publisher.publish(message)

    def facts(self) -> dict[str, str]:
        if not self.diagnostics:
            return {}
        return facts_of(self.diagnostics[-1])

    def wait_for_facts(self, **wanted: str) -> None:
        self.peer.spin_until(lambda: wanted.items() <= self.facts().items())


def header(nanoseconds: int = 0, frame_id: str = 'front_camera') -> Header:
    message = Header(frame_id=frame_id)
    message.stamp.sec, message.stamp.nanosec = divmod(nanoseconds, 1_000_000_000)
    return message


def raw(pixels: np.ndarray, nanoseconds: int = 0) -> Image:
    return image_to_msg(pixels, header(nanoseconds), Image)
