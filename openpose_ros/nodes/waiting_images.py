# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Images that wait for the keypoints found in them."""

from __future__ import annotations

from collections import OrderedDict

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.nodes.image_frame import ImageFrame

# A few seconds' worth, however slow the network is; of large images as many as memory bears.
MAX_COUNT = 30
MAX_BYTES = 128 * 2**20


class WaitingImages:
    """
    The newest images, by their stamps.

    :param max_count: Number of images kept.
    :param max_bytes: Bytes of images kept; the newest one is kept whatever its size.
    """

    def __init__(self, max_count: int = MAX_COUNT, max_bytes: int = MAX_BYTES) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._frames: OrderedDict[int, ImageFrame] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        """Return how many images wait."""
        return len(self._frames)

    def add(self, frame: ImageFrame) -> None:
        """
        Keep an image; the oldest ones go for it.

        :param frame: The image.
        """
        self._forget(stamp_ns(frame))
        self._frames[stamp_ns(frame)] = frame
        self._bytes += frame.size_bytes
        while len(self) > 1 and (len(self) > self._max_count or self._bytes > self._max_bytes):
            self._forget(next(iter(self._frames)))

    def take(self, stamp: int) -> ImageFrame | None:
        """
        Return the image of a stamp, ``None`` if there is none; those that came before it go.

        :param stamp: In nanoseconds.
        """
        if stamp not in self._frames:
            return None
        while (oldest := next(iter(self._frames))) != stamp:
            self._forget(oldest)
        return self._forget(stamp)

    def _forget(self, stamp: int) -> ImageFrame | None:
        frame = self._frames.pop(stamp, None)
        if frame is not None:
            self._bytes -= frame.size_bytes
        return frame
