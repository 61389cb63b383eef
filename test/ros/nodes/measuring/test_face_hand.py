# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node beside face_hand_node; how fast they are is for the benchmark to say."""

from __future__ import annotations

import re

import pytest

from openpose_ros.tools.benchmark_nodes import run_measurement


def test_measure_face_hand_compares_pose_node_with_and_without_it() -> None:
    arguments = ('--repetitions', '6', '--pairs', '1', '--height', '128')
    (row,) = run_measurement('face_hand', *arguments)
    assert row.name == 'face_hand.body_rate_ratio'
    assert row.repetitions == 6
    assert row.quantity.at_least
    numbers = re.fullmatch(r'(.+) and (.+) bodies per second, (.+) with face and hands', row.note)
    assert numbers is not None
    both_hz, alone_hz, _ = map(float, numbers.groups())
    assert row.value == pytest.approx(both_hz / alone_hz, rel=0.02, abs=0.02)
    # Of six bodies, one pause of the machine takes any share; for none at all the program waits
    # a minute and fails.
    assert row.value > 0
