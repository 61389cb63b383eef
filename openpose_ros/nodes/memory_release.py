# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Gives memory that nobody needs back to the system, and lets it be such that this can be done."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import ctypes
import gc
import threading

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

# Long against a frame: what is given back has to be fetched again, 10 ms for 30 MB.
_PERIOD_SEC = 10.0
# Parameters of glibc's mallopt().
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_MOST_HEAPS = 2
_LARGE_BYTES = 2**18
# What glibc itself comes to at most, when large blocks have been freed.
_USUAL_TRIM_BYTES, _USUAL_LARGE_BYTES = 2**26, 2**25
# How many nodes of this process load at the moment.
_loading = 0
_lock = threading.Lock()


def keep_heaps_few() -> None:
    """
    Let the threads that begin from now on share two heaps, or what others there are already.

    glibc gives up to eight threads per core each a heap of its own, and what one of them frees is
    no use to the others: with new workers and networks the memory of face_hand_node grew by 8 % in
    half an hour of reconfigurations, and by 3 to 5 % like this; pose_node takes 50 MB less.
    """
    set_option = getattr(ctypes.CDLL(None), 'mallopt', None)
    if set_option is not None:
        set_option(_ARENA_MAX, _MOST_HEAPS)


@contextmanager
def large_blocks_apart() -> Iterator[None]:
    """
    Let each large block that is allocated meanwhile be one that goes back when it is freed.

    glibc soon takes blocks of megabytes from its heaps, which is fast and right for images. The
    weights of networks lie there between what lives on, and leave gaps that the next ones do not
    fit into: 16 reconfigurations took face_hand_node from 206 to 227 MB, and to 207 like this.
    """
    set_option = getattr(ctypes.CDLL(None), 'mallopt', None)
    if set_option is None:
        yield
        return
    _note_loading(set_option, 1)
    try:
        yield
    finally:
        _note_loading(set_option, -1)


def _note_loading(set_option: Callable[[int, int], int], change: int) -> None:
    """Set the options when the first node of a process loads, and again after the last one."""
    global _loading
    with _lock:
        _loading += change
        # Once set, they do not adapt any more.
        set_option(_MMAP_THRESHOLD, _LARGE_BYTES if _loading else _USUAL_LARGE_BYTES)
        set_option(_TRIM_THRESHOLD, _USUAL_TRIM_BYTES)


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
