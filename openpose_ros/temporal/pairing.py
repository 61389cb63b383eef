# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints to the image, and whatever else, of exactly the same stamp."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import ClassVar

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.waiting_partners import WaitingPartners

# Why keypoints go on without partners.
TIMEOUT = 'timeout'
OVERTAKEN = 'overtaken'
REPEATED = 'repeated'
BACKWARDS = 'backwards'
FULL = 'full'
DROPPED = 'dropped'

# Keypoints are small and come one per image: more than these wait only if no image comes at all.
_MAX_WAITING = 64


@dataclass(frozen=True)
class SyncParameters(ParameterGroup):
    """How long and how many messages wait for each other."""

    group: ClassVar[str] = 'sync'

    timeout_sec: float = param(
        1.0,
        'Seconds after which keypoints whose image has not come wait no longer: face_hand_node '
        'passes them on as they are, visualization_node leaves them out.',
        low=0.01,
        high=60.0,
        dynamic=True,
    )
    max_images: int = param(
        30,
        'Most images that wait for their keypoints, the newest: more than come in the time that '
        'pose_node takes, else none is there when keypoints come.',
        low=1,
        high=1000,
        dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class Paired:
    """
    Keypoints that wait no longer.

    :param stamp_ns: Their stamp in nanoseconds.
    :param keypoints: The keypoints, whatever they are.
    :param run: How often the stamps of the keypoints had jumped back before them.
    :param partners: What has the same stamp, by kind; empty unless all kinds are there.
    :param reason: Why the partners are missing, an empty text if they are not.
    :param missing: The kinds of which nothing with this stamp was there.
    """

    stamp_ns: int
    keypoints: Any
    run: int
    partners: dict[str, Any]
    reason: str = ''
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Waiting:
    """
    Keypoints that wait for partners, or for those before them.

    :param stamp_ns: Their stamp in nanoseconds.
    :param keypoints: The keypoints.
    :param arrival_sec: When they came, steady time in seconds.
    :param reason: Why they get no partners, an empty text if they may get some.
    """

    stamp_ns: int
    keypoints: Any
    arrival_sec: float
    reason: str


class Pairing:
    """
    Waits, within bounds, until everything of one stamp is there; time is an argument.

    Every keypoints message comes out once, in the order in which they came: with its partners, or
    without and with the reason. One that is overtaken by a later one comes out before it.

    A stamp before that of the keypoints before begins a new run, as when a recording starts over:
    the keypoints that wait come out, and what came for them is forgotten.

    :param kinds: What keypoints wait for, for example ``('image',)``.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self._partners = {kind: WaitingPartners() for kind in kinds}
        self._waiting: deque[_Waiting] = deque()
        self._last_ns: int | None = None
        self._run = 0

    def __len__(self) -> int:
        """Return how many keypoints messages wait."""
        return len(self._waiting)

    def waiting_sec(self, now_sec: float) -> float:
        """
        Return how long the keypoints that came first have waited, 0 if none wait.

        :param now_sec: Steady time in seconds.
        """
        return now_sec - self._waiting[0].arrival_sec if self._waiting else 0.0

    def partners(self) -> dict[str, WaitingPartners]:
        """Return what waits for keypoints, by kind."""
        return dict(self._partners)

    def add_keypoints(self, stamp_ns: int, keypoints: Any, now_sec: float) -> list[Paired]:
        """
        Take keypoints; returns what waits no longer, in the order in which it came.

        :param stamp_ns: Stamp in nanoseconds. Keypoints with the stamp of those before are not
            paired.
        :param keypoints: The keypoints.
        :param now_sec: Steady time in seconds, never less than before.
        """
        last_ns, self._last_ns = self._last_ns, stamp_ns
        found: list[Paired] = []
        if last_ns is not None and stamp_ns < last_ns:
            found = self._start_over(stamp_ns)
        reason = REPEATED if stamp_ns == last_ns else self._why_hopeless(stamp_ns)
        self._waiting.append(_Waiting(stamp_ns, keypoints, now_sec, reason))
        if not reason:
            found += self._complete(stamp_ns)
        if len(self._waiting) > _MAX_WAITING:
            found.append(self._pass_on(FULL))
        return found + self._pass_on_reasoned()

    def add_partner(
        self, kind: str, stamp_ns: int, partner: Any, *, most: int
    ) -> list[Paired]:
        """
        Take what keypoints wait for; returns what waits no longer.

        :param kind: One of the kinds.
        :param stamp_ns: Stamp in nanoseconds. One that waits already is replaced.
        :param partner: The image, for example.
        :param most: Most of this kind that are kept, the newest.
        """
        self._partners[kind].add(stamp_ns, partner, most)
        return self._complete(stamp_ns) + self._pass_on_reasoned()

    def update(self, now_sec: float, timeout_sec: float) -> list[Paired]:
        """
        Return the keypoints that have waited too long.

        :param now_sec: Steady time in seconds.
        :param timeout_sec: Longest time to wait.
        """
        found: list[Paired] = []
        while self._waiting and now_sec - self._waiting[0].arrival_sec >= timeout_sec:
            found.append(self._pass_on(TIMEOUT))
        return found + self._pass_on_reasoned()

    def _why_hopeless(self, stamp_ns: int) -> str:
        """Return why keypoints need not wait, an empty text if they may get their partners."""
        dropped = (
            stamp_ns not in waiting and waiting.has_dropped(stamp_ns)
            for waiting in self._partners.values()
        )
        return DROPPED if any(dropped) else ''

    def _start_over(self, stamp_ns: int) -> list[Paired]:
        """Begin a new run; returns what waited in the old one."""
        found = [self._pass_on(BACKWARDS) for _ in range(len(self._waiting))]
        for partners in self._partners.values():
            partners.start_over(stamp_ns)
        self._run += 1
        return found

    def _complete(self, stamp_ns: int) -> list[Paired]:
        """Return the keypoints of a stamp with their partners, behind those they overtake."""
        places = [
            place for place, waiting in enumerate(self._waiting)
            if waiting.stamp_ns == stamp_ns and not waiting.reason
        ]
        if not places or self._missing(stamp_ns):
            return []
        found = [self._pass_on(OVERTAKEN) for _ in range(places[0])]
        partners = {kind: waiting.take(stamp_ns) for kind, waiting in self._partners.items()}
        keypoints = self._waiting.popleft().keypoints
        return [*found, Paired(stamp_ns, keypoints, self._run, partners)]

    def _pass_on_reasoned(self) -> list[Paired]:
        """Return the keypoints that have only waited for those before them."""
        found: list[Paired] = []
        while self._waiting and self._waiting[0].reason:
            found.append(self._pass_on(''))
        return found

    def _pass_on(self, reason: str) -> Paired:
        """Return the first that wait, without partners; a reason of their own goes first."""
        first = self._waiting.popleft()
        return Paired(
            first.stamp_ns,
            first.keypoints,
            self._run,
            {},
            first.reason or reason,
            self._missing(first.stamp_ns),
        )

    def _missing(self, stamp_ns: int) -> tuple[str, ...]:
        return tuple(kind for kind, waiting in self._partners.items() if stamp_ns not in waiting)
