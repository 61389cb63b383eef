# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The subscriptions of a node that needs keypoints, mostly together with their image."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.msg import RegionArray
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_status import input_status
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.image_input import ImageInput
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.image_input import TOPIC
from openpose_ros.nodes.qos import result_qos
from openpose_ros.temporal.pairing import Paired
from openpose_ros.temporal.pairing import Pairing
from openpose_ros.temporal.pairing import SyncParameters

# What keypoints wait for.
IMAGE = 'image'
REGIONS = 'regions'
_PLURALS = {IMAGE: 'images', REGIONS: REGIONS}
KEYPOINTS = 'keypoints'
_CHECK_PERIOD_SEC = 0.02
_WARNING_PERIOD_SEC = 10.0
_NS_PER_SEC = 1e9


@dataclass(frozen=True, eq=False)
class KeypointFrame:
    """
    Messages of one stamp.

    :param keypoints: ``PoseArray``.
    :param image: Their image, ``None`` if none is waited for.
    :param regions: ``RegionArray``, or ``None`` if none is waited for.
    :param run: How often the stamps of the keypoints had jumped back before them.
    """

    keypoints: Any
    image: ImageFrame | None
    regions: Any
    run: int

    @property
    def header(self) -> Any:
        """The header of the keypoints, which is the image's."""
        return self.keypoints.header

    @property
    def stamp_ns(self) -> int:
        """The stamp of all of them in nanoseconds."""
        return stamp_ns(self.keypoints)


class KeypointInput:
    """
    Subscribes to images, keypoints and, if wanted, regions, and puts them together by stamp.

    :param node: Node to subscribe with.
    :param images: Transport and reliability of the images.
    :param sync: Gives the present limits of waiting.
    :param with_regions: Whether keypoints wait for ``regions_in``, too.
    :param on_frame: Called with all messages of a stamp, in the executor's thread.
    :param on_alone: Called with keypoints that stay alone.
    :param topic: Topic of the keypoints.
    :param with_images: Whether keypoints wait for their image.
    :param frames: Where images come from if the node shares them with others of its process.
    :raises ValueError: If a topic cannot be subscribed to; names it.
    """

    def __init__(
        self,
        node: Node,
        images: ImageParameters,
        sync: Callable[[], SyncParameters],
        *,
        with_regions: bool,
        on_frame: Callable[[KeypointFrame], None],
        on_alone: Callable[[Paired], None],
        topic: str = KEYPOINTS,
        with_images: bool = True,
        frames: FrameStore | None = None,
    ) -> None:
        self._node = node
        self._sync = sync
        self._on_frame = on_frame
        self._on_alone = on_alone
        self._kinds = [IMAGE] * with_images + [REGIONS] * with_regions
        self._pairing = Pairing(self._kinds)
        self.topic = node.resolve_topic_name(topic)
        self._patience_sec = images.timeout_sec
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_sec = self._now_sec()
        self._timer = node.create_timer(_CHECK_PERIOD_SEC, self._check, clock=self._clock)
        self._subscriptions: list[Any] = []
        self.images: ImageInput | None = None
        try:
            self._subscribe(PoseArray, topic, self._on_keypoints)
            if with_regions:
                self._subscribe(RegionArray, 'regions_in', self._on_regions)
            if with_images:
                with _naming(node, TOPIC):
                    self.images = ImageInput(node, images, self._on_image, frames)
        except ValueError:
            self.close()
            raise

    def starving(self) -> str:
        """Return a warning if images or keypoints have not come for too long, else nothing."""
        waited = self._now_sec() - self._last_sec
        if waited < self._patience_sec:
            return self.images.starving() if self.images is not None else ''
        publishers = self._node.count_publishers(self.topic)
        return f'no keypoints on {self.topic} for {waited:.0f} s; it has {publishers} publishers'

    def status(self, limits: DiagnosticsParameters) -> Status:
        """
        Return whether keypoints and images come, and how many wait for each other.

        :param limits: From where on it is an error that none do.
        """
        silent_sec = self._now_sec() - self._last_sec
        values = {
            'keypoints_topic': self.topic,
            'keypoints_waiting': str(len(self._pairing)),
            'keypoints_waiting_ms': f'{1e3 * self._pairing.waiting_sec(self._now_sec()):.0f}',
        }
        if self.images is not None:
            values |= self.images.values()
            silent_sec = max(silent_sec, self.images.silent_sec())
        for kind, waiting in self._pairing.partners().items():
            name = _PLURALS[kind]
            values[f'{name}_waiting'] = str(len(waiting))
            values[f'{name}_waiting_ms'] = f'{1e3 * waiting.span_sec:.0f}'
        stamp_problem = self.images.stamp_problem() if self.images is not None else ''
        return input_status(
            self.starving(), silent_sec, limits, values=values, stamp_problem=stamp_problem
        )

    def close(self) -> int:
        """Undo the subscriptions and return how many keypoints messages were still waiting."""
        self._node.destroy_timer(self._timer)
        if self.images is not None:
            self.images.close()
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        count = len(self._pairing)
        # Its timer refers to this, and the executor that calls this may still refer to the timer:
        # the images that wait, 28 MB of 640x480, would stay.
        self._pairing = Pairing(self._kinds)
        return count

    def _subscribe(self, kind: Any, topic: str, on_message: Callable[[Any], None]) -> None:
        with _naming(self._node, topic):
            self._subscriptions.append(
                self._node.create_subscription(kind, topic, on_message, result_qos())
            )

    def _on_keypoints(self, message: Any) -> None:
        self._last_sec = self._now_sec()
        self._hand_on(self._pairing.add_keypoints(stamp_ns(message), message, self._last_sec))

    def _on_image(self, message: Any) -> None:
        self._add(IMAGE, message)

    def _on_regions(self, message: Any) -> None:
        self._add(REGIONS, message)

    def _add(self, kind: str, message: Any) -> None:
        most = self._sync().max_images
        self._hand_on(self._pairing.add_partner(kind, stamp_ns(message), message, most=most))

    def _check(self) -> None:
        now_sec = self._now_sec()
        self._hand_on(self._pairing.update(now_sec, self._sync().timeout_sec))
        if now_sec - self._last_sec >= self._patience_sec:
            self._node.get_logger().warning(
                self.starving(), throttle_duration_sec=_WARNING_PERIOD_SEC
            )

    def _hand_on(self, items: list[Paired]) -> None:
        for item in items:
            if item.reason:
                self._on_alone(item)
            else:
                image, regions = item.partners.get(IMAGE), item.partners.get(REGIONS)
                self._on_frame(KeypointFrame(item.keypoints, image, regions, item.run))

    def _now_sec(self) -> float:
        return float(self._clock.now().nanoseconds) / _NS_PER_SEC


@contextmanager
def _naming(node: Node, topic: str) -> Iterator[None]:
    """Make an error of the middleware one that says which topic cannot be subscribed to."""
    try:
        yield
    except RuntimeError as error:
        # Mostly the process has the topic with another type: it can have no second one.
        name = node.resolve_topic_name(topic)
        types = ', '.join(dict(node.get_topic_names_and_types()).get(name, ())) or 'of no type'
        reason = str(error).partition(', at ')[0]
        raise ValueError(f'cannot subscribe to {name}, which is {types}: {reason}') from error
