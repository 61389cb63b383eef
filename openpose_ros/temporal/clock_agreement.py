# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which cameras tell the same time; found from when their messages arrive."""

from __future__ import annotations

from bisect import bisect_left
from bisect import bisect_right
from dataclasses import dataclass
from statistics import median

_NS_PER_SEC = 1_000_000_000
# A camera that was not heard for longer has no vote: whoever pauses a recording would otherwise
# find all cameras behind their former selves.
_RECENT_SEC = 2.0


@dataclass(frozen=True)
class _Offset:
    """
    Stamp minus arrival of a camera's last view: the larger, the sooner its views are here.

    :param seconds: The difference; only compared with that of other cameras.
    :param arrival_sec: When that was.
    """

    seconds: float
    arrival_sec: float


class ClockAgreement:
    """
    Compares stamps with arrivals, over all cameras.

    Views can only meet if their cameras agree on the time, up to the longest wait. Of the groups
    of cameras that do, the largest is right, of equally large ones the one that was right before.
    A disagreement smaller than the wait cannot be told from a slow network or slow inference.
    """

    def __init__(self) -> None:
        self._offsets: dict[str, _Offset] = {}
        self._base_ns: int | None = None
        self._right_sec = 0.0

    def update(
        self, camera: str, stamp_ns: int, now_sec: float, tolerance_sec: float
    ) -> float | None:
        """
        Take note of a view; returns what its camera's clock is off, ``None`` if it agrees.

        :param camera: Name of the camera.
        :param stamp_ns: Stamp of the view in nanoseconds.
        :param now_sec: When it arrived, steady time in seconds.
        :param tolerance_sec: Largest difference between cameras that agree.
        :return: Seconds, above 0: its stamps are ahead of the others'.
        """
        if self._base_ns is None:
            # Floats hold differences, not nanoseconds since 1970.
            self._base_ns = stamp_ns
        seconds = (stamp_ns - self._base_ns) / _NS_PER_SEC - now_sec
        self._offsets[camera] = _Offset(seconds, now_sec)
        oldest_sec = now_sec - max(_RECENT_SEC, 2.0 * tolerance_sec)
        recent = [
            offset.seconds for offset in self._offsets.values() if offset.arrival_sec >= oldest_sec
        ]
        group = self._largest_group(recent, tolerance_sec)
        self._right_sec = group[0]
        return None if group[0] - tolerance_sec <= seconds <= group[0] else seconds - median(group)

    def _largest_group(self, offsets: list[float], tolerance_sec: float) -> list[float]:
        """Return the offsets of the cameras that are right, the soonest first."""
        ordered = sorted(offsets)
        # Each camera's group: those that are no later than it by more than the tolerance.
        groups = [
            (bisect_left(ordered, first - tolerance_sec), bisect_right(ordered, first))
            for first in ordered
        ]
        start, end = max(
            groups,
            key=lambda group: (group[1] - group[0], -abs(ordered[group[1] - 1] - self._right_sec)),
        )
        return ordered[start:end][::-1]
