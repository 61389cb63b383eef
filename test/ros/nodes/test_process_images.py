# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
import sys
import threading
import time

import pytest
import rclpy

from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.process_images import ProcessImages

BUSY_SEC = 1.0


@pytest.fixture
def images() -> Iterator[ProcessImages]:
    rclpy.init()
    one = ProcessImages(threading.Event())
    interval_sec = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # the threads meet in every place where they can
    yield one
    sys.setswitchinterval(interval_sec)
    one.close()
    rclpy.try_shutdown()


def test_nodes_come_and_go_while_images_are_waited_for(images: ProcessImages) -> None:
    end = time.monotonic() + BUSY_SEC
    counts = dict.fromkeys(('left', 'right'), 0)

    def come_and_go(topic: str) -> None:
        while True:
            images.store.read(ImageTopic(f'/{topic}', False), 'auto', lambda: None).close()
            counts[topic] += 1
            if time.monotonic() > end:  # asked last: a thread may start as late as this
                return

    threads = [threading.Thread(target=come_and_go, args=(topic,)) for topic in counts]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        images.spin_once(0.01)
    for thread in threads:
        thread.join()
    assert min(counts.values()) > 0
