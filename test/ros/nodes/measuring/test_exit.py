# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The time that nodes take to end as rows; how long it is, is for the benchmark to say."""

from __future__ import annotations

from openpose_ros.nodes.measuring.exit import worst_row


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
