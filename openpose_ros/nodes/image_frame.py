# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""An image as the nodes get it: its header at once, its pixels when somebody wants them."""

from __future__ import annotations

from collections.abc import Callable
import threading
from typing import Any

from openpose_ros.types import Array


class ImageFrame:
    """
    An image that arrived, decoded once, in the thread that needs its pixels first.

    :param header: Header of the image, not to be changed.
    :param size_bytes: Bytes that it holds until its pixels are wanted.
    :param decode: Gives the pixels; a ``ValueError`` means that they cannot be read.
    """

    def __init__(self, header: Any, size_bytes: int, decode: Callable[[], Array]) -> None:
        self.header = header
        self.size_bytes = size_bytes
        self._decode: Callable[[], Array] | None = decode
        self._pixels: Array | None = None
        self._problem = ''
        self._lock = threading.Lock()

    def pixels(self) -> Array:
        """
        Return the pixels, blue green red, shape ``(H, W, 3)``, uint8, read-only.

        :raises ValueError: If they cannot be read, the same one for everybody.
        """
        with self._lock:
            if self._decode is not None:
                self._settle(self._decode)
                self._decode = None  # the bytes of the message are needed no longer
            if self._pixels is None:
                raise ValueError(self._problem)
            return self._pixels

    def _settle(self, decode: Callable[[], Array]) -> None:
        try:
            pixels = decode().view()
        except ValueError as error:
            self._problem = str(error)
            return
        pixels.flags.writeable = False
        self._pixels = pixels
