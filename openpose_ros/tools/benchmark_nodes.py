# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
What is measured with ROS, in programs of its own: the tools run without it.

``python -m openpose_ros.nodes.measuring.messages --repetitions N`` and, each with
``--repetitions N --model NAME --provider NAME --height PX``,
``python -m openpose_ros.nodes.measuring.node``, ``face_hand`` and ``graph`` and, with
``--rounds N``, ``start`` and ``exit`` measure and print, as the last line of stdout, a JSON list
of rows::

    [{"name": "messages.encode_decode", "value": 0.61, "repetitions": 200, "note": ""}]

in the units of :data:`~openpose_ros.tools.benchmark_rows.QUANTITIES`. They end with exit code 0;
with any other, what they said on stderr is the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
import json
import subprocess
import sys

from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.ros_environment import ros_environment

_TIMEOUT_SEC = 300.0
_STOP_SEC = 15.0


def measure_messages(repetitions: int) -> Iterator[Row]:
    """
    Measure the conversion of people to serialised messages and back.

    :param repetitions: Number of conversions.
    :return: Rows.
    :raises ValueError: If the program fails; says why.
    """
    yield from run_measurement('messages', '--repetitions', str(repetitions))


def measure_node(options: EstimatorOptions, repetitions: int) -> Iterator[Row]:
    """
    Measure pose_node beside the bare session, and beside face_hand_node.

    :param options: Model, provider, size of the network input.
    :param repetitions: Number of frames per block.
    :return: Rows.
    :raises ValueError: If a program fails; says why.
    """
    arguments = _arguments(options, repetitions)
    for program in ('node', 'face_hand'):
        yield from run_measurement(program, *arguments)


def measure_graph(options: EstimatorOptions, repetitions: int) -> Iterator[Row]:
    """
    Measure several nodes in one process beside the same nodes in a process each.

    :param options: Model, provider, size of the network input.
    :param repetitions: Number of frames per block.
    :return: Rows.
    :raises ValueError: If the program fails; says why.
    """
    yield from run_measurement('graph', *_arguments(options, repetitions))


def measure_start(repetitions: int) -> Iterator[Row]:
    """
    Measure how long nodes take to start, and to end from every state.

    :param repetitions: Times that all of it is done.
    :return: Rows.
    :raises ValueError: If a program fails; says why.
    """
    for program in ('start', 'exit'):
        yield from run_measurement(program, '--rounds', str(repetitions))


def _arguments(options: EstimatorOptions, repetitions: int) -> tuple[str, ...]:
    return (
        '--repetitions', str(repetitions),
        '--model', options.model,
        '--provider', options.engine.providers,
        '--height', str(options.inputs.height_px),
    )  # fmt: skip


def run_measurement(name: str, *arguments: str) -> list[Row]:
    """
    Run one of the programs that measure with ROS.

    :param name: Name of a module in ``openpose_ros.nodes.measuring``.
    :param arguments: Its command line.
    :return: The rows it printed.
    :raises ValueError: If it fails or prints something else; says why.
    """
    module = f'openpose_ros.nodes.measuring.{name}'
    command = [sys.executable, '-m', module, *arguments]
    process = subprocess.Popen(
        command,
        env=ros_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, complained = process.communicate(timeout=_TIMEOUT_SEC)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f'{module} took more than {_TIMEOUT_SEC:g} s') from error
    finally:
        _end(process)
    if process.returncode:
        raise ValueError(f'{module} failed: {_last_line(complained)}')
    try:
        return [Row(**row) for row in json.loads(_last_line(said))]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{module} printed '{_last_line(said)}', expected a JSON list of rows: {error}"
        ) from error


def _end(process: subprocess.Popen[str]) -> None:
    """End a program that is still running in a way that lets it end those it started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SEC)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ['nothing'])[-1]
