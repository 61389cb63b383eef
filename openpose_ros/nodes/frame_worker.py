# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One thread that works on the newest frame only, so that the executor stays responsive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import threading
from typing import Generic
from typing import TypeVar

Item = TypeVar('Item')

# A few seconds' worth of small messages: more than these wait only if the thread hangs.
_MAX_APPENDED = 256


@dataclass(frozen=True, eq=False)
class _Pending(Generic[Item]):
    """
    What waits for the thread.

    :param item: What was handed over.
    :param replaceable: Whether the next frame takes its place.
    """

    item: Item
    replaceable: bool


class FrameWorker(Generic[Item]):
    """
    Works off frames in a thread of its own, never a backlog, and in the order in which they came.

    :param process: Called with each item; must not raise.
    :param prepare: Called in the thread before anything else; must not raise.
    """

    def __init__(
        self, process: Callable[[Item], None], prepare: Callable[[], None] | None = None
    ) -> None:
        self._process = process
        self._prepare = prepare
        self._pending: deque[_Pending[Item]] = deque()
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name='frame_worker', daemon=True)
        self._thread.start()

    def offer(self, item: Item) -> Item | None:
        """
        Hand over a frame.

        :param item: The newest frame.
        :return: The older frame that it replaces and that nobody will work on, or ``None``.
        """
        with self._changed:
            replaced = self._take_oldest(replaceable=True)
            self._pending.append(_Pending(item, True))
            self._changed.notify()
        return replaced

    def append(self, item: Item) -> Item | None:
        """
        Hand over what takes no time and is to be done in its turn.

        :param item: No frame replaces it, and it replaces none.
        :return: The oldest of these, which nobody will work on, if far too many wait, or ``None``.
        """
        with self._changed:
            appended = sum(not pending.replaceable for pending in self._pending)
            lost = self._take_oldest(replaceable=False) if appended >= _MAX_APPENDED else None
            self._pending.append(_Pending(item, False))
            self._changed.notify()
        return lost

    def close(self) -> list[Item]:
        """
        Finish what is being worked on and end the thread.

        :return: What was waiting and nobody will work on.
        """
        with self._changed:
            self._closed = True
            waiting = [pending.item for pending in self._pending]
            self._pending.clear()
            self._changed.notify()
        self._thread.join()
        return waiting

    def _take_oldest(self, *, replaceable: bool) -> Item | None:
        for pending in self._pending:
            if pending.replaceable == replaceable:
                self._pending.remove(pending)
                return pending.item
        return None

    def _run(self) -> None:
        if self._prepare is not None:
            self._prepare()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._pending)
                if not self._pending:
                    return
                pending = self._pending.popleft()
            self._process(pending.item)
