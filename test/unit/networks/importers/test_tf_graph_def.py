# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from tf_graph_def_builder import field
from tf_graph_def_builder import GraphDefBuilder
from tf_graph_def_builder import tensor_message

from openpose_ros.networks.importers.tf_graph_def import read_graph_def


def test_read_graph_def_gives_nodes_inputs_and_attributes() -> None:
    builder = GraphDefBuilder(channels=5)
    builder.node('Some', 'some', ['x:0', '^other'], padding='SAME', epsilon=0.5, strides=(1, 2))
    nodes = read_graph_def(builder.data)
    assert list(nodes) == ['x', 'some']
    assert nodes['x'].shape() == (-1, -1, -1, 5)
    assert nodes['some'].inputs == ('x',)
    assert nodes['some'].text('padding') == 'SAME'
    assert nodes['some'].number('epsilon', 9.0) == 0.5
    assert nodes['some'].integers('strides') == (1, 2)


def test_read_graph_def_gives_defaults_for_missing_attributes() -> None:
    node = read_graph_def(GraphDefBuilder().data)['x']
    assert node.text('padding', 'VALID') == 'VALID'
    assert node.number('epsilon', 9.0) == 9.0
    assert node.integers('strides', (1, 1)) == (1, 1)
    assert node.shape('other') == ()


@pytest.mark.parametrize('dtype', ['float32', 'float64', 'int32', 'int64'])
@pytest.mark.parametrize('listed', [False, True])
def test_tensor_of_each_type_comes_back(dtype: str, listed: bool) -> None:
    values = np.array([[1, -2, 3], [4, 5, -6]], dtype)
    builder = GraphDefBuilder()
    builder.node('Const', 'c', [], value=field(8, tensor_message(values, listed=listed)))
    found = read_graph_def(builder.data)['c'].tensor()
    np.testing.assert_array_equal(found, values)
    assert found.dtype == dtype


def test_tensor_whose_last_values_are_equal_is_filled_up() -> None:
    values = np.array([1, 7, 7, 7], np.float32)
    builder = GraphDefBuilder()
    encoded = tensor_message(values, listed=True, written=2)
    builder.node('Const', 'c', [], value=field(8, encoded))
    np.testing.assert_array_equal(read_graph_def(builder.data)['c'].tensor(), values)


def test_tensor_that_is_a_scalar_has_no_dimensions() -> None:
    builder = GraphDefBuilder()
    builder.const('axis', np.array(3, np.int32))
    assert read_graph_def(builder.data)['axis'].tensor().shape == ()


def test_tensor_with_too_few_bytes_is_refused() -> None:
    encoded = tensor_message(np.zeros(4, np.float32))
    encoded = encoded.replace(field(4, bytes(16)), field(4, b'123'))
    builder = GraphDefBuilder()
    builder.node('Const', 'c', [], value=field(8, encoded))
    with pytest.raises(ValueError, match=r"node 'c' \(Const\): tensor has 0 values, expected 4"):
        read_graph_def(builder.data)['c'].tensor()


def test_tensor_of_unknown_type_is_refused() -> None:
    builder = GraphDefBuilder()
    builder.node('Const', 'c', [], value=field(8, field(1, 20)))
    with pytest.raises(ValueError, match=r"node 'c' \(Const\): tensor of type 20"):
        read_graph_def(builder.data)['c'].tensor()


def test_tensor_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="node 'x'.*attribute 'value' is missing"):
        read_graph_def(GraphDefBuilder().data)['x'].tensor()


@pytest.mark.parametrize('data', [b'this is a text, not a graph', GraphDefBuilder().data[:-3]])
def test_read_graph_def_of_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match='not a TensorFlow GraphDef'):
        read_graph_def(data)


def test_read_graph_def_without_nodes_is_refused() -> None:
    with pytest.raises(ValueError, match='no nodes'):
        read_graph_def(b'')
