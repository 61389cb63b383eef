# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node run as users run it, watched from its start to its exit code."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
import math
import os
from pathlib import Path
import signal
import subprocess
import tempfile
import time

from openpose_ros.tools.ros_environment import ros_environment

PACKAGE = 'openpose_ros'
_TIMEOUT_SEC = 30.0


@dataclass(frozen=True)
class Ending:
    """
    How a process ended.

    :param code: Its exit code; negative: the signal that killed it.
    :param seconds: From the signal to the end, as soon as it was looked at.
    :param said: What it had printed, both streams.
    """

    code: int
    seconds: float
    said: str

    def problem(self) -> str:
        """Return what is wrong with it, empty if nothing is."""
        if self.code == 0 and 'Traceback' not in self.said:
            return ''
        return f'exit code {self.code}: {self.said.strip() or "it said nothing"}'


class WatchedProcess:
    """
    An installed executable in a process of its own; leaving the context kills what is left of it.

    :param executable: Name of the executable.
    :param space: Namespace, so that several may run side by side.
    :param parameters: ROS parameters.
    :param remappings: Topics that do not lie in the namespace, ``FROM:=TO``.
    :raises ValueError: If the executable is not installed.
    """

    def __init__(
        self,
        executable: str,
        space: str,
        parameters: Mapping[str, object] | None = None,
        remappings: Sequence[str] = (),
    ) -> None:
        environment = ros_environment()
        command = [_installed(executable, environment), '--ros-args']
        for rule in (f'__ns:=/{space}', *remappings):
            command += ['-r', rule]
        for name, value in (parameters or {}).items():
            command += ['-p', f'{name}:={value}']
        self.executable = executable
        self.space = space
        self.name = f'{space}/{executable}'
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._stopped_sec = math.inf
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def __enter__(self) -> WatchedProcess:
        """Let it run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kill what is left of it."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def said(self) -> str:
        """Return what it has printed so far."""
        # Not seek and read: both processes share the position in the file.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode()

    def has_loaded(self, library: str) -> bool:
        """
        Return whether it has loaded a shared library.

        :param library: A part of the library's path.
        """
        return library in Path(f'/proc/{self._process.pid}/maps').read_text()

    def check(self) -> None:
        """
        See to it that it still runs.

        :raises ValueError: If it has ended; says what it said.
        """
        if self._process.poll() is not None:
            raise ValueError(f'{self.name} ended: {self.said()}')

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """
        Look again and again, while it runs.

        :param condition: What is waited for.
        :raises ValueError: If it ends before, or takes too long; says what it said.
        """
        end = time.monotonic() + _TIMEOUT_SEC
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise ValueError(f'{self.name} is stuck: {self.said()}')
            time.sleep(0.002)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """
        Send it a signal.

        :param number: The signal.
        """
        self._stopped_sec = time.monotonic()
        self._process.send_signal(number)

    def end(self, meanwhile: Callable[[], None] = lambda: time.sleep(0.001)) -> Ending:
        """
        Wait for its end, after :meth:`stop`.

        :param meanwhile: What is done in the meantime, over and over, a short while each time.
        :raises ValueError: If it does not end.
        """
        while self._process.poll() is None:
            if time.monotonic() > self._stopped_sec + _TIMEOUT_SEC:
                raise ValueError(f'{self.name} goes on: {self.said()}')
            meanwhile()
        seconds = time.monotonic() - self._stopped_sec
        return Ending(self._process.returncode, seconds, self.said())


def _installed(executable: str, environment: Mapping[str, str]) -> str:
    prefixes = environment.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    for prefix in prefixes:
        path = Path(prefix) / 'lib' / PACKAGE / executable
        if path.is_file():
            return str(path)
    raise ValueError(f'{executable} is not installed below AMENT_PREFIX_PATH ({prefixes})')
