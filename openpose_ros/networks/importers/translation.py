# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""State of a conversion: what each TensorFlow node has become in the ONNX network."""

from __future__ import annotations

from collections import Counter

from openpose_ros.networks.importers.onnx_graph import OnnxGraph
from openpose_ros.networks.importers.tf_graph_def import GraphNode
from openpose_ros.types import Array

# Operations that hand on their input; looked through where a constant is wanted.
PASSING = ('Identity',)


class Translation:
    """
    The nodes of a TensorFlow graph and the ONNX network they are turned into.

    :param nodes: The TensorFlow nodes by name.
    :param graph: The ONNX network under construction.
    :param readers: How often each node's output is read, outputs of the network included.
    """

    def __init__(
        self, nodes: dict[str, GraphNode], graph: OnnxGraph, readers: Counter[str]
    ) -> None:
        self.graph = graph
        self._nodes = nodes
        self._readers = readers
        self._tensors: dict[str, str] = {}

    def set_tensor(self, name: str, tensor: str) -> None:
        """Note which ONNX tensor a TensorFlow node has become."""
        self._tensors[name] = tensor

    def tensor(self, node: GraphNode, index: int) -> str:
        """
        Return the ONNX tensor of a node's input.

        :raises ValueError: If there is no such input, or it is a constant.
        """
        name = self._input(node, index)
        if name not in self._tensors:
            node.fail(f"input {index} ('{name}') is a constant, expected a tensor")
        return self._tensors[name]

    def input_channels(self, node: GraphNode, index: int = 0) -> int:
        """Return the number of channels of a node's input."""
        return self.graph.channels(self.tensor(node, index))

    def is_constant(self, node: GraphNode, index: int) -> bool:
        """Tell whether a node's input is a constant."""
        return self._constant_node(self._input(node, index)) is not None

    def constant(self, node: GraphNode, index: int) -> Array:
        """
        Return the values of a node's input that is a constant.

        :raises ValueError: If there is no such input, or it is not a constant.
        """
        name = self._input(node, index)
        found = self._constant_node(name)
        if found is None:
            node.fail(f"input {index} ('{name}') is {self._nodes[name].op}, expected a constant")
        return found.tensor()

    def is_only_reader(self, node: GraphNode, index: int) -> bool:
        """Tell whether nothing but this node reads its input, however it is passed on."""
        name = self._input(node, index)
        while self._readers[name] == 1:
            if self._nodes[name].op not in PASSING:
                return True
            name = self._nodes[name].inputs[0]
        return False

    def _input(self, node: GraphNode, index: int) -> str:
        if index >= len(node.inputs):
            node.fail(f'it has {len(node.inputs)} inputs, expected at least {index + 1}')
        return node.inputs[index]

    def _constant_node(self, name: str) -> GraphNode | None:
        while self._nodes[name].op in PASSING:
            name = self._nodes[name].inputs[0]
        return self._nodes[name] if self._nodes[name].op == 'Const' else None
