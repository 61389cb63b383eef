# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node as its own process: images, stamps and clocks that are not in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from builtin_interfaces.msg import Time
import cv2
import numpy as np
import pytest
from rclpy.serialization import serialize_message
from ros_camera import Camera
from ros_camera import header
from ros_camera import raw
from ros_peers import NodeProcess
from ros_peers import Peer
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CompressedImage

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.nodes.qos import image_publisher_qos

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'
SMALL = {'input__height_px': 64}

StartNode = Callable[..., NodeProcess]


@pytest.fixture(scope='module')
def photo() -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(PHOTO))[::4, ::4])


def test_bad_jpeg_is_invalid_and_the_next_one_is_processed(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', image__transport='compressed', **SMALL)
    camera = Camera(peer, 'image/compressed', CompressedImage)
    camera.wait_for_node()
    good = image_to_compressed_msg(photo, header(9), CompressedImage)
    data = bytes(good.data)
    bad = (b'', data[: len(data) // 2], data[:1], b'\xff\xd8' + bytes(1000) + b'\xff\xd9')
    for number, content in enumerate(bad, start=1):
        camera.send(CompressedImage(header=header(number), format='jpeg', data=content))
        camera.wait_for_facts(dropped_invalid=str(number))
    camera.send(good)
    camera.wait_for_facts(received='5', processed='1', dropped='4')
    assert [message.header.stamp.nanosec for message in camera.people] == [9]
    assert 'cannot be decoded' in node.output()
    assert node.interrupt() == 0


def test_bytes_that_are_no_message_are_left_out(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', **SMALL)
    camera = Camera(peer)
    camera.wait_for_node()
    whole = serialize_message(raw(photo, 1))
    # rclpy sends bytes as they are.
    camera.send(whole[:10])
    camera.send(whole[:200])  # has a header, but not all of its pixels
    camera.wait_for_facts(received='2', dropped_invalid='2')
    camera.send(raw(photo, 2))
    camera.wait_for_facts(received='3', processed='1')
    assert [message.header.stamp.nanosec for message in camera.people] == [2]
    assert '1 messages on /image left out so far: ' in node.output()
    assert ' bytes are no Header, expected a serialised one' in node.output()
    assert '200 bytes are no Image, expected a serialised one' in node.output()
    assert node.interrupt() == 0


def test_image_of_48_megapixels_is_processed(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    camera = Camera(peer)
    camera.wait_for_node()
    camera.send(raw(np.full((6000, 8000), 128, np.uint8), 1))
    camera.wait_for_facts(received='1', processed='1')
    (message,) = camera.people
    assert (message.image_width, message.image_height) == (8000, 6000)
    assert node.interrupt() == 0


def test_image_from_before_1970_keeps_its_stamp(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', input__rate_hz=1000, **SMALL)
    camera = Camera(peer)
    camera.wait_for_node()
    camera.send(raw(photo, -1_000_000_000))
    camera.wait_for_facts(received='1', processed='1')
    (message,) = camera.people
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (-1, 0)
    assert node.interrupt() == 0


def test_clock_that_steps_back_does_not_stop_the_frames(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    clock = peer.node.create_publisher(Clock, '/clock', image_publisher_qos())
    node = start_node('pose_node', use_sim_time=True, input__rate_hz=10, **SMALL)
    camera = Camera(peer)
    camera.wait_for_node()
    peer.spin_until(clock.get_subscription_count)
    seconds = [100, 101, 102, 5, 6]  # the recording starts over at 5
    for count, second in enumerate(seconds, start=1):
        clock.publish(Clock(clock=Time(sec=second)))
        peer.spin_for(0.1)
        camera.send(raw(photo, second * 1_000_000_000))
        camera.wait_for_facts(received=str(count), processed=str(count))
    assert [message.header.stamp.sec for message in camera.people] == seconds
    assert camera.facts()['dropped'] == '0'
    assert node.interrupt() == 0
