# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A model for hands that fails when it is given two hands at once, or that answers wrongly."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from onnx_or_skip import onnx

SIZE_PX = 32
METADATA = """
name: hand_of_one
kind: regressor
skeleton: hand_21
onnx: hand_of_one.onnx
sha256: {sha256}
input: {{layout: nchw, colour: rgb, scale: 1.0, mean: [0.0, 0.0, 0.0], size: 32}}
outputs:
  landmarks: landmarks
  points: 21
  values: [x, y, z]
mirror: none
licence: Apache-2.0
source: made for a test
"""


def single_hand_network(points: int = 21) -> bytes:
    """
    Build a network that sees a hand in the middle of any crop, of which it takes one only.

    :param points: Number of points it answers with.
    """
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    table = np.full((1, 3 * points), SIZE_PX / 2, np.float32)
    nodes = [
        helper.make_node('ReduceMean', ['image'], ['mean'], axes=[1, 2, 3], keepdims=0),
        helper.make_node('Mul', ['mean', 'zero'], ['nothing']),
        helper.make_node('Add', ['table', 'nothing'], ['landmarks']),
    ]
    graph = helper.make_graph(
        nodes,
        'hand_of_one',
        [helper.make_tensor_value_info('image', kind, (1, 3, SIZE_PX, SIZE_PX))],
        [helper.make_tensor_value_info('landmarks', kind, (1, 3 * points))],
        [
            onnx.numpy_helper.from_array(table, 'table'),
            onnx.numpy_helper.from_array(np.zeros(1, np.float32), 'zero'),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8)
    return bytes(model.SerializeToString())


def write_hand_model(folder: Path, network: bytes, kept: int | None = None) -> Path:
    """
    Write a model.

    :param folder: Where to.
    :param network: Content of the ONNX file.
    :param kept: Bytes of the ONNX file that are left of it, ``None``: all.
    :return: The YAML file.
    """
    (folder / 'hand_of_one.onnx').write_bytes(network[:kept])
    path = folder / 'hand_of_one.yaml'
    path.write_text(
        METADATA.format(sha256=hashlib.sha256(network).hexdigest()), encoding='utf-8'
    )
    return path
