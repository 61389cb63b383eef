# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Reads messages in the protocol buffers wire format without their schema.

A frozen TensorFlow graph is such a message; this is all that is needed to read one, so that
neither TensorFlow nor generated code is a dependency.
"""

from __future__ import annotations

import struct

Value = int | bytes

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}


class Message:
    """
    One message: the values of each field number in the order they were written.

    :param data: The encoded message.
    :raises ValueError: If the data end too early or are no such message.
    """

    def __init__(self, data: bytes) -> None:
        self._values: dict[int, list[Value]] = {}
        position = 0
        while position < len(data):
            key, position = _read_varint(data, position)
            value, position = _read_value(data, position, key & 7)
            self._values.setdefault(key >> 3, []).append(value)

    def __contains__(self, field: int) -> bool:
        """Tell whether a field was written."""
        return field in self._values

    def all_bytes(self, field: int) -> list[bytes]:
        """Return all values of a repeated field of texts, bytes or messages."""
        values = [value for value in self._values.get(field, []) if isinstance(value, bytes)]
        if len(values) != len(self._values.get(field, [])):
            raise ValueError(f'field {field} holds integers, expected texts or messages')
        return values

    def bytes(self, field: int) -> bytes:
        """Return the last value of a field as bytes, empty if it was not written."""
        values = self.all_bytes(field)
        return values[-1] if values else b''

    def text(self, field: int) -> str:
        """Return the last value of a field as text, empty if it was not written."""
        return self.bytes(field).decode('utf-8')

    def message(self, field: int) -> Message:
        """Return the last value of a field as a message, empty if it was not written."""
        return Message(self.bytes(field))

    def messages(self, field: int) -> list[Message]:
        """Return all values of a repeated field of messages."""
        return [Message(value) for value in self.all_bytes(field)]

    def integer(self, field: int) -> int:
        """Return the last value of a signed integer field, 0 if it was not written."""
        values = self.integers(field)
        return values[-1] if values else 0

    def integers(self, field: int) -> list[int]:
        """Return all values of a repeated signed integer field, packed or not."""
        found: list[int] = []
        for value in self._values.get(field, []):
            if isinstance(value, int):
                found.append(_signed(value))
                continue
            position = 0
            while position < len(value):
                number, position = _read_varint(value, position)
                found.append(_signed(number))
        return found

    def floats(self, field: int, code: str = 'f') -> list[float]:
        """
        Return all values of a repeated floating-point field, packed or not.

        :param field: Field number.
        :param code: ``f`` for 32 bits, ``d`` for 64 bits.
        """
        data = b''.join(self.all_bytes(field))
        count = len(data) // struct.calcsize(f'<{code}')
        return list(struct.unpack(f'<{count}{code}', data))


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    result = shift = 0
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7
    raise ValueError(f'broken integer at byte {position}')


def _read_value(data: bytes, position: int, wire_type: int) -> tuple[Value, int]:
    if wire_type == _VARINT:
        return _read_varint(data, position)
    if wire_type == _LENGTH:
        length, position = _read_varint(data, position)
    elif wire_type in _FIXED_BYTES:
        length = _FIXED_BYTES[wire_type]
    else:
        raise ValueError(f'unknown wire type {wire_type} at byte {position}')
    if position + length > len(data):
        raise ValueError(f'{length} bytes wanted at byte {position} of {len(data)}')
    return data[position:position + length], position + length


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number
