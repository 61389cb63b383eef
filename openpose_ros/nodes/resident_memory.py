# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The memory of processes, and whether it grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
import statistics


def resident_mb(process_id: int) -> float:
    """
    Return the resident memory of a process in megabytes.

    :param process_id: Its number.
    :raises ValueError: If it has ended.
    """
    return _status_mb(process_id, 'VmRSS')


def shared_mb(process_id: int) -> float:
    """
    Return how much of it is memory shared with other processes: the segments of the transport.

    :param process_id: Its number.
    :raises ValueError: If it has ended.
    """
    return _status_mb(process_id, 'RssShmem')


def _status_mb(process_id: int, name: str) -> float:
    try:
        lines = Path(f'/proc/{process_id}/status').read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith(f'{name}:'):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f'process {process_id} has ended')


def memory_growth(samples_mb: Sequence[float]) -> tuple[float, float]:
    """
    Return the memory after the warm-up and at the end: medians of the second and the last tenth.

    :param samples_mb: Taken at even intervals, 20 or more.
    :raises ValueError: If there are fewer.
    """
    count = len(samples_mb)
    if count < 20:
        raise ValueError(f'there are {count} samples of memory, expected 20 or more')
    tenth = count // 10
    before = samples_mb[tenth : 2 * tenth]
    return statistics.median(before), statistics.median(samples_mb[-tenth:])
