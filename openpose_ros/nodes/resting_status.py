# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a node that is active, but not to work, says on ``/diagnostics``."""

from __future__ import annotations

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.diagnostics import TOPIC
from openpose_ros.nodes.qos import result_qos

_PERIOD_SEC = 1.0


class RestingStatus:
    """
    Publishes one status per second: the node is there, and disabled.

    :param node: The node to report on.
    :param failure: Why it cannot work, an empty text if it is only not to.
    """

    def __init__(self, node: Node, failure: str = '') -> None:
        self._node = node
        self._failure = failure
        self._publisher = node.create_publisher(DiagnosticArray, TOPIC, result_qos())
        # A steady clock, as for a node that works.
        self._timer = node.create_timer(
            _PERIOD_SEC, self._publish, clock=Clock(clock_type=ClockType.STEADY_TIME)
        )

    def close(self) -> None:
        """Stop reporting."""
        self._node.destroy_timer(self._timer)
        self._node.destroy_publisher(self._publisher)

    def _publish(self) -> None:
        status = DiagnosticStatus(
            level=DiagnosticStatus.ERROR if self._failure else DiagnosticStatus.OK,
            name=f'{self._node.get_fully_qualified_name()}: frames',
            message=self._failure or 'disabled',
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(message)
