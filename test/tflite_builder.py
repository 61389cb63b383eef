# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writes small TensorFlow Lite files, byte by byte, for the tests of the importer."""

from __future__ import annotations

from collections.abc import Sequence
import struct

import numpy as np

# Numbers of the public schema: operators and types of tensors.
OPERATORS = {
    'ADD': 0, 'CONCATENATION': 2, 'CONV_2D': 3, 'DEPTHWISE_CONV_2D': 4, 'DEQUANTIZE': 6,
    'FULLY_CONNECTED': 9, 'LOGISTIC': 14, 'MAX_POOL_2D': 17, 'RESHAPE': 22, 'RESIZE_BILINEAR': 23,
    'PAD': 34, 'MEAN': 40, 'PRELU': 54,
}
TYPES = {'float32': 0, 'float16': 1, 'int32': 2, 'uint8': 3, 'int64': 4}



class Node:
    """Something that lies elsewhere in the file: its bytes once all before it are written."""

    def write(self, data: bytearray) -> int:
        raise NotImplementedError


class Vector(Node):
    """Numbers or texts: a count and the items."""

    def __init__(self, count: int, items: bytes) -> None:
        self.count, self.items = count, items

    def write(self, data: bytearray) -> int:
        pad(data)
        start = len(data)
        data += struct.pack('<I', self.count) + self.items
        return start


class Tables(Node):
    """A vector of tables."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables

    def write(self, data: bytearray) -> int:
        pad(data)
        start = len(data)
        data += struct.pack('<I', len(self.tables)) + bytes(4 * len(self.tables))
        for number, table in enumerate(self.tables):
            place = start + 4 + 4 * number
            struct.pack_into('<I', data, place, table.write(data) - place)
        return start


class Table(Node):
    """A table: field number -> ``(format, number)`` or a node."""

    def __init__(self, fields: dict[int, tuple[str, int] | Node]) -> None:
        self.fields = fields

    def write(self, data: bytearray) -> int:
        pad(data)
        count = max(self.fields, default=-1) + 1
        vtable = len(data)
        # Each field gets four bytes, whatever its type.
        places = {field: 4 + 4 * number for number, field in enumerate(self.fields)}
        size = 4 + 4 * len(self.fields)
        data += struct.pack('<HH', 4 + 2 * count, size)
        data += b''.join(struct.pack('<H', places.get(field, 0)) for field in range(count))
        pad(data)
        start = len(data)
        data += struct.pack('<i', start - vtable) + bytes(size - 4)
        for field, value in self.fields.items():
            place = start + places[field]
            if isinstance(value, Node):
                struct.pack_into('<I', data, place, value.write(data) - place)
            else:
                struct.pack_into(f'<{value[0]}', data, place, value[1])
        return start


def pad(data: bytearray) -> None:
    data += bytes(-len(data) % 4)


def text(value: str) -> Vector:
    return Vector(len(value.encode()), value.encode() + b'\0')


def integers(values: Sequence[int]) -> Vector:
    return Vector(len(values), struct.pack(f'<{len(values)}i', *values))


def file_of(root: Table, identifier: bytes = b'TFL3') -> bytes:
    data = bytearray(4) + identifier
    struct.pack_into('<I', data, 0, root.write(data))
    return bytes(data)


class TfliteBuilder:
    """A network under construction; methods return the index of a tensor, 0 is the input."""

    def __init__(self, shape: Sequence[int]) -> None:
        self._tensors: list[Table] = []
        self._buffers = [Table({})]
        self._operators: list[Table] = []
        self._codes: list[Table] = []
        self._outputs: list[int] = []
        self.graphs = 1
        self.tensor(shape)

    def tensor(self, shape: Sequence[int], kind: str = 'float32', buffer: int = 0) -> int:
        name = f'tensor_{len(self._tensors)}'
        self._tensors.append(Table({
            0: integers(shape), 1: ('b', TYPES[kind]), 2: ('I', buffer), 3: text(name),
        }))
        return len(self._tensors) - 1

    def sparse(self, index: int) -> None:
        self._tensors[index].fields[6] = Table({})

    def constant(self, values: np.ndarray, *, cut: int = 0) -> int:
        """Add a constant; cut: how many of its bytes are missing."""
        data = values.tobytes()
        data = data[:len(data) - cut]
        self._buffers.append(Table({0: Vector(len(data), data)}))
        return self.tensor(values.shape, values.dtype.name, len(self._buffers) - 1)

    def dequantized(self, values: np.ndarray) -> int:
        stored = self.constant(values.astype(np.float16))
        return self.operator('DEQUANTIZE', [stored], values.shape)

    def operator(
        self,
        kind: str | int,
        inputs: Sequence[int],
        shape: Sequence[int],
        options: dict[int, tuple[str, int]] | None = None,
        *,
        output_kind: str = 'float32',
        custom: str = '',
    ) -> int:
        """Add an operator; options: field number -> (format, number)."""
        output = self.tensor(shape, output_kind)
        number = OPERATORS[kind] if isinstance(kind, str) else kind
        code: dict[int, tuple[str, int] | Node] = {
            0: ('b', min(number, 127)), 3: ('i', number)
        }
        if custom:
            code[1] = text(custom)
        self._codes.append(Table(code))
        fields: dict[int, tuple[str, int] | Node] = {
            0: ('I', len(self._codes) - 1), 1: integers(inputs), 2: integers([output]),
        }
        if options is not None:
            fields[4] = Table(dict(options))
        self._operators.append(Table(fields))
        return output

    def outputs(self, *indices: int) -> None:
        self._outputs += indices

    @property
    def data(self) -> bytes:
        graph = Table({
            0: Tables(self._tensors), 1: integers([0]), 2: integers(self._outputs),
            3: Tables(self._operators),
        })
        return file_of(Table({
            1: Tables(self._codes), 2: Tables([graph] * self.graphs), 4: Tables(self._buffers),
        }))
