# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Appends TensorFlow Lite operators to the ONNX network, with the activation they end in.

On CPUs, ONNX Runtime keeps tensors in blocks of channels as long as every operation knows them.
PRelu does not: before and behind it all values are put into another order. With 1×1 convolutions
of single channels in its place, the default face network runs three to nine times faster.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openpose_ros.networks.importers.onnx_graph import Attribute
from openpose_ros.networks.importers.tflite_model import Operator
from openpose_ros.networks.importers.tflite_translation import TfliteTranslation
from openpose_ros.types import Array

# Numbers of the activations that other operators can end in.
NONE, RELU, RELU_N1_TO_1, RELU6, TANH = 0, 1, 2, 3, 4
LIMITS = {RELU_N1_TO_1: (-1.0, 1.0), RELU6: (0.0, 6.0)}
FUNCTIONS = {RELU: 'Relu', TANH: 'Tanh'}


def emit(
    translation: TfliteTranslation,
    operator: Operator,
    kind: str,
    inputs: Sequence[str],
    *,
    activation: int = NONE,
    **attributes: Attribute,
) -> str:
    """
    Append an ONNX operation and the activation behind it.

    :param translation: The translation under way.
    :param operator: Operator that is converted; its output says how many channels there are.
    :param kind: ONNX operator.
    :param inputs: Names of its inputs.
    :param activation: Number of the activation.
    :param attributes: The ONNX operator's attributes.
    :return: Name of the ONNX tensor.
    :raises ValueError: If the activation is not supported.
    """
    name = name_of(operator)
    channels = translation.output_shape(operator)[-1]
    graph = translation.graph
    if activation == NONE:
        return graph.add(kind, inputs, name, channels=channels, **attributes)
    inner = graph.add(kind, inputs, f'{name}/linear', channels=channels, **attributes)
    if activation in FUNCTIONS:
        return graph.add(FUNCTIONS[activation], [inner], name, channels=channels)
    if activation not in LIMITS:
        operator.fail(f'activation {activation} is not supported')
    limits = [
        graph.constant(f'{name}/{side}', np.array(limit))
        for side, limit in zip(('low', 'high'), LIMITS[activation])
    ]
    return graph.add('Clip', [inner, *limits], name, channels=channels)


def emit_prelu(translation: TfliteTranslation, operator: Operator, slopes: Array) -> str:
    """
    Append ``x if x > 0 else slope * x`` as ``x + (1 - slope) * max(-x, 0)``.

    :param translation: The translation under way.
    :param operator: Operator that is converted.
    :param slopes: Slope of each channel, shape ``(C,)``.
    :return: Name of the ONNX tensor.
    """
    name, tensor = name_of(operator), translation.tensor(operator)
    negated = _scale_channels(translation, tensor, f'{name}/negated', -np.ones(slopes.size))
    below = translation.graph.add('Relu', [negated], f'{name}/below', channels=slopes.size)
    missing = _scale_channels(translation, below, f'{name}/missing', 1.0 - slopes)
    return emit(translation, operator, 'Add', [missing, tensor])


def name_of(operator: Operator) -> str:
    """Return the name of the ONNX tensor that an operator becomes."""
    return f'{operator.kind.lower()}_{operator.output}'


def _scale_channels(
    translation: TfliteTranslation, tensor: str, output: str, factors: Array
) -> str:
    graph, channels = translation.graph, factors.size
    weights = graph.constant(f'{output}/factors', factors.reshape(channels, 1, 1, 1))
    return graph.add(
        'Conv', [tensor, weights], output, channels=channels, group=channels, kernel_shape=(1, 1)
    )
