# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Views of several cameras to sets of one instant, whatever the cameras do; time is an argument.

Sets are cut from the views in the order of their stamps. A set is a run of views of different
cameras, from the first to the last stamp no longer than ``sync.slop_sec``, without a gap of more
than half the time between two views of a camera: so free-running cameras, whose phases spread
over a whole period, and triggered ones of which one view was lost are both cut where they ought to
be. Only stamps decide what belongs together; arrivals decide how long to wait.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from openpose_ros.temporal.clock_agreement import ClockAgreement
from openpose_ros.temporal.view_sets import Payload
from openpose_ros.temporal.view_sets import SyncReport
from openpose_ros.temporal.view_sets import ViewSet
from openpose_ros.temporal.view_sets import ViewSyncParameters
from openpose_ros.temporal.view_statistics import ViewStatistics

# Why a view is in no set.
LATE = 'late'  # its set has gone
DUPLICATE = 'duplicate'  # a view of the same camera and stamp waits
CLOCK = 'clock'  # its camera's stamps do not agree with the others'
ALONE = 'alone'  # too few views of its instant
RESTARTED = 'restarted'  # time began anew while it waited
DEACTIVATED = 'deactivated'  # nobody wants sets any more

# A second's worth of a fast camera; more wait only if the time to wait is very long.
_MAX_WAITING_PER_CAMERA = 128
# A camera is slower than others whose views come so many times as often.
_SLOWER = 1.5
_NS_PER_SEC = 1e9
_BEFORE_ALL_NS = -(2**63)


@dataclass(frozen=True, eq=False)
class _Waiting(Generic[Payload]):
    """
    A view that waits for others.

    :param stamp_ns: Its stamp.
    :param camera: Name of its camera.
    :param payload: The view.
    :param arrival_sec: When it came.
    :param arrival_steady_sec: The same by the steady clock.
    """

    stamp_ns: int
    camera: str
    payload: Payload
    arrival_sec: float
    arrival_steady_sec: float


class ViewSynchronizer(Generic[Payload]):
    """
    Puts views of one instant together.

    A set goes out as soon as no camera can add to it any more: each is in it, has sent a later
    view, is so much slower than the others that its next one is not due yet, or is not waited for
    because it is silent or its clock disagrees. At the latest it goes ``sync.timeout_sec`` after
    its first view came. Sets go out in the order of their stamps.

    :param cameras: Names of the cameras.
    :param parameters: Limits; may be replaced at any time.
    """

    def __init__(self, cameras: Sequence[str], parameters: ViewSyncParameters) -> None:
        self.parameters = parameters
        self._cameras = tuple(cameras)
        self._statistics = {camera: ViewStatistics() for camera in cameras}
        self._clocks = ClockAgreement()
        self._waiting: list[_Waiting[Payload]] = []
        self._last_ns: int | None = None
        self._now_sec: float | None = None
        self._moved_steady_sec = 0.0
        self._complete = self._partial = self._restarts = 0
        self._restarted = False

    def add(
        self,
        camera: str,
        stamp_ns: int,
        payload: Payload,
        now_sec: float,
        *,
        steady_sec: float | None = None,
    ) -> list[ViewSet[Payload]]:
        """
        Take a view; returns the sets that wait no longer, in the order of their stamps.

        :param camera: Name of one of the cameras.
        :param stamp_ns: Stamp of the view in nanoseconds.
        :param payload: The view, whatever it is.
        :param now_sec: Steady time in seconds; simulated time if the stamps are simulated.
        :param steady_sec: Steady time, if the other one is simulated. That may run faster than
            the nodes can, and stand still: views have waited too long when they have by both
            clocks, or by this one while the simulated one stands still.
        :raises ValueError: If the camera is none of those; names it and them.
        """
        if camera not in self._statistics:
            raise ValueError(
                f"the view is of camera '{camera}', expected one of {', '.join(self._cameras)}"
            )
        steady_sec = now_sec if steady_sec is None else steady_sec
        self._turn_clock(now_sec, steady_sec)
        one = self._statistics[camera]
        one.received += 1
        off_sec = self._clocks.update(camera, stamp_ns, now_sec, self.parameters.timeout_sec)
        if off_sec is not None:
            one.off_sec = off_sec
            one.dropped[CLOCK] += 1
        else:
            self._accept(_Waiting(stamp_ns, camera, payload, now_sec, steady_sec))
        return self._release(now_sec, steady_sec)

    def update(
        self, now_sec: float, *, steady_sec: float | None = None
    ) -> list[ViewSet[Payload]]:
        """
        Return the sets that have waited too long.

        :param now_sec: As for :meth:`add`.
        :param steady_sec: As for :meth:`add`.
        """
        steady_sec = now_sec if steady_sec is None else steady_sec
        self._turn_clock(now_sec, steady_sec)
        return self._release(now_sec, steady_sec)

    def close(self) -> None:
        """Drop what waits: no set will go out any more."""
        self._drop_waiting(DEACTIVATED)

    def troubles(self) -> dict[str, str]:
        """Return why a camera is not waited for, by camera; those that are have no entry."""
        troubles = {camera: self._trouble(one) for camera, one in self._statistics.items()}
        return {camera: trouble for camera, trouble in troubles.items() if trouble}

    def report(self) -> SyncReport:
        """Return the counts; each view received is in a set, dropped, or waiting."""
        return SyncReport(
            complete=self._complete,
            partial=self._partial,
            restarts=self._restarts,
            waiting=len(self._waiting),
            waiting_sec=self._waiting_sec(),
            cameras={
                camera: one.report(self._trouble(one)) for camera, one in self._statistics.items()
            },
        )

    def _waiting_sec(self) -> float:
        if self._now_sec is None or not self._waiting:
            return 0.0
        return self._now_sec - min(view.arrival_sec for view in self._waiting)

    def _turn_clock(self, now_sec: float, steady_sec: float) -> None:
        """Begin anew if the clock itself steps back, as that of a simulation does."""
        if self._now_sec is not None and now_sec < self._now_sec:
            self._clocks = ClockAgreement()
            self._restart()
        if now_sec != self._now_sec:
            self._moved_steady_sec = steady_sec
        self._now_sec = now_sec

    def _accept(self, view: _Waiting[Payload]) -> None:
        one = self._statistics[view.camera]
        before = (self._last_ns, one.newest_ns)
        if any(self._is_long_ago(view.stamp_ns, at_ns) for at_ns in before):
            # Its camera agrees with the others: all of them have gone back.
            self._restart(view.stamp_ns)
        elif self._last_ns is not None and view.stamp_ns <= self._last_ns:
            one.accept(view.stamp_ns)
            one.dropped[LATE] += 1
            return
        if any(other.stamp_ns == view.stamp_ns and other.camera == view.camera
               for other in self._waiting):
            one.dropped[DUPLICATE] += 1
            return
        one.accept(view.stamp_ns)
        insort(self._waiting, view, key=lambda waiting: waiting.stamp_ns)

    def _is_long_ago(self, stamp_ns: int, last_ns: int | None) -> bool:
        """Return whether a stamp is before another one by more than any delay explains."""
        if last_ns is None:
            return False
        limit_sec = self.parameters.timeout_sec + self.parameters.slop_sec
        return last_ns - stamp_ns > limit_sec * _NS_PER_SEC

    def _restart(self, stamp_ns: int = _BEFORE_ALL_NS) -> None:
        """Begin anew at a stamp; those cameras that are there already go on."""
        self._drop_waiting(RESTARTED, stamp_ns)
        for one in self._statistics.values():
            if self._is_long_ago(stamp_ns, one.newest_ns):
                one.restart()
        if self._is_long_ago(stamp_ns, self._last_ns):
            self._last_ns = None
        self._restarts += 1
        self._restarted = True

    def _drop_waiting(self, reason: str, stamp_ns: int = _BEFORE_ALL_NS) -> None:
        """Drop what waits and is long after a stamp."""
        gone = [view for view in self._waiting if self._is_long_ago(stamp_ns, view.stamp_ns)]
        for view in gone:
            self._statistics[view.camera].dropped[reason] += 1
        self._waiting = [view for view in self._waiting if view not in gone]

    def _release(self, now_sec: float, steady_sec: float) -> list[ViewSet[Payload]]:
        sets = []
        while self._waiting:
            run = self._oldest_run()
            awaited = self._awaited(run)
            if awaited and self._is_in_time(now_sec, steady_sec) and not self._is_full():
                break
            for camera in awaited:
                self._statistics[camera].in_vain += 1
            del self._waiting[: len(run)]
            if len(run) >= min(self.parameters.min_views, len(self._cameras)):
                sets.append(self._set_of(run))
            else:
                self._statistics[run[0].camera].dropped[ALONE] += 1
                for view in run[1:]:
                    self._statistics[view.camera].dropped[ALONE] += 1
        return sets

    def _is_in_time(self, now_sec: float, steady_sec: float) -> bool:
        """Return whether no view has waited too long."""
        limit_sec = self.parameters.timeout_sec
        if steady_sec - min(view.arrival_steady_sec for view in self._waiting) < limit_sec:
            return True
        stands_still = steady_sec - self._moved_steady_sec >= limit_sec
        oldest_sec = min(view.arrival_sec for view in self._waiting)
        return not stands_still and now_sec - oldest_sec < limit_sec

    def _oldest_run(self) -> list[_Waiting[Payload]]:
        first = self._waiting[0]
        # In integers: a float cannot hold nanoseconds since 1970.
        last_ns = first.stamp_ns + round(self.parameters.slop_sec * _NS_PER_SEC)
        gap_ns = 0.5 * min(one.period_ns for one in self._statistics.values())
        run, there = [first], {first.camera}
        for view in self._waiting[1:]:
            too_far = view.stamp_ns > last_ns or view.stamp_ns - run[-1].stamp_ns > gap_ns
            if too_far or view.camera in there:
                break
            run.append(view)
            there.add(view.camera)
        return run

    def _awaited(self, run: list[_Waiting[Payload]]) -> list[str]:
        """Return the cameras that may still add to a run."""
        there = {view.camera for view in run}
        last_ns = run[0].stamp_ns + round(self.parameters.slop_sec * _NS_PER_SEC)
        # Only of a slower camera: where all are sooner than they were, their rate has changed.
        slow_ns = _SLOWER * min(self._statistics[camera].period_ns for camera in there)
        return [
            camera for camera, one in self._statistics.items()
            if camera not in there
            and not self._trouble(one)
            and (one.newest_ns is None or one.newest_ns <= run[-1].stamp_ns)
            and (one.period_ns < slow_ns or one.expected_ns() <= last_ns)
        ]

    def _trouble(self, one: ViewStatistics) -> str:
        if one.off_sec is not None:
            if one.off_sec > 0:
                return f"its stamps are {one.off_sec:.2f} s ahead of the others'"
            # A late view and a clock that is behind look alike.
            return f"its stamps are {-one.off_sec:.2f} s behind the others', or it is so slow"
        return 'it sends nothing' if one.in_vain >= self.parameters.max_missed else ''

    def _is_full(self) -> bool:
        return len(self._waiting) > _MAX_WAITING_PER_CAMERA * len(self._cameras)

    def _set_of(self, run: list[_Waiting[Payload]]) -> ViewSet[Payload]:
        stamp_ns = run[(len(run) - 1) // 2].stamp_ns
        views = {view.camera: view for view in run}
        for camera, one in self._statistics.items():
            if camera in views:
                one.count_in_set(views[camera].stamp_ns - stamp_ns)
            else:
                one.count_missed()
        self._complete += len(run) == len(self._cameras)
        self._partial += len(run) < len(self._cameras)
        self._last_ns = run[-1].stamp_ns
        restarted, self._restarted = self._restarted, False
        order = [camera for camera in self._cameras if camera in views]
        return ViewSet(
            stamp_ns,
            {camera: views[camera].payload for camera in order},
            {camera: views[camera].stamp_ns for camera in order},
            restarted,
        )
