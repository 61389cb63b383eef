# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The account of all frames."""

from __future__ import annotations

import threading

from openpose_ros.nodes.frame_statistics import FrameStatistics


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
