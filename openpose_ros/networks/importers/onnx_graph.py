# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Builds an ONNX network step by step and writes it; the same steps give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper
from onnx import numpy_helper

from openpose_ros.types import Array

OPSET = 13
# The file format version that belongs to the opset, so that older runtimes read the file too.
IR_VERSION = 7
PRODUCER = 'openpose_ros'
MAP_SIDES = ('map_height', 'map_width')

Attribute = int | str | Sequence[int]
Shape = Sequence[int | str]


@dataclass
class _Operation:
    kind: str
    inputs: list[str]
    output: str
    attributes: dict[str, Attribute]


class OnnxGraph:
    """
    An ONNX network under construction; images and maps are ``(N, C, H, W)``, N is free.

    :param name: Name of the network.
    :param input_name: Name of the input tensor.
    :param input_channels: Number of its channels.
    :param input_sides: Height and width of the input, each in pixels or a name if it is free.
    """

    def __init__(
        self,
        name: str,
        input_name: str,
        input_channels: int,
        *,
        input_sides: tuple[int | str, int | str] = ('height', 'width'),
    ) -> None:
        self._name = name
        self._input = _tensor_info(input_name, (input_channels, *input_sides))
        self._constants: dict[str, Array] = {}
        self._operations: dict[str, _Operation] = {}
        self._channels = {input_name: input_channels}

    def channels(self, tensor: str) -> int:
        """Return the number of channels of a tensor."""
        return self._channels[tensor]

    def add(
        self,
        kind: str,
        inputs: Sequence[str],
        output: str,
        *,
        channels: int,
        **attributes: Attribute,
    ) -> str:
        """
        Append an operation.

        :param kind: ONNX operator.
        :param inputs: Names of its inputs.
        :param output: Name of its output.
        :param channels: Number of channels of the output.
        :param attributes: The operator's attributes.
        :return: ``output``.
        :raises ValueError: If there is a tensor of that name already.
        """
        if output in self._channels:
            raise ValueError(f"two tensors are called '{output}', expected different names")
        self._operations[output] = _Operation(kind, list(inputs), output, attributes)
        self._channels[output] = channels
        return output

    def constant(self, name: str, values: Array) -> str:
        """Add a constant, stored as float32, and return its name."""
        self._constants[name] = np.ascontiguousarray(values, np.float32)
        return name

    def scale_channels(self, tensor: str, scale: Array, offset: Array) -> bool:
        """
        Fold ``x * scale + offset`` into the convolution that makes a tensor.

        :param tensor: Tensor that nothing else reads.
        :param scale: Factor per channel, shape ``(C,)``.
        :param offset: Summand per channel, shape ``(C,)``.
        :return: False, with nothing done, if no convolution makes the tensor.
        """
        operation = self._operations.get(tensor)
        if operation is None or operation.kind != 'Conv':
            return False
        weights, *bias = operation.inputs[1:]
        product = self._constants[weights] * scale[:, None, None, None]
        self._constants[weights] = product.astype(np.float32)
        old = self._constants[bias[0]] if bias else np.zeros_like(offset)
        name = bias[0] if bias else f'{weights}/bias'
        self.constant(name, old * scale + offset)
        operation.inputs[1:] = [weights, name]
        return True

    def model(
        self, outputs: dict[str, str], shapes: Mapping[str, Shape] | None = None
    ) -> onnx.ModelProto:
        """
        Return the finished network.

        :param outputs: Name of each output -> tensor that it is.
        :param shapes: Shape of each output without its batch axis; without them all are maps of
            free height and width.
        :raises ValueError: If ONNX finds the network wrong.
        """
        for output, tensor in outputs.items():
            if tensor != output:
                self.add('Identity', [tensor], output, channels=self._channels[tensor])
                self._drop_identity(output, outputs)
        if shapes is None:
            shapes = {name: (self._channels[name], *MAP_SIDES) for name in outputs}
        graph = helper.make_graph(
            [_node(operation) for operation in self._operations.values()],
            self._name,
            [self._input],
            [_tensor_info(name, shapes[name]) for name in outputs],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid('', OPSET)], producer_name=PRODUCER
        )
        model.ir_version = IR_VERSION
        _check(model)
        return model

    def _drop_identity(self, output: str, outputs: dict[str, str]) -> None:
        """Give an output's name to the tensor it is, where that is an inner tensor."""
        tensor = outputs[output]
        if tensor not in self._operations or tensor in outputs:
            return
        if list(outputs.values()).count(tensor) > 1:
            return
        del self._operations[output]
        renamed = [_renamed(item, tensor, output) for item in self._operations.values()]
        self._operations = {operation.output: operation for operation in renamed}


def _renamed(operation: _Operation, old: str, new: str) -> _Operation:
    inputs = [new if name == old else name for name in operation.inputs]
    output = new if operation.output == old else operation.output
    return _Operation(operation.kind, inputs, output, operation.attributes)


def _node(operation: _Operation) -> onnx.NodeProto:
    kind, inputs, output = operation.kind, operation.inputs, operation.output
    node = helper.make_node(kind, inputs, [output], name=output)
    for key, value in sorted(operation.attributes.items()):
        node.attribute.append(helper.make_attribute(key, value))
    return node


def _tensor_info(name: str, shape: Shape) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ['batch', *shape])


def _check(model: onnx.ModelProto) -> None:
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ValueError(f'the converted network is not valid ONNX: {error}') from error
