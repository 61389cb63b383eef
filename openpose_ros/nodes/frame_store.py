# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The frames that the nodes of one process share, by topic and stamp.

rclpy copies an image for every node, also within a process: serialised by the camera, a message
again in each node. Here all nodes get the same pixels, which nobody may write to. A topic that no
camera of the process publishes is subscribed to once for all of them.

The store keeps no frames itself. They live as long as a node holds them: a few wait for each
node's executor, the rest is what the node waits with or works on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
import threading
from typing import Protocol

from openpose_ros.nodes.image_frame import ImageFrame


@dataclass(frozen=True)
class ImageTopic:
    """
    A topic with images.

    :param name: Its name from the root.
    :param compressed: Whether its type is ``CompressedImage``.
    """

    name: str
    compressed: bool


class Subscription(Protocol):
    """Frames from other processes, until it is closed."""

    def reliability(self) -> str:
        """Return the reliability in use."""

    def follow_publishers(self) -> None:
        """Change the reliability to what the present publishers offer, if it may be changed."""

    def close(self) -> None:
        """End it."""


# Subscribes to a topic with a reliability and calls the function with each frame.
Subscribe = Callable[[ImageTopic, str, Callable[[ImageFrame], None]], Subscription]


class FrameReader:
    """
    What a node has of a topic; made by :meth:`FrameStore.read`.

    :param reliability: Asked for where frames come from other processes.
    :param wake: Called when there is a frame to take, in any thread; must return at once.
    :param depth: Most frames that wait to be taken, the newest.
    :param close: Ends the reading.
    """

    def __init__(
        self,
        reliability: str,
        wake: Callable[[], None],
        depth: int,
        close: Callable[[FrameReader], None],
    ) -> None:
        self.reliability = reliability
        self._wake = wake
        self._frames: deque[ImageFrame] = deque(maxlen=depth)
        self._close = close

    def put(self, frame: ImageFrame) -> None:
        """
        Give it a frame.

        :param frame: The newest one; the oldest that waits goes if there are too many.
        """
        self._frames.append(frame)
        self._wake()

    def take(self) -> list[ImageFrame]:
        """Return the frames that came since the last call, oldest first."""
        frames = []
        while self._frames:
            frames.append(self._frames.popleft())
        return frames

    def close(self) -> None:
        """Get no more frames; nobody is woken after this returns."""
        self._close(self)


class FrameWriter:
    """
    Gives the frames of a camera to the nodes; made by :meth:`FrameStore.write`.

    :param store: The store.
    :param topic: What it publishes.
    """

    def __init__(self, store: FrameStore, topic: ImageTopic) -> None:
        self._store = store
        self._topic = topic

    def put(self, frame: ImageFrame) -> None:
        """
        Give a frame to all who read the topic.

        :param frame: The frame.
        """
        self._store.deliver(self._topic, frame)

    def reader_count(self) -> int:
        """Return how many nodes read the topic."""
        return self._store.reader_count(self._topic)

    def close(self) -> None:
        """Write no more; the topic may come from other processes now."""
        self._store.remove_writer(self._topic)


@dataclass(eq=False)
class _Channel:
    """
    A topic's present users.

    :param writers: Number of cameras of the process that publish it.
    :param readers: The nodes that want it.
    :param subscriptions: To other processes, by reliability; none while there is a writer.
    """

    writers: int = 0
    readers: list[FrameReader] = field(default_factory=list)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)


class FrameStore:
    """
    Brings each frame to the nodes that read its topic; to be used from any thread.

    While a camera of the process publishes a topic, its frames are the only ones of that topic.

    :param subscribe: Subscribes to a topic for all nodes together.
    :param depth: Most frames that wait for a node's executor, as in a subscription's history.
    """

    def __init__(self, subscribe: Subscribe, depth: int) -> None:
        self._subscribe = subscribe
        self._depth = depth
        self._channels: dict[ImageTopic, _Channel] = {}
        # Reentrant: a subscription may have a frame at once.
        self._lock = threading.RLock()

    def read(
        self, topic: ImageTopic, reliability: str, wake: Callable[[], None]
    ) -> FrameReader:
        """
        Begin to read a topic.

        :param topic: The topic.
        :param reliability: Of the subscription, if frames come from other processes. Readers with
            the same one share it.
        :param wake: Called when there is a frame to take, in any thread; must return at once.
        :raises RuntimeError: If the topic cannot be subscribed to.
        """
        reader = FrameReader(
            reliability, wake, self._depth, lambda one: self._remove_reader(topic, one)
        )
        with self._lock:
            channel = self._channels.setdefault(topic, _Channel())
            channel.readers.append(reader)
            try:
                self._follow(topic, channel)
            except RuntimeError:
                channel.readers.remove(reader)
                raise
        return reader

    def write(self, topic: ImageTopic) -> FrameWriter:
        """
        Begin to write a topic.

        :param topic: The topic.
        """
        with self._lock:
            channel = self._channels.setdefault(topic, _Channel())
            channel.writers += 1
            self._follow(topic, channel)
        return FrameWriter(self, topic)

    def deliver(self, topic: ImageTopic, frame: ImageFrame, reliability: str = '') -> None:
        """
        Give a frame to the readers of a topic.

        :param topic: The topic.
        :param frame: The frame.
        :param reliability: Of the subscription it came with; empty: from a camera of the process.
        """
        with self._lock:
            channel = self._channels.get(topic, _Channel())
            if reliability and channel.writers:
                return  # it was on its way when the camera took over
            for reader in channel.readers:
                if reliability in ('', reader.reliability):
                    reader.put(frame)

    def reader_count(self, topic: ImageTopic) -> int:
        """
        Return how many nodes read a topic.

        :param topic: The topic.
        """
        with self._lock:
            return len(self._channels.get(topic, _Channel()).readers)

    def reliability(self, topic: ImageTopic, asked: str) -> str:
        """
        Return the reliability in use, an empty text if there is no subscription.

        :param topic: The topic.
        :param asked: What the reader asked for.
        """
        with self._lock:
            subscription = self._channels.get(topic, _Channel()).subscriptions.get(asked)
            return subscription.reliability() if subscription is not None else ''

    def follow_publishers(self) -> None:
        """Let all subscriptions follow what their present publishers offer."""
        with self._lock:
            subscriptions = [
                one for channel in self._channels.values()
                for one in channel.subscriptions.values()
            ]
        # Asking for the publishers takes a while, and nobody's frames wait for it.
        for subscription in subscriptions:
            subscription.follow_publishers()

    def remove_writer(self, topic: ImageTopic) -> None:
        """
        Forget a camera.

        :param topic: What it published.
        """
        with self._lock:
            self._channels[topic].writers -= 1
            self._follow(topic, self._channels[topic])

    def _remove_reader(self, topic: ImageTopic, reader: FrameReader) -> None:
        with self._lock:
            self._channels[topic].readers.remove(reader)
            self._follow(topic, self._channels[topic])

    def _follow(self, topic: ImageTopic, channel: _Channel) -> None:
        """Subscribe to what readers want and no camera of the process gives, and to no more."""
        wanted = {reader.reliability for reader in channel.readers if not channel.writers}
        for reliability in set(channel.subscriptions) - wanted:
            channel.subscriptions.pop(reliability).close()
        for reliability in wanted - set(channel.subscriptions):
            channel.subscriptions[reliability] = self._subscribe(
                topic,
                reliability,
                lambda frame, kind=reliability: self.deliver(topic, frame, kind),  # type: ignore[misc]
            )
