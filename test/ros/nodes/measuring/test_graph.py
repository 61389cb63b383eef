# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The same nodes in one process and in many; how they compare is for the benchmark to say."""

from __future__ import annotations

import re

from openpose_ros.tools.benchmark_nodes import run_measurement


def test_measure_graph_compares_one_process_with_many() -> None:
    rows = run_measurement(
        'graph', '--repetitions', '2', '--pairs', '1', '--height', '64'
    )
    assert [row.name for row in rows] == [
        'graph.rate_ratio', 'graph.cpu_ratio', 'graph.latency_ratio', 'graph.memory_ratio',
    ]
    for row in rows:
        assert row.repetitions == 2
        numbers = re.fullmatch(r'([\d.]+) and ([\d.]+) (Hz|ms|MB)', row.note)
        assert numbers is not None
        one, many = float(numbers[1]), float(numbers[2])
        assert min(one, many) > 0
        # The note has one decimal, which is not much of a low rate.
        assert (one - 0.051) / (many + 0.051) < row.value < (one + 0.051) / (many - 0.051)
    *_, memory = rows
    assert memory.value < 0.9, 'what all nodes load is there once'
