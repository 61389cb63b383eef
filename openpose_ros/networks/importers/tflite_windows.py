# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Converts TensorFlow Lite operators with a sliding window: convolutions, pooling, padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openpose_ros.networks.importers.onnx_graph import Attribute
from openpose_ros.networks.importers.tflite_activation import emit
from openpose_ros.networks.importers.tflite_activation import name_of
from openpose_ros.networks.importers.tflite_model import Operator
from openpose_ros.networks.importers.tflite_translation import Border
from openpose_ros.networks.importers.tflite_translation import TfliteTranslation
from openpose_ros.types import Array

SAME, VALID = 0, 1

# Field numbers of the options of convolutions, depthwise convolutions and pooling. Of the first
# two, all but the activation mean the same.
PADDING, STRIDE_X, STRIDE_Y = 0, 1, 2
CONV_ACTIVATION, CONV_DILATION_X, CONV_DILATION_Y = 3, 4, 5
DEPTHWISE_ACTIVATION, DEPTHWISE_DILATION_X, DEPTHWISE_DILATION_Y = 4, 5, 6
POOL_WIDTH, POOL_HEIGHT, POOL_ACTIVATION = 3, 4, 5


def convert_conv(translation: TfliteTranslation, operator: Operator) -> str:
    """Convert CONV_2D; its weights are ``(outputs, height, width, inputs / groups)``."""
    channels = translation.image_shape(operator)[2]
    weights = _kernel(translation, operator)
    if weights.shape[3] == 0 or channels % weights.shape[3]:
        operator.fail(f'weights of shape {weights.shape} do not fit {channels} input channels')
    dilations = (
        operator.option(CONV_DILATION_Y, default=1), operator.option(CONV_DILATION_X, default=1)
    )
    return _emit_conv(
        translation,
        operator,
        weights.transpose(0, 3, 1, 2),
        dilations,
        group=channels // weights.shape[3],
        activation=operator.option(CONV_ACTIVATION, code='b'),
    )


def convert_depthwise_conv(translation: TfliteTranslation, operator: Operator) -> str:
    """Convert DEPTHWISE_CONV_2D; its weights are ``(1, height, width, outputs)``."""
    channels = translation.image_shape(operator)[2]
    weights = _kernel(translation, operator)
    if weights.shape[0] != 1 or weights.shape[3] % channels:
        operator.fail(f'weights of shape {weights.shape} do not fit {channels} input channels')
    dilations = (
        operator.option(DEPTHWISE_DILATION_Y, default=1),
        operator.option(DEPTHWISE_DILATION_X, default=1),
    )
    return _emit_conv(
        translation,
        operator,
        weights.transpose(3, 0, 1, 2),
        dilations,
        group=channels,
        activation=operator.option(DEPTHWISE_ACTIVATION, code='b'),
    )


def convert_max_pool(translation: TfliteTranslation, operator: Operator) -> str:
    """Convert MAX_POOL_2D."""
    tensor = translation.tensor(operator)
    kernel = (operator.option(POOL_HEIGHT), operator.option(POOL_WIDTH))
    window = _window(translation, operator, kernel, (1, 1), Border(0))
    activation = operator.option(POOL_ACTIVATION, code='b')
    return emit(translation, operator, 'MaxPool', [tensor], activation=activation, **window)


def convert_pad(translation: TfliteTranslation, operator: Operator) -> str | None:
    """
    Convert PAD with zeros.

    :return: ``None`` for rows and columns, which the convolution behind it adds then.
    """
    amounts = translation.constant(operator, 1)
    shape = translation.image_shape(operator)
    if amounts.shape != (4, 2) or amounts.min() < 0 or amounts[0].any():
        operator.fail(f'amounts are {amounts.tolist()}, expected none in the batch axis')
    rows, columns, channels = amounts[1:].tolist()
    if any(channels):
        if any(rows + columns):
            operator.fail(f'amounts are {amounts.tolist()}, expected image axes or channels only')
        return _pad_channels(translation, operator, shape[2], channels[0])
    border = Border(translation.border(operator).source, *zip(rows, columns))
    if translation.border(operator) != Border(border.source):
        operator.fail('zeros are put around its input already, expected a convolution')
    translation.set_border(operator.output, border)
    return None


def _pad_channels(
    translation: TfliteTranslation, operator: Operator, channels: int, before: int
) -> str:
    """Append channels of zeros: as a convolution, for ONNX Runtime joins it with a sum behind."""
    padded = translation.output_shape(operator)[3]
    copies = np.eye(padded, channels, -before)[:, :, None, None]
    weights = translation.graph.constant(f'{name_of(operator)}/copies', copies)
    return emit(
        translation,
        operator,
        'Conv',
        [translation.tensor(operator), weights],
        kernel_shape=(1, 1),
    )


def _kernel(translation: TfliteTranslation, operator: Operator) -> Array:
    weights = translation.constant(operator, 1)
    if weights.ndim != 4:
        operator.fail(f'weights have shape {weights.shape}, expected 4 dimensions')
    return weights


def _emit_conv(
    translation: TfliteTranslation,
    operator: Operator,
    weights: Array,
    dilations: tuple[int, int],
    *,
    group: int,
    activation: int,
) -> str:
    border = translation.border(operator)
    window = _window(translation, operator, weights.shape[2:], dilations, border)
    graph, name = translation.graph, name_of(operator)
    inputs = [translation.source(operator, border), graph.constant(f'{name}/weights', weights)]
    # The bias may be left out.
    if len(operator.inputs) > 2 and operator.inputs[2] >= 0:
        inputs.append(graph.constant(f'{name}/bias', translation.constant(operator, 2)))
    return emit(
        translation,
        operator,
        'Conv',
        inputs,
        activation=activation,
        dilations=dilations,
        group=group,
        **window,
    )


def _window(
    translation: TfliteTranslation,
    operator: Operator,
    kernel: Sequence[int],
    dilations: tuple[int, int],
    border: Border,
) -> dict[str, Attribute]:
    """Return the attributes of a sliding window, with its padding and that of the border."""
    strides = (operator.option(STRIDE_Y), operator.option(STRIDE_X))
    if min(*kernel, *strides, *dilations) < 1:
        operator.fail(f'window {tuple(kernel)}, strides {strides}, dilations {dilations}')
    padding = operator.option(PADDING, code='b')
    if padding not in (SAME, VALID):
        operator.fail(f'padding is {padding}, expected SAME (0) or VALID (1)')
    totals = [0, 0]
    if padding == SAME:
        reaches = [(side - 1) * step + 1 for side, step in zip(kernel, dilations)]
        sizes = translation.image_shape(operator)[:2]
        # As many cells as strides fit into the image, and less before than after.
        totals = [
            max((-(-size // stride) - 1) * stride + reach - size, 0)
            for size, stride, reach in zip(sizes, strides, reaches)
        ]
    before = [total // 2 + extra for total, extra in zip(totals, border.before)]
    after = [total - total // 2 + extra for total, extra in zip(totals, border.after)]
    return {'kernel_shape': tuple(kernel), 'strides': strides, 'pads': (*before, *after)}
