# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
What is heard on ``/people/keypoints_3d``.

As a program it listens there, on a host of its own, and prints each view set as a line of JSON.
"""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import dataclass
import json
from pathlib import Path
import time
from typing import Any

import rclpy

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.qos import result_qos


@dataclass(frozen=True)
class HeardSet:
    """
    A view set that was heard.

    :param heard_sec: When, by :func:`time.monotonic`, which all processes share.
    :param age_sec: Time since its stamp.
    :param cameras: Names of the cameras in it.
    :param ids: Ids of the people in it.
    """

    heard_sec: float
    age_sec: float
    cameras: list[str]
    ids: list[int]


def heard_sets(log: Path) -> list[HeardSet]:
    """Return what a listener has printed so far."""
    *complete, _ = log.read_text().split('\n')
    return [HeardSet(**json.loads(line)) for line in complete]


def main() -> None:
    """Listen until the process is ended."""
    rclpy.init()
    node = rclpy.create_node('listener')

    def hear(message: Any) -> None:
        age_sec = time.time() - stamp_ns(message) / 1e9
        ids = [person.id for person in message.people]
        one = HeardSet(time.monotonic(), age_sec, list(message.cameras), ids)
        print(json.dumps(asdict(one)), flush=True)

    node.create_subscription(PoseArray3D, 'people/keypoints_3d', hear, result_qos())
    rclpy.spin(node)


if __name__ == '__main__':
    main()
