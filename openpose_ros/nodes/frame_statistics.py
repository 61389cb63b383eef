# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of frames and their times: every frame received is processed, passed on or dropped."""

from __future__ import annotations

from collections import Counter
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
import threading

import numpy as np

# Reports over which rates and times are taken: one bad frame is seen for a while, and a rate of
# one frame per second is no row of zeros and twos.
WINDOW = 5
_PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class Percentiles:
    """
    A time in milliseconds.

    :param median: Half of the frames take no longer.
    :param p95: 95 of 100 frames take no longer.
    :param p99: 99 of 100 frames take no longer.
    """

    median: float
    p95: float
    p99: float


@dataclass(frozen=True)
class FrameReport:
    """
    What happened lately, over the last few reports, and the totals.

    :param fps_in: Frames received per second.
    :param fps_out: Frames processed per second.
    :param received: Frames received in all.
    :param processed: Frames processed in all.
    :param dropped: Frames dropped in all, by reason.
    :param passed_on: Frames published as they came in all, by reason.
    :param newly_bad: Frames lately dropped or passed on because something was wrong.
    :param newly_done: Frames lately processed.
    :param last_problem: What was wrong with the last bad frame, empty if none was.
    :param times_ms: Each measured time, of the frames processed lately.
    :param settled: Whether there were enough reports for the rates to count.
    """

    fps_in: float
    fps_out: float
    received: int
    processed: int
    dropped: Mapping[str, int]
    passed_on: Mapping[str, int]
    newly_bad: int
    newly_done: int
    last_problem: str
    times_ms: Mapping[str, Percentiles]
    settled: bool

    @property
    def bad_ratio(self) -> float:
        """Share of the frames worked on lately that were bad."""
        return self.newly_bad / max(self.newly_bad + self.newly_done, 1)

    def account(self) -> str:
        """Return what became of all frames, in one line."""
        dropped = ', '.join(f'{reason} {count}' for reason, count in self.dropped.items())
        return (
            f'frames: {self.received} received, {self.processed} processed, '
            f'{sum(self.dropped.values())} dropped{f" ({dropped})" if dropped else ""}, '
            f'{sum(self.passed_on.values())} passed on'
        )

    def values(self) -> dict[str, str]:
        """Return the report as keys and values."""
        values = {
            'fps_in': f'{self.fps_in:.2f}',
            'fps_out': f'{self.fps_out:.2f}',
            'received': str(self.received),
            'processed': str(self.processed),
            'dropped': str(sum(self.dropped.values())),
        }
        values |= {f'dropped_{reason}': str(count) for reason, count in self.dropped.items()}
        values['passed_on'] = str(sum(self.passed_on.values()))
        values |= {f'passed_on_{reason}': str(n) for reason, n in self.passed_on.items()}
        for name, time in self.times_ms.items():
            values |= {f'{name}_ms_{part}': f'{ms:.2f}' for part, ms in vars(time).items()}
        return values


@dataclass(frozen=True)
class _Counts:
    """
    The counts at the time of a report.

    :param now_sec: The time.
    :param received: Frames received.
    :param processed: Frames processed.
    :param bad: Frames that were bad.
    """

    now_sec: float
    received: int
    processed: int
    bad: int


class FrameStatistics:
    """Counts frames from any thread; time is an argument."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received = self._processed = self._bad = 0
        self._dropped: Counter[str] = Counter()
        self._passed_on: Counter[str] = Counter()
        self._last_problem = ''
        # Of each period, that of the next report last.
        self._times: deque[dict[str, list[float]]] = deque([{}], maxlen=WINDOW)
        self._before: deque[_Counts] = deque(maxlen=WINDOW)

    def count_received(self) -> None:
        """Count a frame that arrived."""
        with self._lock:
            self._received += 1

    def count_dropped(self, reason: str, problem: str = '') -> None:
        """
        Count a frame that is not worked on to the end.

        :param reason: Why, one word.
        :param problem: What is wrong, empty if that is as it should be.
        """
        with self._lock:
            self._dropped[reason] += 1
            self._note_problem(problem)

    def count_error(self, error: Exception) -> str:
        """
        Count a frame that ended in an error, which is to blame on the frame or not.

        :param error: A ``ValueError`` says that the frame is bad.
        :return: What is wrong.
        """
        problem = text_of(error)
        self.count_dropped('invalid' if isinstance(error, ValueError) else 'failed', problem)
        return problem

    def count_passed_on(self, reason: str, problem: str = '') -> None:
        """
        Count a frame that is published as it came.

        :param reason: Why, one word.
        :param problem: What is wrong with it.
        """
        with self._lock:
            self._passed_on[reason] += 1
            self._note_problem(problem)

    def count_processed(self, **times_sec: float | None) -> None:
        """
        Count a frame whose result was published.

        :param times_sec: Seconds that it took, by name; ``None`` if that cannot be told.
        """
        with self._lock:
            self._processed += 1
            for name, seconds in times_sec.items():
                if seconds is not None:
                    self._times[-1].setdefault(name, []).append(seconds)

    def start(self, now_sec: float) -> None:
        """
        Begin to measure rates and times anew; the totals stay.

        :param now_sec: Now on a steady clock, the same one at each call.
        """
        with self._lock:
            self._times.clear()
            self._before.clear()
            self._note_counts(now_sec)

    def report(self, now_sec: float) -> FrameReport:
        """
        Return what happened lately, and the totals.

        :param now_sec: As for :meth:`start`.
        """
        with self._lock:
            if not self._before:
                self._before.append(_Counts(now_sec, 0, 0, 0))
            since = self._before[0]
            elapsed = max(now_sec - since.now_sec, 1e-9)
            bad, done = self._bad - since.bad, self._processed - since.processed
            report = FrameReport(
                fps_in=(self._received - since.received) / elapsed,
                fps_out=done / elapsed,
                received=self._received,
                processed=self._processed,
                dropped=dict(self._dropped),
                passed_on=dict(self._passed_on),
                newly_bad=bad,
                newly_done=done,
                last_problem=self._last_problem if bad else '',
                times_ms=self._percentiles(),
                settled=len(self._before) == WINDOW,
            )
            self._note_counts(now_sec)
        return report

    def _note_problem(self, problem: str) -> None:
        self._bad += bool(problem)
        self._last_problem = problem or self._last_problem

    def _note_counts(self, now_sec: float) -> None:
        self._before.append(_Counts(now_sec, self._received, self._processed, self._bad))
        self._times.append({})

    def _percentiles(self) -> dict[str, Percentiles]:
        together: dict[str, list[float]] = {}
        for period in self._times:
            for name, times in period.items():
                together.setdefault(name, []).extend(times)
        return {
            name: Percentiles(*(1e3 * np.percentile(times, _PERCENTILES)).tolist())
            for name, times in together.items()
        }


def text_of(error: Exception) -> str:
    """
    Return what an error says to somebody who did not write the code.

    :param error: A ``KeyError`` and the like say nothing without their names.
    """
    return str(error) if isinstance(error, (ValueError, RuntimeError, OSError)) else repr(error)
