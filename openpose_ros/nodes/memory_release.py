# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Gives memory that nobody needs back to the system."""

from __future__ import annotations

import ctypes
import gc

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

# Long against a frame: what is given back has to be fetched again, 10 ms for 30 MB.
_PERIOD_SEC = 10.0


def release_free_memory() -> bool:
    """
    Give free memory back, wherever it lies; returns whether the C library can do that.

    glibc by itself gives back only what lies at the end of the heap. A node in which many images
    have waited once, 30 of 640x480 are 28 MB, would keep their memory as long as it lives.
    """
    trim = getattr(ctypes.CDLL(None), 'malloc_trim', None)
    if trim is not None:
        trim(0)
    return trim is not None


def release_unreachable_memory() -> None:
    """
    Free what only refers to itself, and give it back, too: about 20 ms, in which nobody works.

    A timer's callback refers to its owner, and the owner to the timer. What such a circle refers
    to, networks of 90 MB or images that wait, stays until the garbage collector comes by, which
    counts objects and knows nothing of megabytes: after some reconfigurations there would be five
    sets of networks in memory.
    """
    gc.collect()
    release_free_memory()


class MemoryRelease:
    """
    Gives free memory back from time to time.

    :param node: Node whose executor does it.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._timer = node.create_timer(_PERIOD_SEC, self._release, clock=steady)

    def _release(self) -> None:
        if not release_free_memory():
            self._node.destroy_timer(self._timer)
