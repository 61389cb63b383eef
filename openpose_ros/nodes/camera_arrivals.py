# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How often and how late the views of each camera arrive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.nodes.stamp_ages import StampAges
from openpose_ros.temporal.frame_rate import FrameRate

_REMEMBERED_AGES = 100
_NS_PER_SEC = 1e9


class CameraArrivals:
    """
    Measures arrivals, whatever becomes of the views.

    :param node: Node whose clock tells how old a view is.
    :param cameras: Names of the cameras.
    """

    def __init__(self, node: Node, cameras: Iterable[str]) -> None:
        self._ages = StampAges(node)
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._cameras = {name: _Arrivals(self._now_sec()) for name in cameras}

    def note(self, camera: str, stamp_ns: int) -> None:
        """
        Take note of a view.

        :param camera: Name of its camera.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        self._cameras[camera].note(self._now_sec(), self._ages.age_sec(stamp_ns))

    def silent_sec(self, camera: str) -> float:
        """
        Return the seconds since the last view of a camera.

        :param camera: Its name.
        """
        return self._now_sec() - self._cameras[camera].last_sec

    def values(self, camera: str) -> dict[str, str]:
        """
        Return rate and ages for the diagnostics.

        :param camera: Name of the camera.
        """
        return self._cameras[camera].values(self._now_sec())

    def close(self) -> None:
        """Listen to the clock no longer."""
        self._ages.close()

    def _now_sec(self) -> float:
        return float(self._steady.now().nanoseconds) / _NS_PER_SEC


class _Arrivals:
    """
    The arrivals of one camera.

    :param now_sec: Steady time in seconds.
    """

    def __init__(self, now_sec: float) -> None:
        self.last_sec = now_sec
        self._rate = FrameRate()
        self._fps = 0.0
        self._ages_ms: deque[float] = deque(maxlen=_REMEMBERED_AGES)

    def note(self, now_sec: float, age_sec: float | None) -> None:
        self.last_sec = now_sec
        self._fps = self._rate.update(now_sec)
        if age_sec is not None:
            self._ages_ms.append(1e3 * age_sec)

    def values(self, now_sec: float) -> dict[str, str]:
        silent_sec = now_sec - self.last_sec
        # Nobody tells that a camera has stopped: its rate falls with the time that it is silent.
        fps = min(self._fps, 1.0 / max(silent_sec, 1e-9))
        values = {'fps': f'{fps:.2f}', 'silent_sec': f'{silent_sec:.1f}'}
        if self._ages_ms:
            median, p95 = np.percentile(self._ages_ms, (50, 95)).tolist()
            values |= {'age_ms_median': f'{median:.1f}', 'age_ms_p95': f'{p95:.1f}'}
        return values
