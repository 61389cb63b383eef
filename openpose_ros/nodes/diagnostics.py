# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Publishes what a node says of itself on ``/diagnostics``, as diagnostic_updater does."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from diagnostic_msgs.msg import KeyValue
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.duration import Duration
from rclpy.node import Node

from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.qos import result_qos

TOPIC = '/diagnostics'
# For the last statuses: who looks gets them at once, who hangs must not keep the node from ending.
_LONGEST_WAIT_SEC = 0.05


class DiagnosticsReporter:
    """
    Publishes the statuses of a node once per period, for as long as the node is there.

    Their names start with the node's full one, as several nodes of one name are the rule here.

    :param node: The node.
    :param period_sec: How often.
    :param statuses: Gives them; called in the executor's thread.
    """

    def __init__(
        self, node: Node, period_sec: float, statuses: Callable[[], Iterable[Status]]
    ) -> None:
        self._node = node
        self._period_sec = period_sec
        self._statuses = statuses
        # A steady clock: reports go on while a played bag or a simulation stands still.
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._publisher = node.create_publisher(DiagnosticArray, TOPIC, result_qos())
        self._timer = self._start_timer()

    def set_period(self, period_sec: float) -> None:
        """
        Publish more or less often from now on.

        :param period_sec: How often.
        """
        if period_sec != self._period_sec:
            self._period_sec = period_sec
            self._node.destroy_timer(self._timer)
            self._timer = self._start_timer()

    def publish(self, statuses: Iterable[Status]) -> None:
        """
        Publish statuses at once.

        :param statuses: What to publish.
        """
        name = self._node.get_fully_qualified_name()
        message = DiagnosticArray(
            status=[
                DiagnosticStatus(
                    level=bytes([status.level]),
                    name=f'{name}: {status.task}',
                    message=status.message,
                    hardware_id=status.hardware_id,
                    values=[KeyValue(key=key, value=text) for key, text in status.values.items()],
                )
                for status in statuses
            ]
        )
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(message)

    def close(self) -> None:
        """Stop reporting, once what was published is received."""
        self._node.destroy_timer(self._timer)
        self._publisher.wait_for_all_acked(Duration(seconds=_LONGEST_WAIT_SEC))
        self._node.destroy_publisher(self._publisher)

    def _start_timer(self) -> object:
        return self._node.create_timer(
            self._period_sec, lambda: self.publish(self._statuses()), clock=self._clock
        )
