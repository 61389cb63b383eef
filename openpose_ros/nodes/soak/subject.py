# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node in a soak: its processes, one after the other, and the results heard from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import time
from typing import Any

from openpose_ros.nodes.soak.findings import Record
from openpose_ros.nodes.soak.messages import FORGED
from openpose_ros.nodes.soak.nodes import SoakedNode
from openpose_ros.nodes.soak.process import SoakedProcess


class Subject:
    """
    A node under observation.

    :param node: What it is.
    :param folder: For logs.
    :param fail: Called with what goes wrong.
    """

    def __init__(self, node: SoakedNode, folder: Path, fail: Callable[[str], None]) -> None:
        self.node = node
        self.record = Record(node.is_steady)
        self._folder = folder
        self._fail = fail
        self._fresh = 0
        self._gap_sec = 0.0
        self._last_sec: float | None = None
        self._process = self._started()

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.interrupt()

    def kill(self) -> None:
        """End its process without asking."""
        self._process.kill()

    def has_ended(self) -> bool:
        """Return whether its process has ended."""
        return self._process.has_ended()

    def restart(self) -> None:
        """Judge the process that has ended and start another one."""
        self.judge()
        self._process = self._started()

    def judge(self) -> None:
        """Take down what the process has left behind; one that has not ended is killed."""
        if not self._process.has_ended():
            self._fail(f'{self.node.name} does not end')
            self._process.kill()
        for problem in self._process.problems():
            self._fail(f'{self.node.name}: {problem}')
        record, account = self.record, self._process.account()
        record.worst_exit_sec = max(record.worst_exit_sec, self._process.exit_sec)
        if account is not None:
            # A killed process has one too if it had been deactivated before.
            record.frames.update(
                received=account.received, processed=account.processed,
                passed_on=account.passed_on,
            )
            record.dropped.update(account.reasons)

    def hear(self, message: Any) -> None:
        """
        Take note of a result.

        :param message: The message; those made from forged keypoints do not count.
        """
        if message.header.frame_id == FORGED:
            return
        self.record.heard += 1
        now_sec = time.monotonic()
        if self._last_sec is not None:
            self._gap_sec = max(self._gap_sec, now_sec - self._last_sec)
            self._last_sec = now_sec
        self._fresh += 1

    def disturb(self) -> None:
        """Expect no results for a while."""
        self._last_sec = None

    def expect_fresh(self) -> None:
        """Begin to wait for results."""
        self._fresh = 0

    def is_fresh(self) -> bool:
        """Return whether results have come since they were waited for."""
        return self._fresh >= 2

    def settle(self) -> None:
        """Expect results without a gap from now on."""
        self._last_sec = time.monotonic()
        self._gap_sec = 0.0

    def quiet_gap_sec(self) -> float:
        """Return the longest time without a result since it settled."""
        if self._last_sec is None:
            return 0.0
        gap_sec = max(self._gap_sec, time.monotonic() - self._last_sec)
        self.record.longest_gap_sec = max(self.record.longest_gap_sec, gap_sec)
        return gap_sec

    def sample_memory(self) -> None:
        """Take note of the memory of a process that lives all the time."""
        if self.node.is_steady and not self._process.has_ended():
            own, shared = self._process.memory_mb()
            self.record.memory_mb.append(own)
            self.record.shared_mb = max(self.record.shared_mb, shared)

    def _started(self) -> SoakedProcess:
        self.record.processes += 1
        name = f'{self.node.namespace}_{self.node.module}_{self.record.processes}.log'
        return SoakedProcess(self.node, self._folder / name)
