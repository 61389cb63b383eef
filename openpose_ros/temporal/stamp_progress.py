# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the stamps of frames that come move: those of a driver that does not stamp do not."""

from __future__ import annotations


class StampProgress:
    """
    Measures for how long frames have come with one stamp; time is an argument.

    :param longest_gap_sec: A pause as long as this is a new start: what repeats the last frame
        after it, as a player that was paused, is not stuck.
    """

    def __init__(self, longest_gap_sec: float) -> None:
        self._longest_gap_sec = longest_gap_sec
        self._stamp_ns: int | None = None
        self._first_sec = self._last_sec = 0.0

    def update(self, stamp_ns: int, time_sec: float) -> float:
        """
        Take a frame and return the seconds since the first that came with its stamp.

        :param stamp_ns: Its stamp in nanoseconds; one that jumps back has moved, too.
        :param time_sec: When it came, in seconds of a steady clock.
        """
        is_pause = time_sec - self._last_sec >= self._longest_gap_sec
        if is_pause or stamp_ns != self._stamp_ns:
            self._stamp_ns = stamp_ns
            self._first_sec = time_sec
        self._last_sec = time_sec
        return time_sec - self._first_sec
