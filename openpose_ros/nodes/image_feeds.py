# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Where the images of a node come from: a subscription of its own, or the store of its process.

Subscriptions take images as bytes. Only an image that is worked on is made a message, in the
worker's thread; of those left out nothing but the header is read. And deserialising as part of the
taking may hang: a reliable reader of Fast DDS 3.2 that begins while large messages stream gets an
empty one now and then, tries to deserialise it, and tries again for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
import threading
from typing import Any

from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.qos import ReliabilityPolicy
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.types import Array

_WARNING_PERIOD_SEC = 5.0
# How often one that is best effort looks whether it still has to be; images that do not come are
# looked for as often.
CHECK_PERIOD_SEC = 0.5
_AUTO = 'auto'
_RELIABLE = 'reliable'
_BEST_EFFORT = 'best_effort'
# Where there is no subscription.
_NONE = 'none'


def message_type(topic: ImageTopic) -> Any:
    """
    Return the class of a topic's messages.

    :param topic: The topic.
    """
    return CompressedImage if topic.compressed else Image


def frame_of(data: bytes, message_class: Any) -> ImageFrame:
    """
    Return the image in a serialised message.

    :param data: The message; its bytes are kept until the pixels are asked for.
    :param message_class: ``Image`` or ``CompressedImage``.
    :raises ValueError: If it has no header. What else is wrong with it is said of its pixels.
    """
    # Both classes begin with the header, and what is behind it is not looked at.
    header = _deserialised(data, Header)
    return ImageFrame(header, len(data), partial(_decoded, data, message_class))


def _decoded(data: bytes, message_class: Any) -> Array:
    message = _deserialised(data, message_class)
    if message_class is CompressedImage:
        return image_from_compressed_msg(message)
    return image_from_msg(message)


def _deserialised(data: bytes, message_class: Any) -> Any:
    try:
        return deserialize_message(data, message_class)
    except RuntimeError as error:
        name = message_class.__name__
        raise ValueError(f'{len(data)} bytes are no {name}, expected a serialised one') from error


class SubscribedImages:
    """
    A subscription with whatever reliability the publishers offer.

    :param node: Node to subscribe with.
    :param topic: The topic.
    :param reliability: What to ask for, one of :data:`~openpose_ros.nodes.qos.RELIABILITIES`.
    :param on_frame: Called with each frame, in the executor's thread.
    :param on_unreadable: Called with what is wrong with a message that has no header.
    """

    def __init__(
        self,
        node: Node,
        topic: ImageTopic,
        reliability: str,
        on_frame: Callable[[ImageFrame], None],
        on_unreadable: Callable[[str], None] | None = None,
    ) -> None:
        self._node = node
        self._topic = topic
        self._on_frame = on_frame
        self._on_unreadable = on_unreadable
        self._unreadable = 0
        self._is_auto = reliability == _AUTO
        self._in_use = ''
        self._closed = False
        # That of a whole process is opened and closed by other threads than its executor's.
        self._lock = threading.Lock()
        with self._lock:
            first = _RELIABLE if self._is_auto else reliability
            self._subscription = self._subscribe(first)

    def reliability(self) -> str:
        """Return the reliability of the present subscription."""
        return self._in_use

    def follow_publishers(self) -> None:
        """
        Subscribe reliable again once no publisher is best effort any more.

        To be called in the executor's thread every now and then: no event says that a publisher
        has gone.
        """
        with self._lock:
            if self._closed or not self._is_auto or self._in_use == _RELIABLE:
                return
            if not self._are_reliable():
                return
            self._node.get_logger().info(
                f'the publishers of {self._topic.name} are all reliable: subscribing the same way'
            )
            self._change(_RELIABLE)

    def close(self) -> None:
        """Undo the subscription."""
        with self._lock:
            self._closed = True
            self._node.destroy_subscription(self._subscription)

    def _subscribe(self, reliability: str) -> Any:
        self._in_use = reliability
        events = None
        if self._is_auto and reliability == _RELIABLE:
            events = SubscriptionEventCallbacks(incompatible_qos=self._on_incompatible)
        return self._node.create_subscription(
            message_type(self._topic),
            self._topic.name,
            self._receive,
            image_subscription_qos(reliability),
            event_callbacks=events,
            raw=True,
        )

    def _change(self, reliability: str) -> None:
        self._node.destroy_subscription(self._subscription)
        self._subscription = self._subscribe(reliability)

    def _are_reliable(self) -> bool:
        """Return whether there are publishers, and all of them are reliable."""
        kind = f'sensor_msgs/msg/{message_type(self._topic).__name__}'
        offered = [
            info.qos_profile.reliability == ReliabilityPolicy.RELIABLE
            for info in self._node.get_publishers_info_by_topic(self._topic.name)
            if info.topic_type == kind  # others are never heard
        ]
        return bool(offered) and all(offered)

    def _receive(self, data: bytes) -> None:
        try:
            frame = frame_of(data, message_type(self._topic))
        except ValueError as error:
            self._unreadable += 1
            self._node.get_logger().warning(
                f'{self._unreadable} messages on {self._topic.name} left out so far: {error}',
                throttle_duration_sec=_WARNING_PERIOD_SEC,
            )
            if self._on_unreadable is not None:
                self._on_unreadable(str(error))
            return
        self._on_frame(frame)

    def _on_incompatible(self, _: Any) -> None:
        with self._lock:
            if self._closed:
                return
            self._node.get_logger().info(
                f'the publisher of {self._topic.name} is best effort only: subscribing the same '
                'way'
            )
            self._change(_BEST_EFFORT)


class StoredImages:
    """
    The frames of a topic that the nodes of a process share.

    :param node: Node in whose executor's thread they arrive.
    :param store: The process's frames.
    :param topic: The topic.
    :param reliability: What to ask for where they come from other processes.
    :param on_frame: Called with each frame, in the executor's thread.
    """

    def __init__(
        self,
        node: Node,
        store: FrameStore,
        topic: ImageTopic,
        reliability: str,
        on_frame: Callable[[ImageFrame], None],
    ) -> None:
        self._node = node
        self._store = store
        self._topic = topic
        self._reliability = reliability
        self._on_frame = on_frame
        self._guard = node.create_guard_condition(self._hand_on)
        try:
            self._reader = store.read(topic, reliability, self._guard.trigger)
        except RuntimeError:
            node.destroy_guard_condition(self._guard)
            raise

    def reliability(self) -> str:
        """Return that of the subscription; ``none``: a camera of the process gives the frames."""
        return self._store.reliability(self._topic, self._reliability) or _NONE

    def follow_publishers(self) -> None:
        """Do nothing: the store's owner does it for all nodes."""

    def close(self) -> None:
        """Take no more frames."""
        self._reader.close()
        self._node.destroy_guard_condition(self._guard)

    def _hand_on(self) -> None:
        for frame in self._reader.take():
            self._on_frame(frame)
