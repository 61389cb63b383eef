# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gc
import sys
import tracemalloc

import pytest

from openpose_ros.nodes import viewer_table
from openpose_ros.nodes.viewer_table import ViewerFigures


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> ViewerFigures:
    """Return figures whose results arrive 0.1 s apart, the first 3000 of 4000 with one person."""
    ticks = (number / 10 for number in range(sys.maxsize))
    monkeypatch.setattr(viewer_table.time, 'monotonic', lambda: next(ticks))
    figures = ViewerFigures()
    for number in range(4000):
        figures.count_image()
        figures.count_people(1 if number < 3000 else 3, 0.05 if number < 3000 else 0.2)
    return figures


def test_rows_are_of_the_last_frames_or_of_all(figures: ViewerFigures) -> None:
    live = dict(figures.rows())
    assert live == {
        'images sent': '4000',
        'frames with result': '4000',
        'frames per second': '10.0',
        'people': '3',
        'latency': '200 ms (stamp to viewer)',
    }
    whole = dict(figures.rows(over_all=True))
    assert whole['frames with result'] == '4000'
    assert whole['people'] == '1 (median)'
    assert whole['latency'] == '50 ms (stamp to viewer)'
    assert whole['frames per second'] == '10.0'


def test_rows_of_nothing_and_of_what_was_left_out() -> None:
    figures = ViewerFigures()
    assert dict(figures.rows(over_all=True))['frames per second'] == '0.0'
    assert 'left out' not in dict(figures.rows())
    figures.count_left_out()
    assert dict(figures.rows())['left out'] == '1'


def test_memory_does_not_grow(figures: ViewerFigures) -> None:
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(20_000):
        figures.count_people(2, 0.1)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 2 x 20 000 floats alone would be a megabyte; the samples are replaced by other objects.
    assert after - before < 200_000
