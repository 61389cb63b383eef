# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints that nothing can be added to go on as they came, counted and warned about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.temporal.pairing import BACKWARDS
from openpose_ros.temporal.pairing import FULL
from openpose_ros.temporal.pairing import OVERTAKEN
from openpose_ros.temporal.pairing import REPEATED
from openpose_ros.temporal.pairing import TIMEOUT

_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9
_WORDS = {
    TIMEOUT: 'no image of their stamp came in time',
    OVERTAKEN: 'no image of their stamp came, but that of later keypoints',
    REPEATED: 'their stamp is that of the keypoints before',
    BACKWARDS: 'their stamp is before that of the keypoints before',
    FULL: 'too many keypoints wait for images',
}


class PassedOnError(Exception):
    """
    Says why keypoints go on as they came.

    :param reason: One word, for the counts.
    :param text: What is wrong.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class PassingOn:
    """
    Publishes keypoints unchanged.

    :param node: Node whose logger is used.
    :param publish: Publishes a message; called from several threads.
    :param statistics: Where they are counted.
    """

    def __init__(
        self, node: Node, publish: Callable[[Any], None], statistics: FrameStatistics
    ) -> None:
        self._node = node
        self._publish = publish
        self._statistics = statistics
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        # rclpy throttles a line of code; here each reason has a line of its own.
        self._silent_until_sec: dict[str, float] = {}

    def receive(self, message: Any, reason: str) -> None:
        """
        Pass on keypoints that were never worked on.

        :param message: ``PoseArray``.
        :param reason: One of the reasons of :mod:`openpose_ros.temporal.pairing`.
        """
        self._statistics.count_received()
        self.publish(message, PassedOnError(reason, _WORDS[reason]))

    def publish(self, message: Any, why: PassedOnError) -> None:
        """
        Pass on keypoints that are counted as received.

        :param message: ``PoseArray``.
        :param why: The reason.
        """
        self._publish(message)
        self._statistics.count_passed_on(why.reason)
        now_sec = self._clock.now().nanoseconds / _NS_PER_SEC
        if now_sec < self._silent_until_sec.get(why.reason, 0.0):
            return
        self._silent_until_sec[why.reason] = now_sec + _WARNING_PERIOD_SEC
        stamp = message.header.stamp
        self._node.get_logger().warning(
            f'keypoints of stamp {stamp.sec}.{stamp.nanosec:09d} are passed on without faces and '
            f'hands: {why}'
        )
