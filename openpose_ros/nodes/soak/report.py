# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The findings of a soak for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from openpose_ros.nodes.soak.findings import Findings
from openpose_ros.nodes.soak.findings import Record


def report_of(findings: Findings, failures: list[str]) -> dict[str, Any]:
    """
    Return everything as what JSON can hold.

    :param findings: What was noted.
    :param failures: What failed.
    """
    return {
        'seed': findings.seed,
        'failures': failures,
        'events': dict(findings.events),
        'history': [[round(seconds, 1), what] for seconds, what in findings.history],
        'images': {
            'sent': findings.sent,
            'undisturbed': findings.undisturbed,
            'corrupt': dict(findings.corrupt),
            'forged_keypoints': dict(findings.forged),
        },
        'nodes': {name: _node(record) for name, record in findings.records.items()},
    }


def table_of(findings: Findings) -> Table:
    """
    Return the figures of each node for the terminal.

    :param findings: What was noted.
    """
    table = Table(
        'node', 'processes', 'received', 'processed', 'passed on', 'dropped', 'exit s',
        'recovery s', 'gap s', 'memory MB', 'growth',
    )  # fmt: skip
    for name, record in findings.records.items():
        frames, memory = record.frames, record.memory()
        counts = (
            record.processes, frames['received'], frames['processed'], frames['passed_on'],
            sum(record.dropped.values()),
        )  # fmt: skip
        times = (record.worst_exit_sec, record.worst_recovery_sec, record.longest_gap_sec)
        table.add_row(
            name,
            *map(str, counts),
            *(f'{seconds:.2f}' for seconds in times),
            f'{memory[1]:.1f}' if memory else '',
            f'{memory[1] / memory[0] - 1:+.1%}' if memory else '',
        )
    return table


def _node(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {
        'processes': record.processes,
        'worst_exit_sec': round(record.worst_exit_sec, 3),
        'worst_recovery_sec': round(record.worst_recovery_sec, 3),
        'longest_gap_sec': round(record.longest_gap_sec, 3),
        'results_heard': record.heard,
        'frames': dict(record.frames),
        'dropped': dict(record.dropped),
    }
    memory = record.memory()
    if memory is not None:
        values |= {
            'memory_before_mb': round(memory[0], 2),
            'memory_after_mb': round(memory[1], 2),
            'memory_growth': round(memory[1] / memory[0] - 1, 4),
            'memory_shared_mb': round(record.shared_mb, 2),
            'memory_mb': [round(value, 1) for value in record.memory_mb],
        }
    return values
