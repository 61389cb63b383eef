# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from openpose_ros.nodes.measuring.messages import whole_people
from openpose_ros.tools.benchmark_nodes import measure_messages


def test_measure_messages_prints_the_row_the_benchmark_reads() -> None:
    (row,) = measure_messages(2)
    assert row.name == 'messages.encode_decode'
    assert row.value > 0
    assert (row.repetitions, row.note) == (2, '10 people, 137 points each')


def test_whole_people_have_every_keypoint() -> None:
    people = whole_people(3)
    assert len(people) == 3
    for keypoints in (people.body, people.face, people.left_hand, people.right_hand):
        assert (keypoints.scores > 0).all()
