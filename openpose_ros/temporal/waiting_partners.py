# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Messages of one kind that wait for the keypoints of their stamp."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Jumps back of one stream that are remembered until the keypoints jump, too.
_MAX_FALLS = 16
_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class _Fall:
    """
    A stamp that is before the one before it.

    :param number: Number of the message that has it.
    :param from_ns: Stamp of the message before.
    :param to_ns: Its own stamp.
    """

    number: int
    from_ns: int
    to_ns: int


@dataclass(frozen=True, eq=False)
class _Partner:
    """
    One message.

    :param number: Its number in the order of arrival.
    :param falls: How many falls the stream had had by then.
    :param stamp_ns: Its stamp in nanoseconds.
    :param message: The message.
    """

    number: int
    falls: int
    stamp_ns: int
    message: Any


class WaitingPartners:
    """
    The newest messages, among which a stamp may be there twice when stamps have jumped back.

    The stream of these messages usually jumps before the keypoints do, which take longer, or some
    time after them. What belongs to which run follows from the place at which it jumped.
    """

    def __init__(self) -> None:
        self._items: list[_Partner] = []
        self._falls: deque[_Fall] = deque(maxlen=_MAX_FALLS)
        self._fallen = 0
        self._number = 0
        self._last_ns: int | None = None
        self._behind_ns: int | None = None
        self._dropped_ns: int | None = None

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._items)

    @property
    def span_sec(self) -> float:
        """Time between the stamps of the first and the last that came, in seconds."""
        if not self._items:
            return 0.0
        return (self._items[-1].stamp_ns - self._items[0].stamp_ns) / _NS_PER_SEC

    def __contains__(self, stamp_ns: object) -> bool:
        """Return whether a message of a stamp waits."""
        return next(self._of(stamp_ns), None) is not None

    def add(self, stamp_ns: int, message: Any, most: int) -> None:
        """
        Keep a message; one of the same stamp that waits already is replaced.

        :param stamp_ns: Stamp in nanoseconds.
        :param message: The message.
        :param most: Most messages kept, the newest.
        """
        last_ns, self._last_ns = self._last_ns, stamp_ns
        if last_ns is not None and stamp_ns < last_ns:
            self._fall(_Fall(self._number, last_ns, stamp_ns))
        same = next((item for item in self._of(stamp_ns) if item.falls == self._fallen), None)
        if same is not None:
            self._items.remove(same)
        self._items.append(_Partner(self._number, self._fallen, stamp_ns, message))
        self._number += 1
        for item in self._items[:-most]:
            if item.falls == self._fallen:
                self._dropped_ns = item.stamp_ns
        del self._items[:-most]

    def has_dropped(self, stamp_ns: int) -> bool:
        """
        Return whether the message of a stamp, or one after it, had to make room for newer ones.

        :param stamp_ns: Stamp in nanoseconds, of which no message waits.
        """
        # As long as a jump is to be followed, an old stamp may be one that is still to come.
        certain = not self._falls and self._behind_ns is None
        return certain and self._dropped_ns is not None and stamp_ns <= self._dropped_ns

    def take(self, stamp_ns: int) -> Any:
        """
        Take out the message of a stamp, of two the older one.

        Those that came before it will not be asked for any more.

        :param stamp_ns: Stamp of a message that waits.
        """
        place = self._items.index(next(self._of(stamp_ns)))
        taken = self._items[place]
        del self._items[: place + 1]
        # The keypoints are where this one is: no jump before it is still to come for them.
        self._forget_falls(taken.number)
        self._behind_ns = None
        return taken.message

    def start_over(self, stamp_ns: int) -> None:
        """
        Forget what belongs to the time before a jump of the keypoints.

        :param stamp_ns: Where the keypoints have jumped to.
        """
        self._dropped_ns = None
        jumps = [fall for fall in self._falls if fall.to_ns <= stamp_ns < fall.from_ns]
        if jumps:
            self._forget_before(jumps[-1].number)
            self._forget_falls(jumps[-1].number)
            self._behind_ns = None
        else:
            # It has not jumped yet: all is old, and so is what comes until it does.
            self._items.clear()
            self._falls.clear()
            self._behind_ns = stamp_ns

    def _fall(self, fall: _Fall) -> None:
        self._fallen += 1
        self._dropped_ns = None
        if self._behind_ns is not None and self._behind_ns < fall.from_ns:
            self._forget_before(fall.number)
            self._behind_ns = None
        else:
            self._falls.append(fall)

    def _forget_before(self, number: int) -> None:
        self._items = [item for item in self._items if item.number >= number]

    def _forget_falls(self, last: int) -> None:
        falls = (fall for fall in self._falls if fall.number > last)
        self._falls = deque(falls, maxlen=_MAX_FALLS)

    def _of(self, stamp_ns: object) -> Iterator[_Partner]:
        return (item for item in self._items if item.stamp_ns == stamp_ns)
