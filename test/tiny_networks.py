# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Tiny ONNX networks whose answer is known, right ones and wrong ones, and their metadata."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from onnx_or_skip import onnx

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.networks.metadata import OutputFormat
from openpose_ros.networks.metadata import PafModel
from openpose_ros.skeletons import Skeleton

helper, numpy_helper = onnx.helper, onnx.numpy_helper
TensorProto = onnx.TensorProto

# Channel c of an output is (c + 1) times the mean of an 8 x 8 block of pixels, colours added.
STRIDE = 8


def tiny_network(
    outputs: dict[str, int],
    *,
    layout: str = 'nchw',
    half: bool = False,
    size: tuple[int, int] | None = None,
    declared: bool = True,
    inputs: int = 1,
) -> bytes:
    """
    Build a network that averages the blocks of its input.

    :param outputs: Number of channels of each output, by name.
    :param layout: ``nchw`` or ``nhwc``, of the input and of the outputs.
    :param half: Whether the input is float16.
    :param size: Height and width of the input if it takes one size only.
    :param declared: Whether it can be told from the file how many channels the outputs have.
    :param inputs: Number of inputs; anything but one is wrong.
    :return: Content of an ONNX file.
    """
    height, width = size or ('height', 'width')
    shape = {'nchw': [1, 3, height, width], 'nhwc': [1, height, width, 3]}[layout]
    kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    nodes, weights, current = [], [], 'image'
    if half:
        nodes.append(helper.make_node('Cast', [current], ['single'], to=TensorProto.FLOAT))
        current = 'single'
    if layout == 'nhwc':
        nodes.append(helper.make_node('Transpose', [current], ['first'], perm=[0, 3, 1, 2]))
        current = 'first'
    for name, channels in outputs.items():
        factors = np.arange(1, channels + 1, dtype=np.float32).reshape(-1, 1, 1, 1)
        kernel = np.broadcast_to(factors / STRIDE**2, (channels, 3, STRIDE, STRIDE))
        weights.append(numpy_helper.from_array(np.ascontiguousarray(kernel), f'{name}_kernel'))
        result = name if layout == 'nchw' else f'{name}_first'
        nodes.append(
            helper.make_node(
                'Conv', [current, f'{name}_kernel'], [result],
                strides=[STRIDE, STRIDE], kernel_shape=[STRIDE, STRIDE],
            )
        )
        if layout == 'nhwc':
            nodes.append(helper.make_node('Transpose', [result], [name], perm=[0, 2, 3, 1]))
        if not declared:
            nodes[-1].output[0] = f'{name}_known'
            nodes += _forget_shape(f'{name}_known', name)
    shapes = {
        name: [channels if declared and axis == layout.index('c') else None for axis in range(4)]
        for name, channels in outputs.items()
    }
    graph = helper.make_graph(
        nodes,
        'tiny',
        [
            helper.make_tensor_value_info(name, kind, shape)
            for name in ('image', *(f'other_{number}' for number in range(1, inputs)))
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
        ],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8)
    return bytes(model.SerializeToString())


def _forget_shape(source: str, target: str) -> list[Any]:
    """Return nodes that change nothing, and through which ONNX Runtime infers no shape."""
    return [
        helper.make_node('Shape', [source], [f'{source}_shape']),
        helper.make_node('Cast', [f'{source}_shape'], [f'{source}_real'], to=TensorProto.FLOAT),
        helper.make_node('Cast', [f'{source}_real'], [f'{source}_whole'], to=TensorProto.INT64),
        helper.make_node('Reshape', [source, f'{source}_whole'], [target]),
    ]


def constant_network(maps: np.ndarray, name: str = 'maps') -> bytes:
    """
    Build a network that answers with the same maps whatever it is shown.

    :param maps: Its one output, shape ``(1, C, h, w)``, float32.
    :param name: Name of the output.
    """
    nodes = [
        helper.make_node('ReduceSum', ['image'], ['sum'], keepdims=1),
        helper.make_node('Mul', ['sum', 'zero'], ['nothing']),
        helper.make_node('Add', ['nothing', 'answer'], [name]),
    ]
    graph = helper.make_graph(
        nodes,
        'constant',
        [helper.make_tensor_value_info('image', TensorProto.FLOAT, [1, 3, 'h', 'w'])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * 4)],
        [
            numpy_helper.from_array(np.zeros((1, 1, 1, 1), np.float32), 'zero'),
            numpy_helper.from_array(maps.astype(np.float32), 'answer'),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8)
    return bytes(model.SerializeToString())


def model_of(
    network: bytes,
    folder: Path,
    skeleton: Skeleton,
    *,
    layout: str = 'nchw',
    outputs: OutputFormat = OutputFormat('heatmaps', 'pafs'),
    background: bool = True,
) -> PafModel:
    """
    Write a network into a folder and return its metadata.

    :param network: Content of the ONNX file.
    :param folder: Where to write it.
    :param skeleton: Parts, limbs and PAF channels.
    :param layout: ``nchw`` or ``nhwc``.
    :param outputs: Names of the outputs.
    :param background: Whether there is a background channel.
    """
    path = folder / 'tiny.onnx'
    path.write_bytes(network)
    return PafModel(
        name='tiny',
        skeleton=skeleton,
        onnx_path=path,
        sha256=hashlib.sha256(network).hexdigest(),
        input=InputFormat(layout, 'bgr', 1.0, (0.0, 0.0, 0.0), STRIDE),
        outputs=outputs,
        stride=float(STRIDE),
        map_offset_px=0.0,
        background=background,
        licence='Apache-2.0',
        source='made for a test',
    )
