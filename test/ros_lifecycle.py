# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A lifecycle manager of the test, and input that comes all the time."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
import threading
import time

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from lifecycle_msgs.srv import GetState
from ros_peers import Peer


class Manager:
    """
    Drives the lifecycle through its services, as a lifecycle manager does.

    :param peer: Who asks.
    :param node: Name of the node.
    """

    def __init__(self, peer: Peer, node: str) -> None:
        self._peer = peer
        self._node = node

    def change(self, transition: int) -> bool:
        request = ChangeState.Request(transition=Transition(id=transition))
        return self._peer.call(ChangeState, f'/{self._node}/change_state', request).success

    def state(self) -> int:
        request = GetState.Request()
        return self._peer.call(GetState, f'/{self._node}/get_state', request).current_state.id

    def configure(self) -> bool:
        return self.change(Transition.TRANSITION_CONFIGURE)

    def activate(self) -> bool:
        return self.change(Transition.TRANSITION_ACTIVATE)

    def deactivate(self) -> bool:
        return self.change(Transition.TRANSITION_DEACTIVATE)

    def cleanup(self) -> bool:
        return self.change(Transition.TRANSITION_CLEANUP)


@contextmanager
def streaming(send: Callable[[int], None], period_sec: float = 0.02) -> Iterator[None]:
    """
    Have something sent from a thread, faster than a node works it off.

    :param send: Called with the time in nanoseconds.
    :param period_sec: How often.
    """
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(period_sec):
            send(time.time_ns())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
