# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Counts, rates and times of frames."""

from __future__ import annotations

import threading

import pytest

from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.frame_statistics import WINDOW


def test_account_without_frames() -> None:
    account = FrameStatistics().report(0.0).account()
    assert account == 'frames: 0 received, 0 processed, 0 dropped, 0 passed on'


def test_account_names_each_reason() -> None:
    statistics = FrameStatistics()
    for _ in range(7):
        statistics.count_received()
    statistics.count_processed(latency=0.1)
    statistics.count_dropped('replaced')
    statistics.count_dropped('invalid', 'it is black')
    statistics.count_dropped('replaced')
    statistics.count_passed_on('timeout', 'no image')
    statistics.count_passed_on('size', 'too small')
    statistics.count_dropped('deactivated')
    account = statistics.report(0.0).account()
    assert account == (
        'frames: 7 received, 1 processed, 4 dropped (replaced 2, invalid 1, deactivated 1), '
        '2 passed on'
    )


@pytest.mark.parametrize(
    ('error', 'reason', 'problem'),
    [
        (ValueError('it is black'), 'invalid', 'it is black'),
        (RuntimeError('out of memory'), 'failed', 'out of memory'),
        (OSError('the disk is full'), 'failed', 'the disk is full'),
        (KeyError('nose'), 'failed', "KeyError('nose')"),
    ],
)
def test_error_is_counted_by_whether_the_frame_is_to_blame(
    error: Exception, reason: str, problem: str
) -> None:
    statistics = FrameStatistics()
    statistics.start(0.0)
    assert statistics.count_error(error) == problem
    report = statistics.report(1.0)
    assert report.dropped == {reason: 1}
    assert (report.newly_bad, report.last_problem) == (1, problem)


def test_time_that_cannot_be_told_is_none_of_the_times() -> None:
    statistics = FrameStatistics()
    statistics.start(0.0)
    statistics.count_processed(latency=0.1, age=None)
    assert list(statistics.report(1.0).times_ms) == ['latency']


def test_rates_are_those_of_the_last_reports_and_totals_stay() -> None:
    statistics = FrameStatistics()
    statistics.count_received()
    statistics.count_processed(latency=5.0)
    statistics.start(100.0)
    for _ in range(6):
        statistics.count_received()
    for _ in range(3):
        statistics.count_processed(latency=0.01)
    statistics.count_dropped('replaced')
    report = statistics.report(102.0)
    assert (report.fps_in, report.fps_out) == (3.0, 1.5)
    assert (report.received, report.processed) == (7, 4)
    assert not report.settled
    later = [statistics.report(102.0 + number) for number in range(1, WINDOW + 1)]
    assert [one.fps_in for one in later] == [6 / 3, 6 / 4, 6 / 5, 6 / 6, 0.0]
    assert [one.settled for one in later] == [False, False, False, True, True]
    assert [one.newly_done for one in later] == [3, 3, 3, 3, 0]
    assert ['latency' in one.times_ms for one in later] == [True, True, True, True, False]
    assert later[-1].received == 7


def test_percentiles_are_in_milliseconds() -> None:
    statistics = FrameStatistics()
    statistics.start(0.0)
    for number in range(101):
        statistics.count_processed(latency=number / 1000, wait=0.002)
    times_ms = statistics.report(1.0).times_ms
    latency = times_ms['latency']
    assert (latency.median, latency.p95, latency.p99) == pytest.approx((50.0, 95.0, 99.0))
    assert times_ms['wait'].p99 == pytest.approx(2.0)


def test_bad_frames_are_those_with_a_problem() -> None:
    statistics = FrameStatistics()
    statistics.start(0.0)
    statistics.count_dropped('replaced')
    statistics.count_dropped('rate')
    assert statistics.report(1.0).bad_ratio == 0.0
    statistics.count_processed()
    statistics.count_dropped('invalid', 'it is black')
    statistics.count_passed_on('timeout', 'no image')
    report = statistics.report(2.0)
    assert (report.newly_bad, report.bad_ratio) == (2, pytest.approx(2 / 3))
    assert report.last_problem == 'no image'
    reports = [statistics.report(2.0 + number) for number in range(1, WINDOW + 1)]
    assert [one.newly_bad for one in reports] == [2] * (WINDOW - 1) + [0]
    assert reports[-1].last_problem == ''


def test_values_hold_counts_reasons_and_times() -> None:
    statistics = FrameStatistics()
    statistics.start(0.0)
    statistics.count_received()
    statistics.count_received()
    statistics.count_dropped('rate')
    statistics.count_passed_on('size', 'too small')
    statistics.count_processed(age=0.25)
    assert statistics.report(4.0).values() == {
        'fps_in': '0.50', 'fps_out': '0.25', 'received': '2', 'processed': '1', 'dropped': '1',
        'dropped_rate': '1', 'passed_on': '1', 'passed_on_size': '1', 'age_ms_median': '250.00',
        'age_ms_p95': '250.00', 'age_ms_p99': '250.00',
    }


def test_counts_from_several_threads_are_all_there() -> None:
    statistics = FrameStatistics()

    def count() -> None:
        for _ in range(2000):
            statistics.count_received()
            statistics.count_dropped('replaced')
            statistics.report(0.0)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = statistics.report(0.0)
    assert report.received == report.dropped['replaced'] == 8000
