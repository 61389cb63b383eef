# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Memory that is free goes back to the system."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: how the heap of the tests looks nobody knows.
PROGRAM = """
import os
from openpose_ros.nodes.memory_release import release_free_memory
from openpose_ros.nodes.resident_memory import resident_mb
# The first one that is freed teaches glibc to take such blocks from the heap.
block = bytearray(1_000_000)
del block
blocks, pins = [], []
for _ in range(50):
    blocks.append(bytearray(b'1') * 1_000_000)
    pins.append(bytearray(1000))  # keeps the heap from shrinking at its end
blocks.clear()
before = resident_mb(os.getpid())
assert release_free_memory()
print(before - resident_mb(os.getpid()))
"""


def test_release_free_memory_gives_back_what_lies_between_what_is_used() -> None:
    printed = subprocess.run(
        [sys.executable, '-c', PROGRAM], capture_output=True, text=True, check=True
    ).stdout
    assert float(printed) > 40.0
