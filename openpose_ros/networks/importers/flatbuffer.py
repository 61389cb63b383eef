# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Reads tables in the FlatBuffers binary format without generated code.

A table starts with the distance back to its vtable; the vtable lists for each field where in the
table it lies, or 0 where it was left out. Tables, vectors and texts are stored as the distance
from the place that names them. Everything is little endian.
"""

from __future__ import annotations

import struct

# The vtable's own length and the table's length come before the fields.
_VTABLE_HEADER = 4
_FIELD_BYTES = 2
_OFFSET_BYTES = 4
_IDENTIFIER = slice(4, 8)


class Table:
    """
    One table.

    :param data: The whole file.
    :param position: Where the table starts, in bytes.
    :raises ValueError: If the table does not lie in the file.
    """

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position
        vtable = position - _read(data, position, 'i')
        size = _read(data, vtable, 'H')
        self._fields = [
            _read(data, vtable + offset, 'H')
            for offset in range(_VTABLE_HEADER, size, _FIELD_BYTES)
        ]

    def scalar(self, field: int, code: str, default: int = 0) -> int:
        """
        Return an integer field.

        :param field: Number of the field.
        :param code: Its type as in the module struct: ``b``, ``B``, ``i``, ``I``.
        :param default: Value of a field that was left out.
        """
        position = self._place(field)
        return default if position is None else _read(self._data, position, code)

    def table(self, field: int) -> Table | None:
        """Return a table, ``None`` if the field was left out."""
        position = self._place(field)
        return None if position is None else self._table_at(position)

    def tables(self, field: int) -> list[Table]:
        """Return a vector of tables, empty if the field was left out."""
        start, count = self._vector(field, _OFFSET_BYTES)
        return [self._table_at(start + number * _OFFSET_BYTES) for number in range(count)]

    def integers(self, field: int) -> tuple[int, ...]:
        """Return a vector of 32-bit integers, empty if the field was left out."""
        start, count = self._vector(field, 4)
        return struct.unpack_from(f'<{count}i', self._data, start)

    def bytes(self, field: int) -> bytes:
        """Return a vector of bytes, empty if the field was left out."""
        start, count = self._vector(field, 1)
        return self._data[start:start + count]

    def text(self, field: int) -> str:
        """Return a text, empty if the field was left out."""
        return self.bytes(field).decode('utf-8')

    def _place(self, field: int) -> int | None:
        offset = self._fields[field] if field < len(self._fields) else 0
        return self._position + offset if offset else None

    def _table_at(self, position: int) -> Table:
        return Table(self._data, position + _read(self._data, position, 'I'))

    def _vector(self, field: int, item_bytes: int) -> tuple[int, int]:
        """Return where the items start and how many there are."""
        position = self._place(field)
        if position is None:
            return 0, 0
        vector = position + _read(self._data, position, 'I')
        count = _read(self._data, vector, 'I')
        start = vector + _OFFSET_BYTES
        if start + count * item_bytes > len(self._data):
            raise ValueError(
                f'{count} items of {item_bytes} bytes wanted at byte {start} of {len(self._data)}'
            )
        return start, count


def read_root(data: bytes, identifier: bytes) -> Table:
    """
    Return the root table of a file.

    :param data: The file.
    :param identifier: The four bytes that tell what kind of file it is.
    :raises ValueError: If it is of another kind or its root is damaged.
    """
    if data[_IDENTIFIER] != identifier:
        raise ValueError(f'its identifier is {data[_IDENTIFIER]!r}, expected {identifier!r}')
    return Table(data, _read(data, 0, 'I'))


def _read(data: bytes, position: int, code: str) -> int:
    size = struct.calcsize(f'<{code}')
    if position < 0 or position + size > len(data):
        raise ValueError(f'{size} bytes wanted at byte {position} of {len(data)}')
    value: int = struct.unpack_from(f'<{code}', data, position)[0]
    return value
