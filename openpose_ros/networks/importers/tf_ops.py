# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Turns single TensorFlow operations into ONNX ones.

TensorFlow's tensors are (N, H, W, C) here, ONNX's (N, C, H, W). Each converter takes the
translation under way and a node, and returns the name of the ONNX tensor the node became.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from openpose_ros.networks.importers.onnx_graph import Attribute
from openpose_ros.networks.importers.tf_graph_def import GraphNode
from openpose_ros.networks.importers.translation import Translation
from openpose_ros.types import Array

Converter = Callable[[Translation, GraphNode], str]

# numpy's axes of TensorFlow's channel axis, counted from the front or the back.
CHANNEL_AXES = (3, -1)


def convert_node(translation: Translation, node: GraphNode) -> str:
    """
    Convert one node whose inputs are converted.

    :param translation: The translation under way; it is extended.
    :param node: Node to convert.
    :return: Name of the ONNX tensor.
    :raises ValueError: If the operation is not supported; names node and operation.
    """
    converter = CONVERTERS.get(node.op)
    if converter is None:
        node.fail(f'it is not supported, expected one of {", ".join(sorted(CONVERTERS))}')
    layout = node.text('data_format', 'NHWC')
    if layout != 'NHWC':
        node.fail(f"data_format is '{layout}', expected NHWC")
    return converter(translation, node)


def _identity(translation: Translation, node: GraphNode) -> str:
    return translation.tensor(node, 0)


def _conv(translation: Translation, node: GraphNode) -> str:
    weights = _kernel(translation, node)
    channels = translation.input_channels(node)
    if weights.shape[2] == 0 or channels % weights.shape[2]:
        node.fail(f'weights of shape {weights.shape} do not fit {channels} input channels')
    groups = channels // weights.shape[2]
    return _emit_conv(translation, node, weights.transpose(3, 2, 0, 1), groups)


def _depthwise_conv(translation: Translation, node: GraphNode) -> str:
    weights = _kernel(translation, node)
    channels = translation.input_channels(node)
    if weights.shape[2] != channels:
        node.fail(f'weights of shape {weights.shape} do not fit {channels} input channels')
    height, width, _, multiplier = weights.shape
    # Output channel c * multiplier + m reads input channel c.
    grouped = weights.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return _emit_conv(translation, node, grouped, channels)


def _kernel(translation: Translation, node: GraphNode) -> Array:
    weights = translation.constant(node, 1)
    if weights.ndim != 4:
        node.fail(f'weights have shape {weights.shape}, expected 4 dimensions')
    return weights


def _emit_conv(
    translation: Translation, node: GraphNode, weights: Array, groups: int
) -> str:
    dilations = _sides(node, 'dilations')
    attributes = _window(node, weights.shape[2:], _sides(node, 'strides'), dilations)
    # Named after the node, for folding changes them and another node may share the weights.
    name = translation.graph.constant(f'{node.name}/weights', weights)
    return translation.graph.add(
        'Conv',
        [translation.tensor(node, 0), name],
        node.name,
        channels=weights.shape[0],
        dilations=dilations,
        group=groups,
        **attributes,
    )


def _max_pool(translation: Translation, node: GraphNode) -> str:
    attributes = _window(node, _sides(node, 'ksize'), _sides(node, 'strides'), (1, 1))
    return translation.graph.add(
        'MaxPool',
        [translation.tensor(node, 0)],
        node.name,
        channels=translation.input_channels(node),
        **attributes,
    )


def _sides(node: GraphNode, key: str) -> tuple[int, int]:
    values = node.integers(key, (1, 1, 1, 1))
    if len(values) != 4 or values[0] != 1 or values[3] != 1 or min(values) < 1:
        node.fail(f'{key} is {values}, expected (1, height, width, 1)')
    return values[1], values[2]


def _window(
    node: GraphNode,
    kernel: tuple[int, ...],
    strides: tuple[int, int],
    dilations: tuple[int, int],
) -> dict[str, Attribute]:
    """Return the attributes of a sliding window, with TensorFlow's padding."""
    padding = node.text('padding')
    window: dict[str, Attribute] = {'kernel_shape': tuple(kernel), 'strides': strides}
    if padding == 'VALID':
        return {**window, 'pads': (0, 0, 0, 0)}
    if padding != 'SAME':
        node.fail(f"padding is '{padding}', expected SAME or VALID")
    if max(strides) == 1:
        totals = [(side - 1) * step for side, step in zip(kernel, dilations, strict=True)]
        before = [total // 2 for total in totals]
        after = [total - half for total, half in zip(totals, before, strict=True)]
        return {**window, 'pads': (*before, *after)}
    if max(dilations) > 1:
        node.fail('strides together with dilations are not supported')
    # With a stride the padding depends on the size of the input, which is free: for an even
    # size TensorFlow pads less before than after, for an odd size equally.
    return {**window, 'auto_pad': 'SAME_UPPER'}


def _relu(translation: Translation, node: GraphNode) -> str:
    return _emit_same_channels(translation, node, 'Relu', [translation.tensor(node, 0)])


def _relu6(translation: Translation, node: GraphNode) -> str:
    low = translation.graph.constant(f'{node.name}/low', np.array(0.0))
    high = translation.graph.constant(f'{node.name}/high', np.array(6.0))
    return _emit_same_channels(translation, node, 'Clip', [translation.tensor(node, 0), low, high])


def _concat(translation: Translation, node: GraphNode) -> str:
    count = len(node.inputs) - 1
    axis = translation.constant(node, count)
    if axis.size != 1 or int(axis.reshape(())) not in CHANNEL_AXES:
        node.fail(f'axis is {axis.tolist()}, expected the channel axis 3')
    channels = sum(translation.input_channels(node, index) for index in range(count))
    tensors = [translation.tensor(node, index) for index in range(count)]
    return translation.graph.add('Concat', tensors, node.name, channels=channels, axis=1)


def _bias_add(translation: Translation, node: GraphNode) -> str:
    return _affine(translation, node, 0, 1.0, translation.constant(node, 1))


def _batch_norm(translation: Translation, node: GraphNode) -> str:
    scale, offset, mean, variance = (translation.constant(node, index) for index in (1, 2, 3, 4))
    if variance.size == 0:
        node.fail('it was frozen for training, expected mean and variance as constants')
    factor = scale / np.sqrt(variance + node.number('epsilon', 1e-4))
    return _affine(translation, node, 0, factor, offset - mean * factor)


def _add(translation: Translation, node: GraphNode) -> str:
    for data, other in ((0, 1), (1, 0)):
        if translation.is_constant(node, other):
            return _affine(translation, node, data, 1.0, translation.constant(node, other))
    return _emit_elementwise(translation, node, 'Add')


def _multiply(translation: Translation, node: GraphNode) -> str:
    for data, other in ((0, 1), (1, 0)):
        if translation.is_constant(node, other):
            return _affine(translation, node, data, translation.constant(node, other), 0.0)
    return _emit_elementwise(translation, node, 'Mul')


def _affine(
    translation: Translation,
    node: GraphNode,
    data: int,
    scale: Array | float,
    offset: Array | float,
) -> str:
    """Emit ``x * scale + offset`` per channel, inside the convolution before it if possible."""
    channels = translation.input_channels(node, data)
    factor, summand = (_per_channel(node, value, channels) for value in (scale, offset))
    tensor = translation.tensor(node, data)
    alone = translation.is_only_reader(node, data)
    if alone and translation.graph.scale_channels(tensor, factor, summand):
        return tensor
    graph = translation.graph
    product, result = f'{node.name}/product', node.name
    shape = (1, channels, 1, 1)
    factor_name = graph.constant(f'{node.name}/scale', factor.reshape(shape))
    summand_name = graph.constant(f'{node.name}/offset', summand.reshape(shape))
    graph.add('Mul', [tensor, factor_name], product, channels=channels)
    return graph.add('Add', [product, summand_name], result, channels=channels)


def _per_channel(node: GraphNode, values: Array | float, channels: int) -> Array:
    array = np.asarray(values)
    only_channels = array.ndim == 0 or array.size == array.shape[-1]
    if not only_channels or array.size not in (1, channels):
        node.fail(f'constant of shape {array.shape}, expected 1 or {channels} values')
    return np.broadcast_to(array.reshape(-1), (channels,)).astype(np.float64)


def _emit_elementwise(translation: Translation, node: GraphNode, kind: str) -> str:
    first, second = (translation.input_channels(node, index) for index in (0, 1))
    if first != second:
        node.fail(f'inputs have {first} and {second} channels, expected equal numbers')
    tensors = [translation.tensor(node, index) for index in (0, 1)]
    return _emit_same_channels(translation, node, kind, tensors)


def _emit_same_channels(
    translation: Translation, node: GraphNode, kind: str, inputs: list[str]
) -> str:
    channels = translation.input_channels(node)
    return translation.graph.add(kind, inputs, node.name, channels=channels)


CONVERTERS: dict[str, Converter] = {
    'Add': _add,
    'AddV2': _add,
    'BiasAdd': _bias_add,
    'ConcatV2': _concat,
    'Conv2D': _conv,
    'DepthwiseConv2dNative': _depthwise_conv,
    'FusedBatchNorm': _batch_norm,
    'FusedBatchNormV2': _batch_norm,
    'FusedBatchNormV3': _batch_norm,
    'Identity': _identity,
    'MaxPool': _max_pool,
    'Mul': _multiply,
    'Relu': _relu,
    'Relu6': _relu6,
}
