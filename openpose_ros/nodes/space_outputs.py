# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is published of people in space, each only if somebody wants it."""

from __future__ import annotations

from typing import Any

from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Point
from geometry_msgs.msg import TransformStamped
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import PointCloud2
from sensor_msgs.msg import PointField
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.markers import MarkerKey
from openpose_ros.conversions.markers import MarkerMessages
from openpose_ros.conversions.markers import people_to_cloud
from openpose_ros.conversions.markers import people_to_markers
from openpose_ros.conversions.markers import people_to_transforms
from openpose_ros.conversions.people_3d import people_3d_to_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.msg import PoseArray3D
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.triangulation_parameters import OutputParameters
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types_3d import People3D

_MESSAGES = MarkerMessages(MarkerArray, Marker, Point, ColorRGBA, Duration)
_NS_PER_SEC = 1e9


class SpaceOutputs:
    """
    The publishers of people in space.

    :param node: Node to publish with.
    :param parameters: What is published.
    :raises ValueError: If something that is wanted needs what is not installed; names it.
    """

    def __init__(self, node: LifecycleNode, parameters: OutputParameters) -> None:
        self.parameters = parameters
        self._node = node
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._next_markers_sec = 0.0
        self._shown: frozenset[MarkerKey] = frozenset()
        self._skeletons: tuple[str, ...] = ()
        self._transforms = _transform_broadcaster(node) if parameters.transforms else None
        kinds = {'keypoints_3d': PoseArray3D, 'markers': MarkerArray}
        if parameters.points:
            kinds['points'] = PointCloud2
        self._publishers = {
            topic: node.create_lifecycle_publisher(kind, topic, result_qos())
            for topic, kind in kinds.items()
        }
        self._publishers['skeletons'] = node.create_lifecycle_publisher(
            SkeletonArray, 'skeletons', latched_qos()
        )

    def publish(self, people: People3D, header: Any) -> None:
        """
        Publish people; called in the worker's thread.

        :param people: People with ids, also nobody.
        :param header: Stamp of the view set and name of the world frame.
        """
        self._publish_skeletons(people)
        self._publishers['keypoints_3d'].publish(people_3d_to_msg(people, header))
        self._publish_markers(people, header)
        points = self._publishers.get('points')
        if points is not None and points.get_subscription_count():
            points.publish(people_to_cloud(people, header, PointCloud2, PointField))
        if self._transforms is not None:
            self._transforms.sendTransform(
                people_to_transforms(people, header, TransformStamped)
            )

    def close(self) -> None:
        """Destroy the publishers."""
        for publisher in self._publishers.values():
            self._node.destroy_lifecycle_publisher(publisher)
        if self._transforms is not None:
            self._node.destroy_publisher(self._transforms.pub_tf)  # tf2_ros has no way of its own

    def _publish_skeletons(self, people: People3D) -> None:
        """Publish the skeletons of the people when there are new ones."""
        names = (people.skeleton, people.face_skeleton, people.hand_skeleton)
        new = [name for name in dict.fromkeys(names) if name and name not in self._skeletons]
        if new:
            self._skeletons += tuple(new)
            used = [SKELETONS[name] for name in self._skeletons]
            self._publishers['skeletons'].publish(skeletons_to_msg(used))

    def _publish_markers(self, people: People3D, header: Any) -> None:
        markers = self._publishers['markers']
        if not markers.get_subscription_count():
            self._shown = frozenset()
            return
        now_sec = self._clock.now().nanoseconds / _NS_PER_SEC
        if now_sec < self._next_markers_sec:
            return
        self._next_markers_sec = now_sec + 1.0 / self.parameters.markers_rate_hz
        message, self._shown = people_to_markers(
            people,
            header,
            _MESSAGES,
            skeletons=SKELETONS,
            lifetime_sec=self.parameters.markers_lifetime_sec,
            previous=self._shown,
        )
        markers.publish(message)


def _transform_broadcaster(node: LifecycleNode) -> Any:
    try:
        import tf2_ros
    except ImportError as error:
        raise ValueError(
            "parameter 'publish.transforms' is true, but tf2_ros is not installed "
            '(ros-<distribution>-tf2-ros), expected false'
        ) from error
    return tf2_ros.TransformBroadcaster(node)
