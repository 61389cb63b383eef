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
from openpose_ros.nodes.stamp_ages import StampAges
from openpose_ros.temporal.rate_limit import RateLimit

_WARNING_PERIOD_SEC = 5.0
# Two publishers with clocks of their own on one topic jump with every frame.
_JUMP_PERIOD_SEC = 1.0
_NS_PER_SEC = 1e9


@dataclass(frozen=True, eq=False)
class _Frame:
    """
    A message and when it arrived.

    :param message: A message with a header.
    :param arrival_sec: Steady time in seconds.
    :param run: How often stamps had jumped back before it.
    """

    message: Any
    arrival_sec: float
    run: int


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
    :param on_restart: Called in the thread before the next frame when stamps have jumped back, as
        when a recording starts over, also if that was between two frames that are worked on; must
        not raise.
    """

    def __init__(
        self,
        node: Node,
        process: Callable[[Any], Mapping[str, float] | None],
        statistics: FrameStatistics,
        *,
        rate_hz: float,
        prepare: Callable[[], None] | None = None,
        on_restart: Callable[[], None] | None = None,
    ) -> None:
        self._node = node
        self._process = process
        self._statistics = statistics
        self._rate_limit = RateLimit(rate_hz)
        self._on_restart = on_restart
        self._last_ns: int | None = None
        self._run = self._run_at_work = 0
        self._ages = StampAges(node)
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
        stamp = stamp_ns(message)
        self._note_jump(stamp)
        if not self._rate_limit.update(stamp):
            self._statistics.count_dropped('rate')
        elif self._worker.offer(_Frame(message, self._now_sec(), self._run)) is not None:
            self._statistics.count_dropped('replaced')

    def reject(self, problem: str) -> None:
        """
        Count what came and is no message.

        :param problem: What is wrong with it.
        """
        self._statistics.count_received()
        self._statistics.count_dropped('invalid', problem)

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
        self._ages.close()

    def _note_jump(self, stamp: int) -> None:
        """Say once that stamps jump back, and remember it for the thread."""
        last_ns, self._last_ns = self._last_ns, stamp
        if last_ns is None or stamp >= last_ns:
            return
        self._run += 1
        self._node.get_logger().info(
            f'stamps have jumped back by {(last_ns - stamp) / _NS_PER_SEC:.3f} s: begins anew',
            throttle_duration_sec=_JUMP_PERIOD_SEC,
        )

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
        if frame.run != self._run_at_work:
            self._run_at_work = frame.run
            if self._on_restart is not None:
                self._on_restart()
        try:
            times = self._process(frame.message)
        except Exception as error:  # noqa: BLE001 - it would end the thread and nobody would know
            self._drop(error)
            return
        if times is None:
            return
        done = self._now_sec()
        self._statistics.count_processed(
            wait=started - frame.arrival_sec,
            latency=done - frame.arrival_sec,
            age=self._ages.age_sec(stamp_ns(frame.message)),
            **times,
        )

    def _drop(self, error: Exception) -> None:
        problem = self._statistics.count_error(error)
        self._node.get_logger().warning(
            f'frame dropped: {problem}', throttle_duration_sec=_WARNING_PERIOD_SEC
        )
