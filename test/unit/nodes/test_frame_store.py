# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
import gc
import threading
from typing import Any
import weakref

import numpy as np
import pytest

from openpose_ros.nodes.frame_store import FrameReader
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.image_frame import ImageFrame

RAW = ImageTopic('/camera/image', compressed=False)
JPEG = ImageTopic('/camera/image/compressed', compressed=True)
DEPTH = 3


class Outside:
    """Other processes that publish images."""

    def __init__(self) -> None:
        self.open: dict[tuple[ImageTopic, str], Callable[[ImageFrame], None]] = {}
        self.subscribed = 0
        self.in_use = 'best_effort'

    def subscribe(
        self, topic: ImageTopic, reliability: str, deliver: Callable[[ImageFrame], None]
    ) -> Any:
        assert (topic, reliability) not in self.open, 'subscribed twice'
        self.open[topic, reliability] = deliver
        self.subscribed += 1
        outside = self

        class Subscription:
            def reliability(self) -> str:
                return outside.in_use

            def follow_publishers(self) -> None:
                outside.in_use = 'reliable'

            def close(self) -> None:
                del outside.open[topic, reliability]

        return Subscription()


class Node:
    """A node that reads a topic."""

    def __init__(self, store: FrameStore, topic: ImageTopic, reliability: str = 'auto') -> None:
        self.woken = 0
        self.reader: FrameReader = store.read(topic, reliability, self.wake)

    def wake(self) -> None:
        self.woken += 1

    def headers(self) -> list[Any]:
        return [frame.header for frame in self.reader.take()]


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def store(outside: Outside) -> FrameStore:
    return FrameStore(outside.subscribe, DEPTH)


def frame(header: Any = 'header', value: int = 0) -> ImageFrame:
    return ImageFrame(header, 24, lambda: np.full((2, 4, 3), value, np.uint8))


# ---- frames


def test_shared_frame_is_decoded_once_for_all_threads() -> None:
    calls, start = [], threading.Barrier(4)

    def decode() -> np.ndarray:
        calls.append(1)
        return np.full((2, 4, 3), 7, np.uint8)

    shared, got = ImageFrame('header', 24, decode), []

    def look() -> None:
        start.wait()
        got.append(shared.pixels())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(got) == 4
    assert all(pixels is got[0] for pixels in got)
    assert (got[0] == 7).all()


def test_shared_frame_pixels_cannot_be_written_to_and_the_original_can() -> None:
    original = np.zeros((2, 4, 3), np.uint8)
    pixels = ImageFrame('header', 24, lambda: original).pixels()
    assert np.shares_memory(pixels, original)
    with pytest.raises(ValueError, match='read-only'):
        pixels[0, 0, 0] = 1
    original[0, 0, 0] = 1


def test_shared_frame_that_cannot_be_read_says_so_to_everybody_and_is_tried_once() -> None:
    calls = []

    def decode() -> np.ndarray:
        calls.append(1)
        raise ValueError('cut off')

    shared = ImageFrame('header', 24, decode)
    for _ in range(3):
        with pytest.raises(ValueError, match='cut off'):
            shared.pixels()
    assert len(calls) == 1


def test_shared_frame_lets_its_message_go_once_it_is_decoded() -> None:
    class Message:
        pass

    message = Message()
    alive = weakref.ref(message)

    def decode(kept: Any = message) -> np.ndarray:
        return np.zeros((1, 1, 3), np.uint8)

    shared = ImageFrame('header', 24, decode)
    del message, decode
    shared.pixels()
    gc.collect()
    assert alive() is None


# ---- a camera of the process


def test_write_reaches_all_readers_of_the_topic_and_no_others(store: FrameStore) -> None:
    writer = store.write(RAW)
    one, two, other = Node(store, RAW), Node(store, RAW, 'best_effort'), Node(store, JPEG)
    shared = frame()
    writer.put(shared)
    assert one.reader.take() == two.reader.take() == [shared]
    assert (one.woken, two.woken, other.woken) == (1, 1, 0)
    assert one.headers() == other.headers() == []
    assert writer.reader_count() == 2


def test_read_keeps_the_newest_frames_in_their_order(store: FrameStore) -> None:
    writer, node = store.write(RAW), Node(store, RAW)
    for number in range(DEPTH + 2):
        writer.put(frame(number))
    assert node.headers() == [2, 3, 4]


def test_store_holds_no_frame_that_no_node_holds(store: FrameStore) -> None:
    writer, node = store.write(RAW), Node(store, RAW)
    shared = frame()
    shared.pixels()
    alive = weakref.ref(shared)
    writer.put(shared)
    del shared
    gc.collect()
    assert alive() is not None
    node.reader.take()
    gc.collect()
    assert alive() is None


def test_closed_reader_is_not_woken_and_others_go_on(store: FrameStore) -> None:
    writer, gone, left = store.write(RAW), Node(store, RAW), Node(store, RAW)
    gone.reader.close()
    writer.put(frame())
    assert (gone.woken, left.woken) == (0, 1)
    assert writer.reader_count() == 1


# ---- cameras elsewhere


def test_read_subscribes_once_for_all(store: FrameStore, outside: Outside) -> None:
    nodes = [Node(store, RAW) for _ in range(3)]
    assert list(outside.open) == [(RAW, 'auto')]
    shared = frame()
    outside.open[RAW, 'auto'](shared)
    assert all(node.reader.take() == [shared] for node in nodes)
    for number, node in enumerate(nodes):
        assert outside.open, f'closed while {3 - number} read'
        node.reader.close()
    assert not outside.open
    assert outside.subscribed == 1


def test_read_subscribes_once_for_each_reliability(store: FrameStore, outside: Outside) -> None:
    reliable, loose = Node(store, RAW, 'reliable'), Node(store, RAW, 'best_effort')
    assert set(outside.open) == {(RAW, 'reliable'), (RAW, 'best_effort')}
    outside.open[RAW, 'best_effort'](frame())
    assert (len(reliable.headers()), len(loose.headers())) == (0, 1)
    loose.reader.close()
    assert set(outside.open) == {(RAW, 'reliable')}


def test_reader_of_a_topic_that_cannot_be_subscribed_to_is_not_kept() -> None:
    def subscribe(*asked: Any) -> Any:
        raise RuntimeError('another type')

    store = FrameStore(subscribe, 1)
    for _ in range(2):
        with pytest.raises(RuntimeError, match='another type'):
            store.read(RAW, 'auto', lambda: None)
        assert store.reader_count(RAW) == 0
    store.write(RAW).close()


def test_reliability_is_that_of_the_subscription_and_follows_the_publishers(
    store: FrameStore, outside: Outside
) -> None:
    store.follow_publishers()
    assert store.reliability(RAW, 'auto') == '', 'nobody reads it'
    Node(store, RAW)
    assert store.reliability(RAW, 'auto') == 'best_effort'
    store.follow_publishers()
    assert store.reliability(RAW, 'auto') == 'reliable'
    store.write(RAW)
    assert store.reliability(RAW, 'auto') == '', 'a camera of the process publishes it'


def test_write_ends_the_subscription_and_its_end_brings_it_back(
    store: FrameStore, outside: Outside
) -> None:
    node = Node(store, RAW)
    late = outside.open[RAW, 'auto']
    first, second = store.write(RAW), store.write(RAW)
    assert not outside.open
    late(frame('of the other process'))
    first.put(frame('of this one'))
    assert node.headers() == ['of this one']
    first.close()
    assert not outside.open, 'there is another camera'
    second.close()
    assert set(outside.open) == {(RAW, 'auto')}
    outside.open[RAW, 'auto'](frame('of the other process'))
    assert node.headers() == ['of the other process']


def test_store_bears_nodes_that_come_and_go_while_a_camera_writes(store: FrameStore) -> None:
    writer, stop = store.write(RAW), threading.Event()
    always = Node(store, RAW)

    def come_and_go() -> None:
        while not stop.is_set():
            node = Node(store, RAW)
            node.reader.take()
            node.reader.close()
            woken = node.woken
            writer.put(frame('extra'))
            assert node.woken == woken

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2000):
        writer.put(frame(number))
        always.reader.take()
    stop.set()
    for thread in threads:
        thread.join(10.0)
        assert not thread.is_alive()
    assert writer.reader_count() == 1
    assert always.woken >= 2000
