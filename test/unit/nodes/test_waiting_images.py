# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.waiting_images import WaitingImages


def image(sec: int, size: int = 10) -> ImageFrame:
    stamp = SimpleNamespace(sec=sec, nanosec=5)
    return ImageFrame(SimpleNamespace(stamp=stamp), size, lambda: np.zeros((1, 1, 3), np.uint8))


def stamp_of(sec: int) -> int:
    return sec * 1_000_000_000 + 5


def test_take_returns_the_image_of_the_stamp_once_and_forgets_earlier_ones() -> None:
    waiting = WaitingImages()
    images = [image(sec) for sec in (-1, 2, 3)]
    for one in images:
        waiting.add(one)
    assert waiting.take(stamp_of(9)) is None
    assert len(waiting) == 3
    assert waiting.take(stamp_of(2)) is images[1]
    assert waiting.take(stamp_of(2)) is None
    assert waiting.take(stamp_of(-1)) is None
    assert waiting.take(stamp_of(3)) is images[2]
    assert len(waiting) == 0


def test_add_bounds_the_number_of_images() -> None:
    waiting = WaitingImages(max_count=3)
    for sec in range(5):
        waiting.add(image(sec))
    assert waiting.take(stamp_of(1)) is None
    assert waiting.take(stamp_of(2)) is not None


def test_add_bounds_their_bytes_but_keeps_the_newest() -> None:
    waiting = WaitingImages(max_bytes=100)
    for sec in range(5):
        waiting.add(image(sec, 40))
    assert len(waiting) == 2
    waiting.add(image(9, 500))
    assert len(waiting) == 1
    assert waiting.take(stamp_of(9)) is not None
    for sec in range(10, 12):  # the bytes of what is gone are free again
        waiting.add(image(sec, 50))
    assert len(waiting) == 2


def test_add_of_the_same_stamp_replaces() -> None:
    waiting = WaitingImages(max_bytes=100)
    second = image(1, 60)
    for one in (image(1, 60), second):
        waiting.add(one)
    assert len(waiting) == 1
    assert waiting.take(stamp_of(1)) is second
