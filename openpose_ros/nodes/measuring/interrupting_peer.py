# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The surroundings of a node that is told to stop: its input, its lifecycle manager."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import time
from typing import Any

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from lifecycle_msgs.srv import GetState
import numpy as np
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.measuring.peer import MeasuringPeer
from openpose_ros.nodes.measuring.watched_process import WatchedProcess
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.benchmark_face_hand import standing
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_PERIOD_SEC = 1 / 30
_ASK_PERIOD_SEC = 0.1
# What comes out of the nodes.
_OUTPUTS: dict[str, tuple[Any, str]] = {
    'pose_node': (PoseArray, 'keypoints'),
    'face_hand_node': (PoseArray, 'keypoints_full'),
    'visualization_node': (Image, 'overlay'),
    'triangulation_node': (PoseArray3D, 'keypoints_3d'),
}
RIG = ring_of_cameras(2)


class InterruptingPeer(MeasuringPeer):
    """Drives one node after the other, each in a namespace of its own."""

    def __enter__(self) -> InterruptingPeer:
        """Join the ROS graph."""
        super().__enter__()
        return self

    def wait_for_state(self, process: WatchedProcess, state: int) -> None:
        """
        Wait until a node says that it is in a lifecycle state.

        :param process: The node.
        :param state: A primary state of ``lifecycle_msgs/State``.
        :raises ValueError: If it does not answer, or never is.
        """
        client = self._node.create_client(GetState, f'{process.name}/get_state')
        self.wait_for(process, client.service_is_ready)
        heard: list[int] = []

        def ask() -> None:
            # An answer is lost while the two sides do not know each other yet.
            future = client.call_async(GetState.Request())
            future.add_done_callback(lambda done: heard.append(done.result().current_state.id))

        timer = self._node.create_timer(_ASK_PERIOD_SEC, ask)
        self.wait_for(process, lambda: heard[-1:] == [state])
        self._node.destroy_timer(timer)
        self._node.destroy_client(client)

    def request_configure(self, process: WatchedProcess) -> None:
        """
        Ask a node to configure itself, and do not wait for it.

        :param process: The node.
        """
        client = self._node.create_client(ChangeState, f'{process.name}/change_state')
        self.wait_for(process, client.service_is_ready)
        client.call_async(
            ChangeState.Request(transition=Transition(id=Transition.TRANSITION_CONFIGURE))
        )

    @contextmanager
    def feeding(self, space: str, node: str, encoding: str = 'bgr8') -> Iterator[list[Any]]:
        """
        Publish what a node takes at 30 Hz: images of 720p, people in them, views.

        :param space: Namespace of the node, which need not run yet.
        :param node: Name of the node.
        :param encoding: What the images say of themselves.
        :return: The list that the node's results go to.
        """
        kind, topic = _OUTPUTS[node]
        results: list[Any] = []
        subscription = self._node.create_subscription(
            kind, f'{space}/{topic}', results.append, result_qos()
        )
        self._image.encoding = encoding
        inputs = list(self._inputs(space, node))

        def publish() -> None:
            stamp = self._node.get_clock().now().to_msg()
            for publisher, message in inputs:
                message.header.stamp = stamp
                publisher.publish(message)

        timer = self._node.create_timer(_PERIOD_SEC, publish)
        try:
            yield results
        finally:
            self._node.destroy_timer(timer)
            self._node.destroy_subscription(subscription)
            for publisher, _ in inputs:
                self._node.destroy_publisher(publisher)

    def _inputs(self, space: str, node: str) -> Iterator[tuple[Any, Any]]:
        """Yield the publishers of a node's input, and what they publish."""
        def people(topic: str) -> Any:
            return self._node.create_publisher(PoseArray, f'{space}/{topic}', result_qos())

        if node == 'triangulation_node':
            for camera in RIG:
                yield people(f'{camera.name}/people/keypoints'), _view(camera)
            return
        images = self._node.create_publisher(Image, f'{space}/image', image_publisher_qos())
        yield images, self._image
        if node != 'pose_node':
            yield people('keypoints'), people_to_msg(standing(1), Header())

    def wait_for(self, process: WatchedProcess, condition: Callable[[], bool]) -> None:
        """
        Do what comes up until something is true.

        :param process: Who is waited for.
        :param condition: What is waited for.
        :raises ValueError: If the process ends before, or it takes too long.
        """
        def look() -> bool:
            process.check()
            return condition()

        self._spin_until(look, process.name)

    def spin_for(self, seconds: float) -> None:
        """
        Do what comes up for a while.

        :param seconds: How long.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._executor.spin_once(timeout_sec=left)


def _view(camera: Camera) -> Any:
    """Return what a camera of the rig sees of a person."""
    skeleton = get_skeleton('coco_18')
    xyz = people_in_room(1, skeleton, seed=0)
    xy = camera.project(xyz).astype(np.float32)
    body = Keypoints2D(xy, np.ones(xy.shape[:2], np.float32))
    people = People2D.from_body(skeleton.name, body, np.ones(1, np.float32), camera.image_size)
    return people_to_msg(people, Header())
