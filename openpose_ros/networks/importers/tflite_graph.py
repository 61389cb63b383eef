# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Converts a TensorFlow Lite network to ONNX, without TensorFlow."""

from __future__ import annotations

from openpose_ros.networks.importers.onnx_graph import OnnxGraph
from openpose_ros.networks.importers.tflite_model import Operator
from openpose_ros.networks.importers.tflite_model import read_tflite
from openpose_ros.networks.importers.tflite_model import TfliteModel
from openpose_ros.networks.importers.tflite_ops import convert_operator
from openpose_ros.networks.importers.tflite_translation import TfliteTranslation

INPUT_NAME = 'image'


def convert_tflite(data: bytes, outputs: dict[str, str], name: str) -> bytes:
    """
    Convert a network to an ONNX file with free batch size.

    The input is called ``image``, shape ``(N, C, H, W)``. Only what the outputs need is
    converted; outputs of one map cell have shape ``(N, C)``.

    :param data: Content of the ``.tflite`` file.
    :param outputs: Name of each output of the ONNX file -> name of the output it is.
    :param name: Name of the network.
    :return: The ONNX file; the same for the same arguments.
    :raises ValueError: If the file is damaged, has no such output, or holds an operator that is
        not supported; names it.
    """
    model = read_tflite(data)
    ends = {output: _output_index(model, wanted) for output, wanted in outputs.items()}
    channels, sides = _input_format(model)
    graph = OnnxGraph(name, INPUT_NAME, channels, input_sides=sides)
    translation = TfliteTranslation(model, graph)
    translation.set_tensor(model.inputs[0], INPUT_NAME)
    for operator in _needed_operators(model, list(ends.values())):
        tensor = convert_operator(translation, operator)
        if tensor is not None:
            translation.set_tensor(operator.output, tensor)
    tensors = {output: _row(translation, output, index) for output, index in ends.items()}
    shapes = {output: _shape(model, index) for output, index in ends.items()}
    return bytes(graph.model(tensors, shapes).SerializeToString(deterministic=True))


def _output_index(model: TfliteModel, wanted: str) -> int:
    for index in model.outputs:
        if model.tensors[index].name == wanted:
            return index
    names = ', '.join(model.tensors[index].name for index in model.outputs)
    raise ValueError(f"the network has no output '{wanted}', expected one of {names}")


def _input_format(model: TfliteModel) -> tuple[int, tuple[int, int]]:
    """Return channels and (height, width) of the only input."""
    shapes = [model.tensors[index].shape for index in model.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][0] != 1:
        raise ValueError(f'inputs have shapes {shapes}, expected one (1, height, width, channels)')
    _, height, width, channels = shapes[0]
    return channels, (height, width)


def _needed_operators(model: TfliteModel, wanted: list[int]) -> list[Operator]:
    """Return the operators that some tensors need, constants left out, in their order."""
    needed = set(wanted)
    found = []
    for operator in reversed(model.operators):
        if operator.output in needed and operator.kind != 'DEQUANTIZE':
            needed.update(operator.inputs)
            found.append(operator)
    return found[::-1]


def _shape(model: TfliteModel, index: int) -> tuple[int, ...]:
    """Return the shape that an output has in the ONNX file, without its batch axis."""
    shape = model.tensors[index].shape
    if len(shape) != 4:
        return shape[1:]
    _, height, width, channels = shape
    return (channels,) if height == width == 1 else (channels, height, width)


def _row(translation: TfliteTranslation, output: str, index: int) -> str:
    """Return the ONNX tensor of an output, flattened if it is one map cell."""
    end = Operator('output', (index,), index, None)
    shape = translation.shape(end)
    tensor = translation.tensor(end)
    if len(shape) != 4 or shape[1:3] != (1, 1):
        return tensor
    channels = shape[3]
    return translation.graph.add('Flatten', [tensor], output, channels=channels, axis=1)
