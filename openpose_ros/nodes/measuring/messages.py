# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures how long people take to become the bytes of a message, and people again.

Prints a JSON list of rows; see :mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import sys

import numpy as np
from rclpy.serialization import deserialize_message
from rclpy.serialization import serialize_message
from std_msgs.msg import Header

from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_PEOPLE = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repetitions', type=int, default=200, help='conversions that are timed')
    options = parser.parse_args(arguments)
    return print_rows(lambda: [measure_messages(options.repetitions)])


def measure_messages(repetitions: int) -> Row:
    """
    Measure both ways together: people, message, bytes, message, people.

    :param repetitions: Number of conversions that are timed.
    """
    people = whole_people(_PEOPLE)

    def there_and_back() -> People2D:
        data = serialize_message(people_to_msg(people, Header()))
        return people_from_msg(deserialize_message(data, PoseArray))

    parts = sum(keypoints.scores.shape[1] for keypoints in _all_keypoints(there_and_back()))
    note = f'{_PEOPLE} people, {parts} points each'
    return Row('messages.encode_decode', median_ms(there_and_back, repetitions), repetitions, note)


def whole_people(count: int) -> People2D:
    """
    Return people of whom body, face and both hands were found: 137 points.

    :param count: Number of people.
    """
    rng = np.random.default_rng(0)
    body, face, left, right = (
        Keypoints2D(
            rng.uniform(0, 720, (count, len(get_skeleton(name).parts), 2)).astype(np.float32),
            rng.uniform(0.1, 1, (count, len(get_skeleton(name).parts))).astype(np.float32),
        )
        for name in ('body_25', 'face_70', 'hand_21', 'hand_21')
    )
    scores = rng.uniform(0.1, 1, count).astype(np.float32)
    ids = np.arange(1, count + 1)
    return People2D(
        'body_25', body, scores, ids, (1280, 720), 'face_70', 'hand_21', face, left, right
    )


def _all_keypoints(people: People2D) -> tuple[Keypoints2D, ...]:
    return people.body, people.face, people.left_hand, people.right_hand


if __name__ == '__main__':
    sys.exit(main())
