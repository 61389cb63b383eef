# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C between two pieces of work instead of in the middle of one."""

from __future__ import annotations

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """
    Notes Ctrl-C or SIGTERM while a block runs, so that no file is left half written.

    The second one does raise :class:`KeyboardInterrupt`, for whoever waits for a dead camera.
    """

    def __init__(self) -> None:
        self.requested = False
        self._previous = [signal.getsignal(number) for number in _SIGNALS]

    def __enter__(self) -> StopRequest:
        """Begin to note signals."""
        for number in _SIGNALS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Treat signals as before."""
        for number, handler in zip(_SIGNALS, self._previous):
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
