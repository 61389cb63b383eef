# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The camera of a soak: images at an even rate from a thread, some of them corrupt."""

from __future__ import annotations

from collections import Counter
import random
import threading
import time

from builtin_interfaces.msg import Time
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.soak.messages import CAMERA
from openpose_ros.nodes.soak.messages import compressed_messages
from openpose_ros.nodes.soak.messages import FORGED
from openpose_ros.nodes.soak.messages import forged_keypoints
from openpose_ros.nodes.soak.messages import FORGERIES
from openpose_ros.nodes.soak.messages import raw_messages
from openpose_ros.nodes.soak.nodes import IMAGE_TOPIC
from openpose_ros.nodes.soak.nodes import LINES
from openpose_ros.types import Array

RATE_HZ = 30.0
_NS_PER_SEC = 1_000_000_000
# One in fifty images is bad and comes with keypoints that no pose_node has published, one in a
# hundred good ones comes with such: often enough, and the nodes work normally in between.
_CORRUPT_SHARE = 0.02
_FORGED_SHARE = 0.01
_REWIND_NS = 10 * _NS_PER_SEC
# Good images whose stamps are not where they belong.
_REPEATED = 'stamp repeated'
_BACK = 'stamp back'
_BACK_NS = 3 * _NS_PER_SEC
_FORGED_SHIFTS_NS = (0, 1, -_NS_PER_SEC, _NS_PER_SEC)


class SoakCamera:
    """
    Publishes the same images raw and compressed, and forged keypoints now and then.

    :param node: Node to publish with.
    :param pictures: What is to be seen, shape ``(H, W, 3)`` each, uint8.
    :param seed: Of what is wrong and when.
    """

    def __init__(self, node: Node, pictures: list[Array], seed: int) -> None:
        self._numbers = random.Random(seed)
        self._raw = raw_messages(pictures)
        self._compressed = compressed_messages(pictures)
        faults = {*self._raw.faults, *self._compressed.faults, _REPEATED, _BACK}
        self._faults = tuple(sorted(faults))
        qos = image_publisher_qos()
        self._images = node.create_publisher(Image, IMAGE_TOPIC, qos)
        self._jpegs = node.create_publisher(CompressedImage, f'{IMAGE_TOPIC}/compressed', qos)
        self._keypoints = [
            node.create_publisher(PoseArray, f'/{line}/keypoints', result_qos()) for line in LINES
        ]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name='soak_camera')
        self._back_ns = 0
        self._last_ns = 0
        self.sent = 0
        self.corrupt: Counter[str] = Counter()
        self.forged: Counter[str] = Counter()
        self.paused = False

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def close(self) -> None:
        """Stop publishing."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def rewind(self) -> None:
        """Let the stamps jump back, once and for all."""
        self._back_ns += _REWIND_NS

    def _run(self) -> None:
        due_sec = time.monotonic()
        while not self._stop.wait(max(0.0, due_sec - time.monotonic())):
            # After a stall it goes on at its rate; what was missed is not made up for.
            due_sec = max(due_sec + 1 / RATE_HZ, time.monotonic())
            if not self.paused:
                self._send()

    def _send(self) -> None:
        draw = self._numbers.random()
        fault = self._numbers.choice(self._faults) if draw < _CORRUPT_SHARE else ''
        now_ns = time.time_ns() - self._back_ns
        stamp_ns = {_REPEATED: self._last_ns, _BACK: now_ns - _BACK_NS}.get(fault, now_ns)
        self._last_ns = stamp_ns
        header = _header(stamp_ns, CAMERA)
        self._images.publish(self._raw.message(self.sent, fault, header))
        self._jpegs.publish(self._compressed.message(self.sent, fault, header))
        self.sent += 1
        if fault:
            self.corrupt[fault] += 1
        if self._numbers.random() < _FORGED_SHARE or fault:
            self._forge(stamp_ns)

    def _forge(self, stamp_ns: int) -> None:
        forgery = self._numbers.choice(FORGERIES)
        self.forged[forgery] += 1
        header = _header(stamp_ns + self._numbers.choice(_FORGED_SHIFTS_NS), FORGED)
        for publisher in self._keypoints:
            publisher.publish(forged_keypoints(forgery, header))


def _header(stamp_ns: int, frame_id: str) -> Header:
    sec, nanosec = divmod(stamp_ns, _NS_PER_SEC)
    return Header(stamp=Time(sec=sec, nanosec=nanosec), frame_id=frame_id)
