# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in space from four calibrated cameras, on a real recording.

``python -m openpose_ros.tools.demo_3d`` takes the videos and the calibration of the pose2sim
package (BSD licence, fetched with pip): a man balances on a beam, a woman looks on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys

from openpose_ros.tools import reconstruct
from openpose_ros.tools.command_line import DEFAULT_MODEL
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.demo_data import BEAM
from openpose_ros.tools.demo_data import BEAM_CALIBRATION
from openpose_ros.tools.demo_data import BEAM_VIDEOS
from openpose_ros.tools.demo_data import unpacked
from openpose_ros.tools.image_fit import LETTERBOX


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the demo.

    :param arguments: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    options = _parser().parse_args(arguments)
    return run_program('demo_3d', lambda: _reconstruct(options))


def _reconstruct(options: argparse.Namespace) -> int:
    folder = unpacked(BEAM)
    videos = sorted((folder / BEAM_VIDEOS).glob('*.mp4'))
    print(f'people in {len(videos)} videos, every {options.step}th of 100 frames', flush=True)
    out = Path(options.out)
    return reconstruct.main(
        [
            *('--calibration', str(folder / BEAM_CALIBRATION)),
            *('--video', *map(str, videos)),
            # two of the videos were scaled down by 0.7 % for publication
            *('--fit', LETTERBOX),
            *('--frame-step', str(options.step)),
            *('--model', options.model),
            *('--height', str(options.height)),
            *('--provider', options.provider),
            *('--out', str(out)),
            *('--csv', str(out / 'points.csv')),
            *('--picture', str(out / 'people_in_space.png')),
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='demo_3d', description=__doc__)
    parser.add_argument('--step', type=int, default=4, help='every N-th frame (4)')
    parser.add_argument('--height', type=int, default=560, help='of the network input (560)')
    parser.add_argument('--model', default=DEFAULT_MODEL, help='model name or YAML file')
    parser.add_argument('--provider', default='auto', help='cpu, cuda, tensorrt, … (auto)')
    parser.add_argument('--out', default='demo3d_output', help='folder written (demo3d_output)')
    return parser


if __name__ == '__main__':
    sys.exit(main())
