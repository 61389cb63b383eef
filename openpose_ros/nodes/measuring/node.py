# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures pose_node: its rate beside that of the bare network, its latency and its memory.

Both get the same 720p images at 30 Hz, in turn, so that what sending and receiving the images
costs counts for both. Prints a JSON list of rows; see :mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import sys

import numpy as np

from openpose_ros.nodes.measuring.measured_process import MeasuredProcess
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.nodes.measuring.peer import MeasuringPeer
from openpose_ros.tools.benchmark_rows import Row

_PAIRS = 9
_RATE_HZ = 30.0


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repetitions', type=int, default=20, help='frames per block')
    parser.add_argument('--model', default='body_mobilenet_thin')
    parser.add_argument('--provider', default='auto')
    parser.add_argument('--height', default='368', help='height of the network input')
    options = parser.parse_args(arguments)
    parameters = {
        'autostart': 'false',
        'model.name': options.model,
        'inference.providers': options.provider,
        'input.height_px': options.height,
    }
    return print_rows(lambda: _measure(parameters, options.repetitions))


def _measure(parameters: dict[str, str], frames: int) -> list[Row]:
    with (
        MeasuringPeer() as peer,
        MeasuredProcess('pose_node', parameters) as node,
        MeasuredProcess('measuring.bare_session', parameters) as bare,
    ):
        for candidate in (node, bare):
            peer.configure(candidate.name)
        ratios, rates = [], []
        for _ in range(_PAIRS):
            node_hz = peer.rate_of(node.name, frames, _RATE_HZ)
            bare_hz = peer.rate_of(bare.name, frames, _RATE_HZ)
            ratios.append(node_hz / bare_hz)
            rates.append((node_hz, bare_hz))
        overhead_ms = peer.overhead_ms(node.name, 2 * frames)
        memory_mb = node.memory_mb()
    node_hz, bare_hz = np.median(rates, axis=0)
    note = f'{node_hz:.2f} and {bare_hz:.2f} frames per second'
    return [
        Row('node.throughput_ratio', float(np.median(ratios)), _PAIRS * frames, note),
        Row('node.latency_above_inference', overhead_ms, 2 * frames, '1280x720'),
        Row('node.memory', memory_mb, 1),
    ]


if __name__ == '__main__':
    sys.exit(main())
