# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.temporal.smoothing import OneEuroFilter
from openpose_ros.temporal.smoothing import SmoothingParameters

SEC = 1_000_000_000
STEP = SEC // 30
FIGURE = np.array([(0.0, 0.0), (40.0, 0.0), (20.0, 100.0)])
ONE = np.array([1])


def smoother(**values: Any) -> OneEuroFilter:
    return OneEuroFilter(SmoothingParameters(**values))


def slow_filter(values: list[float], step_sec: float, cutoff_hz: float, beta: float) -> float:
    """Filter one coordinate as the paper's algorithm 1 does, plain; all else stands still."""
    def alpha(hz: float) -> float:
        return 1 / (1 + 1 / (2 * math.pi * hz * step_sec))

    last, speed = values[0], 0.0
    for value in values[1:]:
        speed += alpha(1.0) * ((value - last) / step_sec - speed)
        last += alpha(cutoff_hz + beta * abs(speed)) * (value - last)
    return last


@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.floats(0.1, 5), st.floats(0, 50)
)
@settings(max_examples=50, deadline=None)
def test_update_equals_the_algorithm_of_the_paper(
    values: list[float], cutoff_hz: float, beta: float
) -> None:
    one = smoother(min_cutoff_hz=cutoff_hz, beta=beta)
    for number, value in enumerate(values):
        figure = FIGURE + [(0, 0), (value, 0), (0, 0)]
        found = one.update(figure[None], ONE, number * STEP)
    expected = slow_filter(values, STEP / SEC, cutoff_hz, beta / 100)  # 100 px: the size
    assert found[0, 1, 0] == pytest.approx(40 + expected)
    np.testing.assert_allclose(found[0, [0, 2]], FIGURE[[0, 2]])


def test_update_person_at_rest_trembles_less() -> None:
    noise = np.random.default_rng(1).normal(0, 1, (90, 3, 2))
    one = smoother()
    found = np.array([
        one.update((FIGURE + shake)[None], ONE, number * STEP)[0]
        for number, shake in enumerate(noise)
    ])
    assert np.diff(found[30:], axis=0).std() < 0.25 * np.diff(noise[30:], axis=0).std()


def test_update_person_who_moves_lags_by_less_than_a_frame() -> None:
    one, speed_px = smoother(), 5.0  # one and a half body sizes per second
    for number in range(60):
        found = one.update((FIGURE + (number * speed_px, 0))[None], ONE, number * STEP)
    assert 0 < 59 * speed_px - found[0, 0, 0] < speed_px


def test_update_new_person_is_where_the_person_is_seen() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, 0)
    found = one.update(np.stack([FIGURE + 500, FIGURE]), np.array([2, 1]), STEP)
    np.testing.assert_array_equal(found, [FIGURE + 500, FIGURE])


def test_update_people_in_another_order_are_smoothed_each_for_themselves() -> None:
    here, there = FIGURE, FIGURE + (300, 7)
    sorted_, shuffled = smoother(), smoother()
    for one in (sorted_, shuffled):
        one.update(np.stack([here, there]), np.array([1, 2]), 0)
    found = sorted_.update(np.stack([here + 1, there + 2]), np.array([1, 2]), STEP)
    other = shuffled.update(np.stack([there + 2, here + 1]), np.array([2, 1]), STEP)
    np.testing.assert_array_equal(found, other[::-1])


def test_update_missing_keypoint_stays_missing_and_the_others_do_not_mind() -> None:
    one, other = smoother(), smoother()
    gone = FIGURE.copy()
    gone[1] = np.nan
    for each in (one, other):
        each.update(FIGURE[None], ONE, 0)
    found = one.update((gone + 1)[None], ONE, STEP)
    whole = other.update((FIGURE + 1)[None], ONE, STEP)
    assert np.isnan(found[0, 1]).all()
    np.testing.assert_allclose(found[0, [0, 2]], whole[0, [0, 2]])


@pytest.mark.parametrize(('gap_sec', 'afresh'), [(0.2, False), (0.3, True)])
def test_update_keypoint_after_a_gap(gap_sec: float, afresh: bool) -> None:
    one = smoother(max_gap_sec=0.25)
    one.update(FIGURE[None], ONE, 0)
    if gap_sec > 0.25:
        one.update(np.full((1, 3, 2), np.nan), ONE, SEC // 10)
    found = one.update((FIGURE + 10)[None], ONE, round(gap_sec * SEC))
    assert (found == FIGURE + 10).all() == afresh
    assert (found > FIGURE).all(), 'no smear: after so long most of the way is gone'


def test_update_person_who_is_away_for_a_moment_is_remembered() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, 0)
    one.update(FIGURE[None], np.array([2]), STEP)
    one.update(FIGURE[:, :][:0].reshape(0, 3, 2), np.zeros(0, np.int64), 2 * STEP)
    found = one.update((FIGURE + 10)[None], ONE, 3 * STEP)
    assert (found < FIGURE + 10).all()


def test_update_stamp_jumps_back_starts_afresh() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, SEC)
    np.testing.assert_array_equal(one.update((FIGURE + 9)[None], ONE, 0), [FIGURE + 9])


def test_update_same_stamp_again_is_no_error() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, SEC)
    assert np.isfinite(one.update((FIGURE + 9)[None], ONE, SEC)).all()


def test_update_other_number_of_parts_starts_afresh() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, 0)
    assert one.update(np.zeros((1, 0, 2)), ONE, STEP).shape == (1, 0, 2)
    np.testing.assert_array_equal(one.update((FIGURE + 9)[None], ONE, 2 * STEP), [FIGURE + 9])


def test_reset_forgets_everybody() -> None:
    one = smoother()
    one.update(FIGURE[None], ONE, 0)
    one.reset()
    np.testing.assert_array_equal(one.update((FIGURE + 9)[None], ONE, STEP), [FIGURE + 9])


@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-1000, 1000))
@settings(max_examples=50, deadline=None)
def test_update_does_not_depend_on_scale_and_place(seed: int, scale: float, shift: float) -> None:
    steps = FIGURE + np.random.default_rng(seed).normal(0, 5, (4, 3, 2))
    one, other = smoother(), smoother()
    for number, step in enumerate(steps):
        found = one.update(step[None], ONE, number * STEP)
        moved = other.update(step[None] * scale + shift, ONE, number * STEP)
    np.testing.assert_allclose(moved, found * scale + shift, rtol=1e-6, atol=1e-6)
    low, high = steps.min(axis=0), steps.max(axis=0)
    assert (found >= low - 1e-9).all() and (found <= high + 1e-9).all()
