# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from openpose_ros.temporal.assignment import assign


def test_assign_near_pair_does_not_cost_the_others_theirs() -> None:
    # the cheapest pair alone, 1, would force 9 on the other row
    assert assign(np.array([[1.0, 2.0], [2.0, 9.0]])).tolist() == [1, 0]


@pytest.mark.parametrize('shape', [(0, 0), (0, 3), (3, 0)])
def test_assign_nobody_is_no_error(shape: tuple[int, int]) -> None:
    assert assign(np.zeros(shape)).tolist() == [-1] * shape[0]


def test_assign_more_rows_than_columns_leaves_the_dearest_out() -> None:
    assert assign(np.array([[5.0], [1.0], [3.0]])).tolist() == [-1, 0, -1]


@pytest.mark.parametrize('wrong', [np.nan, np.inf])
def test_assign_cost_that_is_no_number_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match='finite'):
        assign(np.array([[wrong]]))


@given(
    st.integers(0, 8), st.integers(0, 8), st.integers(0, 10_000), st.sampled_from([2, 5, 1000])
)
@settings(max_examples=200, deadline=None)
def test_assign_costs_as_little_as_scipy_says(
    rows: int, columns: int, seed: int, values: int
) -> None:
    # few values make many assignments that cost the same
    costs = np.random.default_rng(seed).integers(-values, values, (rows, columns)).astype(float)
    found = assign(costs)
    taken = found[found >= 0]
    assert len(set(taken.tolist())) == len(taken) == min(rows, columns)
    given_rows = np.flatnonzero(found >= 0)
    assert costs[given_rows, taken].sum() == pytest.approx(
        costs[linear_sum_assignment(costs)].sum()
    )
