# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest
from tflite_builder import file_of
from tflite_builder import integers
from tflite_builder import Table as TableWriter
from tflite_builder import Tables
from tflite_builder import text
from tflite_builder import Vector

from openpose_ros.networks.importers.flatbuffer import read_root

IDENTIFIER = b'TFL3'


def test_table_gives_fields_of_each_type() -> None:
    inner = TableWriter({0: ('i', -5)})
    root = read_root(file_of(TableWriter({
        0: ('b', -3), 1: ('I', 4_000_000_000), 2: text('grüße'), 4: inner,
        5: Tables([inner, TableWriter({0: ('i', 6)})]), 6: integers([1, -2, 3]),
        7: Vector(3, b'\x01\xff\x00'),
    })), IDENTIFIER)
    assert root.scalar(0, 'b') == -3
    assert root.scalar(1, 'I') == 4_000_000_000
    assert root.text(2) == 'grüße'
    found = root.table(4)
    assert found is not None
    assert found.scalar(0, 'i') == -5
    assert [table.scalar(0, 'i') for table in root.tables(5)] == [-5, 6]
    assert root.integers(6) == (1, -2, 3)
    assert root.bytes(7) == b'\x01\xff\x00'


@pytest.mark.parametrize('field', [3, 9])  # inside the vtable, and behind its end
def test_table_field_left_out_is_empty(field: int) -> None:
    root = read_root(file_of(TableWriter({0: ('i', 1), 4: ('i', 2)})), IDENTIFIER)
    assert root.scalar(field, 'i') == 0
    assert root.scalar(field, 'i', 7) == 7
    assert root.table(field) is None
    assert root.tables(field) == []
    assert root.integers(field) == ()
    assert root.bytes(field) == b''
    assert root.text(field) == ''


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_integers_of_any_size_come_back(numbers: list[int]) -> None:
    root = read_root(file_of(TableWriter({1: integers(numbers)})), IDENTIFIER)
    assert root.integers(1) == tuple(numbers)


def test_read_root_of_another_kind_of_file_names_both_identifiers() -> None:
    with pytest.raises(ValueError, match="b'ABCD', expected b'TFL3'"):
        read_root(file_of(TableWriter({}), b'ABCD'), IDENTIFIER)


def test_read_root_of_a_file_that_ends_early_is_refused() -> None:
    data = file_of(TableWriter({0: integers(range(100))}))
    for length in range(len(data)):
        with pytest.raises(ValueError, match='bytes wanted at byte|identifier'):
            read_root(data[:length], IDENTIFIER).integers(0)


def test_vector_longer_than_the_file_is_refused() -> None:
    data = file_of(TableWriter({0: Vector(10**9, b'')}))
    with pytest.raises(ValueError, match='1000000000 items of 4 bytes wanted at byte'):
        read_root(data, IDENTIFIER).integers(0)
