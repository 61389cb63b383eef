# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.sources import open_source
from openpose_ros.nodes.playback import frame_period_sec
from openpose_ros.nodes.playback import PlaybackSchedule

MS = 1_000_000
START = 5_000 * MS


def schedule_of(rate_hz: float = 0.0) -> PlaybackSchedule:
    """Return a schedule of frames 100 ms apart."""
    return PlaybackSchedule(START, period_sec=0.1, rate_hz=rate_hz)


def test_place_own_rate_goes_by_media_time_of_the_first_frame() -> None:
    schedule = schedule_of()
    times = [2.0, 2.1, 2.25, 2.3]  # the first frame used need not be the first of the media
    dues = [schedule.place(time, START) for time in times]
    assert dues == [START, START + 100 * MS, START + 250 * MS, START + 300 * MS]
    assert schedule.end_ns == START + 400 * MS
    assert schedule.restarts == 0


def test_place_rate_wanted_counts_frames() -> None:
    schedule = schedule_of(rate_hz=10.0)
    assert [schedule.place(time, START) for time in (0.0, 7.0, 9.0)] == [
        START,
        START + 100 * MS,
        START + 200 * MS,
    ]


def test_place_does_not_drift() -> None:
    schedule = PlaybackSchedule(START, period_sec=1 / 30, rate_hz=30.0)
    dues = [schedule.place(0.0, START + round(n * 1e9 / 30) - 10 * MS) for n in range(30_001)]
    assert dues[-1] == START + 1_000_000 * MS


def test_place_late_by_less_than_a_period_keeps_its_due_time() -> None:
    schedule = schedule_of()
    assert schedule.place(0.0, START + 99 * MS) == START
    assert schedule.left_ns(START + 99 * MS) == -99 * MS


def test_place_after_a_stall_skips_until_on_time_again() -> None:
    schedule = schedule_of()
    schedule.place(0.0, START)
    # Reading took 450 ms once, and 10 ms for each frame after it.
    now = START + 550 * MS
    found = []
    for number in range(1, 8):
        found.append(schedule.place(number / 10, now))
        now += 10 * MS
    assert found[:4] == [None] * 4
    assert found[4:] == [START + 500 * MS, START + 600 * MS, START + 700 * MS]
    assert schedule.restarts == 0


def test_place_reading_slower_than_the_frames_delays_and_goes_on() -> None:
    schedule = schedule_of()
    now = START
    published = []
    for number in range(60):
        due = schedule.place(number / 10, now)
        if due is not None:
            assert due <= now
            published.append(due)
        now += 150 * MS
    assert len(published) >= 30  # most of what can be read is seen, not one frame a second
    assert published == sorted(set(published))
    assert now - published[-1] <= 500 * MS  # stamps stay near the present
    assert schedule.restarts > 0


def test_place_in_step_keeps_the_stamps_of_all_recordings_whatever_reading_takes() -> None:
    published: list[set[int]] = []
    for read_ms in (150, 230):  # two cameras, both too slow for frames 100 ms apart
        start, now, dues = START, START, []
        for _ in range(2):  # passes
            schedule = PlaybackSchedule(start, period_sec=0.1, rate_hz=0.0, in_step=True)
            for number in range(60):
                due = schedule.place(number / 10, now)
                if due is not None:
                    assert due == start + number * 100 * MS
                    assert schedule.left_ns(now) <= 0
                    dues.append(due)
                now += read_ms * MS
            start = schedule.end_ns
            assert schedule.restarts == 0
        assert start == START + 12_000 * MS
        assert now - dues[-1] > 5_000 * MS, 'so late that others would start again'
        published.append(set(dues))
    assert len(published[0] & published[1]) >= 30


@pytest.mark.parametrize('jump_ms', [-60_000, 60_000], ids=['back', 'forth'])
def test_place_in_step_starts_again_after_the_clock_was_set(jump_ms: int) -> None:
    schedule = PlaybackSchedule(START, period_sec=0.1, rate_hz=0.0, in_step=True)
    schedule.place(0.0, START)
    now = START + (100 + jump_ms) * MS
    assert schedule.place(0.1, now) == now
    assert schedule.place(0.2, now) == now + 100 * MS
    assert schedule.restarts == 1


@pytest.mark.parametrize('jump_ms', [-60_000, 60_000], ids=['back', 'forth'])
def test_place_after_the_clock_was_set_starts_again_at_the_present(jump_ms: int) -> None:
    schedule = schedule_of()
    schedule.place(0.0, START)
    now = START + (100 + jump_ms) * MS
    assert schedule.place(0.1, now) == now
    assert schedule.place(0.2, now) == now + 100 * MS
    assert schedule.restarts == 1


@pytest.mark.parametrize('jump_ms', [-3_600_000, -30, 3_600_000])
def test_left_ns_after_the_clock_was_set_is_nothing_and_the_frame_due_now(jump_ms: int) -> None:
    schedule = schedule_of()
    schedule.place(0.0, START)
    schedule.place(0.1, START + 10 * MS)
    assert schedule.left_ns(START + 40 * MS) == 60 * MS
    now = START + (50 + jump_ms) * MS
    assert schedule.left_ns(now) == 0
    assert schedule.due_ns == now
    assert schedule.place(0.2, now) == now + 100 * MS
    assert schedule.restarts == 1


def test_place_in_the_next_pass_after_the_clock_was_set_back_a_little() -> None:
    first = schedule_of()
    first.place(0.0, START)
    second = PlaybackSchedule(first.end_ns, period_sec=0.1, rate_hz=0.0)
    assert second.place(0.0, START - 3_000 * MS) == START - 3_000 * MS


def test_frame_period_sec_of_video_images_and_rate(tmp_path: Path) -> None:
    path = str(tmp_path / 'clip.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*'MJPG'), 25.0, (64, 48))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    with open_source(path, FrameSelection(step=3)) as video:
        assert frame_period_sec(video, 0.0) == pytest.approx(3 / 25)
        assert frame_period_sec(video, 50.0) == pytest.approx(0.02)
    cv2.imwrite(str(tmp_path / 'image.png'), np.zeros((4, 4, 3), np.uint8))
    with open_source(tmp_path / 'image.png') as image:
        assert frame_period_sec(image, 0.0) == pytest.approx(0.1)
