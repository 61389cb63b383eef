# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a node says of itself: how its work goes, or why it does not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics import DiagnosticsReporter
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.frame_status import FRAMES

STOPPED = 'stopped'
_NS_PER_SEC = 1e9


class WorkReport:
    """
    Counts the frames of a node and reports in every state of its lifecycle.

    :param node: The node.
    :param parameters: How often to report.
    :param at_work: Gives the statuses while the node works, from what became of the frames.
    """

    def __init__(
        self,
        node: Node,
        parameters: FrameLimits,
        at_work: Callable[[FrameReport], list[Status]],
    ) -> None:
        self.statistics = FrameStatistics()
        self._node = node
        self._at_work = at_work
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        # An aggregator would take what is not reported any more for lost.
        self._last = [Status(FRAMES, Level.OK, '')]
        self._works = False
        self._rest = 'unconfigured'
        self._rest_level = Level.OK
        self._reporter = DiagnosticsReporter(node, parameters.period_sec, self._statuses)

    @property
    def works(self) -> bool:
        """Whether the node works."""
        return self._works

    def start(self) -> None:
        """Say from now on how the work goes."""
        self.statistics.start(self._now_sec())
        self._works = True

    def stop(self) -> None:
        """Say once what became of all frames, if the node did work, here and in a status."""
        if not self._works:
            return
        self.rest(STOPPED)
        self._node.get_logger().info(self.statistics.report(self._now_sec()).account())
        self._reporter.publish(self._statuses())
        # A node at rest has counts, but no times.
        self.statistics.start(self._now_sec())

    def rest(self, why: str, level: Level = Level.OK) -> None:
        """
        Say from now on why the node does not work.

        :param why: The reason.
        :param level: How bad that is.
        """
        self._works = False
        self._rest, self._rest_level = why, level

    def set_period(self, period_sec: float) -> None:
        """
        Report more or less often from now on.

        :param period_sec: Seconds between two reports.
        """
        self._reporter.set_period(period_sec)

    def close(self) -> None:
        """Stop reporting."""
        self._reporter.close()

    def _statuses(self) -> list[Status]:
        report = self.statistics.report(self._now_sec())
        if self._works:
            self._last = self._at_work(report)
            return self._last
        return [
            replace(
                status,
                level=self._rest_level,
                message=self._rest,
                values=report.values() if status.task == FRAMES else {},
            )
            for status in self._last
        ]

    def _now_sec(self) -> float:
        return float(self._steady.now().nanoseconds) / _NS_PER_SEC
