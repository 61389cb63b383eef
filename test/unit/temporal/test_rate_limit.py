# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The grid of time slots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest

from openpose_ros.temporal.rate_limit import RateLimit

MS = 1_000_000
SINCE_1970_NS = 1_795_000_000_000_000_000


def taken(rate_hz: float, stamps_ns: list[int]) -> list[int]:
    limit = RateLimit(rate_hz)
    return [stamp for stamp in stamps_ns if limit.update(stamp)]


@pytest.mark.parametrize(
    ('rate_hz', 'stamps_ms', 'expected_ms'),
    [
        (10.0, [0, 40, 99, 100, 199, 200], [0, 100, 200]),  # a slot begins at its first instant
        (10.0, [95, 105, 115], [95, 105]),  # by the grid, not by the distance
        (10.0, [500, 550, 20, 60], [500, 20]),  # the recording starts over
        (10.0, [5, 905], [5, 905]),  # slots without a frame do not matter
        (0.0, [0, 0, 1], [0, 0, 1]),  # no limit
        (0.5, [0, 1999, 2000], [0, 2000]),
    ],
)
def test_first_frame_of_each_slot_is_taken(
    rate_hz: float, stamps_ms: list[int], expected_ms: list[int]
) -> None:
    found = taken(rate_hz, [stamp * MS for stamp in stamps_ms])
    assert found == [stamp * MS for stamp in expected_ms]


@pytest.mark.parametrize('rate_hz', [7.1, 10.0, 29.97, 30.0])
def test_slots_are_exact_for_stamps_since_1970(rate_hz: float) -> None:
    # A float64 has steps of 256 ns there; a frame every 0.1 ms meets every slot.
    stamps = range(SINCE_1970_NS, SINCE_1970_NS + 10_000 * MS, MS // 10)
    assert len(taken(rate_hz, list(stamps))) == pytest.approx(10 * rate_hz, abs=1)


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=50).map(sorted),
    st.integers(-20, 20),
    st.sampled_from([1.0, 5.0, 10.0]),
)
def test_cameras_with_shifted_clocks_of_one_grid_take_the_same_slots(
    stamps_ms: list[int], shift_slots: int, rate_hz: float
) -> None:
    slot_ns = round(1e9 / rate_hz)
    one = taken(rate_hz, [stamp * MS for stamp in stamps_ms])
    shifted = taken(rate_hz, [stamp * MS + (shift_slots + 30) * slot_ns for stamp in stamps_ms])
    assert [stamp - (shift_slots + 30) * slot_ns for stamp in shifted] == one


@pytest.mark.parametrize('rate_hz', [-1.0, float('nan'), float('inf')])
def test_a_rate_that_is_none_is_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match='expected a finite number from 0 on'):
        RateLimit(rate_hz)
