# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That starts are measured; how long they take is for the benchmark to say."""

from __future__ import annotations

import re

import pytest

from openpose_ros.tools.benchmark_nodes import run_measurement


def test_measure_start_leaves_discovery_out() -> None:
    (row,) = run_measurement('start', '--rounds', '1', '--nodes', 'triangulation_node')
    assert (row.name, row.repetitions) == ('start.triangulation_node', 1)
    numbers = re.fullmatch(r'(.+) s with discovery; (.+) to (.+) s without', row.note)
    assert numbers is not None
    total_sec, *without_sec = map(float, numbers.groups())
    assert without_sec == pytest.approx([row.value] * 2, abs=0.01)
    assert 0 < row.value < total_sec + 0.01
