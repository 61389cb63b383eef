# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Turns single TensorFlow Lite operators into ONNX ones.

TensorFlow Lite's images are (1, H, W, C) here, ONNX's (N, C, H, W). Each converter takes the
translation under way and an operator, and returns the name of the ONNX tensor it became, or
``None`` if the operators behind it do its work.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from openpose_ros.networks.importers.tflite_activation import emit
from openpose_ros.networks.importers.tflite_activation import emit_prelu
from openpose_ros.networks.importers.tflite_activation import name_of
from openpose_ros.networks.importers.tflite_model import Operator
from openpose_ros.networks.importers.tflite_translation import TfliteTranslation
from openpose_ros.networks.importers.tflite_windows import convert_conv
from openpose_ros.networks.importers.tflite_windows import convert_depthwise_conv
from openpose_ros.networks.importers.tflite_windows import convert_max_pool
from openpose_ros.networks.importers.tflite_windows import convert_pad

Converter = Callable[[TfliteTranslation, Operator], str | None]

# Field numbers of options.
ADD_ACTIVATION = 0
FULLY_CONNECTED_ACTIVATION = 0
MEAN_KEEP_AXES = 0
RESIZE_ALIGN_CORNERS, RESIZE_HALF_PIXELS = 2, 3


def convert_operator(translation: TfliteTranslation, operator: Operator) -> str | None:
    """
    Convert one operator whose inputs are converted.

    :param translation: The translation under way; it is extended.
    :param operator: Operator to convert.
    :return: Name of the ONNX tensor, ``None`` if the operators behind it do its work.
    :raises ValueError: If the operator is not supported; names it.
    """
    converter = CONVERTERS.get(operator.kind)
    if converter is None:
        operator.fail(f'it is not supported, expected one of {", ".join(sorted(CONVERTERS))}')
    return converter(translation, operator)


def _add(translation: TfliteTranslation, operator: Operator) -> str:
    first, second = (translation.shape(operator, number) for number in (0, 1))
    if first != second:
        operator.fail(f'inputs have shapes {first} and {second}, expected equal ones')
    tensors = [translation.tensor(operator, number) for number in (0, 1)]
    activation = operator.option(ADD_ACTIVATION, code='b')
    return emit(translation, operator, 'Add', tensors, activation=activation)


def _prelu(translation: TfliteTranslation, operator: Operator) -> str:
    channels = translation.image_shape(operator)[2]
    slopes = translation.constant(operator, 1)
    if slopes.size != channels:
        operator.fail(f'slopes have shape {slopes.shape}, expected one of {channels} channels')
    return emit_prelu(translation, operator, slopes.reshape(channels))


def _logistic(translation: TfliteTranslation, operator: Operator) -> str:
    return emit(translation, operator, 'Sigmoid', [translation.tensor(operator)])


def _resize_bilinear(translation: TfliteTranslation, operator: Operator) -> str:
    sizes = translation.image_shape(operator)[:2]
    wanted = translation.output_shape(operator)[1:3]
    factors = [new / old for new, old in zip(wanted, sizes)]
    if any(factor != round(factor) for factor in factors):
        operator.fail(f'it makes {sizes} to {wanted}, expected a multiple')
    coordinates = 'asymmetric'
    if operator.option(RESIZE_ALIGN_CORNERS, code='b'):
        coordinates = 'align_corners'
    elif operator.option(RESIZE_HALF_PIXELS, code='b'):
        coordinates = 'half_pixel'
    scales = translation.graph.constant(f'{name_of(operator)}/scales', np.array([1, 1, *factors]))
    return emit(
        translation,
        operator,
        'Resize',
        [translation.tensor(operator), '', scales],
        mode='linear',
        coordinate_transformation_mode=coordinates,
    )


def _mean(translation: TfliteTranslation, operator: Operator) -> str:
    translation.image_shape(operator)
    axes = sorted(int(axis) % 4 for axis in translation.constant(operator, 1).reshape(-1))
    if axes != [1, 2]:
        operator.fail(f'axes are {axes}, expected height and width, [1, 2]')
    tensor = translation.tensor(operator)
    if operator.option(MEAN_KEEP_AXES, code='b'):
        return emit(translation, operator, 'GlobalAveragePool', [tensor])
    graph, channels = translation.graph, translation.output_shape(operator)[-1]
    pooled = f'{name_of(operator)}/pooled'
    graph.add('GlobalAveragePool', [tensor], pooled, channels=channels)
    return emit(translation, operator, 'Flatten', [pooled], axis=1)


def _fully_connected(translation: TfliteTranslation, operator: Operator) -> str:
    shape = translation.shape(operator)
    weights = translation.constant(operator, 1)
    if weights.ndim != 2 or shape != (1, weights.shape[1]):
        operator.fail(
            f'input has shape {shape}, expected (1, inputs) with weights (outputs, inputs), '
            f'which have shape {weights.shape}'
        )
    graph, name = translation.graph, name_of(operator)
    inputs = [translation.tensor(operator), graph.constant(f'{name}/weights', weights)]
    if len(operator.inputs) > 2 and operator.inputs[2] >= 0:
        inputs.append(graph.constant(f'{name}/bias', translation.constant(operator, 2)))
    activation = operator.option(FULLY_CONNECTED_ACTIVATION, code='b')
    return emit(translation, operator, 'Gemm', inputs, activation=activation, transB=1)


def _reshape(translation: TfliteTranslation, operator: Operator) -> str:
    height, width, channels = translation.image_shape(operator)
    wanted = translation.output_shape(operator)
    if wanted != (1, height * width * channels):
        operator.fail(f'it makes shape {wanted}, expected (1, values), all in one row')
    tensor = translation.tensor(operator)
    if (height, width) != (1, 1):
        # The values of a cell stay together in TensorFlow Lite.
        name = f'{name_of(operator)}/cells'
        graph = translation.graph
        tensor = graph.add('Transpose', [tensor], name, channels=channels, perm=(0, 2, 3, 1))
    return emit(translation, operator, 'Flatten', [tensor], axis=1)


CONVERTERS: dict[str, Converter] = {
    'ADD': _add,
    'CONV_2D': convert_conv,
    'DEPTHWISE_CONV_2D': convert_depthwise_conv,
    'FULLY_CONNECTED': _fully_connected,
    'LOGISTIC': _logistic,
    'MAX_POOL_2D': convert_max_pool,
    'MEAN': _mean,
    'PAD': convert_pad,
    'PRELU': _prelu,
    'RESHAPE': _reshape,
    'RESIZE_BILINEAR': _resize_bilinear,
}
