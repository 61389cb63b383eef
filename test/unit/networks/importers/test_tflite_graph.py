# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Each TensorFlow Lite operator, converted and run, against its definition in plain numpy."""

from __future__ import annotations

import numpy as np
from onnx_or_skip import onnx
import onnxruntime
import pytest
from tflite_builder import TfliteBuilder

from openpose_ros.networks.importers.tflite_graph import convert_tflite

BATCHES = (1, 2, 5)
SAME, VALID = 0, 1


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def convert(builder: TfliteBuilder, output: int) -> bytes:
    builder.outputs(output)
    return convert_tflite(builder.data, {'y': f'tensor_{output}'}, 'tiny')


def run(builder: TfliteBuilder, output: int, x: np.ndarray) -> np.ndarray:
    """Convert a network and run it; images and results are (N, H, W, C), as in TensorFlow."""
    data = convert(builder, output)
    session = onnxruntime.InferenceSession(data, providers=['CPUExecutionProvider'])
    result = session.run(['y'], {'image': x.transpose(0, 3, 1, 2)})[0]
    return result.transpose(0, 2, 3, 1) if result.ndim == 4 else result


def refused(builder: TfliteBuilder, output: int, *words: str) -> None:
    with pytest.raises(ValueError) as caught:
        convert(builder, output)
    for word in words:
        assert word in str(caught.value)


def same_pads(size: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def windows(
    x: np.ndarray, kernel: tuple[int, int], stride: int, padding: int, fill: float
) -> np.ndarray:
    """Cut windows by TensorFlow's documented rule, (N, H', W', kernel, kernel, C)."""
    pads = [(0, 0), (0, 0)]
    if padding == SAME:
        pads = [same_pads(*sides, stride) for sides in zip(x.shape[1:3], kernel, strict=True)]
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
    return view[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)


def conv_options(padding: int, stride: int, activation: int = 0) -> dict[int, tuple[str, int]]:
    return {0: ('b', padding), 1: ('i', stride), 2: ('i', stride), 3: ('b', activation)}


@pytest.mark.parametrize('sides', [(8, 8), (7, 9), (6, 11), (2, 3)])
@pytest.mark.parametrize('kernel', [(1, 1), (2, 2), (3, 3), (3, 5)])
@pytest.mark.parametrize('stride', [1, 2])
def test_conv_same_equals_definition(
    sides: tuple[int, int], kernel: tuple[int, int], stride: int
) -> None:
    x, weights, bias = random(2, *sides, 3), random(4, *kernel, 3), random(4)
    cut = windows(x, kernel, stride, SAME, 0.0)
    expected = np.einsum('nhwklc,dklc->nhwd', cut, weights) + bias
    builder = TfliteBuilder((1, *sides, 3))
    inputs = [0, builder.constant(weights), builder.constant(bias)]
    shape = (1, *expected.shape[1:])
    output = builder.operator('CONV_2D', inputs, shape, conv_options(SAME, stride))
    found = run(builder, output, x).reshape(expected.shape)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_conv_valid_without_bias_equals_definition() -> None:
    x, weights = random(2, 7, 8, 3), random(4, 3, 3, 3)
    expected = np.einsum('nhwklc,dklc->nhwd', windows(x, (3, 3), 2, VALID, 0.0), weights)
    builder = TfliteBuilder((1, 7, 8, 3))
    inputs = [0, builder.constant(weights), -1]
    output = builder.operator('CONV_2D', inputs, (1, 3, 3, 4), conv_options(VALID, 2))
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


def test_conv_in_groups_equals_definition() -> None:
    x, weights = random(1, 4, 4, 4), random(6, 1, 1, 2)
    expected = np.concatenate(
        [x[..., :2] @ weights[:3, 0, 0].T, x[..., 2:] @ weights[3:, 0, 0].T], axis=3
    )
    builder = TfliteBuilder((1, 4, 4, 4))
    inputs = [0, builder.constant(weights)]
    output = builder.operator('CONV_2D', inputs, (1, 4, 4, 6), conv_options(SAME, 1))
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


def test_conv_with_dilation_equals_conv_with_zeros_between_weights() -> None:
    x, weights = random(1, 9, 9, 2), random(3, 3, 3, 2)
    spread = np.zeros((3, 5, 7, 2), np.float32)
    spread[:, ::2, ::3] = weights
    expected = np.einsum('nhwklc,dklc->nhwd', windows(x, (5, 7), 1, SAME, 0.0), spread)
    builder = TfliteBuilder((1, 9, 9, 2))
    options = {**conv_options(SAME, 1), 4: ('i', 3), 5: ('i', 2)}  # x, then y
    output = builder.operator('CONV_2D', [0, builder.constant(weights)], (1, 9, 9, 3), options)
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


def test_conv_with_stride_per_axis_takes_x_first() -> None:
    x = random(1, 4, 6, 1)
    builder = TfliteBuilder((1, 4, 6, 1))
    options = {0: ('b', VALID), 1: ('i', 3), 2: ('i', 2)}
    weights = builder.constant(np.ones((1, 1, 1, 1), np.float32))
    output = builder.operator('CONV_2D', [0, weights], (1, 2, 2, 1), options)
    np.testing.assert_array_equal(run(builder, output, x), x[:, ::2, ::3])


@pytest.mark.parametrize('multiplier', [1, 2])
@pytest.mark.parametrize('stride', [1, 2])
def test_depthwise_conv_equals_definition(multiplier: int, stride: int) -> None:
    x, weights, bias = random(2, 5, 6, 3), random(1, 3, 3, 3 * multiplier), random(3 * multiplier)
    cut = windows(x, (3, 3), stride, SAME, 0.0)
    expected = np.einsum('nhwklc,klcm->nhwcm', cut, weights.reshape(3, 3, 3, multiplier))
    expected = expected.reshape(*expected.shape[:3], -1) + bias
    builder = TfliteBuilder((1, 5, 6, 3))
    inputs = [0, builder.constant(weights), builder.constant(bias)]
    options = {0: ('b', SAME), 1: ('i', stride), 2: ('i', stride), 3: ('i', multiplier)}
    shape = (1, *expected.shape[1:])
    output = builder.operator('DEPTHWISE_CONV_2D', inputs, shape, options)
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


@pytest.mark.parametrize(
    ('activation', 'function'),
    [
        (1, lambda x: np.maximum(x, 0)),
        (2, lambda x: np.clip(x, -1, 1)),
        (3, lambda x: np.clip(x, 0, 6)),
        (4, np.tanh),
    ],
)
@pytest.mark.parametrize('kind', ['CONV_2D', 'DEPTHWISE_CONV_2D', 'ADD'])
def test_activation_behind_an_operator_equals_definition(
    activation: int, function: object, kind: str
) -> None:
    x = 5 * random(2, 3, 3, 1)
    builder = TfliteBuilder((1, 3, 3, 1))
    three = builder.constant(np.full((1, 1, 1, 1), 2.0, np.float32))
    place = {'CONV_2D': 3, 'DEPTHWISE_CONV_2D': 4, 'ADD': 0}[kind]
    options = {**({} if kind == 'ADD' else conv_options(SAME, 1)), place: ('b', activation)}
    output = builder.operator(kind, [0, 0 if kind == 'ADD' else three], (1, 3, 3, 1), options)
    np.testing.assert_allclose(run(builder, output, x), function(2 * x), atol=1e-5)


def test_activation_unknown_is_refused() -> None:
    builder = TfliteBuilder((1, 3, 3, 1))
    output = builder.operator('ADD', [0, 0], (1, 3, 3, 1), {0: ('b', 5)})
    refused(builder, output, 'operator ADD (tensor 1)', 'activation 5 is not supported')


@pytest.mark.parametrize('sides', [(8, 8), (7, 9), (2, 3)])
@pytest.mark.parametrize('padding', [SAME, VALID])
def test_max_pool_equals_definition(sides: tuple[int, int], padding: int) -> None:
    # Below zero, so that a padding with zeros would show.
    x = random(2, *sides, 3) - 10
    expected = windows(x, (2, 2), 2, padding, -np.inf).max(axis=(3, 4))
    builder = TfliteBuilder((1, *sides, 3))
    options = {0: ('b', padding), 1: ('i', 2), 2: ('i', 2), 3: ('i', 2), 4: ('i', 2)}
    shape = (1, *expected.shape[1:])
    output = builder.operator('MAX_POOL_2D', [0], shape, options)
    np.testing.assert_array_equal(run(builder, output, x).reshape(expected.shape), expected)


def test_prelu_equals_definition() -> None:
    x, slopes = random(2, 3, 4, 5), np.array([[[0.25, -0.5, 1.0, 2.0, 0.0]]], np.float32)
    builder = TfliteBuilder((1, 3, 4, 5))
    output = builder.operator('PRELU', [0, builder.constant(slopes)], (1, 3, 4, 5))
    np.testing.assert_allclose(
        run(builder, output, x), np.where(x > 0, x, slopes * x), rtol=1e-6, atol=1e-6
    )


def test_logistic_equals_definition() -> None:
    x = random(2, 3, 4, 5)
    builder = TfliteBuilder((1, 3, 4, 5))
    output = builder.operator('LOGISTIC', [0], (1, 3, 4, 5))
    np.testing.assert_allclose(run(builder, output, x), 1 / (1 + np.exp(-x)), atol=1e-6)


def resized(x: np.ndarray, axis: int, factor: int, rule: str) -> np.ndarray:
    """Interpolate linearly along an axis by TensorFlow's documented rules."""
    size = x.shape[axis]
    cells = np.arange(size * factor)
    places = {
        'asymmetric': cells / factor,
        'half_pixel': (cells + 0.5) / factor - 0.5,
        'align_corners': cells * (size - 1) / (size * factor - 1),
    }[rule]
    places = np.clip(places, 0, size - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, size - 1)
    share = (places - low).reshape([-1 if number == axis else 1 for number in range(4)])
    return x.take(low, axis) * (1 - share) + x.take(high, axis) * share


@pytest.mark.parametrize('rule', ['asymmetric', 'half_pixel', 'align_corners'])
def test_resize_bilinear_equals_definition(rule: str) -> None:
    x = random(2, 3, 4, 2)
    builder = TfliteBuilder((1, 3, 4, 2))
    sizes = builder.constant(np.array([6, 12], np.int32))
    options = {2: ('b', rule == 'align_corners'), 3: ('b', rule == 'half_pixel')}
    output = builder.operator('RESIZE_BILINEAR', [0, sizes], (1, 6, 12, 2), options)
    expected = resized(resized(x, 1, 2, rule), 2, 3, rule)
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


def test_resize_bilinear_by_a_fraction_is_refused() -> None:
    builder = TfliteBuilder((1, 4, 4, 2))
    sizes = builder.constant(np.array([6, 8], np.int32))
    output = builder.operator('RESIZE_BILINEAR', [0, sizes], (1, 6, 8, 2))
    refused(builder, output, '(4, 4) to (6, 8), expected a multiple')


@pytest.mark.parametrize('before', [0, 1])
def test_pad_of_channels_equals_definition(before: int) -> None:
    x = random(2, 3, 4, 2)
    builder = TfliteBuilder((1, 3, 4, 2))
    amounts = builder.constant(np.array([[0, 0], [0, 0], [0, 0], [before, 3]], np.int32))
    output = builder.operator('PAD', [0, amounts], (1, 3, 4, 5 + before))
    expected = np.pad(x, ((0, 0), (0, 0), (0, 0), (before, 3)))
    np.testing.assert_array_equal(run(builder, output, x), expected)


@pytest.mark.parametrize('padding', [SAME, VALID])
def test_pad_before_a_conv_equals_definition_and_costs_no_operation(padding: int) -> None:
    x, weights = random(2, 6, 7, 3), random(4, 3, 3, 3)
    padded = np.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0)))
    expected = np.einsum('nhwklc,dklc->nhwd', windows(padded, (3, 3), 2, padding, 0.0), weights)
    builder = TfliteBuilder((1, 6, 7, 3))
    amounts = builder.constant(np.array([[0, 0], [1, 2], [0, 3], [0, 0]], np.int32))
    wide = builder.operator('PAD', [0, amounts], (1, 9, 10, 3))
    shape = (1, *expected.shape[1:])
    inputs = [wide, builder.constant(weights)]
    output = builder.operator('CONV_2D', inputs, shape, conv_options(padding, 2))
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)
    nodes = onnx.load_from_string(convert(builder, output)).graph.node
    assert [node.op_type for node in nodes] == ['Conv']


@pytest.mark.parametrize(
    ('amounts', 'words'),
    [
        ([[1, 0], [0, 0], [0, 0], [0, 0]], 'expected none in the batch axis'),
        ([[0, 0], [0, 0], [0, 0], [0, -1]], 'expected none in the batch axis'),
        ([[0, 0], [0, 1], [0, 0], [0, 2]], 'expected image axes or channels only'),
    ],
)
def test_pad_elsewhere_is_refused(amounts: list[list[int]], words: str) -> None:
    builder = TfliteBuilder((1, 4, 4, 2))
    constant = builder.constant(np.array(amounts, np.int32))
    refused(builder, builder.operator('PAD', [0, constant], (1, 4, 4, 2)), words)


def test_pad_before_another_operator_than_a_conv_is_refused() -> None:
    builder = TfliteBuilder((1, 4, 4, 2))
    amounts = builder.constant(np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32))
    wide = builder.operator('PAD', [0, amounts], (1, 6, 6, 2))
    output = builder.operator('LOGISTIC', [wide], (1, 6, 6, 2))
    refused(builder, output, 'operator LOGISTIC', 'expected a convolution behind them')


@pytest.mark.parametrize('keep', [0, 1])
@pytest.mark.parametrize('axes', [[1, 2], [2, 1], [-3, -2]])
def test_mean_of_an_image_equals_definition(keep: int, axes: list[int]) -> None:
    x = random(3, 4, 5, 6)
    builder = TfliteBuilder((1, 4, 5, 6))
    constant = builder.constant(np.array(axes, np.int32))
    shape = (1, 1, 1, 6) if keep else (1, 6)
    output = builder.operator('MEAN', [0, constant], shape, {0: ('b', keep)})
    np.testing.assert_allclose(run(builder, output, x), x.mean(axis=(1, 2)), atol=1e-6)


def test_mean_of_channels_is_refused() -> None:
    builder = TfliteBuilder((1, 4, 5, 6))
    constant = builder.constant(np.array([3], np.int32))
    output = builder.operator('MEAN', [0, constant], (1, 4, 5))
    refused(builder, output, 'axes are [3], expected height and width')


@pytest.mark.parametrize('batch', BATCHES)
def test_fully_connected_behind_a_mean_equals_definition(batch: int) -> None:
    x, weights, bias = random(batch, 4, 5, 6), random(3, 6), random(3)
    builder = TfliteBuilder((1, 4, 5, 6))
    axes = builder.constant(np.array([1, 2], np.int32))
    mean = builder.operator('MEAN', [0, axes], (1, 6))
    inputs = [mean, builder.constant(weights), builder.constant(bias)]
    output = builder.operator('FULLY_CONNECTED', inputs, (1, 3))
    expected = x.mean(axis=(1, 2)) @ weights.T + bias
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


@pytest.mark.parametrize('batch', BATCHES)
@pytest.mark.parametrize('sides', [(1, 1), (2, 3)])
def test_reshape_to_a_row_keeps_the_order_of_the_values(
    batch: int, sides: tuple[int, int]
) -> None:
    x = random(batch, *sides, 4)
    builder = TfliteBuilder((1, *sides, 4))
    output = builder.operator('RESHAPE', [0], (1, x[0].size))
    np.testing.assert_array_equal(run(builder, output, x), x.reshape(batch, -1))


def test_reshape_to_another_image_is_refused() -> None:
    builder = TfliteBuilder((1, 2, 2, 4))
    output = builder.operator('RESHAPE', [0], (1, 4, 1, 4))
    refused(builder, output, 'operator RESHAPE', '(1, 4, 1, 4), expected (1, values)')


def test_weights_of_16_bits_are_converted() -> None:
    x, weights = random(1, 4, 4, 3), random(2, 1, 1, 3).astype(np.float16)
    builder = TfliteBuilder((1, 4, 4, 3))
    inputs = [0, builder.dequantized(weights)]
    output = builder.operator('CONV_2D', inputs, (1, 4, 4, 2), conv_options(SAME, 1))
    expected = x @ weights[:, 0, 0].astype(np.float32).T
    np.testing.assert_allclose(run(builder, output, x), expected, atol=1e-5)


def test_operator_not_supported_is_named() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    output = builder.operator('CONCATENATION', [0, 0], (1, 4, 4, 6))
    refused(builder, output, 'operator CONCATENATION (tensor 1)', 'not supported', 'CONV_2D')


def test_operator_not_supported_that_no_output_needs_is_left_out() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    builder.operator('CONCATENATION', [0, 0], (1, 4, 4, 6))
    x = random(1, 4, 4, 3)
    output = builder.operator('ADD', [0, 0], (1, 4, 4, 3))
    np.testing.assert_array_equal(run(builder, output, x), 2 * x)


def test_quantised_network_is_refused() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    output = builder.operator('LOGISTIC', [0], (1, 4, 4, 3), output_kind='uint8')
    refused(builder, output, 'operator LOGISTIC', 'stored as type 3, expected float32')


def test_weights_that_are_computed_are_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 3))
    computed = builder.operator('LOGISTIC', [0], (1, 1, 1, 3))
    output = builder.operator('CONV_2D', [0, computed], (1, 1, 1, 1), conv_options(SAME, 1))
    refused(builder, output, 'operator CONV_2D', 'is computed, expected a constant')


def test_constant_as_a_tensor_is_refused() -> None:
    builder = TfliteBuilder((1, 2, 2, 1))
    constant = builder.constant(random(1, 2, 2, 1))
    output = builder.operator('ADD', [0, constant], (1, 2, 2, 1))
    refused(builder, output, 'operator ADD', 'is a constant')


@pytest.mark.parametrize(
    ('kind', 'weights', 'words'),
    [
        ('CONV_2D', (4, 3, 3, 2), 'do not fit 3 input channels'),
        ('CONV_2D', (4, 3), 'expected 4 dimensions'),
        ('DEPTHWISE_CONV_2D', (1, 3, 3, 4), 'do not fit 3 input channels'),
        ('DEPTHWISE_CONV_2D', (2, 3, 3, 3), 'do not fit 3 input channels'),
        ('PRELU', (1, 4), 'expected one of 3 channels'),
        ('FULLY_CONNECTED', (4, 3), 'input has shape (1, 4, 4, 3), expected (1, inputs)'),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    kind: str, weights: tuple[int, ...], words: str
) -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    inputs = [0, builder.constant(random(*weights))]
    output = builder.operator(kind, inputs, (1, 4, 4, 3), conv_options(SAME, 1))
    refused(builder, output, f'operator {kind}', words)


@pytest.mark.parametrize(
    ('options', 'words'),
    [(conv_options(2, 1), 'padding is 2'), (conv_options(SAME, 0), 'strides (0, 0)')],
)
def test_window_of_nonsense_is_refused(options: dict[int, tuple[str, int]], words: str) -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    inputs = [0, builder.constant(random(4, 3, 3, 3))]
    refused(builder, builder.operator('CONV_2D', inputs, (1, 4, 4, 4), options), words)


def test_output_that_is_not_there_lists_those_there_are() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    builder.outputs(builder.operator('LOGISTIC', [0], (1, 4, 4, 3)))
    with pytest.raises(ValueError, match="no output 'other', expected one of tensor_1"):
        convert_tflite(builder.data, {'y': 'other'}, 'tiny')


def test_input_that_is_no_image_is_refused() -> None:
    builder = TfliteBuilder((1, 12))
    output = builder.operator('LOGISTIC', [0], (1, 12))
    refused(builder, output, 'inputs have shapes [(1, 12)], expected one (1, height, width')


def test_output_of_one_cell_is_a_row() -> None:
    x = random(2, 1, 1, 3)
    builder = TfliteBuilder((1, 1, 1, 3))
    output = builder.operator('ADD', [0, 0], (1, 1, 1, 3))
    np.testing.assert_array_equal(run(builder, output, x), 2 * x.reshape(2, 3))


def test_convert_tflite_again_gives_the_same_bytes() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    slopes = builder.constant(random(1, 1, 3))
    output = builder.operator('PRELU', [0, slopes], (1, 4, 4, 3))
    data = convert(builder, output)
    assert convert(builder, output) == data
    model = onnx.load_from_string(data)
    assert model.opset_import[0].version == 13
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == 'batch'
