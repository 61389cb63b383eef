# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What face_hand_node gets and gives in the tests: the photo, its people, and who sends them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_peers import facts_of
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.regions import regions_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import RegionArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import People2D

PHOTO = Path(__file__).parent / 'data' / 'park.jpg'
FIELDS = ('body', 'face', 'left_hand', 'right_hand')
BODY = get_skeleton('coco_18')
# The people of the photo are seen from afar: whatever the networks say of them is taken.
LOW = 1e-5
PATIENT = {'sync__timeout_sec': 20.0}  # nothing is passed on because the machine is busy
ALL = {
    'landmarks__face_min_score': LOW,
    'landmarks__hand_min_score': LOW,
    'diagnostics__period_sec': 0.1,
    # Standing back, it would wait for the other tests.
    'priority__niceness': 0,
}

StartNode = Callable[..., NodeProcess]


def settings(**switches: Any) -> FaceHandSettings:
    landmarks = LandmarkParameters(face_min_score=LOW, hand_min_score=LOW)
    return FaceHandSettings(FaceHandParameters(**switches), landmarks=landmarks)


def header(nanoseconds: int) -> Header:
    message = Header(frame_id='front_camera')
    message.stamp.sec, message.stamp.nanosec = divmod(nanoseconds, 1_000_000_000)
    return message


class Upstream:
    """
    Publishes images and keypoints as camera and pose_node do, and hears what comes out.

    :param peer: Whose topics these are.
    :param kind: Type of the images.
    :param topic: Their topic.
    :param hear_regions: Whether to subscribe to the regions, too.
    """

    def __init__(
        self, peer: Peer, kind: type = Image, topic: str = 'image', *, hear_regions: bool = True
    ) -> None:
        self.peer = peer
        node = peer.node
        self.images = node.create_publisher(kind, topic, image_publisher_qos())
        self.keypoints = node.create_publisher(PoseArray, 'keypoints', result_qos())
        self.own_regions = node.create_publisher(RegionArray, 'regions_in', result_qos())
        self.full: list[Any] = peer.hear(PoseArray, 'keypoints_full', result_qos())
        self.regions: list[Any] = (
            peer.hear(RegionArray, 'regions', result_qos()) if hear_regions else []
        )
        self.diagnostics: list[Any] = peer.hear_diagnostics()

    def wait_for_node(self) -> None:
        outputs = ('keypoints_full', 'regions')
        self.peer.spin_until(
            lambda: self.images.get_subscription_count()
            and self.keypoints.get_subscription_count()
            and all(self.peer.node.count_publishers(topic) for topic in outputs)
        )
        self.peer.spin_for(0.2)

    def send_image(self, pixels: np.ndarray, stamp_ns: int) -> None:
        self.images.publish(image_to_msg(pixels, header(stamp_ns), Image))

    def send_regions(self, regions: Any, people: People2D, stamp_ns: int) -> None:
        self.own_regions.publish(regions_to_msg(regions, people, header(stamp_ns)))

    def send_people(self, people: People2D, stamp_ns: int) -> Any:
        message = people_to_msg(people, header(stamp_ns))
        self.keypoints.publish(message)
        return message

    def ask(self, pixels: np.ndarray, people: People2D, stamp_ns: int) -> Any:
        """Send both and return what comes of it."""
        before = len(self.full)
        self.send_image(pixels, stamp_ns)
        self.send_people(people, stamp_ns)
        self.peer.spin_until(lambda: len(self.full) > before)
        assert self.full[-1].header == header(stamp_ns)
        return self.full[-1]

    def wait_for_facts(self, **wanted: str) -> None:
        self.peer.spin_until(lambda: wanted.items() <= self.facts().items())

    def facts(self) -> dict[str, str]:
        if not self.diagnostics:
            return {}
        return facts_of(self.diagnostics[-1])


def set_parameter(peer: Peer, name: str, value: Any) -> Any:
    request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
    return peer.call(SetParameters, '/face_hand_node/set_parameters', request).results[0]


def assert_same(message: Any, expected: People2D) -> None:
    found = people_from_msg(message)
    names = ('skeleton', 'face_skeleton', 'hand_skeleton', 'image_size')
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    assert len(found) == len(expected)
    for name in FIELDS:
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(one.xy, other.xy, atol=0.05, err_msg=name)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-3, err_msg=name)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-5)
