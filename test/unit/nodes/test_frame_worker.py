# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The worker thread."""

from __future__ import annotations

import threading

import pytest

from openpose_ros.nodes.frame_worker import FrameWorker

TIMEOUT_SEC = 10.0


class Gate:
    """Work that waits until it is let through, and says when it began."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.done: list[int] = []

    def __call__(self, item: int) -> None:
        self.begun.release()
        assert self.open.acquire(timeout=TIMEOUT_SEC)
        self.done.append(item)


def test_worker_takes_the_newest_and_gives_back_the_others() -> None:
    gate = Gate()
    worker = FrameWorker(gate)
    assert worker.offer(1) is None
    assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    assert worker.offer(2) is None  # waits while 1 is worked on
    assert worker.offer(3) == 2
    assert worker.offer(4) == 3
    gate.open.release()
    assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    gate.open.release()
    assert worker.close() == []
    assert gate.done == [1, 4]


def test_worker_closed_finishes_its_frame_and_gives_back_the_waiting_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Gate()
    worker = FrameWorker(gate)
    join = threading.Thread.join

    def open_and_join(thread: threading.Thread, timeout: float | None = None) -> None:
        gate.open.release(2)
        join(thread, timeout)

    worker.offer(1)
    assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    worker.offer(2)
    # Frame 1 is let through when close() waits for the thread, and no sooner.
    monkeypatch.setattr(threading.Thread, 'join', open_and_join)
    worker.append(3)
    assert worker.close() == [2, 3]
    assert gate.done == [1]


def test_worker_closed_idle_ends_at_once() -> None:
    assert FrameWorker(lambda item: None).close() == []


def test_worker_does_what_is_appended_in_its_turn() -> None:
    gate = Gate()
    worker = FrameWorker(gate)
    worker.offer(1)
    assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    assert worker.append(10) is None
    assert worker.offer(2) is None, 'what is appended is no frame to replace'
    assert worker.append(20) is None
    assert worker.append(21) is None
    assert worker.offer(3) == 2, 'the older frame goes, what was appended around it stays'
    worker.append(30)
    gate.open.release(6)
    for _ in range(5):
        assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    assert worker.close() == []
    assert gate.done == [1, 10, 20, 21, 3, 30]


def test_worker_that_hangs_keeps_only_so_much() -> None:
    gate = Gate()
    worker = FrameWorker(gate)
    worker.offer(0)
    assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    lost = [worker.append(number) for number in range(1, 300)]
    assert [number for number in lost if number] == list(range(1, 44))
    gate.open.release(300)
    for _ in range(256):
        assert gate.begun.acquire(timeout=TIMEOUT_SEC)
    assert worker.close() == []
    assert gate.done == [0, *range(44, 300)]
