# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Executes a launch file with the double of launch_ros and starts what it describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import importlib.util
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

import yaml

DOUBLE = Path(__file__).parent / 'launch_double'
_STOP_SEC = 15.0


@dataclass(frozen=True)
class LaunchedProcess:
    """
    A process as launch_ros would start it.

    :param command: Command line.
    :param environment: Environment.
    :param respawn_delay_sec: After how long it is started again if it ends; ``None``: never.
    """

    command: list[str]
    environment: dict[str, str]
    respawn_delay_sec: float | None

    @property
    def executable(self) -> str:
        return Path(self.command[0]).name

    def values_of(self, flag: str) -> list[str]:
        """Return what follows each occurrence of an option."""
        return [
            value for word, value in zip(self.command, self.command[1:], strict=False)
            if word == flag
        ]

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of all files, the last value of each, by dotted name."""
        values: dict[str, Any] = {}
        for path in self.values_of('--params-file'):
            for section in yaml.safe_load(Path(path).read_text(encoding='utf-8')).values():
                values |= dict(dotted(section['ros__parameters']))
        return values


@dataclass(frozen=True)
class Launch:
    """
    What became of a launch file.

    :param arguments: Default value of each declared argument that has one.
    :param processes: Processes in the order in which they are started.
    """

    arguments: dict[str, str]
    processes: list[LaunchedProcess]

    @contextmanager
    def running(self, folder: Path) -> Iterator[list[Path]]:
        """
        Start the processes and stop them as Ctrl-C does.

        :param folder: For one log of each process.
        """
        logs, running = [], []
        try:
            for number, process in enumerate(self.processes):
                logs.append(folder / f'{process.executable}_{number}.log')
                with logs[-1].open('w') as stream:
                    running.append(
                        subprocess.Popen(
                            process.command,
                            env=process.environment,
                            stdout=stream,
                            stderr=subprocess.STDOUT,
                        )
                    )
            yield logs
        finally:
            for child in running:
                child.send_signal(signal.SIGINT)
            try:
                codes = [child.wait(_STOP_SEC) for child in running]
            finally:
                for child in running:
                    child.kill()
        texts = '\n'.join(log.read_text() for log in logs)
        assert not any(codes), f'exit codes {codes}: {texts}'


def dotted(values: dict[str, Any], prefix: str = '') -> Iterator[tuple[str, Any]]:
    """Yield nested parameters by their full names."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from dotted(value, f'{prefix}{name}.')
        else:
            yield f'{prefix}{name}', value


@contextmanager
def launch_double() -> Iterator[None]:
    """Let ``launch`` and ``launch_ros`` be the double, also where the real ones are installed."""
    names = ('launch', 'launch_ros')

    def loaded() -> dict[str, Any]:
        return {key: sys.modules.pop(key) for key in list(sys.modules)
                if key.split('.')[0] in names}

    real = loaded()
    sys.path.insert(0, str(DOUBLE))
    try:
        yield
    finally:
        sys.path.remove(str(DOUBLE))
        loaded()
        sys.modules.update(real)


def execute(
    path: Path, folder: Path, environment: dict[str, str], **arguments: str
) -> Launch:
    """
    Execute a launch file.

    :param path: The launch file.
    :param folder: Empty folder for parameter files.
    :param environment: Environment of the launch process.
    :param arguments: Arguments given, as in ``name:=value``; ``ros_namespace`` is what
        PushRosNamespace would set.
    """
    with launch_double():
        from launch import LaunchContext
        from launch import text_of
        from launch.actions import DeclareLaunchArgument

        specification = importlib.util.spec_from_file_location('launch_file', path)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        context = LaunchContext(dict(arguments), dict(environment), folder)
        todo = list(module.generate_launch_description().entities)
        declared = [action for action in todo if isinstance(action, DeclareLaunchArgument)]
        unknown = set(arguments) - {action.name for action in declared} - {'ros_namespace'}
        assert not unknown, f'not declared: {unknown}'
        defaults = {
            action.name: text_of(action.default_value, context)
            for action in declared if action.default_value is not None
        }
        while todo:
            todo = [*(todo.pop(0).execute(context) or ()), *todo]
    processes = [LaunchedProcess(*started) for started in context.started]
    return Launch(defaults, processes)
