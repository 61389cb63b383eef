# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The images of a process with several nodes, and the one subscription to those of others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
import os

from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.exceptions import InvalidHandle
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.frame_store import ImageTopic
from openpose_ros.nodes.frame_store import Subscription
from openpose_ros.nodes.image_feeds import CHECK_PERIOD_SEC
from openpose_ros.nodes.image_feeds import SubscribedImages
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.qos import IMAGE_DEPTH
from openpose_ros.nodes.running import StopFlag


class _Nothing:
    """No subscription."""

    def reliability(self) -> str:
        """Return nothing."""
        return ''

    def follow_publishers(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class ProcessImages:
    """
    Images for all nodes of a process.

    Those from other processes come through a node of its own, which is there from the first
    subscription on: no node may take them away from the others when it goes.

    :param stopped: Set when the nodes are about to end: nothing is subscribed to any more.
    """

    def __init__(self, stopped: StopFlag) -> None:
        self._stopped = stopped
        self.store = FrameStore(self._subscribe, IMAGE_DEPTH)
        self._executor = SingleThreadedExecutor()
        self._node: Node | None = None

    def spin_once(self, timeout_sec: float) -> None:
        """
        Take what comes from other processes.

        :param timeout_sec: Longest wait in seconds.
        """
        # A node closes a subscription in its own thread. rclpy bears that everywhere but where it
        # adds the events of the subscription to what it waits for.
        with suppress(InvalidHandle):
            self._executor.spin_once(timeout_sec=timeout_sec)

    def close(self) -> None:
        """End it; the nodes have ended by now."""
        self._executor.shutdown(timeout_sec=0.0)
        if self._node is not None:
            self._node.destroy_node()

    def _subscribe(
        self, topic: ImageTopic, reliability: str, deliver: Callable[[ImageFrame], None]
    ) -> Subscription:
        """Subscribe; the store calls this in one thread at a time."""
        if self._stopped.is_set():  # the camera has gone before those that read its images
            return _Nothing()
        if self._node is None:
            # Names are given in full, and a namespace or a name for all nodes is not for this one.
            self._node = Node(
                f'run_all_{os.getpid()}',
                use_global_arguments=False,
                start_parameter_services=False,
            )
            # One for all subscriptions, which stays: rclpy does not bear it when another thread
            # destroys a timer of a node that is at work.
            self._node.create_timer(
                CHECK_PERIOD_SEC,
                self.store.follow_publishers,
                clock=Clock(clock_type=ClockType.STEADY_TIME),
            )
            self._executor.add_node(self._node)
        return SubscribedImages(self._node, topic, reliability, deliver)
