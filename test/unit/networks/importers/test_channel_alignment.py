# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
from onnx_or_skip import onnx
import onnxruntime
import pytest

from openpose_ros.networks.importers.channel_alignment import align_channels
from openpose_ros.networks.importers.onnx_graph import OnnxGraph

SIDE = 6
PADS = (1, 1, 1, 1)


def conv(graph: OnnxGraph, source: str, name: str, channels: int, groups: int = 1) -> str:
    inputs = graph.channels(source)
    values = np.random.default_rng(channels).normal(size=(channels, inputs // groups, 3, 3))
    weights = graph.constant(f'{name}/weights', values)
    bias = graph.constant(f'{name}/bias', values[:, 0, 0, 0])
    sources = [source, weights, bias]
    return graph.add('Conv', sources, name, channels=channels, group=groups, pads=PADS)


def stages() -> onnx.ModelProto:
    """Make a network with all that padding must pass: two branches joined again and again."""
    graph = OnnxGraph('stages', 'image', 3)
    features = graph.add('Relu', [conv(graph, 'image', 'features', 5)], 'relu', channels=5)
    scale = graph.constant('scale', np.arange(1.0, 6.0).reshape(1, 5, 1, 1))
    features = graph.add('Mul', [features, scale], 'scaled', channels=5)
    features = conv(graph, features, 'multiplied', 10, groups=5)
    for stage in ('first', 'second'):
        heatmaps = conv(graph, features, f'{stage}_heatmaps', 3)
        pafs = conv(graph, features, f'{stage}_pafs', 7)
        pafs = graph.add('Relu', [pafs], f'{stage}_relu', channels=7)
        joined = [heatmaps, pafs, features]
        channels = 10 + graph.channels(features)
        concat = graph.add('Concat', joined, f'{stage}_concat', channels=channels, axis=1)
        depthwise = conv(graph, concat, f'{stage}_depthwise', channels, groups=channels)
        summed = graph.add('Add', [concat, depthwise], f'{stage}_sum', channels=channels)
        pool = {'kernel_shape': (2, 2), 'strides': (1, 1)}
        features = graph.add('MaxPool', [summed], f'{stage}_pool', channels=channels, **pool)
    return graph.model({'heatmaps': 'second_heatmaps', 'pafs': 'second_relu'})


def run(model: onnx.ModelProto) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=['CPUExecutionProvider']
    )
    image = np.random.default_rng(0).normal(size=(2, 3, SIDE, SIDE)).astype(np.float32)
    return list(session.run(None, {'image': image}))


def weight_shapes(model: onnx.ModelProto) -> dict[str, list[int]]:
    return {item.name: list(item.dims) for item in model.graph.initializer}


@pytest.mark.parametrize('multiple', [1, 4, 16])
def test_align_channels_changes_no_output(multiple: int) -> None:
    model = stages()
    padded = align_channels(model, multiple)
    onnx.checker.check_model(padded, full_check=True)
    for expected, found in zip(run(model), run(padded), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_align_channels_pads_inner_tensors_and_keeps_outputs() -> None:
    shapes = weight_shapes(align_channels(stages(), 8))
    assert shapes['features/weights'][:2] == [8, 3]
    # heatmaps 3 -> 8, PAFs 7 -> 8, features 5 -> 8 and two outputs for each of them
    assert shapes['first_depthwise/weights'][:2] == [8 + 8 + 16, 1]
    assert shapes['second_heatmaps/weights'][:2] == [3, 32]
    assert shapes['second_pafs/weights'][:2] == [7, 32]


def test_align_channels_leaves_its_argument_alone() -> None:
    model = stages()
    before = model.SerializeToString(deterministic=True)
    assert align_channels(model, 8) is not model
    assert model.SerializeToString(deterministic=True) == before


def test_align_channels_of_sum_padded_differently_returns_the_network() -> None:
    graph = OnnxGraph('sum', 'image', 3)
    parts = [conv(graph, 'image', name, 3) for name in ('a', 'b')]
    joined = graph.add('Concat', parts, 'joined', channels=6, axis=1)
    summed = graph.add('Add', [joined, conv(graph, 'image', 'c', 6)], 'sum', channels=6)
    model = graph.model({'y': conv(graph, summed, 'd', 2)})
    assert align_channels(model, 4) is model


def test_align_channels_of_groups_of_channels_returns_the_network() -> None:
    graph = OnnxGraph('groups', 'image', 3)
    grouped = conv(graph, conv(graph, 'image', 'a', 6), 'b', 6, groups=2)
    model = graph.model({'y': conv(graph, grouped, 'c', 2)})
    assert align_channels(model, 4) is model
