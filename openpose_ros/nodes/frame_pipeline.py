# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From a message that arrives to a result that is published, every frame accounted for."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.frame_worker import FrameWorker
from openpose_ros.temporal.rate_limit import RateLimit

_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9


@dataclass(frozen=True, eq=False)
class _Frame:
    """
    A message and when it arrived.

    :param message: A message with a header.
    :param arrival_sec: Steady time in seconds.
    """

    message: Any
    arrival_sec: float


class FramePipeline:
    """
    Picks frames by their stamps, works on the newest one in a thread, and counts all of them.

    :param node: Node whose clock and logger are used.
    :param process: Works on a message and publishes the result; returns the seconds its stages
        took, by name, or ``None`` if it has counted the frame itself. Called in the thread; a
        ``ValueError`` means that the frame is bad.
    :param statistics: Where frames are counted.
    :param rate_hz: Slots per second of which the first frame is used, 0: all.
    :param prepare: Called in the thread before the first frame; must not raise.
    """

    def __init__(
        self,
        node: Node,
        process: Callable[[Any], Mapping[str, float] | None],
        statistics: FrameStatistics,
        *,
        rate_hz: float,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        self._node = node
        self._process = process
        self._statistics = statistics
        self._rate_limit = RateLimit(rate_hz)
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._worker: FrameWorker[_Frame | Callable[[], None]] = FrameWorker(
            self._do, prepare
        )

    def set_rate(self, rate_hz: float) -> None:
        """
        Begin a new grid of slots.

        :param rate_hz: Slots per second, 0: all frames are used.
        """
        self._rate_limit = RateLimit(rate_hz)

    def receive(self, message: Any) -> None:
        """
        Take a message; returns at once.

        :param message: A message with a header.
        """
        self._statistics.count_received()
        if not self._rate_limit.update(stamp_ns(message)):
            self._statistics.count_dropped('rate')
        elif self._worker.offer(_Frame(message, self._now_sec())) is not None:
            self._statistics.count_dropped('replaced')

    def append(self, action: Callable[[], None]) -> None:
        """
        Have something done in the thread behind the frames received before; returns at once.

        :param action: Takes no time and counts for itself what becomes of a message.
        """
        if self._worker.append(action) is not None:
            self._statistics.count_dropped('replaced')

    def close(self) -> None:
        """Finish the frame being worked on; what waits is dropped."""
        for _ in self._worker.close():
            self._statistics.count_dropped('deactivated')

    def _now_sec(self) -> float:
        return float(self._clock.now().nanoseconds) / _NS_PER_SEC

    def _do(self, item: _Frame | Callable[[], None]) -> None:
        if isinstance(item, _Frame):
            self._work(item)
            return
        try:
            item()
        except Exception as error:  # noqa: BLE001 - as below
            self._drop(error)

    def _work(self, frame: _Frame) -> None:
        started = self._now_sec()
        try:
            times = self._process(frame.message)
        except Exception as error:  # noqa: BLE001 - it would end the thread and nobody would know
            self._drop(error)
            return
        if times is None:
            return
        done = self._now_sec()
        age_ns = self._node.get_clock().now().nanoseconds - stamp_ns(frame.message)
        self._statistics.count_processed(
            wait=started - frame.arrival_sec,
            latency=done - frame.arrival_sec,
            age=age_ns / _NS_PER_SEC,
            **times,
        )

    def _drop(self, error: Exception) -> None:
        reason = 'invalid' if isinstance(error, ValueError) else 'failed'
        text = str(error) if isinstance(error, (ValueError, RuntimeError)) else repr(error)
        self._statistics.count_dropped(reason, text)
        self._node.get_logger().warning(
            f'frame dropped: {text}', throttle_duration_sec=_WARNING_PERIOD_SEC
        )
