# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The process of a node in a soak, from its start to its exit code."""

from __future__ import annotations

from pathlib import Path
import signal
import subprocess
import sys
import time

from openpose_ros.nodes.resident_memory import resident_mb
from openpose_ros.nodes.resident_memory import shared_mb
from openpose_ros.nodes.soak.accounts import Account
from openpose_ros.nodes.soak.accounts import frame_accounts
from openpose_ros.nodes.soak.accounts import view_accounts
from openpose_ros.nodes.soak.nodes import SoakedNode
from openpose_ros.tools.ros_environment import ros_environment


class SoakedProcess:
    """
    A node in a process of its own.

    :param node: What to start.
    :param log: File that gets what it prints.
    """

    def __init__(self, node: SoakedNode, log: Path) -> None:
        self._log = log
        self._signalled_sec = 0.0
        self._was_killed = False
        self.exit_sec = 0.0
        command = [sys.executable, '-m', f'openpose_ros.nodes.{node.module}', *node.arguments()]
        with log.open('w') as stream:
            self._process = subprocess.Popen(
                command, env=ros_environment(), stdout=stream, stderr=subprocess.STDOUT
            )

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._signalled_sec = time.monotonic()
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it without asking."""
        self._was_killed = True
        self._process.kill()
        self._process.wait()

    def has_ended(self) -> bool:
        """Return whether it has ended; after Ctrl-C the time that took is noted."""
        if self._process.poll() is None:
            return False
        if self._signalled_sec and not self.exit_sec:
            self.exit_sec = time.monotonic() - self._signalled_sec
        return True

    def memory_mb(self) -> tuple[float, float]:
        """
        Return the resident memory of its own and the shared one, in megabytes.

        :raises ValueError: If it has ended.
        """
        shared = shared_mb(self._process.pid)
        return resident_mb(self._process.pid) - shared, shared

    def account(self) -> Account | None:
        """Return what became of the frames until it last stopped working; None if it never did."""
        accounts = frame_accounts(self._printed())
        return accounts[-1] if accounts else None

    def problems(self) -> list[str]:
        """Return what is wrong with what it left behind when it ended."""
        log = self._printed()
        accounts = [*frame_accounts(log), *view_accounts(log)]
        found = [account.problem() for account in accounts if account.problem()]
        if 'Traceback' in log:
            found.append(f'a traceback in {self._log}')
        if self._was_killed:
            return found
        if self._process.returncode:
            last = (log.strip().splitlines() or ['nothing'])[-1]
            found.append(f'exit code {self._process.returncode}, and its last words: {last}')
        if self.account() is None:
            found.append('it has not logged what became of its frames')
        return found

    def _printed(self) -> str:
        return self._log.read_text(errors='replace')
