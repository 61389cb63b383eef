# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""When the frames of a recording are due: real time, without drift and without bursts."""

from __future__ import annotations

from openpose_ros.io.frames import FrameSource
from openpose_ros.io.image_source import IMAGE_PERIOD_SEC

NS_PER_SEC = 1_000_000_000
# Beyond this the clock was set or the machine slept: nothing to catch up with.
LARGEST_OFFSET_NS = 5 * NS_PER_SEC


def frame_period_sec(source: FrameSource, rate_hz: float) -> float:
    """
    Return the time between two frames of a recording.

    :param source: Opened source.
    :param rate_hz: Rate wanted, 0 for the recording's own.
    """
    if rate_hz > 0:
        return 1.0 / rate_hz
    own_period_sec = 1.0 / source.fps if source.fps else IMAGE_PERIOD_SEC
    return own_period_sec * source.selection.step


class PlaybackSchedule:
    """
    The due times of one pass through a recording.

    A frame is due at start + media time. One that is late by a period or more is skipped, so
    that the next are on time again. If that does not help, because reading takes longer than the
    frames are apart, the schedule starts again at the present frame and the recording plays more
    slowly; likewise after the clock was set. In step with the recordings of other cameras it
    never starts again because reading is slow: then some frames are published late, with the
    stamps at which they were due, as frames of one instant must have one stamp in all of them.

    :param start_ns: When the first frame is due, in nanoseconds.
    :param period_sec: Time between two frames.
    :param rate_hz: Rate of the frames, 0 to go by their media times.
    :param in_step: Whether other recordings began at the same time.
    """

    def __init__(
        self, start_ns: int, *, period_sec: float, rate_hz: float, in_step: bool = False
    ) -> None:
        """Start before the first frame."""
        self.restarts = 0
        self._in_step = in_step
        self._start_ns = start_ns
        self._period_ns = round(period_sec * NS_PER_SEC)
        self._rate_hz = rate_hz
        self._number = 0
        self._first_sec: float | None = None
        self._last_late_ns: int | None = None
        self._due_ns = start_ns - self._period_ns
        # In step, a pass may begin long after it was due: that is no sign of a clock that was set.
        self._last_now_ns: int | None = None if in_step else self._due_ns

    @property
    def due_ns(self) -> int:
        """When the frame placed last is due."""
        return self._due_ns

    @property
    def end_ns(self) -> int:
        """When the next pass may start."""
        return self._due_ns + self._period_ns

    def place(self, time_sec: float, now_ns: int) -> int | None:
        """
        Return when a frame is due, or ``None`` to skip it.

        :param time_sec: Media time of the frame; they ascend from call to call.
        :param now_ns: Time of the clock that the due times refer to.
        """
        self._due_ns = self._start_ns + self._since_start_ns(time_sec)
        late_ns = -self.left_ns(now_ns)
        if late_ns < self._period_ns:
            self._last_late_ns = None
            return self._due_ns
        if self._last_late_ns is not None and late_ns >= self._last_late_ns:
            self._last_late_ns = None
            if not self._in_step:
                self._restart(now_ns)
            return self._due_ns
        self._last_late_ns = late_ns
        return None

    def left_ns(self, now_ns: int) -> int:
        """
        Return how long it is until the frame placed last is due; 0 after the clock was set.

        :param now_ns: Time of the clock that the due times refer to.
        """
        passed_ns = 0 if self._last_now_ns is None else now_ns - self._last_now_ns
        self._last_now_ns = now_ns
        largest_ns = self._period_ns + LARGEST_OFFSET_NS
        is_late = now_ns - self._due_ns > largest_ns
        if self._in_step:  # lateness adds up; only a leap of the clock tells that it was set
            is_late = is_late and passed_ns > largest_ns
        if passed_ns < 0 or is_late or self._due_ns - now_ns > largest_ns:
            self._restart(now_ns)
        return self._due_ns - now_ns

    def _restart(self, now_ns: int) -> None:
        self._start_ns += now_ns - self._due_ns
        self._due_ns = now_ns
        self._last_late_ns = None
        self.restarts += 1

    def _since_start_ns(self, time_sec: float) -> int:
        if self._first_sec is None:
            self._first_sec = time_sec
        since_sec = time_sec - self._first_sec
        if self._rate_hz > 0:
            since_sec = self._number / self._rate_hz
        self._number += 1
        return round(since_sec * NS_PER_SEC)
