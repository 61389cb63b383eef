# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One thread that works on the newest frame only, so that the executor stays responsive."""

from __future__ import annotations

from collections.abc import Callable
import threading
from typing import Generic
from typing import TypeVar

Item = TypeVar('Item')


class FrameWorker(Generic[Item]):
    """
    Works off frames in a thread of its own, never a backlog.

    :param process: Called with each frame; must not raise.
    """

    def __init__(self, process: Callable[[Item], None]) -> None:
        self._process = process
        self._pending: Item | None = None
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
            replaced, self._pending = self._pending, item
            self._changed.notify()
        return replaced

    def close(self) -> Item | None:
        """
        Finish the frame being worked on and end the thread.

        :return: The frame that was waiting and that nobody will work on, or ``None``.
        """
        with self._changed:
            self._closed = True
            waiting, self._pending = self._pending, None
            self._changed.notify()
        self._thread.join()
        return waiting

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._pending is not None)
                item, self._pending = self._pending, None
            if item is None:
                return
            self._process(item)
