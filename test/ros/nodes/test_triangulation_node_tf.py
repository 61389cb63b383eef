# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""triangulation_node with cameras that tf moves; tf2_ros, or its stand-in, is in this process."""

from __future__ import annotations

from collections.abc import Iterator
import threading
import time
from typing import Any

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from ros_optional import import_or_stand_in
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import camera_info_of
from ros_rig import NAMES
from ros_rig import place_of
from ros_rig import Rig
from sensor_msgs.msg import CameraInfo

from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.triangulation_node import TriangulationNode

MINUTE_NS = 60_000_000_000
PARAMETERS = (
    '--ros-args', '-p', f'cameras:=[{",".join(NAMES)}]', '-p', 'diagnostics.period_sec:=0.1',
)  # fmt: skip


@pytest.fixture
def tf2_ros(monkeypatch: pytest.MonkeyPatch) -> Any:
    return import_or_stand_in('tf2_ros', monkeypatch)


@pytest.fixture
def node(tf2_ros: Any) -> Iterator[TriangulationNode]:
    rclpy.init()
    one = TriangulationNode(Surroundings(PARAMETERS))
    executor = SingleThreadedExecutor()
    executor.add_node(one)
    thread = threading.Thread(target=executor.spin)
    one.start()
    thread.start()
    yield one
    executor.shutdown()
    thread.join()
    one.destroy_node()
    rclpy.shutdown()


def test_where_cameras_were_is_forgotten_when_stamps_jump_back(
    node: TriangulationNode, tf2_ros: Any, peer: Peer
) -> None:
    rig = Rig(peer)
    rig.wait_for_node()
    infos = [
        peer.node.create_publisher(CameraInfo, f'{name}/camera_info', image_publisher_qos())
        for name in NAMES
    ]
    peer.spin_until(lambda: all(one.get_subscription_count() for one in infos))
    broadcaster = tf2_ros.TransformBroadcaster(peer.node)

    def send_until_seen(stamp_ns: int) -> None:
        rig.people.clear()
        while not rig.people:
            for index, publisher in enumerate(infos):
                publisher.publish(camera_info_of(index))
            places = [place_of(index, stamp_ns, name) for index, name in enumerate(NAMES)]
            broadcaster.sendTransform(places)
            rig.send_set(stamp_ns, bodies_at(0.0))
            stamp_ns += 33_000_000
            peer.spin_for(0.05)

    start_ns = time.time_ns()
    send_until_seen(start_ns)
    # A recording that starts over, without tf at first.
    earlier_ns = start_ns - MINUTE_NS
    end = time.monotonic() + 20.0
    while not is_lost(rig, earlier_ns):
        assert time.monotonic() < end, rig.facts()
        earlier_ns += 33_000_000
    send_until_seen(earlier_ns)


def is_lost(rig: Rig, stamp_ns: int) -> bool:
    """Send a set and return whether the node says that it does not know where a camera is."""
    rig.send_set(stamp_ns, bodies_at(0.0))
    rig.peer.spin_for(0.2)
    messages = [one.message for message in rig.diagnostics[-1:] for one in message.status]
    return any('tf does not lead' in text for text in messages)
