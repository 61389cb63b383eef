# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which changes of the cameras are worth a line in the log."""

from __future__ import annotations

from collections import defaultdict
from collections import deque
from collections.abc import Mapping

# What is over sooner is a machine that held its breath.
LASTING_SEC = 0.25
# A camera that comes and goes all the time has no more lines than these in so many seconds.
MOST_LINES = 4
PERIOD_SEC = 20.0


class TroubleLog:
    """Remembers what was logged of each camera; time is an argument."""

    def __init__(self) -> None:
        self._logged: dict[str, str] = {}
        self._changed_sec: dict[str, float] = {}
        self._times_sec: defaultdict[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=MOST_LINES)
        )

    def update(self, troubles: Mapping[str, str], now_sec: float) -> list[tuple[str, str]]:
        """
        Return name and trouble of the cameras to be logged, an empty text if it is over.

        A change is returned once it has lasted, one that comes too soon after others later; not
        at all if it is undone meanwhile.

        :param troubles: What is wrong at present, by camera; those that are well have no entry.
        :param now_sec: Steady time in seconds.
        """
        changes = troubles.keys() ^ self._logged.keys()
        self._changed_sec = {name: self._changed_sec.get(name, now_sec) for name in changes}
        changed = sorted(name for name in changes if self._may_log(name, now_sec))
        for name in changed:
            del self._changed_sec[name]
            self._times_sec[name].append(now_sec)
            if name in troubles:
                self._logged[name] = troubles[name]
            else:
                del self._logged[name]
        return [(name, troubles.get(name, '')) for name in changed]

    def _may_log(self, name: str, now_sec: float) -> bool:
        if now_sec - self._changed_sec[name] < LASTING_SEC:
            return False
        times_sec = self._times_sec[name]
        return len(times_sec) < MOST_LINES or now_sec - times_sec[0] >= PERIOD_SEC
