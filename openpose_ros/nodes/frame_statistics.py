# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of frames and their times: every frame received is processed, passed on or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
import threading

import numpy as np


@dataclass(frozen=True)
class FrameReport:
    """
    What happened since the previous report, and the totals.

    :param fps_in: Frames received per second.
    :param fps_out: Frames processed per second.
    :param received: Frames received in all.
    :param processed: Frames processed in all.
    :param dropped: Frames dropped in all, by reason.
    :param newly_dropped: Frames dropped since the previous report, by reason.
    :param last_problem: Why the last bad frame was dropped or passed on, empty if none was since
        the previous report.
    :param times_ms: Median and 95th percentile of each measured time in milliseconds.
    :param passed_on: Frames published as they came in all, by reason.
    :param newly_passed_on: Those since the previous report, by reason.
    """

    fps_in: float
    fps_out: float
    received: int
    processed: int
    dropped: Mapping[str, int]
    newly_dropped: Mapping[str, int]
    last_problem: str
    times_ms: Mapping[str, tuple[float, float]]
    passed_on: Mapping[str, int]
    newly_passed_on: Mapping[str, int]

    def account(self) -> str:
        """Return what became of all frames, in one line."""
        dropped = ', '.join(f'{reason} {count}' for reason, count in self.dropped.items())
        return (
            f'frames: {self.received} received, {self.processed} processed, '
            f'{sum(self.dropped.values())} dropped{f" ({dropped})" if dropped else ""}, '
            f'{sum(self.passed_on.values())} passed on'
        )


class FrameStatistics:
    """Counts frames from any thread; time is an argument."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received = 0
        self._processed = 0
        self._dropped: Counter[str] = Counter()
        self._passed_on: Counter[str] = Counter()
        self._last_problem = ''
        self._times: dict[str, list[float]] = {}
        self._before = (0, 0, Counter[str](), Counter[str](), 0.0)

    def count_received(self) -> None:
        """Count a frame that arrived."""
        with self._lock:
            self._received += 1

    def count_dropped(self, reason: str, problem: str = '') -> None:
        """
        Count a frame that is not worked on to the end.

        :param reason: Why, one word.
        :param problem: What is wrong with it, empty if it is a good one.
        """
        with self._lock:
            self._dropped[reason] += 1
            self._last_problem = problem or self._last_problem

    def count_passed_on(self, reason: str, problem: str = '') -> None:
        """
        Count a frame that is published as it came.

        :param reason: Why, one word.
        :param problem: What is wrong with it.
        """
        with self._lock:
            self._passed_on[reason] += 1
            self._last_problem = problem or self._last_problem

    def count_processed(self, **times_sec: float) -> None:
        """
        Count a frame whose result was published.

        :param times_sec: Seconds that it took, by name.
        """
        with self._lock:
            self._processed += 1
            for name, seconds in times_sec.items():
                self._times.setdefault(name, []).append(seconds)

    def report(self, now_sec: float) -> FrameReport:
        """
        Return what happened since the previous report.

        :param now_sec: Now on a steady clock, the same one at each call.
        """
        with self._lock:
            received, processed, dropped, passed_on, before_sec = self._before
            elapsed = max(now_sec - before_sec, 1e-9)
            report = FrameReport(
                fps_in=(self._received - received) / elapsed,
                fps_out=(self._processed - processed) / elapsed,
                received=self._received,
                processed=self._processed,
                dropped=dict(self._dropped),
                newly_dropped=dict(self._dropped - dropped),
                last_problem=self._last_problem,
                times_ms={
                    name: (1e3 * float(np.median(times)), 1e3 * float(np.percentile(times, 95)))
                    for name, times in self._times.items()
                },
                passed_on=dict(self._passed_on),
                newly_passed_on=dict(self._passed_on - passed_on),
            )
            self._before = (
                self._received,
                self._processed,
                self._dropped.copy(),
                self._passed_on.copy(),
                now_sec,
            )
            self._times = {}
            self._last_problem = ''
        return report
