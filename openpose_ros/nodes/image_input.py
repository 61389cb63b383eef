# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The subscription to images: raw or compressed, whatever reliability the publisher offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from typing import ClassVar

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import RELIABILITIES
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array

TOPIC = 'image'
_WARNING_PERIOD_SEC = 10.0
_CHECK_PERIOD_SEC = 0.5
_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class ImageParameters(ParameterGroup):
    """How images come in."""

    group: ClassVar[str] = 'image'

    transport: str = param(
        'raw',
        'Type of the images; compressed ones are on the topic of the same name + "/compressed".',
        choices=('raw', 'compressed'),
    )
    reliability: str = param(
        'auto',
        'Quality of service asked for; auto: reliable, and best effort if the publisher offers '
        'nothing else.',
        choices=RELIABILITIES,
    )
    timeout_sec: float = param(
        5.0, 'Seconds without an image after which the node warns.', low=0.1, high=3600.0
    )


def decode(message: Image | CompressedImage) -> Array:
    """
    Return the pixels of a message.

    :param message: Raw or compressed image.
    :return: Image, ``(H, W, 3)`` uint8, BGR.
    :raises ValueError: If the message holds no valid image.
    """
    if isinstance(message, CompressedImage):
        return image_from_compressed_msg(message)
    return image_from_msg(message)


class ImageInput:
    """
    Subscribes to images and warns when none come.

    :param node: Node to subscribe with.
    :param parameters: Transport, reliability, patience.
    :param on_message: Called with each message, in the executor's thread.
    """

    def __init__(
        self, node: Node, parameters: ImageParameters, on_message: Callable[[Any], None]
    ) -> None:
        self._node = node
        self._parameters = parameters
        self._on_message = on_message
        self._type = CompressedImage if parameters.transport == 'compressed' else Image
        self.topic = node.resolve_topic_name(TOPIC)
        if parameters.transport == 'compressed':
            # Remapping `image` does not move `image/compressed`, the resolved name does.
            self.topic += '/compressed'
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_ns = self._clock.now().nanoseconds
        self._subscription = self._subscribe(parameters.reliability)
        self._timer = node.create_timer(_CHECK_PERIOD_SEC, self._check, clock=self._clock)

    def starving(self) -> str:
        """Return a warning if no image came for too long, else an empty text."""
        waited = (self._clock.now().nanoseconds - self._last_ns) / _NS_PER_SEC
        if waited < self._parameters.timeout_sec:
            return ''
        return f'no image on {self.topic} for {waited:.0f} s; {self._existing_topics()}'

    def close(self) -> None:
        """Undo the subscription."""
        self._node.destroy_timer(self._timer)
        self._node.destroy_subscription(self._subscription)

    def _subscribe(self, reliability: str) -> Any:
        events = None
        if reliability == 'auto':
            events = SubscriptionEventCallbacks(incompatible_qos=self._on_incompatible)
        return self._node.create_subscription(
            self._type,
            self.topic,
            self._receive,
            image_subscription_qos(reliability),
            event_callbacks=events,
        )

    def _receive(self, message: Any) -> None:
        self._last_ns = self._clock.now().nanoseconds
        self._on_message(message)

    def _on_incompatible(self, _: Any) -> None:
        self._node.get_logger().info(
            f'the publisher of {self.topic} is best effort only: subscribing the same way'
        )
        self._node.destroy_subscription(self._subscription)
        self._subscription = self._subscribe('best_effort')

    def _check(self) -> None:
        warning = self.starving()
        if warning:
            self._node.get_logger().warning(warning, throttle_duration_sec=_WARNING_PERIOD_SEC)

    def _existing_topics(self) -> str:
        wanted = f'sensor_msgs/msg/{self._type.__name__}'
        topics = [
            name
            for name, types in self._node.get_topic_names_and_types()
            if wanted in types and self._node.count_publishers(name)
        ]
        if not topics:
            return f'nobody publishes {wanted}'
        return f'{wanted} is published on {", ".join(sorted(topics))}'
