# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That starts and ends are measured; how long they take is for the benchmark to say."""

from __future__ import annotations

import re

import pytest

from openpose_ros.nodes.measure_exit import worst_row
from openpose_ros.tools.benchmark_nodes import run_measurement


def test_measure_start_leaves_discovery_out() -> None:
    (row,) = run_measurement('measure_start', '--rounds', '1', '--nodes', 'triangulation_node')
    assert (row.name, row.repetitions) == ('start.triangulation_node', 1)
    numbers = re.fullmatch(r'(.+) s with discovery; (.+) to (.+) s without', row.note)
    assert numbers is not None
    total_sec, *without_sec = map(float, numbers.groups())
    assert without_sec == pytest.approx([row.value] * 2, abs=0.01)
    assert 0 < row.value < total_sec + 0.01


def test_worst_row_is_the_slowest_state_by_its_best_round() -> None:
    times = {
        ('pose_node', 'at work'): [0.9, 0.3, 0.4],
        ('pose_node', 'inactive'): [0.2, 0.2, 5.0],
        ('camera_node', 'playing'): [0.7, 0.8, 0.9],
    }
    row = worst_row('exit.pose_node', times, ['pose_node'])
    assert (row.value, row.repetitions) == (0.3, 3)
    assert row.note == 'pose_node, at work; 2 states, shortest of 3'
    row = worst_row('exit.other_nodes', times, ['camera_node'])
    assert (row.value, row.note) == (0.7, 'camera_node, playing; 1 states, shortest of 3')
