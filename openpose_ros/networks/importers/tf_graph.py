# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Converts a frozen TensorFlow graph of a PAF network to ONNX, without TensorFlow."""

from __future__ import annotations

from collections import Counter

from openpose_ros.networks.importers.channel_alignment import align_channels
from openpose_ros.networks.importers.onnx_graph import OnnxGraph
from openpose_ros.networks.importers.tf_graph_def import GraphNode
from openpose_ros.networks.importers.tf_graph_def import read_graph_def
from openpose_ros.networks.importers.tf_ops import convert_node
from openpose_ros.networks.importers.translation import PASSING
from openpose_ros.networks.importers.translation import Translation

INPUT_NAME = 'image'


def convert_graph(data: bytes, outputs: dict[str, str], name: str) -> bytes:
    """
    Convert a frozen graph to an ONNX file with free batch size, height and width.

    The input is called ``image``, shape ``(N, C, H, W)``. Biases and batch normalisations go into
    the convolutions before them, and inner tensors are padded to channel numbers that run fast.

    :param data: The serialised ``GraphDef``.
    :param outputs: Name of each output of the ONNX file -> node that gives it.
    :param name: Name of the network.
    :return: The ONNX file; the same for the same arguments.
    :raises ValueError: If the graph is damaged, has no such node, or holds an operation that is
        not supported; names node and operation.
    """
    nodes = read_graph_def(data)
    order = _execution_order(nodes, outputs)
    placeholder = _only_placeholder(order)
    graph = OnnxGraph(name, INPUT_NAME, _input_channels(placeholder))
    readers = Counter(source for node in order for source in node.inputs)
    readers.update(outputs.values())
    translation = Translation(nodes, graph, readers)
    translation.set_tensor(placeholder.name, INPUT_NAME)
    for node in order:
        if node is not placeholder and not _is_constant(node, nodes):
            translation.set_tensor(node.name, convert_node(translation, node))
    ends = [GraphNode(output, 'output', (node,), {}) for output, node in outputs.items()]
    model = graph.model({end.name: translation.tensor(end, 0) for end in ends})
    return bytes(align_channels(model).SerializeToString(deterministic=True))


def _execution_order(
    nodes: dict[str, GraphNode], outputs: dict[str, str]
) -> list[GraphNode]:
    """Return the nodes that the outputs need, each behind its inputs."""
    order: dict[str, GraphNode] = {}
    entered: set[str] = set()
    waiting = [(output, f"output '{name}'") for name, output in reversed(outputs.items())]
    while waiting:
        name, reader = waiting[-1]
        if name not in nodes:
            raise ValueError(f"{reader} reads node '{name}', which the graph does not have")
        missing = [source for source in nodes[name].inputs if source not in order]
        if not missing or name in order:
            order.setdefault(name, nodes[name])
            waiting.pop()
        elif name in entered:
            raise ValueError(f"node '{name}' ({nodes[name].op}) is part of a loop")
        else:
            entered.add(name)
            waiting += [(source, f"node '{name}'") for source in reversed(missing)]
    return list(order.values())


def _only_placeholder(order: list[GraphNode]) -> GraphNode:
    placeholders = [node for node in order if node.op == 'Placeholder']
    if len(placeholders) != 1:
        names = ', '.join(node.name for node in placeholders) or 'none'
        raise ValueError(f'the graph reads the placeholders {names}, expected one')
    return placeholders[0]


def _input_channels(placeholder: GraphNode) -> int:
    shape = placeholder.shape()
    if len(shape) != 4 or shape[3] < 1:
        placeholder.fail(f'shape is {shape}, expected (batch, height, width, channels)')
    return shape[3]


def _is_constant(node: GraphNode, nodes: dict[str, GraphNode]) -> bool:
    while node.op in PASSING and node.inputs:
        node = nodes[node.inputs[0]]
    return node.op == 'Const'
