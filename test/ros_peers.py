# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The node under test as a process of its own, and a peer that talks to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import re
import signal
import subprocess
import sys
import time
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

# Long, because a busy machine takes its time, to start a process for example.
PATIENCE_SEC = 60.0
_SPIN_SEC = 0.02
# Room for all that comes while the test does something else.
_DIAGNOSTICS_DEPTH = 100
_ACCOUNT = re.compile(
    r'frames: (\d+) received, (\d+) processed, (\d+) dropped(?: \((.+)\))?, (\d+) passed on'
)


@dataclass(frozen=True)
class Account:
    """
    What a node says, when it stops working, of the frames it got.

    :param received: Frames received.
    :param processed: Those processed.
    :param dropped: Those dropped, by reason.
    :param passed_on: Those published as they came.
    """

    received: int
    processed: int
    dropped: dict[str, int]
    passed_on: int


def facts_of(message: Any) -> dict[str, str]:
    """
    Return the keys and values of all statuses of a node.

    :param message: ``DiagnosticArray``; the keys of a camera get its name in front.
    """
    facts = {}
    for status in message.status:
        task = status.name.partition(': ')[2]
        camera = task.removeprefix('camera ') + '_' if task.startswith('camera ') else ''
        facts |= {camera + item.key: item.value for item in status.values}
    return facts


def worst_of(message: Any) -> int:
    """
    Return the level of the worst status.

    :param message: ``DiagnosticArray``.
    """
    return max(status.level[0] for status in message.status)


class NodeProcess:
    """
    A node in a process of its own, which ends with a ``with`` at the latest.

    :param module: Name of the module under ``openpose_ros.nodes``.
    :param log: File that gets what it prints.
    :param parameters: ROS parameters.
    :param arguments: Further arguments after ``--ros-args``.
    """

    def __init__(
        self, module: str, log: Path, parameters: dict[str, object], *arguments: str
    ) -> None:
        command = [sys.executable, '-m', f'openpose_ros.nodes.{module}', '--ros-args', *arguments]
        for name, value in parameters.items():
            command += ['-p', f'{name}:={value}']
        self.log = log
        with log.open('w') as stream:
            self.process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)

    def __enter__(self) -> NodeProcess:
        return self

    def __exit__(self, *error: object) -> None:
        # One that is killed leaves its shared memory behind, up to 35 MB.
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, timeout_sec: float = PATIENCE_SEC) -> None:
        end = time.monotonic() + timeout_sec
        while text not in self.output():
            assert self.process.poll() is None, f'the node ended: {self.output()}'
            assert time.monotonic() < end, f'no {text!r} in: {self.output()}'
            time.sleep(0.02)

    def accounts(self) -> list[Account]:
        """Return the accounts of all frames, each of which must close."""
        accounts = []
        for received, processed, dropped, reasons, passed_on in _ACCOUNT.findall(self.output()):
            counts = {
                reason: int(count) for reason, count in
                (one.split() for one in filter(None, reasons.split(', ')))
            }
            assert sum(counts.values()) == int(dropped), counts
            assert int(received) == int(processed) + int(dropped) + int(passed_on)
            accounts.append(Account(int(received), int(processed), counts, int(passed_on)))
        return accounts

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=10.0)


class Peer:
    """A node of the test with its own context, which spins only while the test waits."""

    def __init__(self) -> None:
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = Node('peer', context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self._clients: dict[tuple[type, str], Any] = {}

    def hear(self, kind: type, topic: str, qos: Any) -> list[Any]:
        heard: list[Any] = []
        self.node.create_subscription(kind, topic, heard.append, qos)
        return heard

    def hear_diagnostics(self) -> list[Any]:
        return self.hear(DiagnosticArray, '/diagnostics', _DIAGNOSTICS_DEPTH)

    def spin_until(self, condition: Callable[[], Any], timeout_sec: float = PATIENCE_SEC) -> None:
        end = time.monotonic() + timeout_sec
        while not condition():
            assert time.monotonic() < end, 'waited in vain'
            self.executor.spin_once(timeout_sec=0.05)

    def spin_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        # On a busy machine the time may be over before what has come is heard.
        least = seconds / _SPIN_SEC
        while time.monotonic() < end or least > 0:
            self.executor.spin_once(timeout_sec=_SPIN_SEC)
            least -= 1

    def call(self, kind: type, name: str, request: Any) -> Any:
        if (kind, name) not in self._clients:
            self._clients[kind, name] = self.node.create_client(kind, name)
        client = self._clients[kind, name]
        if not client.service_is_ready():
            assert client.wait_for_service(PATIENCE_SEC), f'no service {name}'
            # The node hears a little later where to send the answer, and drops it until then.
            self.spin_for(0.2)
        future = client.call_async(request)
        self.spin_until(future.done)
        return future.result()

    def close(self) -> None:
        self.executor.shutdown()
        self.node.destroy_node()
        self.context.shutdown()
