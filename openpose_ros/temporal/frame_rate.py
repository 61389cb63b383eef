# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How many frames come per second, over the last few of them."""

from __future__ import annotations

from collections import deque

_MAX_FRAMES = 30
# A pause longer than this is a new start: what was before says nothing about now.
_LONGEST_GAP_SEC = 5.0


class FrameRate:
    """Measures the rate of frames; time is an argument."""

    def __init__(self) -> None:
        self._times_sec: deque[float] = deque(maxlen=_MAX_FRAMES)

    def update(self, time_sec: float) -> float:
        """
        Take a frame and return the frames per second, 0 before there are two.

        :param time_sec: When it came, in seconds of a steady clock. A time before that of the
            frame before is a new start, too.
        """
        if self._times_sec and not 0 <= time_sec - self._times_sec[-1] <= _LONGEST_GAP_SEC:
            self._times_sec.clear()
        self._times_sec.append(time_sec)
        elapsed = self._times_sec[-1] - self._times_sec[0]
        return (len(self._times_sec) - 1) / elapsed if elapsed > 0 else 0.0
