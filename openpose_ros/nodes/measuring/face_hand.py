# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures what face_hand_node costs pose_node: its rate beside face_hand_node over its rate alone.

Both get the same 720p images at 30 Hz, in which face_hand_node is told of one person each time.
Prints a JSON list of rows; see :mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import sys
import time

import numpy as np
from std_msgs.msg import Header

from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.nodes.measuring.measured_process import MeasuredProcess
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.nodes.measuring.peer import MeasuringPeer
from openpose_ros.tools.benchmark_face_hand import standing
from openpose_ros.tools.benchmark_rows import Row

_RATE_HZ = 30.0
# Whatever the networks say of noise counts as found, so that all of them are at work.
_ANYTHING = '1e-9'


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repetitions', type=int, default=20, help='frames per block')
    parser.add_argument('--pairs', type=int, default=7, help='pairs of blocks')
    parser.add_argument('--model', default='body_mobilenet_thin')
    parser.add_argument('--provider', default='auto')
    parser.add_argument('--height', default='368', help='height of the network input')
    options = parser.parse_args(arguments)
    common = {'autostart': 'false', 'inference.providers': options.provider}
    body = {**common, 'model.name': options.model, 'input.height_px': options.height}
    faces = {
        **common,
        'landmarks.face_min_score': _ANYTHING,
        'landmarks.hand_min_score': _ANYTHING,
    }
    return print_rows(
        lambda: [_measure(body, faces, options.repetitions, options.pairs)]
    )


def _measure(body: dict[str, str], faces: dict[str, str], frames: int, pairs: int) -> Row:
    person = people_to_msg(standing(1), Header())
    with (
        MeasuringPeer() as peer,
        MeasuredProcess('pose_node', body) as pose,
        MeasuredProcess('face_hand_node', faces) as face_hand,
    ):
        for node in (pose, face_hand):
            peer.configure(node.name)
        rates = []
        for _ in range(pairs):
            alone_hz = peer.rate_of(pose.name, frames, _RATE_HZ)
            with peer.beside(face_hand.name, pose.name, person) as found:
                started = time.monotonic()
                both_hz = peer.rate_of(pose.name, frames, _RATE_HZ)
                complete = sum(bool(message.face_skeleton) for message in found)
                found_hz = complete / (time.monotonic() - started)
            rates.append((both_hz / alone_hz, both_hz, alone_hz, found_hz))
    ratio, both_hz, alone_hz, found_hz = np.median(rates, axis=0)
    note = (
        f'{both_hz:.2f} and {alone_hz:.2f} bodies per second, {found_hz:.2f} with face and hands'
    )
    return Row('face_hand.body_rate_ratio', float(ratio), pairs * frames, note)


if __name__ == '__main__':
    sys.exit(main())
