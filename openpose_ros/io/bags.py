# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reads rosbag2, in SQLite and in MCAP, without ROS."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from rosbags.interfaces import Connection
from rosbags.rosbag2 import Reader
from rosbags.typesys.store import Typestore


class BagError(ValueError):
    """Says what is wrong with a bag, and names it."""


@dataclass(frozen=True)
class BagTopic:
    """
    A topic of a bag, once for each quality of service that it was recorded with.

    :param number: Number within the bag.
    :param name: Name from the root.
    :param type_name: Type, as ``sensor_msgs/msg/Image``.
    :param count: Number of messages.
    :param connection: What the library calls it.
    """

    number: int
    name: str
    type_name: str
    count: int
    connection: Connection = field(repr=False, compare=False)


@dataclass(frozen=True)
class BagMessage:
    """
    A message as it lies in a bag.

    :param topic: Its topic.
    :param time_ns: When it was recorded, in nanoseconds.
    :param data: Serialised message.
    """

    topic: BagTopic
    time_ns: int
    data: bytes


class BagReader:
    """
    Reads a bag; to be used in a ``with`` block.

    :param path: Folder with metadata.yaml, or a single ``.mcap`` or ``.db3`` file.
    :param store: Types of messages to be decoded.
    """

    def __init__(self, path: Path, store: Typestore) -> None:
        self.path = path
        self.store = store
        self.topics: tuple[BagTopic, ...] = ()

    def __enter__(self) -> BagReader:
        """Open the bag; BagError if that fails."""
        with naming_the_bag(self.path):
            self._reader = Reader(self.path)
            self._reader.open()
        self.topics = tuple(
            BagTopic(one.id, one.topic, one.msgtype, one.msgcount, one)
            for one in self._reader.connections
        )
        return self

    def __exit__(self, *_: object) -> None:
        """Close the bag."""
        self._reader.close()

    @property
    def format(self) -> str:
        """``sqlite3`` or ``mcap``."""
        if self.path.suffix == '.mcap' and self.path.is_file():
            return 'mcap'
        return 'mcap' if any(self.path.glob('*.mcap*')) else 'sqlite3'

    @property
    def start_ns(self) -> int:
        """When the first message was recorded."""
        return self._reader.start_time

    @property
    def custom_data(self) -> dict[str, str]:
        """What whoever wrote the bag noted in it."""
        return dict(self._reader.storage.metadata.custom or {})

    def messages(self, topics: Collection[BagTopic]) -> Iterator[BagMessage]:
        """
        Yield the messages in the order of their recording.

        :param topics: Topics wanted.
        :raises BagError: If the bag is damaged.
        """
        if not topics:
            return
        by_connection = {topic.number: topic for topic in topics}
        messages = self._reader.messages([topic.connection for topic in topics])
        while True:
            with naming_the_bag(self.path):
                found = next(messages, None)
            if found is None:
                return
            connection, time_ns, data = found
            yield BagMessage(by_connection[connection.id], time_ns, bytes(data))

    def decode(self, message: BagMessage) -> Any:
        """
        Return a message with its fields; arrays are NumPy arrays.

        :param message: Message of this bag.
        :raises BagError: If the bytes are no message of the type.
        """
        with naming_the_bag(self.path, f"a message of '{message.topic.name}' is damaged"):
            return self.store.deserialize_cdr(message.data, message.topic.type_name)


@contextmanager
def naming_the_bag(path: Path, what: str = 'the bag cannot be read') -> Iterator[None]:
    """
    Turn whatever a library raises at foreign bytes, or at a full disk, into one kind of error.

    :param path: The bag.
    :param what: What failed.
    :raises BagError: With both, and the reason.
    """
    try:
        yield
    except BagError:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise BagError(f"'{path}': {what}: {reason}") from error
