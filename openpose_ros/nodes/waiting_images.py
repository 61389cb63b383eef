# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Images that wait for the keypoints found in them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from openpose_ros.conversions.stamps import stamp_ns

# A few seconds' worth, however slow the network is; of large images as many as memory bears.
MAX_COUNT = 30
MAX_BYTES = 128 * 2**20


class WaitingImages:
    """
    The newest image messages, by their stamps.

    :param max_count: Number of images kept.
    :param max_bytes: Bytes of images kept; the newest one is kept whatever its size.
    """

    def __init__(self, max_count: int = MAX_COUNT, max_bytes: int = MAX_BYTES) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._messages: OrderedDict[int, Any] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        """Return how many images wait."""
        return len(self._messages)

    def add(self, message: Any) -> None:
        """
        Keep an image; the oldest ones go for it.

        :param message: Raw or compressed image.
        """
        self._forget(stamp_ns(message))
        self._messages[stamp_ns(message)] = message
        self._bytes += len(message.data)
        while len(self) > 1 and (len(self) > self._max_count or self._bytes > self._max_bytes):
            self._forget(next(iter(self._messages)))

    def take(self, stamp: int) -> Any | None:
        """
        Return the image of a stamp, ``None`` if there is none; those that came before it go.

        :param stamp: In nanoseconds.
        """
        if stamp not in self._messages:
            return None
        while (oldest := next(iter(self._messages))) != stamp:
            self._forget(oldest)
        return self._forget(stamp)

    def _forget(self, stamp: int) -> Any | None:
        message = self._messages.pop(stamp, None)
        if message is not None:
            self._bytes -= len(message.data)
        return message
