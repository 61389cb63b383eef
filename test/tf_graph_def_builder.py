# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writes small frozen TensorFlow graphs, byte by byte, for the tests of the importer."""

from __future__ import annotations

import struct

import numpy as np

TYPES = {'float32': 1, 'float64': 2, 'int32': 3, 'int64': 9}
LIST_FIELDS = {'float32': 5, 'float64': 6, 'int32': 7, 'int64': 10}


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    encoded = b''
    while number >= 0x80:
        encoded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return encoded + bytes([number])


def field(number: int, value: int | bytes | str | float) -> bytes:
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack('<f', value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def shape_message(shape: tuple[int, ...]) -> bytes:
    return b''.join(field(2, field(1, size)) for size in shape)


def tensor_message(
    values: np.ndarray, *, listed: bool = False, written: int | None = None
) -> bytes:
    """Encode a tensor; listed: as a list of values of which only the first ones are written."""
    head = field(1, TYPES[values.dtype.name]) + field(2, shape_message(values.shape))
    if not listed:
        return head + field(4, values.tobytes())
    numbers = values.reshape(-1)[:written]
    if values.dtype.kind == 'f':
        return head + field(LIST_FIELDS[values.dtype.name], numbers.tobytes())
    return head + field(LIST_FIELDS[values.dtype.name], b''.join(varint(int(n)) for n in numbers))


def attribute(value: object) -> bytes:
    if isinstance(value, str):
        return field(2, value)
    if isinstance(value, float):
        return field(4, value)
    if isinstance(value, np.ndarray):
        return field(8, tensor_message(value))
    if isinstance(value, bytes):
        return value
    assert isinstance(value, (list, tuple)), value
    return field(1, field(3, b''.join(varint(int(item)) for item in value)))


class GraphDefBuilder:
    """A graph under construction; each method returns the name of the node."""

    def __init__(self, channels: int = 3) -> None:
        self.data = b''
        self.node('Placeholder', 'x', [], shape=field(7, shape_message((-1, -1, -1, channels))))

    def node(self, op: str, name: str, inputs: list[str], **attributes: object) -> str:
        node = field(1, name) + field(2, op) + b''.join(field(3, source) for source in inputs)
        for key, value in attributes.items():
            node += field(5, field(1, key) + field(2, attribute(value)))
        self.data += field(1, node)
        return name

    def const(self, name: str, values: np.ndarray) -> str:
        return self.node('Const', name, [], value=values)

    def conv(
        self,
        name: str,
        source: str,
        weights: np.ndarray,
        *,
        op: str = 'Conv2D',
        stride: int = 1,
        padding: str = 'SAME',
        **attributes: object,
    ) -> str:
        kernel = self.const(f'{name}/kernel', weights)
        attributes.update(strides=(1, stride, stride, 1), padding=padding)
        return self.node(op, name, [source, kernel], **attributes)
