# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Writes rosbag2, in SQLite and in MCAP, without ROS.

What is copied from bag to bag is not looked into: bytes, times and quality of service stay.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
import shutil
from types import TracebackType
from typing import Any
from typing import Literal
from typing import TextIO

from rosbags.interfaces import Connection
from rosbags.interfaces import ConnectionExtRosbag2
from rosbags.interfaces import Qos
from rosbags.interfaces import QosDurability
from rosbags.interfaces import QosHistory
from rosbags.interfaces import QosLiveliness
from rosbags.interfaces import QosReliability
from rosbags.interfaces import QosTime
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from rosbags.typesys.store import Typestore

from openpose_ros.io.bag_types import definition_of
from openpose_ros.io.bags import BagError
from openpose_ros.io.bags import BagMessage
from openpose_ros.io.bags import BagTopic
from openpose_ros.io.bags import naming_the_bag

FORMATS = {'sqlite3': StoragePlugin.SQLITE3, 'mcap': StoragePlugin.MCAP}
# Version 9 writes qualities of service in a way that readers made before it do not know.
_VERSION: Literal[8] = 8
_NOT_WRITTEN = 'the bag cannot be written'
_FOREVER = QosTime(9223372036, 854775807)


class BagWriter:
    """
    Writes a bag that is there as a whole or not at all; to be used in a ``with`` block.

    It grows in a folder ``.NAME.part`` beside its place, which is removed if the block fails, or
    by the next writer if the process was killed.

    :param path: Folder of the bag, which must not be there.
    :param storage: ``sqlite3`` or ``mcap``.
    :param store: Types of messages to be written.
    :param custom_data: Notes for ``metadata.yaml``.
    """

    def __init__(
        self, path: Path, storage: str, store: Typestore, custom_data: dict[str, str]
    ) -> None:
        if path.exists() and not is_empty_folder(path):
            raise BagError(f"'{path}' is there already and is not overwritten")
        self.path = path
        self.store = store
        self._part = path.parent / f'.{path.name}.part'
        self._lock = _take_folder(self._part)
        self._writer = Writer(
            self._part / path.name, version=_VERSION, storage_plugin=FORMATS[storage]
        )
        for key, value in custom_data.items():
            self._writer.set_custom_data(key, value)
        self._copies: dict[tuple[object, ...], Connection] = {}

    def __enter__(self) -> BagWriter:
        """Begin to write."""
        self._writer.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the bag in its place, or nothing if the block failed."""
        try:
            with naming_the_bag(self.path, _NOT_WRITTEN):
                self._writer.__exit__(kind, error, trace)
                if kind is None:
                    (self._part / self.path.name).rename(self.path)
        finally:
            shutil.rmtree(self._part, ignore_errors=True)
            self._lock.close()

    def add_topic(self, name: str, type_name: str, *, latched: bool = False) -> Connection:
        """
        Begin a topic of own messages, reliable as nodes publish results.

        :param name: Name from the root.
        :param type_name: Type known to the store; its definition is embedded.
        :param latched: Whether who subscribes late gets the last message too.
        """
        qos = Qos(
            QosHistory.KEEP_LAST,
            1 if latched else 10,
            QosReliability.RELIABLE,
            QosDurability.TRANSIENT_LOCAL if latched else QosDurability.VOLATILE,
            _FOREVER,
            _FOREVER,
            QosLiveliness.SYSTEM_DEFAULT,
            _FOREVER,
            False,
        )
        return self._writer.add_connection(
            name, type_name, typestore=self.store, offered_qos_profiles=[qos]
        )

    def copy_topic(self, topic: BagTopic) -> Connection | None:
        """
        Begin a topic as it is in another bag; None if nobody knows the definition of its type.

        :param topic: Topic of the other bag.
        """
        given = topic.connection.ext
        if not isinstance(given, ConnectionExtRosbag2):
            raise BagError(f"topic '{topic.name}' is of ROS 1, expected a rosbag2")
        definition = definition_of(topic.connection, self.store)
        if definition is None:
            return None
        key = (topic.name, topic.type_name, repr(given))
        if key not in self._copies:
            self._copies[key] = self._writer.add_connection(
                topic.name,
                topic.type_name,
                msgdef=definition[0],
                rihs01=definition[1],
                serialization_format=given.serialization_format,
                offered_qos_profiles=given.offered_qos_profiles,
            )
        return self._copies[key]

    def copy(self, connection: Connection, message: BagMessage) -> None:
        """
        Write a message of another bag.

        :param connection: Its topic here.
        :param message: The message.
        """
        with naming_the_bag(self.path, _NOT_WRITTEN):
            self._writer.write(connection, message.time_ns, message.data)

    def write(self, connection: Connection, time_ns: int, message: Any) -> None:
        """
        Write a message.

        :param connection: Its topic.
        :param time_ns: When it should be played, in nanoseconds.
        :param message: Message of the store's classes.
        """
        data = self.store.serialize_cdr(message, connection.msgtype)
        with naming_the_bag(self.path, _NOT_WRITTEN):
            self._writer.write(connection, time_ns, data)


def is_empty_folder(path: Path) -> bool:
    """
    Return whether a place is a folder with nothing in it, which a bag may take.

    :param path: The place.
    """
    return path.is_dir() and not any(path.iterdir())


def _take_folder(folder: Path) -> TextIO:
    """Return the lock of an empty folder to write into, which ends with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / 'lock').open('w', encoding='utf-8')
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise BagError(f"'{folder}' is being written to by another process") from error
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
    return lock
