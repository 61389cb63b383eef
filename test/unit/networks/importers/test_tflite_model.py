# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from tflite_builder import TfliteBuilder

from openpose_ros.networks.importers.tflite_model import read_tflite


def test_read_tflite_gives_tensors_and_operators() -> None:
    builder = TfliteBuilder((1, 4, 6, 2))
    slopes = builder.constant(np.array([[[0.25, 0.5]]], np.float32))
    builder.outputs(builder.operator('PRELU', [0, slopes], (1, 4, 6, 2), {2: ('i', 9)}))
    model = read_tflite(builder.data)
    assert (model.inputs, model.outputs) == ((0,), (2,))
    assert [tensor.shape for tensor in model.tensors] == [(1, 4, 6, 2), (1, 1, 2), (1, 4, 6, 2)]
    assert [tensor.name for tensor in model.tensors] == ['tensor_0', 'tensor_1', 'tensor_2']
    (operator,) = model.operators
    assert (operator.kind, operator.inputs, operator.output) == ('PRELU', (0, 1), 2)
    assert (operator.option(2), operator.option(1, default=5)) == (9, 5)
    np.testing.assert_array_equal(model.tensors[1].values(), [[[0.25, 0.5]]])


@pytest.mark.parametrize(
    ('stored', 'read'), [('float32', 'float32'), ('float16', 'float32'), ('int32', 'int64')]
)
def test_values_of_each_type_come_back(stored: str, read: str) -> None:
    values = np.array([[1, -2, 3], [4, 5, -6]], stored)
    builder = TfliteBuilder((1, 1, 1, 1))
    tensor = read_tflite_tensor(builder, builder.constant(values))
    assert tensor.values().dtype == read
    np.testing.assert_array_equal(tensor.values(), values)


def read_tflite_tensor(builder: TfliteBuilder, index: int) -> object:
    return read_tflite(builder.data).tensors[index]


def test_values_of_a_quantised_tensor_are_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    index = builder.constant(np.zeros(3, np.uint8))
    with pytest.raises(ValueError, match="'tensor_1' is stored as type 3, expected float32"):
        read_tflite(builder.data).tensors[index].values()


def test_values_of_a_sparse_tensor_are_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    index = builder.constant(np.zeros(3, np.float32))
    builder.sparse(index)
    with pytest.raises(ValueError, match="'tensor_1' is stored with its zeros left out"):
        read_tflite(builder.data).tensors[index].values()


def test_values_cut_off_are_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    index = builder.constant(np.zeros(3, np.float32), cut=4)
    with pytest.raises(ValueError, match='has 8 bytes, expected 3 values'):
        read_tflite(builder.data).tensors[index].values()


def test_read_tflite_with_several_graphs_is_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    builder.graphs = 2
    with pytest.raises(ValueError, match='it has 2 graphs, expected one'):
        read_tflite(builder.data)


def test_read_tflite_with_a_tensor_that_is_not_there_is_refused() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    builder.operator('LOGISTIC', [7], (1, 1, 1, 1))
    with pytest.raises(ValueError, match='it names tensor 7, expected 0 to 1'):
        read_tflite(builder.data)


@pytest.mark.parametrize('data', [b'', b'PK\x03\x04', b'\x00' * 64, b'\x08\x00\x00\x00TFL3'])
def test_read_tflite_of_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match='not a TensorFlow Lite model, or a damaged one'):
        read_tflite(data)


def test_read_tflite_cut_off_anywhere_is_refused_or_lacks_values() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    builder.outputs(builder.operator('LOGISTIC', [0], (1, 4, 4, 3)))
    data = builder.data
    for length in range(0, len(data) - 8, 4):
        with pytest.raises(ValueError, match='not a TensorFlow Lite model'):
            read_tflite(data[:length])


def test_operator_kinds_of_newer_and_own_operators_are_named() -> None:
    builder = TfliteBuilder((1, 1, 1, 1))
    builder.operator(150, [0], (1, 1, 1, 1))
    builder.operator(32, [0], (1, 1, 1, 1), custom='MyOperator')
    kinds = [operator.kind for operator in read_tflite(builder.data).operators]
    assert kinds == ['number 150', 'MyOperator']
