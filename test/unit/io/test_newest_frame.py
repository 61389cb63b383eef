# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
import threading
import time

import numpy as np
import pytest

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.frames import SourceError
from openpose_ros.io.newest_frame import NewestFrameReader

PIXELS = np.zeros((4, 4, 3), np.uint8)


class ScriptedCamera(FrameSource):
    """A live source that delivers a frame, a bad one or its end when the test says so."""

    def __init__(self) -> None:
        super().__init__(
            'scripted', frame_count=None, fps=None, live=True, selection=FrameSelection()
        )
        self.closed = threading.Event()
        self._ready = threading.Semaphore(0)
        self._bad: set[int] = set()
        self._end = 1 << 30

    def deliver(self, count: int) -> None:
        self._ready.release(count)

    def deliver_bad(self, index: int) -> None:
        self._bad.add(index)
        self._ready.release()

    def break_at(self, index: int, error: Exception = SourceError('the cable is out')) -> None:
        self._end, self._error = index, error
        self._ready.release()

    def close(self) -> None:
        self.closed.set()

    def _read(self, index: int) -> Frame | BadFrame | None:
        self._ready.acquire()
        if index >= self._end:
            raise self._error
        if index in self._bad:
            return BadFrame('scripted', index, 'damaged')
        return Frame(PIXELS, index, 0.0, '', index)

    def _skip(self, index: int) -> bool:
        return self._read(index) is not None


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_take_gives_each_frame_once_and_the_newest() -> None:
    camera = ScriptedCamera()
    reader = NewestFrameReader(camera, lambda bad: None)
    assert reader.take(0.01) is None
    camera.deliver(1)
    assert reader.take(5.0).index == 0
    assert reader.take(0.01) is None
    camera.deliver(5)
    wait_until(lambda: camera._position == 6)
    assert reader.take(5.0).index == 5
    reader.stop()
    camera.deliver(1)
    assert camera.closed.wait(5.0)


def test_take_raises_after_the_last_frame_of_a_broken_camera() -> None:
    camera = ScriptedCamera()
    reader = NewestFrameReader(camera, lambda bad: None)
    camera.deliver(2)
    wait_until(lambda: camera._position == 2)
    camera.break_at(2)
    assert camera.closed.wait(5.0)
    assert not reader.ended
    assert reader.take(5.0).index == 1
    assert not reader.ended
    with pytest.raises(SourceError, match='the cable is out'):
        reader.take(5.0)


def test_take_raises_whatever_went_wrong_with_the_camera() -> None:
    camera = ScriptedCamera()
    reader = NewestFrameReader(camera, lambda bad: None)
    camera.break_at(0, MemoryError('a huge frame'))
    assert camera.closed.wait(5.0)
    with pytest.raises(MemoryError, match='a huge frame'):
        reader.take(5.0)


def test_bad_frames_are_reported() -> None:
    camera = ScriptedCamera()
    bad: list[BadFrame] = []
    reader = NewestFrameReader(camera, bad.append)
    camera.deliver_bad(0)
    camera.deliver(1)
    assert reader.take(5.0).index == 1
    assert [item.index for item in bad] == [0]
    reader.stop()
    camera.deliver(1)
    assert camera.closed.wait(5.0)
    wait_until(lambda: reader.take(0.0) is None)
    assert reader.ended
