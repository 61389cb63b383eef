# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Each TensorFlow operation, converted and run, against its definition in plain numpy."""

from __future__ import annotations

import numpy as np
from onnx_or_skip import onnx
import onnxruntime
import pytest
from tf_graph_def_builder import field
from tf_graph_def_builder import GraphDefBuilder
from tf_graph_def_builder import shape_message

from openpose_ros.networks.importers.tf_graph import convert_graph

# Batch, height and width: odd, even and mixed sides, and sides smaller than the kernels.
SIZES = [(1, 8, 8), (2, 7, 9), (1, 6, 11), (2, 1, 2)]


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def run(builder: GraphDefBuilder, x: np.ndarray, **outputs: str) -> list[np.ndarray]:
    """Convert a graph and run it; images and results are (N, H, W, C), as in TensorFlow."""
    data = convert_graph(builder.data, outputs, 'tiny')
    session = onnxruntime.InferenceSession(data, providers=['CPUExecutionProvider'])
    results = session.run(list(outputs), {'image': x.transpose(0, 3, 1, 2)})
    return [result.transpose(0, 2, 3, 1) for result in results]


def windows(x: np.ndarray, kernel: int, stride: int, padding: str, fill: float) -> np.ndarray:
    """Cut windows by TensorFlow's documented rule, (N, H', W', kernel, kernel, C)."""
    pads = []
    for side in x.shape[1:3]:
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        pads.append((total // 2, total - total // 2) if padding == 'SAME' else (0, 0))
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
    return view[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('kernel', [1, 2, 3])
@pytest.mark.parametrize('stride', [1, 2])
def test_conv_same_equals_definition(size: tuple[int, ...], kernel: int, stride: int) -> None:
    x, weights = random(*size, 3), random(kernel, kernel, 3, 4)
    builder = GraphDefBuilder()
    builder.conv('conv', 'x', weights, stride=stride)
    expected = np.einsum('nhwklc,klcd->nhwd', windows(x, kernel, stride, 'SAME', 0.0), weights)
    np.testing.assert_allclose(run(builder, x, y='conv')[0], expected, atol=1e-5)


@pytest.mark.parametrize('stride', [1, 2])
def test_conv_valid_equals_definition(stride: int) -> None:
    x, weights = random(1, 7, 8, 3), random(3, 3, 3, 4)
    builder = GraphDefBuilder()
    builder.conv('conv', 'x', weights, stride=stride, padding='VALID')
    expected = np.einsum('nhwklc,klcd->nhwd', windows(x, 3, stride, 'VALID', 0.0), weights)
    np.testing.assert_allclose(run(builder, x, y='conv')[0], expected, atol=1e-5)


@pytest.mark.parametrize('size', [(1, 9, 9), (2, 10, 7)])
def test_conv_with_dilation_equals_spread_kernel(size: tuple[int, ...]) -> None:
    x, weights = random(*size, 3), random(3, 3, 3, 2)
    spread = np.zeros((5, 5, 3, 2), np.float32)
    spread[::2, ::2] = weights
    dilated, plain = GraphDefBuilder(), GraphDefBuilder()
    dilated.conv('conv', 'x', weights, dilations=(1, 2, 2, 1))
    plain.conv('conv', 'x', spread)
    results = run(dilated, x, y='conv')[0], run(plain, x, y='conv')[0]
    np.testing.assert_allclose(*results, atol=1e-5)


def test_conv_in_groups_equals_separate_convolutions() -> None:
    x, weights = random(1, 5, 5, 4), random(3, 3, 2, 6)
    builder = GraphDefBuilder(channels=4)
    builder.conv('conv', 'x', weights)
    cut = windows(x, 3, 1, 'SAME', 0.0)
    halves = [
        np.einsum('nhwklc,klcd->nhwd', cut[..., 2 * g:2 * g + 2], weights[..., 3 * g:3 * g + 3])
        for g in range(2)
    ]
    expected = np.concatenate(halves, axis=3)
    np.testing.assert_allclose(run(builder, x, y='conv')[0], expected, atol=1e-5)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('multiplier', [1, 2])
@pytest.mark.parametrize('stride', [1, 2])
def test_depthwise_conv_equals_definition(
    size: tuple[int, ...], multiplier: int, stride: int
) -> None:
    x, weights = random(*size, 3), random(3, 3, 3, multiplier)
    builder = GraphDefBuilder()
    builder.conv('conv', 'x', weights, op='DepthwiseConv2dNative', stride=stride)
    expected = np.einsum('nhwklc,klcm->nhwcm', windows(x, 3, stride, 'SAME', 0.0), weights)
    expected = expected.reshape(*expected.shape[:3], -1)
    np.testing.assert_allclose(run(builder, x, y='conv')[0], expected, atol=1e-5)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('kernel', [2, 3])
@pytest.mark.parametrize('stride', [1, 2])
def test_max_pool_same_equals_definition(
    size: tuple[int, ...], kernel: int, stride: int
) -> None:
    x = random(*size, 3) - 5.0  # below 0, where padding with 0 would show
    builder = GraphDefBuilder()
    ksize, strides = (1, kernel, kernel, 1), (1, stride, stride, 1)
    builder.node('MaxPool', 'pool', ['x'], ksize=ksize, strides=strides, padding='SAME')
    expected = windows(x, kernel, stride, 'SAME', -np.inf).max(axis=(3, 4))
    np.testing.assert_array_equal(run(builder, x, y='pool')[0], expected)


def batch_norm(builder: GraphDefBuilder, op: str, source: str) -> tuple[str, list[np.ndarray]]:
    values = [random(4), random(4) + 1, random(4) - 1, np.abs(random(4)) + 0.1]
    names = [builder.const(f'bn/{key}', value) for key, value in zip('somv', values, strict=True)]
    return builder.node(op, 'bn', [source, *names], epsilon=0.01), values


@pytest.mark.parametrize('op', ['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'])
@pytest.mark.parametrize('activation', [None, 'Relu'])
def test_batch_norm_equals_definition(op: str, activation: str | None) -> None:
    x, weights = random(2, 5, 6, 3), random(3, 3, 3, 4)
    builder = GraphDefBuilder()
    source = builder.conv('conv', 'x', weights)
    y = np.einsum('nhwklc,klcd->nhwd', windows(x, 3, 1, 'SAME', 0.0), weights)
    if activation:  # nothing to fold into
        source, y = builder.node(activation, 'relu', [source]), np.maximum(y, 0.0)
    name, (scale, offset, mean, variance) = batch_norm(builder, op, source)
    expected = (y - mean) / np.sqrt(variance + np.float32(0.01)) * scale + offset
    np.testing.assert_allclose(run(builder, x, y=name)[0], expected, atol=1e-5)


def test_batch_norm_and_bias_after_convolution_are_folded() -> None:
    builder = GraphDefBuilder()
    source = builder.conv('conv', 'x', random(3, 3, 3, 4))
    bias = builder.const('b', random(4))
    biased = builder.node('BiasAdd', 'biased', [source, bias])
    name, _ = batch_norm(builder, 'FusedBatchNormV3', biased)
    builder.node('Relu', 'relu', [name])
    model = onnx.load_from_string(convert_graph(builder.data, {'y': 'relu'}, 'tiny'))
    assert [node.op_type for node in model.graph.node] == ['Conv', 'Relu']


def test_bias_is_not_folded_into_a_convolution_that_is_read_twice() -> None:
    x, weights, bias = random(1, 4, 4, 3), random(1, 1, 3, 4), random(4)
    builder = GraphDefBuilder()
    source = builder.conv('conv', 'x', weights)
    builder.node('Identity', 'passed', [source])
    builder.node('BiasAdd', 'biased', ['passed', builder.const('b', bias)])
    plain, biased = run(builder, x, plain='conv', biased='biased')
    np.testing.assert_allclose(plain, x @ weights[0, 0], atol=1e-5)
    np.testing.assert_allclose(biased, plain + bias, atol=1e-6)


def test_weights_shared_by_two_convolutions_are_folded_separately() -> None:
    x, weights = random(1, 4, 4, 3), random(1, 1, 3, 4)
    builder = GraphDefBuilder()
    kernel = builder.const('kernel', weights)
    names = []
    for name, factor in (('a', 2.0), ('b', -3.0)):
        builder.node('Conv2D', name, ['x', kernel], strides=(1, 1, 1, 1), padding='SAME')
        scale = builder.const(f'{name}/scale', np.array(factor, np.float32))
        names.append(builder.node('Mul', f'{name}/scaled', [scale, name]))
    first, second = run(builder, x, a2=names[0], b2=names[1])
    np.testing.assert_allclose(first, 2.0 * (x @ weights[0, 0]), atol=1e-5)
    np.testing.assert_allclose(second, -3.0 * (x @ weights[0, 0]), atol=1e-5)


@pytest.mark.parametrize('op', ['Add', 'AddV2', 'Mul'])
@pytest.mark.parametrize('shape', [(), (1,), (3,), (1, 1, 1, 3)])
@pytest.mark.parametrize('constant_first', [False, True])
def test_arithmetic_with_constant_equals_numpy(
    op: str, shape: tuple[int, ...], constant_first: bool
) -> None:
    x, constant = random(1, 3, 4, 3), random(*shape)
    builder = GraphDefBuilder()
    inputs = ['x', builder.const('c', constant)]
    builder.node(op, 'y', inputs[::-1] if constant_first else inputs)
    expected = x * constant if op == 'Mul' else x + constant
    np.testing.assert_allclose(run(builder, x, y='y')[0], expected, atol=1e-6)


@pytest.mark.parametrize('op', ['Add', 'AddV2', 'Mul'])
def test_arithmetic_of_tensors_equals_numpy(op: str) -> None:
    x = random(2, 3, 4, 3)
    builder = GraphDefBuilder()
    builder.node('Relu', 'relu', ['x'])
    builder.node(op, 'y', ['x', 'relu'])
    expected = x * np.maximum(x, 0) if op == 'Mul' else x + np.maximum(x, 0)
    np.testing.assert_allclose(run(builder, x, y='y')[0], expected, atol=1e-6)


def test_relu6_equals_clip() -> None:
    x = random(1, 5, 5, 3) * 10
    builder = GraphDefBuilder()
    builder.node('Relu6', 'y', ['x'])
    np.testing.assert_array_equal(run(builder, x, y='y')[0], np.clip(x, 0, 6))


@pytest.mark.parametrize('axis', [3, -1])
def test_concat_equals_numpy(axis: int) -> None:
    x = random(1, 2, 3, 3)
    builder = GraphDefBuilder()
    builder.node('Relu', 'relu', ['x'])
    builder.node('ConcatV2', 'y', ['x', 'relu', 'x', builder.const('axis', np.array(axis))])
    expected = np.concatenate((x, np.maximum(x, 0), x), axis=3)
    np.testing.assert_array_equal(run(builder, x, y='y')[0], expected)


def test_identity_as_output_and_constant_behind_identity_are_seen_through() -> None:
    x, weights = random(1, 4, 4, 3), random(1, 1, 3, 2)
    builder = GraphDefBuilder()
    builder.node('Identity', 'read', [builder.const('kernel', weights)])
    builder.node('Conv2D', 'conv', ['x', 'read'], strides=(1, 1, 1, 1), padding='SAME')
    builder.node('Identity', 'end', ['conv:0'])
    np.testing.assert_allclose(run(builder, x, y='end')[0], x @ weights[0, 0], atol=1e-5)


def test_outputs_may_be_the_input_or_the_same_tensor_or_keep_their_name() -> None:
    x = random(1, 4, 4, 3)
    builder = GraphDefBuilder()
    builder.node('Relu', 'c', ['x'])
    a, b, c, d = run(builder, x, a='x', b='c', c='c', d='c')
    np.testing.assert_array_equal(a, x)
    for result in (b, c, d):
        np.testing.assert_array_equal(result, np.maximum(x, 0))


def test_convert_graph_leaves_out_what_the_outputs_do_not_need() -> None:
    builder = GraphDefBuilder()
    builder.node('Relu', 'y', ['x'])
    builder.node('Unknown', 'other', ['y'])
    model = onnx.load_from_string(convert_graph(builder.data, {'heatmaps': 'y'}, 'tiny'))
    assert [node.op_type for node in model.graph.node] == ['Relu']


def test_convert_graph_states_names_shapes_producer_and_opset() -> None:
    builder = GraphDefBuilder()
    builder.conv('conv', 'x', random(1, 1, 3, 5))
    model = onnx.load_from_string(convert_graph(builder.data, {'heatmaps': 'conv'}, 'tiny'))
    assert (model.producer_name, model.opset_import[0].version) == ('openpose_ros', 13)
    shapes = {
        item.name: [side.dim_value for side in item.type.tensor_type.shape.dim]
        for item in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {'image': [0, 3, 0, 0], 'heatmaps': [0, 5, 0, 0]}


def test_convert_graph_twice_gives_the_same_bytes() -> None:
    builder = GraphDefBuilder()
    builder.conv('a', 'x', random(3, 3, 3, 5), stride=2)
    builder.conv('b', 'a', random(3, 3, 5, 7), op='DepthwiseConv2dNative')
    outputs = {'pafs': 'b', 'heatmaps': 'a'}
    first, second = (convert_graph(builder.data, outputs, 'tiny') for _ in range(2))
    assert first == second


def one_node(op: str, inputs: list[str], **attributes: object) -> GraphDefBuilder:
    builder = GraphDefBuilder()
    builder.const('kernel', random(3, 3, 3, 4))
    builder.const('four', random(4))
    builder.const('axis', np.array(1, np.int32))
    builder.const('last', np.array(3, np.int32))
    builder.node(op, 'y', inputs, **attributes)
    return builder


ONES = (1, 1, 1, 1)


@pytest.mark.parametrize(
    ('builder', 'message'),
    [
        (one_node('Softmax', ['x']), r"node 'y' \(Softmax\): it is not supported, expected one"),
        (one_node('Conv2D', ['x'], padding='SAME'), r'\(Conv2D\): it has 1 inputs, expected at'),
        (one_node('Add', ['kernel', 'four']), 'the graph reads the placeholders none'),
        (one_node('ConcatV2', ['x', 'four', 'last']), r"input 1 \('four'\) is a constant, expec"),
        (one_node('Relu', ['gone']), "node 'y' reads node 'gone', which the graph does not have"),
        (one_node('Relu', ['y']), r"node 'y' \(Relu\) is part of a loop"),
        (one_node('Conv2D', ['x', 'x'], padding='SAME'), r"\('x'\) is Placeholder, expected a"),
        (one_node('Conv2D', ['x', 'four'], padding='SAME'), r'shape \(4,\), expected 4 dimens'),
        (one_node('Conv2D', ['x', 'kernel']), "padding is '', expected SAME or VALID"),
        (one_node('Conv2D', ['x', 'kernel'], padding='EXPLICIT'), "padding is 'EXPLICIT'"),
        (
            one_node('Conv2D', ['x', 'kernel'], padding='SAME', data_format='NCHW'),
            "data_format is 'NCHW', expected NHWC",
        ),
        (
            one_node('Conv2D', ['x', 'kernel'], padding='SAME', strides=(1, 2)),
            r'strides is \(1, 2\), expected \(1, height, width, 1\)',
        ),
        (
            one_node(
                'Conv2D', ['x', 'kernel'], padding='SAME', strides=(1, 2, 2, 1),
                dilations=(1, 2, 2, 1),
            ),
            'strides together with dilations',
        ),
        (one_node('BiasAdd', ['x', 'four']), r'shape \(4,\), expected 1 or 3 values'),
        (one_node('ConcatV2', ['x', 'x', 'axis']), 'axis is 1, expected the channel axis 3'),
        (one_node('Placeholder', []), r"node 'y' \(Placeholder\): shape is \(\), expected"),
    ],
)
def test_convert_graph_of_wrong_graph_names_node_and_reason(
    builder: GraphDefBuilder, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        convert_graph(builder.data, {'heatmaps': 'y'}, 'tiny')


def test_convert_graph_of_unknown_output_is_refused() -> None:
    with pytest.raises(ValueError, match="output 'pafs' reads node 'gone'"):
        convert_graph(GraphDefBuilder().data, {'heatmaps': 'x', 'pafs': 'gone'}, 'tiny')


def test_convert_graph_with_two_placeholders_is_refused() -> None:
    builder = one_node('Placeholder', [], shape=field(7, shape_message((1, 2, 2, 3))))
    builder.node('Add', 'sum', ['x', 'y'])
    with pytest.raises(ValueError, match='placeholders x, y, expected one'):
        convert_graph(builder.data, {'heatmaps': 'sum'}, 'tiny')


def test_convert_graph_whose_tensor_has_an_outputs_name_is_refused() -> None:
    builder = GraphDefBuilder()
    builder.node('Relu', 'pafs', ['x'])
    builder.node('Relu', 'y', ['pafs'])
    with pytest.raises(ValueError, match="two tensors are called 'pafs'"):
        convert_graph(builder.data, {'pafs': 'y'}, 'tiny')


def test_depthwise_conv_with_wrong_weights_is_refused() -> None:
    builder = GraphDefBuilder(channels=4)
    builder.conv('y', 'x', random(3, 3, 3, 1), op='DepthwiseConv2dNative')
    with pytest.raises(ValueError, match=r"node 'y' .* \(3, 3, 3, 1\) do not fit 4 input"):
        convert_graph(builder.data, {'heatmaps': 'y'}, 'tiny')


def test_sum_of_tensors_with_different_channels_is_refused() -> None:
    builder = GraphDefBuilder()
    builder.conv('four', 'x', random(1, 1, 3, 4))
    builder.node('Add', 'y', ['x', 'four'])
    with pytest.raises(ValueError, match='inputs have 3 and 4 channels'):
        convert_graph(builder.data, {'heatmaps': 'y'}, 'tiny')
