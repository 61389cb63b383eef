# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Finds the people in images, folders of images, videos, cameras and streams.

Without an output option it prints a line per frame. A frame that cannot be read is reported and
counted, an input that cannot be opened too; the others are done all the same. Ctrl-C ends after
the frame at hand, with all files complete.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
import sys
import time

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.openpose_json import MINUS_ONE_TO_ONE
from openpose_ros.io.openpose_json import SOURCE_PIXELS
from openpose_ros.pose2d.secondary_models import MODELS_OF_PART
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.command_line import add_estimator_arguments
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import estimator_options
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.detection import Detection
from openpose_ros.tools.detection_outputs import DetectionOutputs
from openpose_ros.tools.detection_outputs import OutputOptions
from openpose_ros.tools.interruption import StopRequest

EXIT_CODES = (
    'Exit codes: 0 done (bad frames are reported on stderr), 1 an input could not be opened, '
    'nothing could be read, or writing failed; 2 wrong arguments; 130 interrupted.'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code, see ``EXIT_CODES``.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    parts = tuple(part for part in MODELS_OF_PART if getattr(parsed, part))
    options = replace(estimator_options(parsed, parser), parts=parts)
    try:
        selection = FrameSelection(parsed.frame_first, parsed.frame_last, parsed.frame_step)
    except ValueError as error:
        parser.error(str(error))
    outputs = OutputOptions(
        parsed.json, parsed.overlay, parsed.video, parsed.keypoint_scale, parsed.coco
    )
    following = (
        TrackingParameters(enabled=parsed.track), SmoothingParameters(enabled=parsed.smooth)
    )
    return run_program(
        'detect', lambda: _detect(parsed.inputs, options, selection, outputs, following)
    )


def _detect(
    inputs: Sequence[str],
    options: EstimatorOptions,
    selection: FrameSelection,
    output_options: OutputOptions,
    following: tuple[TrackingParameters, SmoothingParameters],
) -> int:
    outputs = DetectionOutputs(output_options, inputs)
    estimator = ConfiguredEstimator(options)
    print(estimator.describe(), flush=True)
    shows_frames = not output_options.writes_files
    start = time.perf_counter()
    with StopRequest() as stop, progress_bar(hidden=shows_frames) as progress:
        detection = Detection(
            estimator,
            outputs,
            shows_frames=shows_frames,
            stop=stop,
            progress=progress,
            tracking=following[0],
            smoothing=following[1],
        )
        try:
            for name in inputs:
                detection.run_input(name, selection)
                if stop.requested:
                    detection.tally.interrupted = True
                    break
        except KeyboardInterrupt:
            detection.tally.interrupted = True
        finally:
            outputs.close()
    print(detection.tally.describe(time.perf_counter() - start), flush=True)
    return detection.tally.exit_code()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.detect', description=__doc__, epilog=EXIT_CODES
    )
    parser.add_argument(
        'inputs',
        nargs='+',
        metavar='INPUT',
        help='image, folder of images, video, number of a camera, or URL',
    )
    add_estimator_arguments(parser)
    _add_part_arguments(parser.add_argument_group('what else is looked for'))
    _add_time_arguments(parser.add_argument_group('what follows the frames before'))
    _add_output_arguments(parser.add_argument_group('what is written'))
    _add_frame_arguments(parser.add_argument_group('which frames'))
    return parser


def _add_part_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument('--face', action='store_true', help='faces of 70 points')
    group.add_argument('--hands', action='store_true', help='hands of 21 points')
    group.add_argument(
        '--feet',
        action='store_true',
        help='heels and big toes, for a model without: the bodies become body_25',
    )


def _add_time_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--track',
        action='store_true',
        help='give people ids that last, and keep left and right where they are swapped',
    )
    group.add_argument(
        '--smooth', action='store_true', help='smooth the keypoints of each person over time'
    )


def _add_output_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--json', type=Path, metavar='DIR', help="OpenPose's JSON: NAME_keypoints.json"
    )
    group.add_argument(
        '--coco',
        type=Path,
        metavar='FILE',
        help="COCO's JSON of results; an image's number is the last one in its name",
    )
    group.add_argument(
        '--overlay', type=Path, metavar='DIR', help='images with the people: NAME_rendered.png'
    )
    group.add_argument(
        '--video',
        type=Path,
        metavar='FILE',
        help='video of the images with the people (.mp4, .avi, ...), at the rate of the first '
        'input, or 10 frames per second of images',
    )
    group.add_argument(
        '--keypoint-scale',
        type=int,
        choices=range(SOURCE_PIXELS, MINUS_ONE_TO_ONE + 1),
        default=SOURCE_PIXELS,
        help='coordinates in the JSON: 0 pixels of the input (default), 1 of the network input, '
        '2 of the overlay, 3 from 0 to 1, 4 from -1 to 1',
    )


def _add_frame_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--frame-first', type=int, default=0, metavar='N', help='first frame, counted from 0'
    )
    group.add_argument(
        '--frame-last', type=int, default=-1, metavar='N', help='last frame; -1: all (default)'
    )
    group.add_argument(
        '--frame-step', type=int, default=1, metavar='N', help='every N-th frame (default: 1)'
    )


if __name__ == '__main__':
    sys.exit(main())
