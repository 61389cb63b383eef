# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Who hears the results of a soak's nodes and drives their lifecycle."""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from lifecycle_msgs.srv import ChangeState
from lifecycle_msgs.srv import GetState
from rcl_interfaces.srv import SetParameters
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile

# A request to a process that has just started may get lost: asking for the state is repeated.
_REPEAT_SEC = 1.0
_SPIN_SEC = 0.02


class NoAnswerError(Exception):
    """A node that does not answer, or refuses; the text names it."""


class Observer:
    """
    A node that spins while it waits for something.

    :param patience_sec: How long a node may take to answer a service.
    """

    def __init__(self, patience_sec: float) -> None:
        self._patience_sec = patience_sec
        rclpy.init()
        self.node = rclpy.create_node('soak')
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        # Kept: a client that has just been made does not know the server yet.
        self._clients: dict[tuple[type, str], Any] = {}

    def close(self) -> None:
        """Leave the ROS graph."""
        self._executor.shutdown()
        self.node.destroy_node()
        rclpy.try_shutdown()

    def hear(
        self, kind: type, topic: str, hear: Callable[[Any], None], qos: QoSProfile
    ) -> Callable[[], None]:
        """
        Subscribe; returns what ends it.

        :param kind: Message type.
        :param topic: Full name.
        :param hear: Called with each message.
        :param qos: Quality of service.
        """
        subscription = self.node.create_subscription(kind, topic, hear, qos)
        return lambda: self.node.destroy_subscription(subscription)

    def spin_until(self, done: Callable[[], bool], timeout_sec: float) -> bool:
        """
        Wait; returns whether it was not in vain.

        :param done: Says when to stop.
        :param timeout_sec: Longest wait.
        """
        end = time.monotonic() + timeout_sec
        while not done():
            if time.monotonic() > end:
                return False
            self._executor.spin_once(timeout_sec=_SPIN_SEC)
        return True

    def spin_for(self, seconds: float) -> None:
        """
        Wait.

        :param seconds: How long.
        """
        self.spin_until(lambda: False, seconds)

    def change_state(self, name: str, transition: int) -> None:
        """
        Ask a node for a transition of its lifecycle.

        :param name: Full name of the node.
        :param transition: Its number.
        :raises NoAnswerError: If it does not answer or refuses.
        """
        self._reach(name)
        request = ChangeState.Request()
        request.transition.id = transition
        answer = self._call(ChangeState, f'{name}/change_state', request, self._patience_sec)
        if not answer.success:
            raise NoAnswerError(f'{name} refuses lifecycle transition {transition}')

    def enable(self, name: str, enable: bool) -> None:
        """
        Set the parameter ``enable`` of a node.

        :param name: Full name of the node.
        :param enable: Whether it is to work.
        :raises NoAnswerError: If it does not answer or refuses.
        """
        self._reach(name)
        parameter = Parameter('enable', value=enable).to_parameter_msg()
        request = SetParameters.Request(parameters=[parameter])
        (result,) = self._call(
            SetParameters, f'{name}/set_parameters', request, self._patience_sec
        ).results
        if not result.successful:
            raise NoAnswerError(f'{name} refuses enable={enable}: {result.reason}')

    def _reach(self, name: str) -> None:
        """Wait until a node answers."""
        end = time.monotonic() + self._patience_sec
        while True:
            try:
                self._call(GetState, f'{name}/get_state', GetState.Request(), _REPEAT_SEC)
            except NoAnswerError:
                if time.monotonic() > end:
                    raise
            else:
                return

    def _call(self, kind: Any, service: str, request: Any, timeout_sec: float) -> Any:
        key = (kind, service)
        if key not in self._clients:
            self._clients[key] = self.node.create_client(kind, service)
        client = self._clients[key]
        if not self.spin_until(client.service_is_ready, timeout_sec):
            raise NoAnswerError(f'there is no service {service}')
        future = client.call_async(request)
        if not self.spin_until(future.done, timeout_sec):
            client.remove_pending_request(future)
            raise NoAnswerError(f'{service} has not answered for {timeout_sec:g} s')
        return future.result()
