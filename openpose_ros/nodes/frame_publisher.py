# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Publishes frames as Image, CompressedImage and CameraInfo under one header."""

from __future__ import annotations

import threading
import time
from typing import Any

from builtin_interfaces.msg import Time
from rclpy.duration import Duration
from rclpy.node import Node
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.camera_types import CameraCalibration
from openpose_ros.conversions.camera_info import calibration_to_msg
from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.playback import NS_PER_SEC
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.types import Array

# Longest wait at a stretch: how soon the end of the node is noticed.
_SLICE_SEC = 0.1


class FramePublisher:
    """
    The topics ``image``, ``image/compressed`` and, beside it, ``camera_info`` of a camera.

    Images nobody subscribes to are not made into messages; copying and sending is what costs.

    :param node: Node to publish from.
    :param frame_id: Frame of the camera.
    :param compressed: Whether to publish JPEG images too.
    :param calibration: Published as ``camera_info`` if given.
    :param frames: Where nodes of the same process get the images, as they are.
    """

    def __init__(
        self,
        node: Node,
        frame_id: str,
        *,
        compressed: bool,
        calibration: CameraCalibration | None,
        frames: FrameStore | None = None,
    ) -> None:
        """Make the publishers."""
        qos = image_publisher_qos()
        self._frame_id = frame_id
        self._calibration = calibration
        self._image = node.create_publisher(Image, 'image', qos)
        # Of the resolved name: remapping image then moves these with it, to where
        # image_transport looks for them.
        compressed_topic = self._image.topic_name + '/compressed'
        info_topic = self._image.topic_name.rpartition('/')[0] + '/camera_info'
        self._compressed = (
            node.create_publisher(CompressedImage, compressed_topic, qos) if compressed else None
        )
        self._info = (
            node.create_publisher(CameraInfo, info_topic, qos) if calibration else None
        )
        self._publishers = [one for one in (self._image, self._compressed, self._info) if one]
        topics = [ImageTopic(self.topic, False), ImageTopic(compressed_topic, True)]
        self._writers = [
            frames.write(topic) for topic in topics[: 1 + compressed] if frames is not None
        ]

    @property
    def topic(self) -> str:
        """Resolved name of the image topic."""
        return str(self._image.topic_name)

    def subscriber_count(self) -> int:
        """Return how many subscribe to the images, raw or compressed."""
        images = (self._image, self._compressed)
        return sum(one.get_subscription_count() for one in images if one) + sum(
            writer.reader_count() for writer in self._writers
        )

    def publish(self, pixels: Array, stamp_ns: int, jpeg_quality: int) -> None:
        """
        Publish a frame.

        :param pixels: Image, blue green red, shape ``(H, W, 3)``, uint8.
        :param stamp_ns: Stamp in nanoseconds.
        :param jpeg_quality: Quality of the compressed image, 1 to 100.
        :raises ValueError: If the image has not the size the calibration is for.
        """
        sec, nanosec = divmod(stamp_ns, NS_PER_SEC)
        header = Header(stamp=Time(sec=sec, nanosec=nanosec), frame_id=self._frame_id)
        if self._calibration is not None and self._info is not None:
            self._info.publish(_camera_info(self._calibration, pixels, header))
        frame = ImageFrame(header, pixels.nbytes, lambda: pixels)
        for writer in self._writers:
            writer.put(frame)
        if self._image.get_subscription_count() > 0:
            self._image.publish(image_to_msg(pixels, header, Image))
        if self._compressed is not None and self._compressed.get_subscription_count() > 0:
            message = image_to_compressed_msg(
                pixels, header, CompressedImage, quality=jpeg_quality
            )
            self._compressed.publish(message)

    def close(self) -> None:
        """Leave the topics to other processes; the publishers go with their node."""
        for writer in self._writers:
            writer.close()

    def wait_until_received(self, timeout_sec: float, stopped: threading.Event) -> None:
        """
        Wait until the reliable subscribers have everything; a process that ends takes it away.

        :param timeout_sec: Longest wait in seconds.
        :param stopped: Ends the wait: the publishers are about to be destroyed.
        """
        end_sec = time.monotonic() + timeout_sec
        for publisher in self._publishers:
            while not stopped.is_set() and time.monotonic() < end_sec:
                if publisher.wait_for_all_acked(Duration(seconds=_SLICE_SEC)):
                    break


def _camera_info(calibration: CameraCalibration, pixels: Array, header: Any) -> Any:
    height, width = pixels.shape[:2]
    if (width, height) != calibration.image_size:
        raise ValueError(
            'the calibration is for images of '
            f'{calibration.image_size[0]}x{calibration.image_size[1]}, but those published, '
            f'flipped and rotated as asked, have {width}x{height}'
        )
    return calibration_to_msg(calibration, header, CameraInfo)
