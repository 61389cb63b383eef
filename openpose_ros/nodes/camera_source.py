# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the calibrated cameras of a rig come from: a file, or camera_info and tf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import Protocol

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.time import Time
from sensor_msgs.msg import CameraInfo

from openpose_ros.camera_types import CameraCalibration
from openpose_ros.conversions.camera_info import calibration_from_msg
from openpose_ros.conversions.transforms import transform_from_msg
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.triangulation_parameters import CalibrationParameters
from openpose_ros.nodes.triangulation_parameters import RigParameters
from openpose_ros.nodes.triangulation_parameters import topics_of
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.camera_calibration import camera_from_calibration
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.transforms import inverse_transform
from openpose_ros.types import Array

_TF_PATIENCE_SEC = 0.05
# How soon a camera_info that is published only once is noticed.
_CHECK_PERIOD_SEC = 0.5


class Places(Protocol):
    """Says where cameras are."""

    def world_T_cam(self, camera_frame: str, stamp: Any) -> Array:
        """
        Return where a camera was, shape ``(4, 4)``.

        :param camera_frame: Name of the camera's optical frame.
        :param stamp: When.
        :raises ValueError: If that is not known; says why.
        """

    def restart(self) -> None:
        """Forget where they were: stamps have jumped back."""

    def close(self) -> None:
        """Stop listening."""


class CameraSource(Protocol):
    """Gives the calibrated cameras."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the cameras."""

    def camera(self, name: str, header: Any) -> Camera:
        """
        Return a camera.

        :param name: One of the names.
        :param header: Header of its keypoints: their frame and when they were there.
        :raises ValueError: If its calibration is not known; says what is missing.
        """

    def restart(self) -> None:
        """Forget where the cameras were: stamps have jumped back."""

    def close(self) -> None:
        """Stop listening."""


class FileCameras:
    """
    The cameras of a calibration file.

    :param rig: Names those to use.
    :param calibration: Names the file.
    :raises ValueError: If the file is wrong, or lacks a camera; names the parameter.
    """

    def __init__(self, rig: RigParameters, calibration: CalibrationParameters) -> None:
        try:
            cameras = read_cameras(calibration.file)
        except ValueError as error:
            raise ValueError(f"parameter 'calibration.file': {error}") from error
        self.names = rig.cameras or tuple(cameras)
        for name in self.names:
            if name not in cameras:
                raise ValueError(
                    f"parameter 'cameras' has '{name}', expected only cameras of "
                    f"'{calibration.file}': {', '.join(cameras)}"
                )
        self._cameras = cameras

    def camera(self, name: str, header: Any) -> Camera:
        """Return a camera, wherever its keypoints say they are."""
        return self._cameras[name]

    def restart(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class TopicCameras:
    """
    Cameras whose intrinsics come on topics.

    :param node: Node to subscribe with.
    :param rig: Names the cameras.
    :param calibration: Names the topics.
    :param listen: Begins to listen to where the cameras are; called if the parameters are right.
    :raises ValueError: If a parameter is wrong; names it.
    """

    def __init__(
        self,
        node: Node,
        rig: RigParameters,
        calibration: CalibrationParameters,
        listen: Callable[[], Places],
    ) -> None:
        if not rig.cameras:
            raise ValueError(
                "parameter 'cameras' is empty, expected the names of the cameras, or a file in "
                'calibration.file'
            )
        self.names = rig.cameras
        self._node = node
        self._rectified = calibration.rectified
        self._calibrations: dict[str, CameraCalibration] = {}
        self._topics = topics_of(
            'calibration.camera_info_topic', calibration.camera_info_topic, rig.cameras
        )
        self._places = listen()
        # Best effort hears both kinds of publishers; the next one is mostly not far.
        qos = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
        self._subscriptions = [
            node.create_subscription(CameraInfo, topic, self._hearing(name), qos)
            for name, topic in self._topics.items()
        ]
        self._latched: dict[str, Any] = {}
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._timer = node.create_timer(_CHECK_PERIOD_SEC, self._hear_latched, clock=steady)

    def camera(self, name: str, header: Any) -> Camera:
        """Return a camera, where tf says that it was."""
        calibration = self._calibrations.get(name)
        if calibration is None:
            topic = self._node.resolve_topic_name(self._topics[name])
            raise ValueError(f"camera '{name}': no camera_info on {topic} yet")
        world_T_cam = self._places.world_T_cam(header.frame_id, header.stamp)
        cam_T_world = inverse_transform(world_T_cam)
        return camera_from_calibration(name, calibration, cam_T_world, rectified=self._rectified)

    def restart(self) -> None:
        """Forget where the cameras were."""
        self._places.restart()

    def close(self) -> None:
        """Stop listening."""
        self._places.close()
        self._node.destroy_timer(self._timer)
        for subscription in (*self._subscriptions, *self._latched.values()):
            self._node.destroy_subscription(subscription)

    def _hear_latched(self) -> None:
        """
        Subscribe also to what a static camera has published once, before this was there.

        Only where a publisher offers that: of a subscription that gets nothing from an ordinary
        camera, its driver and this node would warn.
        """
        for name, topic in self._topics.items():
            if name not in self._latched and _is_latched(self._node, topic):
                self._latched[name] = self._node.create_subscription(
                    CameraInfo, topic, self._hearing(name), latched_qos()
                )

    def _hearing(self, name: str) -> Callable[[Any], None]:
        def hear(message: Any) -> None:
            try:
                self._calibrations[name] = calibration_from_msg(message)
            except ValueError as error:
                self._node.get_logger().warning(f"camera_info of camera '{name}': {error}")

        return hear


def _is_latched(node: Node, topic: str) -> bool:
    asked = latched_qos()
    publishers = node.get_publishers_info_by_topic(node.resolve_topic_name(topic))
    return any(
        (offered.durability, offered.reliability) == (asked.durability, asked.reliability)
        for offered in (publisher.qos_profile for publisher in publishers)
    )


class TfPlaces:
    """
    Where the cameras are, from tf.

    :param node: Node to listen with.
    :param frame_id: The world frame.
    :raises ValueError: If tf2_ros is not installed.
    """

    def __init__(self, node: Node, frame_id: str) -> None:
        try:
            import tf2_ros
        except ImportError as error:
            raise ValueError(
                "parameter 'calibration.file' is empty and tf2_ros, which would tell where the "
                'cameras are, is not installed (ros-<distribution>-tf2-ros)'
            ) from error
        self._frame_id = frame_id
        self._error = tf2_ros.TransformException
        self._buffer = tf2_ros.Buffer()
        self._listener = tf2_ros.TransformListener(self._buffer, node)

    def world_T_cam(self, camera_frame: str, stamp: Any) -> Array:
        """Return where a camera was; called in the worker's thread, which may wait a little."""
        patience = Duration(seconds=_TF_PATIENCE_SEC)
        try:
            found = self._buffer.lookup_transform(
                self._frame_id, camera_frame, Time.from_msg(stamp), patience
            )
        except self._error as error:
            raise ValueError(
                f"tf does not lead from '{camera_frame}' to '{self._frame_id}': {error}"
            ) from error
        return transform_from_msg(found.transform)

    def restart(self) -> None:
        """
        Forget where the cameras were, where they move.

        tf2 takes nothing that is much older than what it knows, and learns that time has jumped
        back only from the clock of a node that it is given.
        """
        self._buffer.clear()

    def close(self) -> None:
        """Stop listening."""
        self._listener.unregister()
