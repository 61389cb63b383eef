# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest
from tf_graph_def_builder import field
from tf_graph_def_builder import varint

from openpose_ros.networks.importers.wire import Message


@given(st.integers(-(2**63), 2**63 - 1))
def test_integer_of_any_size_comes_back(number: int) -> None:
    assert Message(field(3, number)).integer(3) == number


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_integers_packed_and_unpacked_are_the_same(numbers: list[int]) -> None:
    unpacked = b''.join(field(1, number) for number in numbers)
    packed = field(1, b''.join(varint(number) for number in numbers))
    assert Message(unpacked).integers(1) == numbers
    assert Message(packed).integers(1) == numbers


def test_message_fields_are_found_in_any_order() -> None:
    inner = field(2, 'inside') + field(1, -7)
    again = field(2, 'again')
    message = Message(field(9, 1.5) + field(5, inner) + field(5, again) + field(1, 'a'))
    assert message.text(1) == 'a'
    assert message.floats(9) == [1.5]
    assert [item.text(2) for item in message.messages(5)] == ['inside', 'again']
    assert message.messages(5)[0].integer(1) == -7
    assert 9 in message
    assert 2 not in message


def test_message_field_not_written_is_empty() -> None:
    message = Message(b'')
    assert message.text(1) == ''
    assert message.integer(1) == 0
    assert message.integers(1) == []
    assert message.floats(1) == []
    assert message.messages(1) == []


@pytest.mark.parametrize(
    'data',
    [
        field(1, b'twelve bytes')[:-1],  # ends inside a value
        field(1, 300)[:-1],  # ends inside an integer
        b'\x08' + b'\xff' * 11,  # an integer longer than any
        b'\x0b\x00',  # a wire type that nobody writes any more
        b'\x0d\x00\x00',  # ends inside a fixed number
    ],
)
def test_message_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match='at byte'):
        Message(data)


def test_all_bytes_of_an_integer_field_is_refused() -> None:
    with pytest.raises(ValueError, match='field 4 holds integers'):
        Message(field(4, 1)).all_bytes(4)
