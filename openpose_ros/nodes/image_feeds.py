# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the images of a node come from: a subscription of its own, or the store of its process."""

from __future__ import annotations

from collections.abc import Callable
import threading
from typing import Any

from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.frame_store import SharedFrame
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.types import Array


def message_type(topic: ImageTopic) -> Any:
    """
    Return the class of a topic's messages.

    :param topic: The topic.
    """
    return CompressedImage if topic.compressed else Image


def decode(message: Image | CompressedImage | SharedFrame) -> Array:
    """
    Return the pixels of an image.

    :param message: Raw or compressed image, or one that nodes share.
    :return: Image, ``(H, W, 3)`` uint8, BGR, not to be written to.
    :raises ValueError: If the message holds no valid image.
    """
    if isinstance(message, SharedFrame):
        return message.pixels()
    if isinstance(message, CompressedImage):
        return image_from_compressed_msg(message)
    return image_from_msg(message)


class SubscribedImages:
    """
    A subscription with whatever reliability the publisher offers.

    :param node: Node to subscribe with.
    :param topic: The topic.
    :param reliability: What to ask for, one of :data:`~openpose_ros.nodes.qos.RELIABILITIES`.
    :param on_message: Called with each message, in the executor's thread.
    """

    def __init__(
        self, node: Node, topic: ImageTopic, reliability: str, on_message: Callable[[Any], None]
    ) -> None:
        self._node = node
        self._topic = topic
        self._on_message = on_message
        self._closed = False
        # That of a whole process is opened and closed by other threads than its executor's.
        self._lock = threading.Lock()
        with self._lock:
            self._subscription = self._subscribe(reliability)

    def close(self) -> None:
        """Undo the subscription."""
        with self._lock:
            self._closed = True
            self._node.destroy_subscription(self._subscription)

    def _subscribe(self, reliability: str) -> Any:
        events = None
        if reliability == 'auto':
            events = SubscriptionEventCallbacks(incompatible_qos=self._on_incompatible)
        return self._node.create_subscription(
            message_type(self._topic),
            self._topic.name,
            self._on_message,
            image_subscription_qos(reliability),
            event_callbacks=events,
        )

    def _on_incompatible(self, _: Any) -> None:
        with self._lock:
            if self._closed:
                return
            self._node.get_logger().info(
                f'the publisher of {self._topic.name} is best effort only: subscribing the same '
                'way'
            )
            self._node.destroy_subscription(self._subscription)
            self._subscription = self._subscribe('best_effort')


class StoredImages:
    """
    The frames of a topic that the nodes of a process share.

    :param node: Node in whose executor's thread they arrive.
    :param store: The process's frames.
    :param topic: The topic.
    :param reliability: What to ask for where they come from other processes.
    :param on_message: Called with each frame, in the executor's thread.
    """

    def __init__(
        self,
        node: Node,
        store: FrameStore,
        topic: ImageTopic,
        reliability: str,
        on_message: Callable[[Any], None],
    ) -> None:
        self._node = node
        self._on_message = on_message
        self._guard = node.create_guard_condition(self._hand_on)
        self._reader = store.read(topic, reliability, self._guard.trigger)

    def close(self) -> None:
        """Take no more frames."""
        self._reader.close()
        self._node.destroy_guard_condition(self._guard)

    def _hand_on(self) -> None:
        for frame in self._reader.take():
            self._on_message(frame)


def subscribe_for_all(
    node: Node, topic: ImageTopic, reliability: str, deliver: Callable[[SharedFrame], None]
) -> SubscribedImages:
    """
    Subscribe for all nodes of a process.

    :param node: Node to subscribe with.
    :param topic: The topic.
    :param reliability: What to ask for.
    :param deliver: Called with each frame.
    """
    return SubscribedImages(
        node,
        topic,
        reliability,
        lambda message: deliver(SharedFrame(message.header, lambda: decode(message))),
    )
