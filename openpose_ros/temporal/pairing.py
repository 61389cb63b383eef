# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints to the image, and whatever else, of exactly the same stamp."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import ClassVar

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup

# Why keypoints go on without partners.
TIMEOUT = 'timeout'
OVERTAKEN = 'overtaken'
REPEATED = 'repeated'
BACKWARDS = 'backwards'
FULL = 'full'

# Keypoints are small and come one per image: more than these wait only if no image comes at all.
_MAX_WAITING = 64


@dataclass(frozen=True)
class SyncParameters(ParameterGroup):
    """How long and how many messages wait for each other."""

    group: ClassVar[str] = 'sync'

    timeout_sec: float = param(
        1.0,
        'Seconds after which keypoints whose image has not come are passed on as they are.',
        low=0.01,
        high=60.0,
        dynamic=True,
    )
    max_images: int = param(
        30, 'Most images that wait for their keypoints, the newest.', low=1, high=1000,
        dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class Paired:
    """
    Keypoints that wait no longer.

    :param stamp_ns: Their stamp in nanoseconds.
    :param keypoints: The keypoints, whatever they are.
    :param partners: What has the same stamp, by kind; empty unless all kinds are there.
    :param reason: Why the partners are missing, an empty text if they are not.
    """

    stamp_ns: int
    keypoints: Any
    partners: dict[str, Any]
    reason: str = ''


@dataclass(frozen=True, eq=False)
class _Waiting:
    """
    Keypoints that wait for partners.

    :param keypoints: The keypoints.
    :param arrival_sec: When they came, steady time in seconds.
    """

    keypoints: Any
    arrival_sec: float


class Pairing:
    """
    Waits, within bounds, until everything of one stamp is there; time is an argument.

    Every keypoints message comes out once: with its partners, or without and with the reason. One
    that is overtaken by a later one comes out first, so that the order stays.

    :param kinds: What keypoints wait for, for example ``('image',)``.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self._partners: dict[str, OrderedDict[int, Any]] = {
            kind: OrderedDict() for kind in kinds
        }
        self._waiting: OrderedDict[int, _Waiting] = OrderedDict()
        self._last_ns: int | None = None

    def __len__(self) -> int:
        """Return how many keypoints messages wait."""
        return len(self._waiting)

    def add_keypoints(self, stamp_ns: int, keypoints: Any, now_sec: float) -> list[Paired]:
        """
        Take keypoints; returns what waits no longer, in the order in which it came.

        :param stamp_ns: Stamp in nanoseconds.
        :param keypoints: The keypoints. With the stamp of those before, or an earlier one, they
            are not paired.
        :param now_sec: Steady time in seconds.
        """
        last_ns, self._last_ns = self._last_ns, stamp_ns
        if last_ns is not None and stamp_ns <= last_ns:
            reason = REPEATED if stamp_ns == last_ns else BACKWARDS
            return [Paired(stamp_ns, keypoints, {}, reason)]
        if stamp_ns in self._waiting:
            return [Paired(stamp_ns, keypoints, {}, REPEATED)]
        self._waiting[stamp_ns] = _Waiting(keypoints, now_sec)
        found = self._complete(stamp_ns)
        if len(self._waiting) > _MAX_WAITING:
            found.append(self._pass_on(next(iter(self._waiting)), FULL))
        return found

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
        partners = self._partners[kind]
        partners.pop(stamp_ns, None)
        partners[stamp_ns] = partner
        while len(partners) > most:
            partners.popitem(last=False)
        return self._complete(stamp_ns)

    def update(self, now_sec: float, timeout_sec: float) -> list[Paired]:
        """
        Return the keypoints that have waited too long.

        :param now_sec: Steady time in seconds.
        :param timeout_sec: Longest time to wait.
        """
        late = [
            stamp_ns for stamp_ns, waiting in self._waiting.items()
            if now_sec - waiting.arrival_sec >= timeout_sec
        ]
        return [self._pass_on(stamp_ns, TIMEOUT) for stamp_ns in late]

    def _complete(self, stamp_ns: int) -> list[Paired]:
        """Return the keypoints of a stamp with their partners, behind those they overtake."""
        if stamp_ns not in self._waiting:
            return []
        if not all(stamp_ns in partners for partners in self._partners.values()):
            return []
        earlier = list(self._waiting)[: list(self._waiting).index(stamp_ns)]
        found = [self._pass_on(stamp, OVERTAKEN) for stamp in earlier]
        partners = {kind: self._take(kind, stamp_ns) for kind in self._partners}
        keypoints = self._waiting.pop(stamp_ns).keypoints
        return [*found, Paired(stamp_ns, keypoints, partners)]

    def _take(self, kind: str, stamp_ns: int) -> Any:
        """Take out a partner; those that came before it will not be asked for any more."""
        partners = self._partners[kind]
        while True:
            stamp, partner = partners.popitem(last=False)
            if stamp == stamp_ns:
                return partner

    def _pass_on(self, stamp_ns: int, reason: str) -> Paired:
        return Paired(stamp_ns, self._waiting.pop(stamp_ns).keypoints, {}, reason)
