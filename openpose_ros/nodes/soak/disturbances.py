# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What happens to the nodes during a soak: drawn at random, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
import random


class Kind(Enum):
    """Something that happens to a node, or to the whole graph, and is over after a while."""

    INTERRUPT = 'interrupt'  # SIGINT and a new process
    KILL = 'kill'  # SIGKILL and a new process
    REACTIVATE = 'reactivate'  # deactivate and activate
    RECONFIGURE = 'reconfigure'  # deactivate, clean up, configure and activate
    DISABLE = 'disable'  # the parameter enable off and on
    PAUSE = 'pause'  # no images come
    REWIND = 'rewind'  # stamps jump back, as when a recording starts over
    LEAVE = 'leave'  # nobody looks at the pictures


RESTARTS = (Kind.INTERRUPT, Kind.KILL)
GRAPH_KINDS = (Kind.PAUSE, Kind.REWIND, Kind.LEAVE)
# Two things at a time, as often as this.
_PAIRED_SHARE = 0.4
_DOWN_SEC = (0.0, 1.5)
_QUIET_SEC = (1.0, 3.0)


@dataclass(frozen=True)
class Event:
    """
    One thing that happens.

    :param kind: What.
    :param node: To which node; empty: to the whole graph.
    """

    kind: Kind
    node: str = ''

    def __str__(self) -> str:
        """Return it as it is written in reports."""
        return f'{self.kind.value} {self.node}'.strip()


@dataclass(frozen=True)
class Disturbance:
    """
    What happens at the same time.

    :param events: One event or two, of different nodes.
    :param down_sec: Seconds until the events are over.
    :param quiet_sec: Seconds without any after that.
    """

    events: tuple[Event, ...]
    down_sec: float
    quiet_sec: float

    def __str__(self) -> str:
        """Return it as it is written in reports."""
        return ' and '.join(map(str, self.events))


def disturbances(
    seed: int, *, steady: Sequence[str], restarted: Sequence[str], kills: bool
) -> Iterator[Disturbance]:
    """
    Yield disturbances without end; each kind comes before one comes twice as often.

    :param seed: Of the random numbers.
    :param steady: Nodes whose processes live as long as the soak.
    :param restarted: The others.
    :param kills: Whether some of them are killed.
    """
    numbers = random.Random(seed)
    while True:
        kinds = [kind for kind in Kind if kills or kind is not Kind.KILL]
        numbers.shuffle(kinds)
        while kinds:
            count = 2 if numbers.random() < _PAIRED_SHARE else 1
            drawn, kinds = kinds[:count], kinds[count:]
            free = [*steady, *restarted]
            events = []
            for kind in drawn:
                event = _event(kind, free, restarted, numbers)
                events.append(event)
                free = [name for name in free if name != event.node]
            yield Disturbance(
                tuple(events), numbers.uniform(*_DOWN_SEC), numbers.uniform(*_QUIET_SEC)
            )


def _event(
    kind: Kind, free: Sequence[str], restarted: Sequence[str], numbers: random.Random
) -> Event:
    if kind in GRAPH_KINDS:
        return Event(kind)
    if kind in RESTARTS:
        free = [name for name in free if name in restarted]
    return Event(kind, numbers.choice(free))
