# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The keypoints of several cameras, put together by stamp."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import Protocol

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node
from std_msgs.msg import Header

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.camera_arrivals import CameraArrivals
from openpose_ros.nodes.qos import view_subscription_qos
from openpose_ros.nodes.trouble_log import TroubleLog
from openpose_ros.nodes.view_status import CameraState
from openpose_ros.nodes.view_status import InputState
from openpose_ros.temporal.synchronizer import ViewSynchronizer
from openpose_ros.temporal.view_sets import SyncReport
from openpose_ros.temporal.view_sets import ViewSet
from openpose_ros.temporal.view_sets import ViewSyncParameters

_CHECK_PERIOD_SEC = 0.02
PATIENCE_SEC = 5.0
WARNING_PERIOD_SEC = 10.0
_NS_PER_SEC = 1_000_000_000


@dataclass(frozen=True, eq=False)
class ViewMessages:
    """
    Messages of one instant.

    :param header: Stamp of the view set and name of the world frame.
    :param views: ``PoseArray`` of each camera that has one.
    """

    header: Any
    views: Mapping[str, Any]


OnSet = Callable[[ViewMessages], None]


class ViewInput(Protocol):
    """Subscribes to the keypoints of all cameras and hands on view sets."""

    def update_parameters(self, parameters: ViewSyncParameters) -> None:
        """
        Use other limits from now on.

        :param parameters: The limits.
        """

    def state(self) -> InputState:
        """Return what is known of the input, for the diagnostics."""

    def close(self) -> None:
        """Undo the subscriptions."""


class StampedViews:
    """
    Views put together by :class:`ViewSynchronizer`.

    :param node: Node to subscribe with.
    :param topics: Topic of each camera's ``PoseArray``.
    :param parameters: Limits.
    :param frame_id: World frame, for the headers.
    :param on_set: Called with each set, in the executor's thread.
    """

    def __init__(
        self,
        node: Node,
        topics: Mapping[str, str],
        parameters: ViewSyncParameters,
        *,
        frame_id: str,
        on_set: OnSet,
    ) -> None:
        self._node = node
        self._topics = topics
        self._frame_id = frame_id
        self._on_set = on_set
        self._synchronizer: ViewSynchronizer[Any] = ViewSynchronizer(tuple(topics), parameters)
        self._troubles = TroubleLog()
        self._arrivals = CameraArrivals(node, topics)
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_sec = self._last_set_sec = self._steady_sec()
        self._timer = node.create_timer(_CHECK_PERIOD_SEC, self._check, clock=self._steady)
        qos = view_subscription_qos()
        self._subscriptions = [
            node.create_subscription(PoseArray, topic, self._receiving(name), qos)
            for name, topic in topics.items()
        ]

    def update_parameters(self, parameters: ViewSyncParameters) -> None:
        """Use other limits from now on."""
        self._synchronizer.parameters = parameters

    def _problem(self) -> str:
        """Return why there are no view sets, an empty text if there are."""
        now_sec = self._steady_sec()
        if now_sec - self._last_sec >= PATIENCE_SEC:
            topics = _publishers(self._node, self._topics)
            return f'no keypoints for {now_sec - self._last_sec:.0f} s: {topics}'
        if now_sec - self._last_set_sec >= PATIENCE_SEC:
            views = _views(self._synchronizer.report())
            return f'no view set for {now_sec - self._last_set_sec:.0f} s: {views}'
        return ''

    def state(self) -> InputState:
        """Return what is known of the input."""
        report = self._synchronizer.report()
        counts = {
            'sets_complete': report.complete,
            'sets_partial': report.partial,
            'restarts': report.restarts,
            'views_waiting': report.waiting,
            'views_waiting_ms': round(1e3 * report.waiting_sec),
        }
        cameras = {
            name: CameraState(
                camera, self._arrivals.values(name), self._arrivals.silent_sec(name)
            )
            for name, camera in report.cameras.items()
        }
        silent_sec = self._steady_sec() - self._last_set_sec
        return InputState(self._problem(), silent_sec, counts, cameras)

    def close(self) -> None:
        """Undo the subscriptions and say what became of all views."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        self._arrivals.close()
        self._synchronizer.close()
        cameras = self._synchronizer.report().cameras.items()
        views = '; '.join(f"'{name}' {camera.account()}" for name, camera in cameras)
        self._node.get_logger().info(f'views: {views}')

    def _receiving(self, name: str) -> Callable[[Any], None]:
        def receive(message: Any) -> None:
            self._last_sec = self._steady_sec()
            self._arrivals.note(name, stamp_ns(message))
            sets = self._synchronizer.add(
                name, stamp_ns(message), message, self._now_sec(), steady_sec=self._last_sec
            )
            self._hand_on(sets)

        return receive

    def _check(self) -> None:
        steady_sec = self._steady_sec()
        self._hand_on(self._synchronizer.update(self._now_sec(), steady_sec=steady_sec))
        self._log_troubles()
        if self._steady_sec() - min(self._last_sec, self._last_set_sec) >= PATIENCE_SEC:
            self._node.get_logger().warning(
                self._problem(), throttle_duration_sec=WARNING_PERIOD_SEC
            )

    def _hand_on(self, sets: list[ViewSet[Any]]) -> None:
        if sets:
            self._last_set_sec = self._steady_sec()
        for one in sets:
            self._on_set(ViewMessages(header_at(one.stamp_ns, self._frame_id), one.views))

    def _log_troubles(self) -> None:
        logger = self._node.get_logger()
        troubles = self._synchronizer.troubles()
        for name, trouble in self._troubles.update(troubles, self._steady_sec()):
            if trouble:
                logger.warning(f"camera '{name}' is not waited for: {trouble}")
            else:
                logger.info(f"camera '{name}' is used again")

    def _now_sec(self) -> float:
        """Return steady time; simulated time if the stamps are simulated: both run alike."""
        clock = self._node.get_clock()
        if clock.ros_time_is_active:
            return float(clock.now().nanoseconds) / _NS_PER_SEC
        return self._steady_sec()

    def _steady_sec(self) -> float:
        return float(self._steady.now().nanoseconds) / _NS_PER_SEC


def _publishers(node: Node, topics: Mapping[str, str]) -> str:
    # Counting does not remap by itself.
    names = [node.resolve_topic_name(topic) for topic in topics.values()]
    return ', '.join(f'{name} has {node.count_publishers(name)} publishers' for name in names)


def _views(report: SyncReport) -> str:
    """Return what becomes of the views of each camera."""
    texts = []
    for name, camera in report.cameras.items():
        dropped = ', '.join(f'{count} {reason}' for reason, count in camera.dropped.items())
        trouble = f', {camera.trouble}' if camera.trouble else ''
        texts.append(f'{name} sent {camera.received} ({dropped or "none"} dropped{trouble})')
    return '; '.join(texts)


def header_at(stamp: int, frame_id: str) -> Header:
    """
    Return a header.

    :param stamp: In nanoseconds.
    :param frame_id: Name of the frame.
    """
    header = Header(frame_id=frame_id)
    header.stamp.sec, header.stamp.nanosec = divmod(stamp, _NS_PER_SEC)
    return header
