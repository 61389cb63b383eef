# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the synchronizer of views takes and gives: parameters, view sets, and its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from typing import Generic
from typing import TypeVar

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup

Payload = TypeVar('Payload')

_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class ViewSyncParameters(ParameterGroup):
    """Which views belong together and how long they wait for each other."""

    group: ClassVar[str] = 'sync'

    policy: str = param(
        'own',
        'own, or message_filters: ApproximateTimeSynchronizer, which needs every camera.',
        choices=('own', 'message_filters'),
    )
    slop_sec: float = param(
        0.04,
        'Longest time between the first and the last stamp of a view set.',
        low=0.0, high=1.0, dynamic=True,
    )
    timeout_sec: float = param(
        0.5,
        'Longest time that a view waits for those of the other cameras.',
        low=0.01, high=10.0, dynamic=True,
    )
    min_views: int = param(
        2, 'Fewest views of a set that lacks some.', low=2, high=64, dynamic=True
    )
    max_missed: int = param(
        3,
        'A camera that this many sets have waited for in vain is not waited for, until it sends.',
        low=1, high=1000, dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class ViewSet(Generic[Payload]):
    """
    Views of one instant.

    :param stamp_ns: Stamp of the view in the middle, in nanoseconds.
    :param views: View of each camera that has one, in the order of the cameras.
    :param stamps_ns: Stamp of each of these views in nanoseconds.
    :param restarted: Whether time has begun anew before this set, as when a recording starts
        over: nothing of what was remembered holds.
    """

    stamp_ns: int
    views: Mapping[str, Payload]
    stamps_ns: Mapping[str, int]
    restarted: bool

    @property
    def skew_sec(self) -> float:
        """Time between the first and the last stamp."""
        return (max(self.stamps_ns.values()) - min(self.stamps_ns.values())) / _NS_PER_SEC


@dataclass(frozen=True)
class CameraReport:
    """
    What happened to the views of one camera.

    :param received: Views that came.
    :param in_sets: Views that went out in a set.
    :param dropped: Views that did not, by reason.
    :param missed: Sets that went out without the camera.
    :param skew_ms: Median of stamp minus stamp of the set over the last sets, milliseconds.
    :param skew_ms_p95: 95 of 100 of them are no further off.
    :param missing_ratio: Share of the last sets that went out without the camera.
    :param off_sec: What its clock is off, 0 if it agrees with the others'.
    :param trouble: Why the camera is not waited for, empty if it is.
    """

    received: int
    in_sets: int
    dropped: Mapping[str, int]
    missed: int
    skew_ms: float
    skew_ms_p95: float
    missing_ratio: float
    off_sec: float
    trouble: str

    def account(self) -> str:
        """Return what became of all views, as a text."""
        reasons = ', '.join(f'{reason} {count}' for reason, count in self.dropped.items())
        return (
            f'{self.received} received, {self.in_sets} in sets, '
            f'{sum(self.dropped.values())} dropped{f" ({reasons})" if reasons else ""}'
        )


@dataclass(frozen=True)
class SyncReport:
    """
    What happened to all views.

    :param complete: Sets with all cameras.
    :param partial: Sets that lack some.
    :param restarts: How often time began anew.
    :param waiting: Views that wait for others.
    :param waiting_sec: How long the oldest of them has waited, in seconds.
    :param cameras: By name.
    """

    complete: int
    partial: int
    restarts: int
    waiting: int
    waiting_sec: float
    cameras: Mapping[str, CameraReport]
