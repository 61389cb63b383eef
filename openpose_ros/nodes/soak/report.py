# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a soak found: failures in plain words, and figures."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from openpose_ros.nodes.resident_memory import memory_growth
from openpose_ros.nodes.soak.nodes import STEADY
from openpose_ros.nodes.soak.run import Soak
from openpose_ros.nodes.soak.subject import Record

# Of the images sent while nothing disturbs the nodes, as many at least are received: the
# transport is reliable, but keeps five images only for a reader that the machine keeps waiting.
_LEAST_RECEIVED = 0.8


def find_failures(soak: Soak, max_growth: float) -> list[str]:
    """
    Return what failed, during the soak and by its figures.

    :param soak: A soak that has ended.
    :param max_growth: Largest growth of memory that is no failure, 0.05 for 5 %.
    """
    failures = list(soak.failures)
    for name, subject in soak.subjects.items():
        record, frames = subject.record, subject.record.frames
        published = frames['processed'] + frames['passed_on']
        if subject.node.is_steady and record.heard > published:
            failures.append(f'{name}: {record.heard} results heard, {published} counted')
        if not subject.node.is_steady:
            continue
        growth = _growth(record)
        if growth is None:
            failures.append(f'{name}: too few samples of its memory')
        elif growth > max_growth:
            before, after = memory_growth(record.memory_mb)
            failures.append(
                f'{name}: memory grew from {before:.1f} to {after:.1f} MB, by {growth:.1%}; '
                f'{max_growth:.1%} are allowed'
            )
    received = soak.subjects[f'/{STEADY}/pose_node'].record.frames['received']
    if not _LEAST_RECEIVED * soak.quiet_images <= received <= soak.camera.sent:
        failures.append(
            f'/{STEADY}/pose_node: {received} images received of {soak.camera.sent}, '
            f'{soak.quiet_images} of which were sent while nothing disturbed it'
        )
    return failures


def report_of(soak: Soak, failures: list[str], seed: int) -> dict[str, Any]:
    """
    Return everything as what JSON can hold.

    :param soak: A soak that has ended.
    :param failures: What failed.
    :param seed: Its seed.
    """
    return {
        'seed': seed,
        'failures': failures,
        'images': {
            'sent': soak.camera.sent,
            'undisturbed': soak.quiet_images,
            'corrupt': dict(soak.camera.corrupt),
            'forged_keypoints': dict(soak.camera.forged),
        },
        'events': dict(soak.events),
        'nodes': {name: _node(subject.record) for name, subject in soak.subjects.items()},
    }


def table_of(soak: Soak) -> Table:
    """
    Return the figures of each node for the terminal.

    :param soak: A soak that has ended.
    """
    columns = (
        'node', 'processes', 'received', 'processed', 'passed on', 'dropped', 'exit s', 'gap s',
        'recovery s', 'memory',
    )
    table = Table(*columns)
    for name, subject in soak.subjects.items():
        record, growth = subject.record, _growth(subject.record)
        frames = record.frames
        dropped = sum(count for reason, count in frames.items() if reason.startswith('dropped'))
        counts = (record.processes, frames['received'], frames['processed'], frames['passed_on'])
        times = (record.worst_exit_sec, record.longest_gap_sec, record.worst_recovery_sec)
        table.add_row(
            name, *map(str, counts), str(dropped), *(f'{seconds:.2f}' for seconds in times),
            '' if growth is None else f'{record.memory_mb[-1]:.0f} MB, {growth:+.1%}',
        )
    return table


def _node(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {
        'processes': record.processes,
        'worst_exit_sec': round(record.worst_exit_sec, 3),
        'longest_gap_sec': round(record.longest_gap_sec, 3),
        'worst_recovery_sec': round(record.worst_recovery_sec, 3),
        'results_heard': record.heard,
        'frames': dict(record.frames),
    }
    growth = _growth(record)
    if growth is not None:
        before, after = memory_growth(record.memory_mb)
        values |= {
            'memory_before_mb': round(before, 2),
            'memory_after_mb': round(after, 2),
            'memory_growth': round(growth, 4),
            'memory_mb': [round(value, 1) for value in record.memory_mb],
        }
    return values


def _growth(record: Record) -> float | None:
    """Return how much the memory grew, as a share; None for a process that was restarted."""
    try:
        before, after = memory_growth(record.memory_mb)
    except ValueError:
        return None
    return after / before - 1
