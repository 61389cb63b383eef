# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Frames per second: steady, after a pause, and when the clock goes back."""

from __future__ import annotations

import pytest

from openpose_ros.temporal.frame_rate import FrameRate


def test_update_first_frame_has_no_rate() -> None:
    assert FrameRate().update(5.0) == 0.0


def test_update_steady_frames_give_their_rate() -> None:
    rate = FrameRate()
    found = [rate.update(100.0 + number / 25.0) for number in range(100)]
    assert found[1:] == pytest.approx([25.0] * 99)


def test_update_a_change_is_seen_within_30_frames() -> None:
    rate = FrameRate()
    for number in range(50):
        rate.update(number / 50.0)
    found = [rate.update(1.0 + number / 10.0) for number in range(30)]
    assert 10.0 < found[5] < 50.0
    assert found[-1] == pytest.approx(10.0)


@pytest.mark.parametrize('later', [100.0, -3.0])
def test_update_a_pause_or_a_jump_back_is_a_new_start(later: float) -> None:
    rate = FrameRate()
    for number in range(10):
        rate.update(number / 25.0)
    assert rate.update(later) == 0.0
    assert rate.update(later + 0.5) == pytest.approx(2.0)


def test_update_frames_of_one_moment_do_not_divide_by_zero() -> None:
    rate = FrameRate()
    assert [rate.update(1.0) for _ in range(3)] == [0.0, 0.0, 0.0]
