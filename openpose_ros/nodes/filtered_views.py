# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The keypoints of several cameras, put together by ROS's own message_filters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.camera_arrivals import CameraArrivals
from openpose_ros.nodes.qos import RESULT_DEPTH
from openpose_ros.nodes.qos import view_subscription_qos
from openpose_ros.nodes.view_input import header_at
from openpose_ros.nodes.view_input import OnSet
from openpose_ros.nodes.view_input import PATIENCE_SEC
from openpose_ros.nodes.view_input import ViewMessages
from openpose_ros.nodes.view_input import WARNING_PERIOD_SEC
from openpose_ros.nodes.view_status import CameraState
from openpose_ros.nodes.view_status import InputState
from openpose_ros.temporal.view_sets import ViewSyncParameters
from openpose_ros.temporal.view_statistics import ViewStatistics

_CHECK_PERIOD_SEC = 1.0
_NS_PER_SEC = 1e9


def import_message_filters() -> Any:
    """
    Return the module.

    :raises ValueError: If it is not installed; names parameter and package.
    """
    try:
        import message_filters
    except ImportError as error:
        raise ValueError(
            "parameter 'sync.policy' is 'message_filters', which is not installed "
            '(ros-<distribution>-message-filters), expected own'
        ) from error
    return message_filters


class FilteredViews:
    """
    Views put together by ``ApproximateTimeSynchronizer``: complete sets only, without a timeout.

    :param node: Node to subscribe with.
    :param topics: Topic of each camera's ``PoseArray``.
    :param parameters: The slop; the other limits have no meaning here.
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
        filters = import_message_filters()
        self._node = node
        self._names = tuple(topics)
        self._frame_id = frame_id
        self._on_set = on_set
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._sets = 0
        self._last_set_sec = self._steady_sec()
        self._arrivals = CameraArrivals(node, topics)
        self._cameras = {name: ViewStatistics() for name in topics}
        self._subscribers = [
            filters.Subscriber(node, PoseArray, topic, qos_profile=view_subscription_qos())
            for topic in topics.values()
        ]
        for name, subscriber in zip(topics, self._subscribers, strict=True):
            subscriber.registerCallback(partial(self._note, name))
        self._filter = filters.ApproximateTimeSynchronizer(
            self._subscribers, RESULT_DEPTH, parameters.slop_sec
        )
        self._filter.registerCallback(self._receive)
        self._timer = node.create_timer(_CHECK_PERIOD_SEC, self._warn, clock=self._steady)

    def update_parameters(self, parameters: ViewSyncParameters) -> None:
        """
        Say that the filter keeps the slop that it was made with.

        :param parameters: The new limits.
        """
        self._node.get_logger().warning(
            "with 'sync.policy' message_filters, 'sync' parameters count from the next activation"
        )

    def state(self) -> InputState:
        """Return what is known of the input; the filter itself does not say what it lacks."""
        cameras = {
            name: CameraState(
                one.report(self._trouble(name)), self._arrivals.values(name),
                self._arrivals.silent_sec(name),
            )
            for name, one in self._cameras.items()
        }
        silent_sec = self._steady_sec() - self._last_set_sec
        problem = ''
        if silent_sec >= PATIENCE_SEC:
            silent = ', '.join(name for name in self._names if self._trouble(name))
            why = f'nothing comes from {silent}' if silent else 'no stamps are within the slop'
            problem = f'no view set for {silent_sec:.0f} s: {why}'
        return InputState(problem, silent_sec, {'sets_complete': self._sets}, cameras)

    def close(self) -> None:
        """Undo the subscriptions."""
        self._node.destroy_timer(self._timer)
        self._arrivals.close()
        for subscriber in self._subscribers:
            self._node.destroy_subscription(subscriber.sub)

    def _note(self, name: str, message: Any) -> None:
        """Take note of a view; called before the filter gets it."""
        camera, stamp = self._cameras[name], stamp_ns(message)
        camera.received += 1
        if camera.newest_ns is not None and stamp < camera.newest_ns:
            # The filter keeps the latest stamps: full of those from before the jump, it would
            # drop every view from now on.
            self._filter.queues[self._names.index(name)].clear()
            camera.restart()
        camera.accept(stamp)
        self._arrivals.note(name, stamp)

    def _trouble(self, name: str) -> str:
        silent_sec = self._arrivals.silent_sec(name)
        if silent_sec < PATIENCE_SEC:
            return ''
        return f'nothing has come for {silent_sec:.0f} s, and message_filters needs every camera'

    def _warn(self) -> None:
        problem = self.state().problem
        if problem:
            self._node.get_logger().warning(problem, throttle_duration_sec=WARNING_PERIOD_SEC)

    def _steady_sec(self) -> float:
        return float(self._steady.now().nanoseconds) / _NS_PER_SEC

    def _receive(self, *messages: Any) -> None:
        self._sets += 1
        self._last_set_sec = self._steady_sec()
        middle_ns = sorted(map(stamp_ns, messages))[(len(messages) - 1) // 2]
        views = dict(zip(self._names, messages, strict=True))
        for name, message in views.items():
            self._cameras[name].count_in_set(stamp_ns(message) - middle_ns)
        self._on_set(ViewMessages(header_at(middle_ns, self._frame_id), views))
