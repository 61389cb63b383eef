# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node where nobody is to be seen: nothing in it waits for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ros_camera import Camera
from ros_camera import header
from ros_camera import raw
from ros_peers import NodeProcess
from ros_peers import Peer

from openpose_ros.conversions.stamps import stamp_ns

StartNode = Callable[..., NodeProcess]

PERIOD_NS = 33_000_000
IN_STEP, STREAMED = 20, 30


def empty_scenes(photo: np.ndarray) -> list[np.ndarray]:
    """Return the part of the park between its two people, and nothing at all."""
    return [np.ascontiguousarray(photo[:, 410:690]), np.zeros((480, 640, 3), np.uint8)]


def assert_empty(message: Any, scene: np.ndarray, nanoseconds: int) -> None:
    assert message.header == header(nanoseconds)
    assert (message.image_height, message.image_width) == scene.shape[:2]
    assert len(message.people) == 0
    assert message.skeleton == 'coco_18'


def test_empty_scene_is_an_empty_array_for_every_frame(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    # Small enough to keep up with a camera, and still finds the people of the whole photo.
    node = start_node('pose_node', input__height_px=184)
    camera = Camera(peer)
    camera.wait_for_node()
    camera.send(raw(photo, 1))
    peer.spin_until(lambda: len(camera.people) == 1)
    assert len(camera.people[0].people) > 0
    scenes = empty_scenes(photo)
    for number in range(1, IN_STEP + 1):
        camera.send(raw(scenes[number % 2], number * PERIOD_NS))
        peer.spin_until(lambda wanted=number: len(camera.people) == 1 + wanted)
        assert_empty(camera.people[-1], scenes[number % 2], number * PERIOD_NS)
    camera.people.clear()
    for number in range(IN_STEP, IN_STEP + STREAMED):
        camera.send(raw(scenes[number % 2], number * PERIOD_NS))
        peer.spin_for(PERIOD_NS / 1e9)
    last = (IN_STEP + STREAMED - 1) * PERIOD_NS
    peer.spin_until(lambda: camera.people and stamp_ns(camera.people[-1]) == last)
    for message in camera.people:
        number = stamp_ns(message) // PERIOD_NS
        assert_empty(message, scenes[number % 2], number * PERIOD_NS)
    assert node.interrupt() == 0
    (account,) = node.accounts()
    assert account.processed == 1 + IN_STEP + len(camera.people)
    # What was not worked off gave way to a newer frame, here or in DDS, and to nothing else.
    assert account.dropped.keys() <= {'replaced'}
    assert account.received <= 1 + IN_STEP + STREAMED
