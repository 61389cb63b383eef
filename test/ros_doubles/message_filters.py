# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-in for message_filters: sets of messages of all topics, as near as the slop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _stamp_sec(message: Any) -> float:
    return message.header.stamp.sec + 1e-9 * message.header.stamp.nanosec


class Subscriber:
    def __init__(self, node: Any, kind: type, topic: str, *, qos_profile: Any) -> None:
        self.callbacks: list[Callable[[Any], None]] = []
        self.sub = node.create_subscription(kind, topic, self._hear, qos_profile)

    def registerCallback(self, callback: Callable[[Any], None]) -> None:
        self.callbacks.append(callback)

    def _hear(self, message: Any) -> None:
        for callback in self.callbacks:
            callback(message)


class ApproximateTimeSynchronizer:
    """
    Keeps the messages with the latest stamps of each topic, as the real one does.

    :param queue_size: Most messages of a topic.
    """

    def __init__(self, fs: list[Subscriber], queue_size: int, slop: float) -> None:
        self.queues: list[dict[float, Any]] = [{} for _ in fs]
        self._size, self._slop = queue_size, slop
        self._callbacks: list[Callable[..., None]] = []
        for queue, one in zip(self.queues, fs):
            one.callbacks.append(lambda message, queue=queue: self._add(queue, message))

    def registerCallback(self, callback: Callable[..., None]) -> None:
        self._callbacks.append(callback)

    def _add(self, queue: dict[float, Any], message: Any) -> None:
        sec = _stamp_sec(message)
        queue[sec] = message
        if len(queue) > self._size:
            del queue[min(queue)]
        found = [
            min(others, key=lambda one: abs(one - sec), default=None) for others in self.queues
        ]
        if all(one is not None and abs(one - sec) <= self._slop for one in found):
            messages = [others.pop(one) for others, one in zip(self.queues, found)]
            for callback in self._callbacks:
                callback(*messages)
