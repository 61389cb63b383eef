# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node as its own process: images, stamps and clocks that are not in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import time

from builtin_interfaces.msg import Time
import cv2
from diagnostic_msgs.msg import DiagnosticStatus
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
PATIENCE_SEC = 1.0

StartNode = Callable[..., NodeProcess]


@pytest.fixture(scope='module')
def photo() -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(PHOTO))[::4, ::4])


def input_of(camera: Camera) -> DiagnosticStatus:
    """Return what pose_node last said of its input."""
    (status,) = (
        one for one in camera.diagnostics[-1].status if one.name.endswith(': input')
    )  # fmt: skip
    return status


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
    peer.spin_until(lambda: camera.people)
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
    peer.spin_until(lambda: camera.people)
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
    peer.spin_until(lambda: camera.people)
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
    peer.spin_until(lambda: camera.people)
    (message,) = camera.people
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (-1, 0)
    assert node.interrupt() == 0


@pytest.mark.parametrize('stamp', [0, 1_700_000_000_250_000_000])
def test_stamps_that_do_not_move_are_warned_of(
    start_node: StartNode, peer: Peer, photo: np.ndarray, stamp: int
) -> None:
    node = start_node(
        'pose_node', input__rate_hz=5, image__timeout_sec=PATIENCE_SEC,
        diagnostics__period_sec=0.1, **SMALL,
    )  # fmt: skip
    camera = Camera(peer)
    camera.wait_for_node()
    words = f'the stamps of /image have not moved from {stamp / 1e9:.3f} for '

    def send_until(condition: Callable[[], bool], next_stamp: Callable[[], int]) -> None:
        def is_met() -> bool:
            camera.send(raw(photo, next_stamp()))
            peer.spin_for(0.1)
            return bool(camera.diagnostics) and condition()

        peer.spin_until(is_met)

    # A pause is no reason: nothing comes, and that is said.
    camera.send(raw(photo, 5))
    peer.spin_until(lambda: camera.diagnostics and 'no image' in input_of(camera).message)
    assert 'have not moved' not in node.output()
    send_until(lambda: input_of(camera).level == DiagnosticStatus.OK, time.time_ns)
    send_until(
        lambda: input_of(camera).message.startswith(words) and words in node.output(),
        lambda: stamp,
    )
    assert input_of(camera).level == DiagnosticStatus.WARN
    assert input_of(camera).message.endswith(' s: does the driver stamp its images?')
    assert int(camera.facts()['dropped_rate']) > 0
    send_until(lambda: input_of(camera).level == DiagnosticStatus.OK, time.time_ns)
    assert node.interrupt() == 0
    assert len(node.accounts()) == 1


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
        peer.spin_until(lambda wanted=count: len(camera.people) == wanted)
    assert [message.header.stamp.sec for message in camera.people] == seconds
    assert camera.facts()['dropped'] == '0'
    assert node.interrupt() == 0
