# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Records messages into a bag and plays it instant by instant, with /clock, as `ros2 bag play`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bags_or_skip  # noqa: F401 - rosbags may be missing
from rclpy.serialization import deserialize_message
from rclpy.serialization import serialize_message
from ros_peers import Peer
from rosbags.highlevel import AnyReader
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from rosgraph_msgs.msg import Clock

from openpose_ros.io.bag_types import read_typestore

MESSAGES = Path(__file__).parents[1] / 'msg'


def record(path: Path, messages: Iterable[tuple[str, int, Any]]) -> Path:
    """
    Write a bag.

    :param path: Its folder.
    :param messages: Topic, time of the recording in nanoseconds and message.
    """
    store = read_typestore(MESSAGES, 'openpose_ros')
    with Writer(path, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        connections: dict[str, Any] = {}
        for topic, time_ns, message in messages:
            if topic not in connections:
                kind = f'{type(message).__module__.split(".")[0]}/msg/{type(message).__name__}'
                connections[topic] = writer.add_connection(topic, kind, typestore=store)
            writer.write(connections[topic], time_ns, serialize_message(message))
    return path


@dataclass(frozen=True)
class Recorded:
    """
    A message of a bag.

    :param topic: Its topic.
    :param kind: Class of the message.
    :param data: The message, serialised.
    """

    topic: str
    kind: type
    data: bytes


class Player:
    """
    Plays a bag.

    :param peer: Who publishes.
    :param bag: Folder of the bag.
    :param topics: Class and quality of service of each topic.
    """

    def __init__(self, peer: Peer, bag: Path, topics: dict[str, tuple[type, Any]]) -> None:
        self.publishers = {
            topic: peer.node.create_publisher(kind, topic, qos)
            for topic, (kind, qos) in topics.items()
        }
        self.instants: dict[int, list[Recorded]] = {}
        self._clock = peer.node.create_publisher(Clock, '/clock', 10)
        with AnyReader([bag]) as reader:
            for connection, time_ns, data in reader.messages():
                one = Recorded(connection.topic, topics[connection.topic][0], bytes(data))
                self.instants.setdefault(time_ns, []).append(one)

    def set_clock(self, time_ns: int) -> None:
        message = Clock()
        message.clock.sec, message.clock.nanosec = divmod(time_ns, 1_000_000_000)
        self._clock.publish(message)

    def play(
        self,
        time_ns: int,
        *,
        without: tuple[str, ...] = (),
        edit: Callable[[str, Any], None] | None = None,
    ) -> None:
        """
        Publish what was recorded at one time, after the time itself.

        :param time_ns: The time, in nanoseconds.
        :param without: Topics that are left out.
        :param edit: Changes a message, given with its topic, before it is published.
        """
        self.set_clock(time_ns)
        for one in self.instants[time_ns]:
            if one.topic not in without:
                message = deserialize_message(one.data, one.kind)
                if edit is not None:
                    edit(one.topic, message)
                self.publishers[one.topic].publish(message)
