# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Message types for bags, where no ROS is installed: the standard ones and those of files."""

from __future__ import annotations

from pathlib import Path

from rosbags.interfaces import Connection
from rosbags.interfaces import MessageDefinitionFormat
from rosbags.typesys import get_types_from_idl
from rosbags.typesys import get_types_from_msg
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from rosbags.typesys import TypesysError
from rosbags.typesys.store import Typestore

_IDL_LINE = '=' * 80 + '\n'


def read_typestore(folder: Path, package: str) -> Typestore:
    """
    Return the types of ROS 2 together with those of a package.

    :param folder: Folder of the package's ``.msg`` files, installed or in a source tree.
    :param package: Name of the package.
    :raises ValueError: If there is no such file, or one is no message definition.
    """
    store = get_typestore(Stores.ROS2_KILTED)
    files = sorted(folder.glob('*.msg'))
    if not files:
        raise ValueError(f"no .msg file in '{folder}', expected the messages of {package}")
    types = {}
    for file in files:
        try:
            name = f'{package}/msg/{file.stem}'
            types.update(get_types_from_msg(file.read_text(encoding='utf-8'), name))
        except (TypesysError, OSError) as error:
            raise ValueError(f"message definition '{file}' cannot be read: {error}") from error
    store.register(types)
    return store


def definition_of(connection: Connection, store: Typestore) -> tuple[str, str] | None:
    """
    Return the definition of a topic's type with those it consists of, and its hash.

    Bags recorded before ROS 2 Iron into SQLite hold none; then those of the store serve.

    :param connection: Topic of a bag.
    :param store: Types known without the bag.
    :return: Text in the form that rosbag2 embeds, and RIHS01 hash; None if nobody knows them.
    """
    kind, text = connection.msgdef
    if kind is MessageDefinitionFormat.NONE or not text:
        if connection.msgtype not in store.fielddefs:
            return None
        name = connection.msgtype
        return store.generate_msgdef(name, ros_version=2)[0], store.hash_rihs01(name)
    if kind is MessageDefinitionFormat.IDL and not text.startswith(_IDL_LINE):
        text = f'{_IDL_LINE}IDL: {connection.msgtype}\n{text}'
    digest = connection.digest or _hash_of(text, connection.msgtype)
    return (text, digest) if digest else None


def _hash_of(text: str, name: str) -> str:
    """Return the hash of a type defined by a text, empty if the text is not understood."""
    store = get_typestore(Stores.EMPTY)
    try:
        if text.startswith(_IDL_LINE):
            for one in text.split(_IDL_LINE)[1:]:
                store.register(get_types_from_idl(one.partition('\n')[2]))
        else:
            store.register(get_types_from_msg(text, name))
        return store.hash_rihs01(name)
    except (TypesysError, KeyError):
        return ''
