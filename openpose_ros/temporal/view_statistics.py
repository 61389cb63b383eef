# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of the views of one camera: each is in a set, dropped for a reason, or waiting."""

from __future__ import annotations

from collections import Counter
from collections import deque
from math import ceil
from math import inf
from statistics import median

from openpose_ros.temporal.view_sets import CameraReport

_MS_PER_NS = 1e-6
_REMEMBERED_SETS = 100
_REMEMBERED_PERIODS = 15
# How early a view may come, in periods: slots and exposures jitter.
_EARLIEST = 0.8


class ViewStatistics:
    """
    Counts, and knows how far apart a camera's views are.

    The attributes are those of :class:`CameraReport`; ``newest_ns`` is the latest stamp that was
    accepted, ``in_vain`` the number of sets in a row that have waited for the camera in vain, and
    ``period_ns`` the usual time between two views, infinite as long as it is not known.
    """

    def __init__(self) -> None:
        self.received = 0
        self.in_sets = 0
        self.missed = 0
        self.in_vain = 0
        self.off_sec: float | None = None
        self.dropped: Counter[str] = Counter()
        self.newest_ns: int | None = None
        self.period_ns = inf
        self._skews_ns: deque[int] = deque(maxlen=_REMEMBERED_SETS)
        self._missing: deque[bool] = deque(maxlen=_REMEMBERED_SETS)
        self._periods_ns: deque[int] = deque(maxlen=_REMEMBERED_PERIODS)

    def accept(self, stamp_ns: int) -> None:
        """
        Take note of a view whose clock is right.

        :param stamp_ns: Its stamp in nanoseconds.
        """
        self.in_vain, self.off_sec = 0, None
        if self.newest_ns is None or stamp_ns > self.newest_ns:
            if self.newest_ns is not None:
                self._periods_ns.append(stamp_ns - self.newest_ns)
                if len(self._periods_ns) > _REMEMBERED_PERIODS // 3:
                    self.period_ns = float(median(self._periods_ns))
            self.newest_ns = stamp_ns

    def expected_ns(self) -> float:
        """Return the earliest stamp that the next view may have, as far as that is known."""
        if self.newest_ns is None or self.period_ns == inf:
            return -inf
        # The last period tells first that the rate has changed.
        return self.newest_ns + _EARLIEST * min(self.period_ns, self._periods_ns[-1])

    def count_in_set(self, skew_ns: int) -> None:
        """
        Count a view that goes out in a set.

        :param skew_ns: Its stamp minus that of the set, nanoseconds.
        """
        self.in_sets += 1
        self._missing.append(False)
        self._skews_ns.append(skew_ns)

    def count_missed(self) -> None:
        """Count a set that goes out without the camera."""
        self.missed += 1
        self._missing.append(True)

    def restart(self) -> None:
        """Forget the stamps, not the counts."""
        self.newest_ns, self.in_vain = None, 0

    def report(self, trouble: str) -> CameraReport:
        """
        Return the counts.

        :param trouble: Why the camera is not waited for.
        """
        skews_ms = sorted(abs(skew_ns) * _MS_PER_NS for skew_ns in self._skews_ns)
        return CameraReport(
            received=self.received,
            in_sets=self.in_sets,
            dropped=dict(self.dropped),
            missed=self.missed,
            skew_ms=_MS_PER_NS * float(median(self._skews_ns)) if self._skews_ns else 0.0,
            skew_ms_p95=skews_ms[ceil(0.95 * len(skews_ms)) - 1] if skews_ms else 0.0,
            missing_ratio=sum(self._missing) / max(len(self._missing), 1),
            off_sec=self.off_sec or 0.0,
            trouble=trouble,
        )
