# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a TensorFlow Lite model (a ``.tflite`` file) into plain operators and tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from openpose_ros.networks.importers.flatbuffer import read_root
from openpose_ros.networks.importers.flatbuffer import Table
from openpose_ros.types import Array

IDENTIFIER = b'TFL3'

# Field numbers of the tables Model, OperatorCode, SubGraph, Tensor, Operator and Buffer.
MODEL_CODES, MODEL_GRAPHS, MODEL_BUFFERS = 1, 2, 4
CODE_SHORT, CODE_CUSTOM, CODE_LONG = 0, 1, 3
GRAPH_TENSORS, GRAPH_INPUTS, GRAPH_OUTPUTS, GRAPH_OPERATORS = 0, 1, 2, 3
TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_SPARSITY = 0, 1, 2, 3, 6
OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS, OPERATOR_OPTIONS = 0, 1, 2, 4
BUFFER_DATA = 0

# Numbers of the operators that networks for landmarks are made of.
OPERATORS = {
    0: 'ADD',
    1: 'AVERAGE_POOL_2D',
    2: 'CONCATENATION',
    3: 'CONV_2D',
    4: 'DEPTHWISE_CONV_2D',
    5: 'DEPTH_TO_SPACE',
    6: 'DEQUANTIZE',
    9: 'FULLY_CONNECTED',
    14: 'LOGISTIC',
    17: 'MAX_POOL_2D',
    18: 'MUL',
    19: 'RELU',
    21: 'RELU6',
    22: 'RESHAPE',
    23: 'RESIZE_BILINEAR',
    25: 'SOFTMAX',
    28: 'TANH',
    34: 'PAD',
    40: 'MEAN',
    41: 'SUB',
    54: 'PRELU',
}

# Type numbers of tensors that may be constants or flow through the network.
TENSOR_TYPES = {0: '<f4', 1: '<f2', 2: '<i4'}
FLOAT32 = 0


@dataclass(frozen=True, eq=False)
class Tensor:
    """
    A tensor of the graph.

    :param name: Its name.
    :param shape: Its shape; images are ``(1, H, W, C)``.
    :param kind: Number of its type.
    :param data: Values of a constant, empty for what the network computes.
    :param sparse: Whether only the values that are not zero are stored.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes
    sparse: bool

    def values(self) -> Array:
        """
        Return the values of a constant; 16-bit floats become 32-bit ones.

        :raises ValueError: If it is no constant, or stored in a way that is not supported.
        """
        if self.kind not in TENSOR_TYPES or self.sparse:
            stored = 'with its zeros left out' if self.sparse else f'as type {self.kind}'
            raise ValueError(
                f"tensor '{self.name}' is stored {stored}, expected float32, float16 or int32"
            )
        dtype = np.dtype(TENSOR_TYPES[self.kind])
        count = int(np.prod(self.shape))
        if len(self.data) != count * dtype.itemsize:
            raise ValueError(
                f"tensor '{self.name}' has {len(self.data)} bytes, expected {count} values"
            )
        values = np.frombuffer(self.data, dtype).reshape(self.shape)
        return values.astype(np.int64 if self.kind == 2 else np.float32)


@dataclass(frozen=True, eq=False)
class Operator:
    """
    One operator of the graph.

    :param kind: Its name, for example ``CONV_2D``.
    :param inputs: Indices of the tensors it reads, -1 for one left out.
    :param output: Index of the first tensor it writes.
    :param options: Its settings; ``None`` if it has none.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Table | None

    def fail(self, reason: str) -> NoReturn:
        """
        Refuse the operator.

        :param reason: What is wrong and what was expected.
        :raises ValueError: Always; names the operator and the tensor it writes.
        """
        raise ValueError(f'operator {self.kind} (tensor {self.output}): {reason}')

    def option(self, field: int, *, code: str = 'i', default: int = 0) -> int:
        """
        Return an integer option.

        :param field: Its field number.
        :param code: Its type as in the module struct.
        :param default: Value where it was left out.
        """
        return default if self.options is None else self.options.scalar(field, code, default)


@dataclass(frozen=True, eq=False)
class TfliteModel:
    """
    The only graph of a model.

    :param tensors: All tensors.
    :param inputs: Indices of the tensors it is given.
    :param outputs: Indices of the tensors it returns.
    :param operators: In the order they are computed.
    """

    tensors: tuple[Tensor, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operators: tuple[Operator, ...]


def read_tflite(data: bytes) -> TfliteModel:
    """
    Read a TensorFlow Lite model.

    :param data: Content of the ``.tflite`` file.
    :raises ValueError: If it is no such file, damaged, or has several graphs.
    """
    try:
        return _read_model(read_root(data, IDENTIFIER))
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f'not a TensorFlow Lite model, or a damaged one: {error}') from error


def _read_model(model: Table) -> TfliteModel:
    graphs = model.tables(MODEL_GRAPHS)
    if len(graphs) != 1:
        raise ValueError(f'it has {len(graphs)} graphs, expected one')
    graph = graphs[0]
    buffers = model.tables(MODEL_BUFFERS)
    kinds = [_operator_kind(code) for code in model.tables(MODEL_CODES)]
    tensors = tuple(_read_tensor(table, buffers) for table in graph.tables(GRAPH_TENSORS))
    operators = tuple(_read_operator(table, kinds) for table in graph.tables(GRAPH_OPERATORS))
    inputs, outputs = graph.integers(GRAPH_INPUTS), graph.integers(GRAPH_OUTPUTS)
    named = [*inputs, *outputs, *(item.output for item in operators)]
    named += [index for item in operators for index in item.inputs if index != -1]
    for index in named:
        if not 0 <= index < len(tensors):
            raise ValueError(f'it names tensor {index}, expected 0 to {len(tensors) - 1}')
    return TfliteModel(tensors, inputs, outputs, operators)


def _operator_kind(code: Table) -> str:
    # Numbers above 127 did not fit the field they had first; the larger one is the right one.
    number = max(code.scalar(CODE_SHORT, 'b'), code.scalar(CODE_LONG, 'i'))
    return code.text(CODE_CUSTOM) or OPERATORS.get(number, f'number {number}')


def _read_tensor(table: Table, buffers: list[Table]) -> Tensor:
    return Tensor(
        name=table.text(TENSOR_NAME),
        shape=table.integers(TENSOR_SHAPE),
        kind=table.scalar(TENSOR_TYPE, 'b'),
        data=buffers[table.scalar(TENSOR_BUFFER, 'I')].bytes(BUFFER_DATA),
        sparse=table.table(TENSOR_SPARSITY) is not None,
    )


def _read_operator(table: Table, kinds: list[str]) -> Operator:
    outputs = table.integers(OPERATOR_OUTPUTS)
    return Operator(
        kind=kinds[table.scalar(OPERATOR_CODE, 'I')],
        inputs=table.integers(OPERATOR_INPUTS),
        output=outputs[0],
        options=table.table(OPERATOR_OPTIONS),
    )
