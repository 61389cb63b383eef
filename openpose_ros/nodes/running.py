# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How a node runs as a program: from the command line to the exit code.

Exit code 0: ended by Ctrl-C, SIGTERM or the end of its work; 1: wrong configuration or a failure,
said in one line on stderr; 128 + signal: a second Ctrl-C, a while after the first one.
"""

from __future__ import annotations

from collections.abc import Callable
import os
import signal
import sys
import time
from types import FrameType

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from openpose_ros.nodes.memory_release import keep_heaps_few

LONGEST_WAIT_SEC = 0.1
PATIENCE_SEC = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopFlag:
    """
    Says that it is time to end; what :class:`threading.Event` does without its lock.

    A signal that comes while the handler of another one sets an event would wait for that lock
    for ever: both handlers run in the main thread.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Say so, from any thread or from a signal handler."""
        self._is_set = True

    def is_set(self) -> bool:
        """Return whether somebody has said so."""
        return self._is_set


class NodeError(Exception):
    """Ends a node with exit code 1; the text is the reason."""


def run_node(name: str, build: Callable[[], Node], args: list[str] | None = None) -> int:
    """
    Run a node until it is told to stop; the last thing a process does, in its main thread.

    A node that ends by itself has an attribute ``finished``, an rclpy future: done means the end,
    a :class:`NodeError` in it the exit code 1.

    :param name: Name of the program, for the line on stderr.
    :param build: Makes the node; a ``ValueError`` from it is a configuration error.
    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """

    def work(stopped: StopFlag) -> None:
        node = build_node(build)
        try:
            spin(node, stopped)
        finally:
            node.destroy_node()

    return run_program(name, work, args)


def run_program(
    name: str, work: Callable[[StopFlag], None], args: list[str] | None = None
) -> int:
    """
    Do something with ROS until the process is told to stop; the last thing that it does.

    :param name: Name of the program, for the line on stderr.
    :param work: Returns soon after the flag it is given is set, having undone what it did; a
        :class:`NodeError` from it is the exit code 1.
    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    stopped = _catch_signals()
    keep_heaps_few()
    try:
        _init(args)
        work(stopped)
    except ExternalShutdownException:
        return 0
    except NodeError as error:
        print(f'{name}: {" ".join(str(error).split())}', file=sys.stderr)
        return 1
    finally:
        rclpy.try_shutdown()
        # Python takes its handlers away when it ends, and a signal would still kill it then.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
    return 0


def build_node(build: Callable[[], Node]) -> Node:
    """
    Make a node.

    :param build: Makes it.
    :raises NodeError: If it cannot, because of its configuration.
    """
    try:
        return build()
    except ValueError as error:
        raise NodeError(str(error)) from error


def spin(node: Node, stopped: StopFlag) -> None:
    """
    Run a node until it is told to stop or has ended by itself.

    :param node: The node; see :func:`run_node` for its ``finished``.
    :param stopped: Tells it to stop.
    :raises NodeError: If that is how it ended.
    """
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    finished = getattr(node, 'finished', None)
    try:
        while not stopped.is_set() and rclpy.ok():
            if finished is not None and finished.done():
                finished.result()
                return
            # A signal is noticed only between two of these.
            executor.spin_once(timeout_sec=LONGEST_WAIT_SEC)
    finally:
        # An error keeps this frame alive: the executor would destroy itself when ROS is gone, and
        # say so with a traceback.
        executor.shutdown(timeout_sec=0.0)


def _catch_signals() -> StopFlag:
    """
    Let Ctrl-C and SIGTERM do no more than set the flag that is returned.

    Python's handler raises KeyboardInterrupt anywhere, rclpy's takes the context away at once:
    in the middle of a constructor, of a worker's publish, or of the end that the first Ctrl-C
    began. Here nothing happens before the node spins, and then it is taken down in order.
    """
    stopped = StopFlag()
    first_sec: list[float] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopped.set()
        first_sec.append(time.monotonic())
        # Ctrl-C in a terminal reaches a launched node twice. Later ones are from somebody who
        # does not want to wait for the end of, say, a compilation of the network.
        if first_sec[-1] - first_sec[0] > PATIENCE_SEC:
            os._exit(128 + number)

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    return stopped


def _init(args: list[str] | None) -> None:
    try:
        rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    except RuntimeError as error:
        raise NodeError(f'the command line is wrong: {error}') from error
