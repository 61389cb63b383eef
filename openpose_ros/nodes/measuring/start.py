# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures how long nodes take from the start of the process to their first result.

The input is published at 30 Hz before the installed executable is started. Discovery is left out:
the time between the node's first log line, after which it creates its subscriptions, and the stamp
of the input that the first result heard is about. What is left is the time from the start to that
line, and from that input to its result. The notes say what it is with discovery.

Prints a JSON list of rows; see :mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
import re
import sys
import tempfile
import time
from typing import Any

import numpy as np

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.nodes.measuring.interrupting_peer import InterruptingPeer
from openpose_ros.nodes.measuring.interrupting_peer import RIG
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.nodes.measuring.watched_process import WatchedProcess
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.tools.benchmark_rows import Row

_NODES = ('pose_node', 'face_hand_node', 'triangulation_node')
_FIRST_LINE = re.compile(r'\[INFO\] \[(\d+\.\d+)\]')


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5, help='times that each node is started')
    parser.add_argument('--nodes', nargs='+', choices=_NODES, default=_NODES, help='which ones')
    options = parser.parse_args(arguments)
    return print_rows(lambda: _measure(options.nodes, options.rounds))


def _measure(nodes: Sequence[str], rounds: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        rig = Path(folder) / 'rig.yaml'
        write_cameras(rig, {camera.name: camera for camera in RIG})
        parameters = {'triangulation_node': {'calibration.file': rig}}
        return [
            _row(node, [_start(node, turn, parameters.get(node, {})) for turn in range(rounds)])
            for node in nodes
        ]


def _start(node: str, turn: int, parameters: Mapping[str, object]) -> tuple[float, float]:
    """Start a node once; return the seconds to its first result without and with discovery."""
    space = f'start_{turn}'
    with InterruptingPeer() as peer, peer.feeding(space, node) as results:
        peer.spin_for(0.5)
        started_sec = time.time()
        with WatchedProcess(node, space, parameters) as process:
            peer.wait_for(process, lambda: _first(node, results) is not None)
            heard_sec = time.time()
            process.wait_until(lambda: _FIRST_LINE.search(process.said()) is not None)
            line = _FIRST_LINE.search(process.said())
            process.stop()
            process.end()
    ready_sec = float(line.group(1)) if line is not None else started_sec
    taken_sec = stamp_ns(_first(node, results)) / 1e9
    total_sec = heard_sec - started_sec
    return total_sec - max(taken_sec - ready_sec, 0.0), total_sec


def _first(node: str, results: list[Any]) -> Any:
    """Return the first result that is more than keypoints passed on, ``None`` if there is none."""
    wanted = (one for one in results if node != 'face_hand_node' or one.face_skeleton)
    return next(wanted, None)


def _row(node: str, starts: list[tuple[float, float]]) -> Row:
    without_sec, with_sec = np.array(starts).T
    note = (
        f'{np.median(with_sec):.2f} s with discovery; {without_sec.min():.2f} to '
        f'{without_sec.max():.2f} s without'
    )
    return Row(f'start.{node}', float(np.median(without_sec)), len(starts), note)


if __name__ == '__main__':
    sys.exit(main())
