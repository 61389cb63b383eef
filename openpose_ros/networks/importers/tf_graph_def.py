# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a frozen TensorFlow graph (a serialised ``GraphDef``) into plain nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from openpose_ros.networks.importers.wire import Message
from openpose_ros.types import Array

# Field numbers of the messages GraphDef, NodeDef, AttrValue and TensorProto.
GRAPH_NODE = 1
NODE_NAME, NODE_OP, NODE_INPUT, NODE_ATTRIBUTE = 1, 2, 3, 5
ENTRY_KEY, ENTRY_VALUE = 1, 2
ATTRIBUTE_LIST, ATTRIBUTE_TEXT, ATTRIBUTE_FLOAT, ATTRIBUTE_SHAPE, ATTRIBUTE_TENSOR = 1, 2, 4, 7, 8
LIST_INTEGERS = 3
SHAPE_DIMENSION, DIMENSION_SIZE = 2, 1
TENSOR_TYPE, TENSOR_SHAPE, TENSOR_CONTENT = 1, 2, 4

# TensorFlow's type number -> numpy type and the field that lists values of that type.
TENSOR_TYPES = {1: ('<f4', 5), 2: ('<f8', 6), 3: ('<i4', 7), 9: ('<i8', 10)}


@dataclass(frozen=True, eq=False)
class GraphNode:
    """
    One node of a TensorFlow graph.

    :param name: Name of the node and of its first output.
    :param op: Kind of operation, for example ``Conv2D``.
    :param inputs: Names of the nodes whose first output it reads.
    :param attributes: Encoded attributes.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: dict[str, Message]

    def fail(self, reason: str) -> NoReturn:
        """
        Refuse the node.

        :param reason: What is wrong and what was expected.
        :raises ValueError: Always; names node and operation.
        """
        raise ValueError(f"node '{self.name}' ({self.op}): {reason}")

    def text(self, key: str, default: str = '') -> str:
        """Return an attribute that is a text."""
        return self.attributes[key].text(ATTRIBUTE_TEXT) if key in self.attributes else default

    def number(self, key: str, default: float) -> float:
        """Return an attribute that is a floating-point number."""
        found = self.attributes[key].floats(ATTRIBUTE_FLOAT) if key in self.attributes else []
        return found[-1] if found else default

    def integers(self, key: str, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return an attribute that is a list of integers."""
        if key not in self.attributes:
            return default
        return tuple(self.attributes[key].message(ATTRIBUTE_LIST).integers(LIST_INTEGERS))

    def shape(self, key: str = 'shape') -> tuple[int, ...]:
        """Return an attribute that is a tensor shape, -1 for a free dimension."""
        if key not in self.attributes:
            return ()
        return _read_shape(self.attributes[key].message(ATTRIBUTE_SHAPE))

    def tensor(self, key: str = 'value') -> Array:
        """
        Return an attribute that is a tensor.

        :raises ValueError: If it is missing, damaged or of another type than numbers.
        """
        if key not in self.attributes:
            self.fail(f"attribute '{key}' is missing, expected a tensor")
        tensor = self.attributes[key].message(ATTRIBUTE_TENSOR)
        kind = tensor.integer(TENSOR_TYPE)
        if kind not in TENSOR_TYPES:
            self.fail(f'tensor of type {kind}, expected one of {sorted(TENSOR_TYPES)}')
        shape = _read_shape(tensor.message(TENSOR_SHAPE))
        values = _read_values(tensor, *TENSOR_TYPES[kind])
        count = int(np.prod(shape))
        # TensorFlow writes a run of equal values at the end only once.
        if TENSOR_CONTENT not in tensor and 0 < values.size < count:
            values = np.concatenate((values, np.repeat(values[-1:], count - values.size)))
        if values.size != count:
            self.fail(f'tensor has {values.size} values, expected {count}')
        return values.reshape(shape)


def read_graph_def(data: bytes) -> dict[str, GraphNode]:
    """
    Read a frozen graph.

    :param data: The serialised ``GraphDef``.
    :return: The nodes by name.
    :raises ValueError: If the data are no graph.
    """
    try:
        nodes = [_read_node(message) for message in Message(data).messages(GRAPH_NODE)]
    except (ValueError, UnicodeDecodeError) as error:
        raise ValueError(f'not a TensorFlow GraphDef, or a damaged one: {error}') from error
    if not nodes:
        raise ValueError('the TensorFlow graph has no nodes')
    return {node.name: node for node in nodes}


def _read_node(message: Message) -> GraphNode:
    entries = message.messages(NODE_ATTRIBUTE)
    return GraphNode(
        name=message.text(NODE_NAME),
        op=message.text(NODE_OP),
        inputs=tuple(_input_names(message)),
        attributes={entry.text(ENTRY_KEY): entry.message(ENTRY_VALUE) for entry in entries},
    )


def _input_names(message: Message) -> list[str]:
    names = [value.decode('utf-8') for value in message.all_bytes(NODE_INPUT)]
    # '^name' only orders the execution; 'name:0' is the first output of 'name'.
    return [name[:-2] if name.endswith(':0') else name for name in names if name[:1] != '^']


def _read_shape(shape: Message) -> tuple[int, ...]:
    return tuple(size.integer(DIMENSION_SIZE) for size in shape.messages(SHAPE_DIMENSION))


def _read_values(tensor: Message, dtype: str, field: int) -> Array:
    if TENSOR_CONTENT in tensor:
        content = tensor.bytes(TENSOR_CONTENT)
        return np.frombuffer(content[: len(content) // int(dtype[2]) * int(dtype[2])], dtype)
    if dtype[1] == 'f':
        return np.array(tensor.floats(field, 'f' if dtype == '<f4' else 'd'), dtype)
    return np.array(tensor.integers(field), dtype)
