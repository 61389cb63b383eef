# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The camera, the consumer and the lifecycle manager of a node that is measured."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sized
from contextlib import contextmanager
from functools import partial
import time
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.diagnostics import TOPIC as DIAGNOSTICS
from openpose_ros.nodes.measuring.bare_session import IMAGE_SHAPE
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos

_TIMEOUT_SEC = 60.0
_WARM_UP_FRAMES = 3


class MeasuringPeer:
    """Publishes images on ``image`` and counts what a node makes of them."""

    def __enter__(self) -> MeasuringPeer:
        """Join the ROS graph."""
        rclpy.init()
        self._node = rclpy.create_node('measuring_peer')
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._node)
        self._publisher = self._node.create_publisher(Image, 'image', image_publisher_qos())
        # Noise has no people in it: the share of the parser is measured by rows of its own.
        pixels = np.random.default_rng(0).integers(0, 255, IMAGE_SHAPE, np.uint8)
        self._image = image_to_msg(pixels, Header(), Image)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the ROS graph."""
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.try_shutdown()

    def configure(self, name: str) -> None:
        """
        Configure a node.

        :param name: Name of the node.
        :raises ValueError: If it cannot be configured.
        """
        self._change(name, Transition.TRANSITION_CONFIGURE)

    def rate_of(self, name: str, frames: int, rate_hz: float) -> float:
        """
        Return how many frames per second an active node works off.

        :param name: Name of the node; it is active only while it is measured.
        :param frames: Number of results to wait for.
        :param rate_hz: Images per second.
        :raises ValueError: If it does not answer.
        """
        with self._active(name) as arrivals:
            timer = self._node.create_timer(1 / rate_hz, self._publish)
            self._spin_until(lambda: len(arrivals) >= frames + _WARM_UP_FRAMES, name)
            self._node.destroy_timer(timer)
        measured = arrivals[_WARM_UP_FRAMES - 1 :]
        return (len(measured) - 1) / (measured[-1] - measured[0])

    def overhead_ms(self, name: str, frames: int) -> float:
        """
        Return what a node takes per frame beside the inference, by its own diagnostics.

        Each image is sent when the result of the one before has come, so that none waits.

        :param name: Name of the node.
        :param frames: Number of images.
        :return: Median over the reports, in milliseconds.
        :raises ValueError: If it does not answer.
        """
        reports: list[dict[str, str]] = []
        diagnostics = self._node.create_subscription(
            DiagnosticArray,
            DIAGNOSTICS,
            lambda message: reports.append(_values(message)),
            result_qos(),
        )
        with self._active(name) as arrivals:
            while len(arrivals) < frames:
                before = len(arrivals)
                self._publish()
                self._spin_until(partial(_longer, arrivals, before), name)
            self._spin_until(partial(_longer, reports, len(reports)), name)
        self._node.destroy_subscription(diagnostics)
        above = [
            float(report['overhead_ms_median']) + float(report['wait_ms_median'])
            for report in reports
            if {'overhead_ms_median', 'wait_ms_median'} <= report.keys()
        ]
        return float(np.median(above[1:]))  # the first frames meet cold caches

    @contextmanager
    def beside(self, name: str, source: str, people: PoseArray) -> Iterator[list[Any]]:
        """
        Have face_hand_node at work for a while: on the frames of another node, always one crowd.

        :param name: Name of the node.
        :param source: Name of the node whose results say when, and of which frame.
        :param people: The people, instead of those that there are not in noise.
        :return: The list that its results go to.
        :raises ValueError: If it finds nothing.
        """
        crowds = self._node.create_publisher(PoseArray, f'{name}/keypoints', result_qos())

        def pass_on(message: PoseArray) -> None:
            people.header = message.header
            crowds.publish(people)

        results: list[Any] = []
        subscriptions = [
            self._node.create_subscription(PoseArray, topic, heard, result_qos())
            for topic, heard in (
                (f'{source}/keypoints', pass_on), ('keypoints_full', results.append)
            )
        ]
        with self._active(name):
            self._spin_until(lambda: crowds.get_subscription_count() > 0, name)
            yield results
            # It was at work: the newest frame always comes out complete.
            self._spin_until(lambda: any(one.face_skeleton for one in results), name)
        for subscription in subscriptions:
            self._node.destroy_subscription(subscription)
        self._node.destroy_publisher(crowds)

    @contextmanager
    def _active(self, name: str) -> Iterator[list[float]]:
        """Activate a node for a while; gives the list that the times of its results go to."""
        arrivals: list[float] = []
        results = self._node.create_subscription(
            PoseArray,
            f'{name}/keypoints',
            lambda message: arrivals.append(time.monotonic()),
            result_qos(),
        )
        others = self._publisher.get_subscription_count()
        self._change(name, Transition.TRANSITION_ACTIVATE)
        # An image is lost if it is sent before the new subscription is known.
        self._spin_until(lambda: self._publisher.get_subscription_count() > others, name)
        yield arrivals
        self._change(name, Transition.TRANSITION_DEACTIVATE)
        self._node.destroy_subscription(results)
        self._spin_until(lambda: self._publisher.get_subscription_count() == others, name)

    def _publish(self) -> None:
        self._image.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(self._image)

    def _change(self, name: str, transition: int) -> None:
        client: Any = self._node.create_client(ChangeState, f'{name}/change_state')
        if not client.wait_for_service(_TIMEOUT_SEC):
            raise ValueError(f'{name} has not started after {_TIMEOUT_SEC:g} s')
        request = ChangeState.Request(transition=Transition(id=transition))
        future = client.call_async(request)
        self._spin_until(future.done, name)
        self._node.destroy_client(client)
        if not future.result().success:
            raise ValueError(f'{name} refuses lifecycle transition {transition}')

    def _spin_until(self, done: Callable[[], bool], name: str) -> None:
        end = time.monotonic() + _TIMEOUT_SEC
        while not done():
            if time.monotonic() > end:
                raise ValueError(f'{name} has not answered for {_TIMEOUT_SEC:g} s')
            self._executor.spin_once(timeout_sec=0.1)


def _values(message: DiagnosticArray) -> dict[str, str]:
    return {item.key: item.value for item in message.status[0].values}


def _longer(items: Sized, length: int) -> bool:
    return len(items) > length
