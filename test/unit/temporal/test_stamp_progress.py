# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Frames with one and the same stamp, timed."""

from __future__ import annotations

import pytest

from openpose_ros.temporal.stamp_progress import StampProgress

GAP_SEC = 5.0


@pytest.mark.parametrize(
    ('frames', 'expected_sec'),
    [
        ([(0, 1000.0)], 0.0),  # one frame has not stood still, whatever the clock begins with
        ([(0, 0.0), (0, 2.0), (0, 4.5)], 4.5),  # never stamped
        ([(7, 3.0), (7, 5.0)], 2.0),  # stamped once
        ([(0, 1.0), (0, 3.0), (1, 4.0)], 0.0),  # it moves again
        ([(9, 1.0), (9, 3.0), (2, 4.0), (2, 4.5)], 0.5),  # it jumps back
        ([(-1, 1.0), (-1, 3.0)], 2.0),  # before 1970
        ([(7, 0.0), (7, 5.0)], 0.0),  # a player goes on and repeats its last frame
        ([(7, 0.0), (7, 4.9), (7, 9.8)], 9.8),  # slow, but never a pause
    ],
)
def test_progress_of_frames(frames: list[tuple[int, float]], expected_sec: float) -> None:
    progress = StampProgress(GAP_SEC)
    results = [progress.update(stamp_ns, time_sec) for stamp_ns, time_sec in frames]
    assert results[0] == 0.0
    assert results[-1] == pytest.approx(expected_sec)


def test_progress_of_ordinary_frames_is_never_unmoved() -> None:
    progress = StampProgress(GAP_SEC)
    assert {progress.update(number * 33_000_000, number / 30) for number in range(300)} == {0.0}
