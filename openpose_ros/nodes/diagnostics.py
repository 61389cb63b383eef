# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a node says on ``/diagnostics``: rates, times, drops by reason, and facts about itself."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
from diagnostic_msgs.msg import KeyValue
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.duration import Duration
from rclpy.node import Node

from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.qos import result_qos
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup

TOPIC = '/diagnostics'
STOPPED = 'stopped'
# For the last status: who looks gets it at once, who hangs must not keep the node from ending.
_LONGEST_WAIT_SEC = 0.1
_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class DiagnosticsParameters(ParameterGroup):
    """How often a node reports."""

    group: ClassVar[str] = 'diagnostics'

    period_sec: float = param(1.0, 'Seconds between two reports.', low=0.1, high=60.0)


class DiagnosticsReporter:
    """
    Publishes one status per period.

    :param node: The node to report on.
    :param parameters: How often.
    :param statistics: Counts to report.
    :param facts: Gives further keys and values.
    :param problem: Gives what is wrong at present, an empty text if nothing is.
    """

    def __init__(
        self,
        node: Node,
        parameters: DiagnosticsParameters,
        *,
        statistics: FrameStatistics,
        facts: Callable[[], Mapping[str, str]],
        problem: Callable[[], str],
    ) -> None:
        self._node = node
        self._statistics = statistics
        self._facts = facts
        self._problem = problem
        # A steady clock: reports go on while a played bag or a simulation stands still.
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._publisher = node.create_publisher(DiagnosticArray, TOPIC, result_qos())
        self._timer = node.create_timer(parameters.period_sec, self._publish, clock=self._clock)
        statistics.report(self._now_sec())

    def close(self) -> None:
        """Say what became of all frames, here and in a last status, and stop reporting."""
        self._node.destroy_timer(self._timer)
        report = self._statistics.report(self._now_sec())
        self._node.get_logger().info(report.account())
        self._send(report, DiagnosticStatus.OK, STOPPED)
        self._publisher.wait_for_all_acked(Duration(seconds=_LONGEST_WAIT_SEC))
        self._node.destroy_publisher(self._publisher)

    def _now_sec(self) -> float:
        return float(self._clock.now().nanoseconds) / _NS_PER_SEC

    def _publish(self) -> None:
        report = self._statistics.report(self._now_sec())
        level, text = judge(report, self._problem())
        self._send(report, level, text)

    def _send(self, report: FrameReport, level: bytes, text: str) -> None:
        values = {**self._facts(), **report_values(report)}
        status = DiagnosticStatus(
            level=level,
            name=f'{self._node.get_fully_qualified_name()}: frames',
            message=text,
            values=[KeyValue(key=key, value=value) for key, value in values.items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(message)


def judge(report: FrameReport, problem: str) -> tuple[bytes, str]:
    """
    Return level and text of a status.

    :param report: Counts of the last period.
    :param problem: What the node knows to be wrong, an empty text if nothing is.
    """
    bad = report.newly_dropped.get('invalid', 0) + report.newly_dropped.get('failed', 0)
    if bad and not report.fps_out:
        return DiagnosticStatus.ERROR, f'every frame is dropped: {report.last_problem}'
    if bad:
        return DiagnosticStatus.WARN, f'{bad} frames dropped: {report.last_problem}'
    if problem:
        return DiagnosticStatus.WARN, problem
    passed_on = sum(report.newly_passed_on.values())
    if passed_on:
        return DiagnosticStatus.WARN, f'{passed_on} frames passed on: {report.last_problem}'
    rates = f'{report.fps_out:.1f} of {report.fps_in:.1f} frames per second'
    return DiagnosticStatus.OK, rates


def report_values(report: FrameReport) -> dict[str, str]:
    """
    Return a report as keys and values.

    :param report: Counts and times.
    """
    values = {
        'fps_in': f'{report.fps_in:.2f}',
        'fps_out': f'{report.fps_out:.2f}',
        'received': str(report.received),
        'processed': str(report.processed),
        'dropped': str(sum(report.dropped.values())),
    }
    values |= {f'dropped_{reason}': str(count) for reason, count in report.dropped.items()}
    if report.passed_on:
        values['passed_on'] = str(sum(report.passed_on.values()))
        values |= {f'passed_on_{reason}': str(n) for reason, n in report.passed_on.items()}
    for name, (median, high) in report.times_ms.items():
        values |= {f'{name}_ms_median': f'{median:.2f}', f'{name}_ms_p95': f'{high:.2f}'}
    return values
