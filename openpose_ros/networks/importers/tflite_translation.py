# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""State of a conversion: what each TensorFlow Lite tensor has become in the ONNX network."""

from __future__ import annotations

from dataclasses import dataclass

from openpose_ros.networks.importers.onnx_graph import OnnxGraph
from openpose_ros.networks.importers.tflite_model import FLOAT32
from openpose_ros.networks.importers.tflite_model import Operator
from openpose_ros.networks.importers.tflite_model import TfliteModel
from openpose_ros.types import Array


@dataclass(frozen=True)
class Border:
    """
    Zeros around a tensor that the convolution behind it adds by itself.

    :param source: Index of the tensor without them.
    :param before: Rows above and columns on the left.
    :param after: Rows below and columns on the right.
    """

    source: int
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)


class TfliteTranslation:
    """
    The tensors of a model and the ONNX network they are turned into.

    :param model: The model.
    :param graph: The ONNX network under construction.
    """

    def __init__(self, model: TfliteModel, graph: OnnxGraph) -> None:
        self.graph = graph
        self._model = model
        self._producers = {item.output: item for item in model.operators}
        self._tensors: dict[int, str] = {}
        self._borders: dict[int, Border] = {}

    def set_tensor(self, index: int, tensor: str) -> None:
        """Note which ONNX tensor a TensorFlow Lite tensor has become."""
        self._tensors[index] = tensor

    def set_border(self, index: int, border: Border) -> None:
        """Note that a tensor is another one with zeros around it."""
        self._borders[index] = border

    def border(self, operator: Operator, number: int = 0) -> Border:
        """Return the tensor an operator reads, without the zeros around it, and these zeros."""
        index = self._index(operator, number)
        return self._borders.get(index, Border(index))

    def source(self, operator: Operator, border: Border) -> str:
        """
        Return the ONNX tensor inside a border.

        :raises ValueError: If it is a constant.
        """
        if border.source not in self._tensors:
            operator.fail(f'its input, tensor {border.source}, is a constant, expected another')
        return self._tensors[border.source]

    def tensor(self, operator: Operator, number: int = 0) -> str:
        """
        Return the ONNX tensor of an operator's input.

        :raises ValueError: If there is none, it is a constant, or only convolutions can read it.
        """
        index = self._index(operator, number)
        if index in self._borders:
            operator.fail('zeros are put around its input, expected a convolution behind them')
        return self.source(operator, Border(index))

    def shape(self, operator: Operator, number: int = 0) -> tuple[int, ...]:
        """Return the shape of an operator's input, images ``(1, H, W, C)``."""
        return self._model.tensors[self._index(operator, number)].shape

    def image_shape(self, operator: Operator) -> tuple[int, int, int]:
        """
        Return height, width and channels of an operator's first input.

        :raises ValueError: If it is no image.
        """
        shape = self.shape(operator)
        if len(shape) != 4 or shape[0] != 1:
            operator.fail(f'its input has shape {shape}, expected (1, height, width, channels)')
        return shape[1], shape[2], shape[3]

    def output_shape(self, operator: Operator) -> tuple[int, ...]:
        """
        Return the shape of an operator's output.

        :raises ValueError: If it is not stored as 32-bit floats.
        """
        tensor = self._model.tensors[operator.output]
        if tensor.kind != FLOAT32:
            operator.fail(f'its output is stored as type {tensor.kind}, expected float32')
        return tensor.shape

    def constant(self, operator: Operator, number: int) -> Array:
        """
        Return the values of an operator's input that is a constant.

        :raises ValueError: If there is none, or the network computes it.
        """
        index = self._index(operator, number)
        producer = self._producers.get(index)
        if producer is not None and producer.kind == 'DEQUANTIZE':
            index = producer.inputs[0]
        elif producer is not None or not self._model.tensors[index].data:
            operator.fail(f'input {number} (tensor {index}) is computed, expected a constant')
        return self._model.tensors[index].values()

    def _index(self, operator: Operator, number: int) -> int:
        given = operator.inputs[number] if number < len(operator.inputs) else -1
        if given < 0:
            operator.fail(f'input {number} is missing')
        return given
