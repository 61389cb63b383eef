# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Memory that nobody needs goes back to the system."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
import rclpy
from rclpy.lifecycle import TransitionCallbackReturn

from openpose_ros.nodes.face_hand_node import FaceHandNode
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.pose_node import PoseNode
from openpose_ros.pose2d.engine import OnnxEngine

# In a process of its own: how the heap of the tests looks nobody knows.
PROGRAM = """
import os
from openpose_ros.nodes.memory_release import large_blocks_apart
from openpose_ros.nodes.memory_release import release_free_memory
from openpose_ros.nodes.resident_memory import resident_mb
# The first one that is freed teaches glibc to take such blocks from the heap.
block = bytearray(1_000_000)
del block
blocks, pins = [], []

def fill():
    for _ in range(50):
        blocks.append(bytearray(b'1') * 1_000_000)
        pins.append(bytearray(1000))  # keeps the heap from shrinking at its end

def given_back(step):
    before = resident_mb(os.getpid())
    step()
    print(before - resident_mb(os.getpid()))

with large_blocks_apart():
    with large_blocks_apart():
        pass  # another node of the process is ready sooner
    fill()
given_back(blocks.clear)
fill()
given_back(blocks.clear)
given_back(release_free_memory)
"""

# Threads that all live at once, and allocate; glibc lists its heaps.
HEAPS_PROGRAM = """
import ctypes
import sys
import threading
from openpose_ros.nodes.running import run_program

def allocate(blocks, all_here):
    blocks.append(bytearray(2000))
    all_here.wait()

def work(stopped=None):
    blocks, all_here = [], threading.Barrier(12)
    threads = [threading.Thread(target=allocate, args=(blocks, all_here)) for _ in range(12)]
    for step in (threading.Thread.start, threading.Thread.join):
        for thread in threads:
            step(thread)
    libc = ctypes.CDLL(None)
    libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, 'stdout'))
    libc.fflush(None)

if sys.argv[1] == 'node':
    run_program('node', work, [])
else:
    work()
"""


# The libraries of ROS have two threads with heaps as soon as they are loaded.
@pytest.mark.parametrize(('kind', 'least', 'most'), [('node', 1, 4), ('plain', 5, 100)])
def test_threads_of_a_node_share_few_heaps(kind: str, least: int, most: int) -> None:
    printed = subprocess.run(
        [sys.executable, '-c', HEAPS_PROGRAM, kind], capture_output=True, text=True, check=True
    ).stdout
    assert least <= printed.count('<heap nr=') <= most


def test_memory_between_what_is_used_goes_back_when_released_or_if_it_lies_apart() -> None:
    printed = subprocess.run(
        [sys.executable, '-c', PROGRAM], capture_output=True, text=True, check=True
    ).stdout
    apart, usual, released = (float(line) for line in printed.split())
    assert apart > 40.0
    assert usual < 5.0
    assert released > 40.0


@pytest.mark.parametrize('node_class', [FaceHandNode, PoseNode])
def test_networks_are_freed_when_the_node_is_cleaned_up(node_class: type[ManagedNode]) -> None:
    rclpy.init(args=['--ros-args', '-p', 'autostart:=false', '-p', 'inference.threads:=1'])
    gc.collect()
    before = engines()
    gc.disable()
    try:
        node = node_class()
        for trigger in (node.trigger_configure, node.trigger_activate):
            assert trigger() == TransitionCallbackReturn.SUCCESS
        assert engines() > before
        node.trigger_deactivate()
        node.trigger_cleanup()
        assert engines() == before
        node.destroy_node()
    finally:
        gc.enable()
        rclpy.shutdown()


def engines() -> int:
    return sum(isinstance(one, OnnxEngine) for one in gc.get_objects())
