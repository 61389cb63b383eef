# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the bridges to other packages' messages have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
import time
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.diagnostic_status import Finding
from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostic_status import status_of
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_status import frame_status
from openpose_ros.nodes.frame_status import INPUT
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.work_report import WorkReport
from openpose_ros.parameters import ParameterGroup

_WARNING_PERIOD_SEC = 5.0
# As the other nodes' before anybody changes it. An empty scene gives messages as fast as any.
_PATIENCE_SEC = 5.0
_NS_PER_SEC = 1e9


class MessageBridge(Node):
    """
    Hears a topic of this package and says the same in messages of another one.

    A message that cannot be converted is left out, with a warning; each is counted.

    :param name: Name of the node.
    :param kind: Message class of the topic.
    :param topic: The topic.
    :param groups: Parameter groups, :class:`FrameLimits` among them.
    :param surroundings: What it gets from its process.
    :raises ValueError: If a parameter is wrong.
    """

    def __init__(
        self,
        name: str,
        kind: Any,
        topic: str,
        groups: Iterable[type[ParameterGroup]],
        *,
        surroundings: Surroundings = ALONE,
    ) -> None:
        super().__init__(name, **surroundings.options)
        try:
            self.parameters = NodeParameters(
                self, groups, on_change=self._on_change
            )
        except ValueError:
            super().destroy_node()
            raise
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_ns = self.steady.now().nanoseconds
        limits = self.parameters.get(FrameLimits)
        self._report = WorkReport(self, limits, self._statuses)
        self._report.start()
        self._input = self.create_subscription(kind, topic, self._on_message, result_qos())

    def is_wanted(self) -> bool:
        """Return whether anybody hears what a message would be converted to."""
        return True

    @abstractmethod
    def convert(self, message: Any) -> None:
        """
        Publish what a message says.

        :param message: The message.
        :raises ValueError: If it cannot be converted.
        """

    def log_start(self, outputs: str) -> None:
        """
        Say once what this node does.

        :param outputs: What it publishes.
        """
        self.get_logger().info(f'publishes {outputs} of the people on {self._input.topic_name}')

    def warn(self, text: str) -> None:
        """
        Warn, but not for every message.

        :param text: The warning.
        """
        self.get_logger().warning(text, throttle_duration_sec=_WARNING_PERIOD_SEC)

    def destroy_node(self) -> None:
        """Say what became of all messages, and end the node."""
        self._report.stop()
        self._report.close()
        super().destroy_node()

    def _on_change(self, group: ParameterGroup) -> None:
        if isinstance(group, FrameLimits):
            self._report.set_period(group.period_sec)

    def _statuses(self, report: FrameReport) -> list[Status]:
        limits, wanted = self.parameters.get(FrameLimits), self.is_wanted()
        status = frame_status(report, limits, awaited=wanted)
        values = {**status.values, 'topic': self._input.topic_name, 'wanted': str(wanted)}
        return [replace(status, values=values), self._input_status(wanted=wanted)]

    def _input_status(self, *, wanted: bool) -> Status:
        silent_sec = (self.steady.now().nanoseconds - self._last_ns) / _NS_PER_SEC
        topic, otherwise = self._input.topic_name, 'input comes'
        findings: list[Finding] = []
        if not wanted:
            otherwise = 'nobody subscribes to the result'
        elif silent_sec >= _PATIENCE_SEC:
            publishers = self.count_publishers(topic)
            text = f'no message on {topic} for {silent_sec:.0f} s; it has {publishers} publishers'
            findings.append(Finding(Level.WARN, text))
        values = {'keypoints_topic': topic, 'silent_sec': f'{silent_sec:.1f}'}
        return status_of(INPUT, findings, otherwise=otherwise, values=values)

    def _on_message(self, message: Any) -> None:
        statistics, started = self._report.statistics, time.perf_counter()
        self._last_ns = self.steady.now().nanoseconds
        statistics.count_received()
        if not self.is_wanted():
            statistics.count_dropped('unwanted')
            return
        try:
            self.convert(message)
        except Exception as error:  # noqa: BLE001 - one message must not end the bridge
            self.warn(f'message left out: {statistics.count_error(error)}')
        else:
            statistics.count_processed(overhead=time.perf_counter() - started)


def missing_package(name: str) -> ValueError:
    """
    Return the error of a bridge whose message package is missing.

    :param name: The package.
    """
    package = name.replace('_', '-')
    return ValueError(f'{name} is not installed (ros-<distribution>-{package})')
