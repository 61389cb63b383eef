# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The images that come in: raw or compressed, and a warning when none come, or unstamped ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_status import input_status
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.image_feeds import CHECK_PERIOD_SEC
from openpose_ros.nodes.image_feeds import message_type
from openpose_ros.nodes.image_feeds import StoredImages
from openpose_ros.nodes.image_feeds import SubscribedImages
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.qos import RELIABILITIES
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.stamp_progress import StampProgress

TOPIC = 'image'
_WARNING_PERIOD_SEC = 10.0
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
        'Quality of service asked for; auto: reliable, and best effort while a publisher offers '
        'nothing else.',
        choices=RELIABILITIES,
    )
    timeout_sec: float = param(
        5.0,
        'Seconds without an image, or with images of one and the same stamp, after which the node '
        'warns.',
        low=0.1,
        high=3600.0,
    )


class ImageInput:
    """
    Takes images and warns when none come, or their stamps do not move.

    :param node: Node to take them with.
    :param parameters: Transport, reliability, patience.
    :param on_frame: Called with each frame, in the executor's thread.
    :param frames: Where they come from if the node shares them with others of its process.
    :param on_unreadable: Called with what is wrong with a message that is none; those for a whole
        process are warned of, and no node has received them.
    """

    def __init__(
        self,
        node: Node,
        parameters: ImageParameters,
        on_frame: Callable[[ImageFrame], None],
        frames: FrameStore | None = None,
        *,
        on_unreadable: Callable[[str], None] | None = None,
    ) -> None:
        self._node = node
        self._parameters = parameters
        self._on_frame = on_frame
        self.topic = node.resolve_topic_name(TOPIC)
        compressed = parameters.transport == 'compressed'
        if compressed:
            # Remapping `image` does not move `image/compressed`, the resolved name does.
            self.topic += '/compressed'
        topic = ImageTopic(self.topic, compressed)
        self._type = message_type(topic)
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_ns = self._clock.now().nanoseconds
        self._stamps = StampProgress(parameters.timeout_sec)
        self._stamp_ns = 0
        self._unmoved_sec = 0.0
        self._feed: SubscribedImages | StoredImages
        if frames is None:
            self._feed = SubscribedImages(
                node, topic, parameters.reliability, self._receive, on_unreadable
            )
        else:
            self._feed = StoredImages(
                node, frames, topic, parameters.reliability, self._receive
            )
        self._timer = node.create_timer(CHECK_PERIOD_SEC, self._check, clock=self._clock)

    def starving(self) -> str:
        """Return a warning if no image came for too long, else an empty text."""
        waited = self.silent_sec()
        if waited < self._parameters.timeout_sec:
            return ''
        return f'no image on {self.topic} for {waited:.0f} s; {self._existing_topics()}'

    def stamp_problem(self) -> str:
        """Return a warning if images come and their stamps do not move, else an empty text."""
        patience_sec = self._parameters.timeout_sec
        if self._unmoved_sec < patience_sec or self.silent_sec() >= patience_sec:
            return ''
        return (
            f'the stamps of {self.topic} have not moved from {self._stamp_ns / _NS_PER_SEC:.3f} '
            f'for {self._unmoved_sec:.0f} s: does the driver stamp its images?'
        )

    def silent_sec(self) -> float:
        """Return the seconds since the last image."""
        return float(self._clock.now().nanoseconds - self._last_ns) / _NS_PER_SEC

    def status(self, limits: DiagnosticsParameters) -> Status:
        """
        Return whether images come, and stamped ones.

        :param limits: From where on it is an error that none do.
        """
        return input_status(
            self.starving(),
            self.silent_sec(),
            limits,
            values=self.values(),
            stamp_problem=self.stamp_problem(),
        )

    def values(self) -> dict[str, str]:
        """Return what images are taken and how, for diagnostics."""
        return {'image_topic': self.topic, 'image_reliability': self._feed.reliability()}

    def close(self) -> None:
        """Take no more images."""
        self._node.destroy_timer(self._timer)
        self._feed.close()

    def _receive(self, frame: ImageFrame) -> None:
        self._last_ns = self._clock.now().nanoseconds
        self._stamp_ns = stamp_ns(frame)
        self._unmoved_sec = self._stamps.update(self._stamp_ns, self._last_ns / _NS_PER_SEC)
        self._on_frame(frame)

    def _check(self) -> None:
        self._feed.follow_publishers()
        starving, stamp_problem = self.starving(), self.stamp_problem()
        logger = self._node.get_logger()
        # A line of code each: what is throttled is the line.
        if starving:
            logger.warning(starving, throttle_duration_sec=_WARNING_PERIOD_SEC)
        if stamp_problem:
            logger.warning(stamp_problem, throttle_duration_sec=_WARNING_PERIOD_SEC)

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
