# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How a node runs as a program: from the command line to the exit code.

Exit code 0: ended by Ctrl-C, SIGTERM or the end of its work; 1: wrong configuration or a failure,
said in one line on stderr.
"""

from __future__ import annotations

from collections.abc import Callable
import signal
import sys

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node


class NodeError(Exception):
    """Ends a node with exit code 1; the text is the reason."""


def run_node(name: str, build: Callable[[], Node], args: list[str] | None = None) -> int:
    """
    Run a node until it is told to stop; the last thing a process does.

    A node that ends by itself has an attribute ``finished``, an rclpy future: done means the end,
    a :class:`NodeError` in it the exit code 1.

    :param name: Name of the program, for the line on stderr.
    :param build: Makes the node; a ``ValueError`` from it is a configuration error.
    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    try:
        return _run(name, build, args)
    except KeyboardInterrupt:
        # A second Ctrl-C, just before the end began to ignore it.
        return 0


def _run(name: str, build: Callable[[], Node], args: list[str] | None) -> int:
    node: Node | None = None
    try:
        _init(args)
        try:
            node = _build(build)
            _spin(node)
        except Exception:
            # rclpy raises various things when the signal came between two of its calls.
            if rclpy.ok():
                raise
    except (KeyboardInterrupt, ExternalShutdownException):
        return 0
    except NodeError as error:
        print(f'{name}: {" ".join(str(error).split())}', file=sys.stderr)
        return 1
    finally:
        _stop(node)
    return 0


def _init(args: list[str] | None) -> None:
    try:
        rclpy.init(args=args)
    except RuntimeError as error:
        raise NodeError(f'the command line is wrong: {error}') from error


def _build(build: Callable[[], Node]) -> Node:
    try:
        return build()
    except ValueError as error:
        raise NodeError(str(error)) from error


def _spin(node: Node) -> None:
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    finished = getattr(node, 'finished', None)
    if finished is None:
        executor.spin()
        return
    executor.spin_until_future_complete(finished)
    if finished.done():
        finished.result()


def _stop(node: Node | None) -> None:
    # From here on another Ctrl-C would only turn an orderly end into a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if node is not None:
        node.destroy_node()
    rclpy.try_shutdown()
