# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints that nothing can be added to go on without, counted and warned about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.keypoint_input import REGIONS
from openpose_ros.temporal.pairing import BACKWARDS
from openpose_ros.temporal.pairing import DROPPED
from openpose_ros.temporal.pairing import FULL
from openpose_ros.temporal.pairing import OVERTAKEN
from openpose_ros.temporal.pairing import Paired
from openpose_ros.temporal.pairing import REPEATED
from openpose_ros.temporal.pairing import TIMEOUT

# Further reasons: of images and all else that came in time, nothing came on regions_in; an error
# while a frame was worked on.
NO_REGIONS = 'no_regions'
FAILED = 'failed'

_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9
_WORDS = {
    TIMEOUT: 'no {missing} of their stamp came in time',
    OVERTAKEN: 'no {missing} of their stamp came, but what later keypoints need did',
    REPEATED: 'their stamp is that of the keypoints before',
    BACKWARDS: 'no {missing} of their stamp came before stamps jumped back',
    FULL: 'too many keypoints wait for {missing}',
    DROPPED: "the {missing} of their stamp had to make room for newer ones before they came: "
    "'sync.max_images' is too small for what pose_node takes",
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


def why_alone(item: Paired) -> PassedOnError:
    """
    Return why keypoints that nothing came for go on.

    :param item: Keypoints without partners.
    """
    text = _WORDS[item.reason].format(missing=' and no '.join(item.missing))
    if item.missing == (REGIONS,) and item.reason in (TIMEOUT, OVERTAKEN, FULL):
        return PassedOnError(
            NO_REGIONS,
            f"{text}; with 'regions_in.enabled' a RegionArray is needed for each frame, an empty "
            'one where there is nothing',
        )
    return PassedOnError(item.reason, text)


class PassingOn:
    """
    Publishes keypoints to which nothing is added.

    :param node: Node whose logger is used.
    :param unchanged: Makes what is published of a message; a ``ValueError`` says that it cannot be
        read, which helps nobody: it is dropped.
    :param publish: Publishes a message.
    :param statistics: Where they are counted.
    :param in_turn: Has something done when all that came before is published.
    """

    def __init__(
        self,
        node: Node,
        unchanged: Callable[[Any], Any],
        publish: Callable[[Any], None],
        statistics: FrameStatistics,
        *,
        in_turn: Callable[[Callable[[], None]], None],
    ) -> None:
        self._node = node
        self._unchanged = unchanged
        self._publish = publish
        self._statistics = statistics
        self._in_turn = in_turn
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        # rclpy throttles a line of code; here each reason has a line of its own.
        self._silent_until_sec: dict[str, float] = {}

    def receive(self, item: Paired) -> None:
        """
        Pass on keypoints that were never worked on, behind those that were received before.

        :param item: ``PoseArray`` without partners.
        """
        self._statistics.count_received()
        self._in_turn(partial(self.publish, item.keypoints, why_alone(item)))

    def publish(self, message: Any, why: PassedOnError) -> None:
        """
        Pass on keypoints that are counted as received; called in their turn.

        :param message: ``PoseArray``.
        :param why: The reason.
        :raises ValueError: If the message cannot be read.
        """
        self._publish(self._unchanged(message))
        self._statistics.count_passed_on(why.reason, str(why))
        now_sec = self._clock.now().nanoseconds / _NS_PER_SEC
        if now_sec < self._silent_until_sec.get(why.reason, 0.0):
            return
        self._silent_until_sec[why.reason] = now_sec + _WARNING_PERIOD_SEC
        stamp = message.header.stamp
        self._node.get_logger().warning(
            f'keypoints of stamp {stamp.sec}.{stamp.nanosec:09d} are passed on without faces and '
            f'hands: {why}'
        )
