# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Threads that stand back behind other processes when there are too few cores for all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import os
import sys
import threading
from typing import TypeVar

Result = TypeVar('Result')


def stand_back(niceness: int) -> None:
    """
    Lower the priority of the calling thread, and of all threads that it starts from now on.

    :param niceness: 0 (as others) to 19; lower than at present is left as it is.
    """
    if sys.platform == 'linux':  # what it calls a process is a thread; elsewhere none can
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, max(now, niceness))


def built_standing_back(niceness: int, build: Callable[[], Result]) -> Result:
    """
    Build something whose threads are to stand back, but not the calling one.

    A priority that was lowered cannot be raised again without privileges, so that a thread of its
    own builds it.

    :param niceness: See :func:`stand_back`.
    :param build: Makes the object; what it raises is raised here.
    """
    with ThreadPoolExecutor(1, initializer=stand_back, initargs=(niceness,)) as pool:
        return pool.submit(build).result()
