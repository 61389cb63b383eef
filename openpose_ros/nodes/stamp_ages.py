# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How old a frame is by the node's clock, which jumps when a recording is started over."""

from __future__ import annotations

from rclpy.clock import JumpThreshold
from rclpy.clock import TimeJump
from rclpy.duration import Duration
from rclpy.node import Node

_NS_PER_SEC = 1e9
# /clock comes in steps of up to some tenths of a second, at several times the real speed.
_FORWARD = Duration(seconds=1.0)
_BACKWARD = Duration(nanoseconds=-1)
# A stamp may be ahead of a clock that has not made its next step; further ahead it is from before
# a jump back.
_AHEAD_SEC = 0.2


class StampAges:
    """
    Compares stamps with the clock of a node.

    With simulated time, a stamp from before a jump of the clock has no age: it would be as large
    as the jump.

    :param node: The node.
    """

    def __init__(self, node: Node) -> None:
        self._clock = node.get_clock()
        self._jumped_to_ns = 0
        threshold = JumpThreshold(
            min_forward=_FORWARD, min_backward=_BACKWARD, on_clock_change=True
        )
        self._jumps = self._clock.create_jump_callback(threshold, post_callback=self._jumped)

    def age_sec(self, stamp_ns: int) -> float | None:
        """
        Return the age in seconds, ``None`` if it cannot be told.

        :param stamp_ns: In nanoseconds.
        """
        age_sec = (self._clock.now().nanoseconds - stamp_ns) / _NS_PER_SEC
        if not self._clock.ros_time_is_active:
            return age_sec
        is_of_now = stamp_ns >= self._jumped_to_ns and age_sec >= -_AHEAD_SEC
        return age_sec if is_of_now else None

    def close(self) -> None:
        """Listen to the clock no longer."""
        self._jumps.unregister()

    def _jumped(self, _: TimeJump) -> None:
        self._jumped_to_ns = self._clock.now().nanoseconds
