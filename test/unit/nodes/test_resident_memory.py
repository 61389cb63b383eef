# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The memory of processes, and whether it grows."""

from __future__ import annotations

import mmap
import os
import subprocess

import pytest

from openpose_ros.nodes.resident_memory import memory_growth
from openpose_ros.nodes.resident_memory import resident_mb
from openpose_ros.nodes.resident_memory import shared_mb


def test_resident_mb_sees_memory_that_is_taken() -> None:
    before = resident_mb(os.getpid())
    taken = bytes(range(256)) * 200_000
    assert resident_mb(os.getpid()) - before == pytest.approx(len(taken) / 1e6, abs=2.0)


def test_shared_mb_sees_memory_that_others_see_too() -> None:
    resident, shared = resident_mb(os.getpid()), shared_mb(os.getpid())
    with mmap.mmap(-1, 30_000_000) as memory:
        for place in range(0, len(memory), mmap.PAGESIZE):
            memory[place] = 1
        assert shared_mb(os.getpid()) - shared == pytest.approx(30.0, abs=1.0)
        assert resident_mb(os.getpid()) - resident == pytest.approx(30.0, abs=2.0)


def test_resident_mb_of_a_process_that_has_ended_is_an_error() -> None:
    child = subprocess.Popen(['true'])
    child.wait()
    with pytest.raises(ValueError, match=f'process {child.pid} has ended'):
        resident_mb(child.pid)


def test_memory_growth_compares_the_second_and_the_last_tenth() -> None:
    samples = [1.0] * 10 + [50.0] * 9 + [400.0] + [90.0] * 70 + [60.0] * 4 + [55.0] * 6
    assert memory_growth(samples) == (50.0, 55.0)


def test_memory_growth_of_few_samples_is_refused() -> None:
    assert memory_growth([2.0] * 20) == (2.0, 2.0)
    with pytest.raises(ValueError, match='there are 19 samples'):
        memory_growth([2.0] * 19)
