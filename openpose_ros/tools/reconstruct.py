# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Reconstructs people in space from the keypoints, or from the videos, of calibrated cameras.

Frames are matched by number: the last number in the name of a JSON file, the position in a video.
Cameras are matched by name where the names of all folders or videos contain those of the
calibration, else by order. OUT/json/ gets OpenPose's keys for keypoints in space, in metres in the
world frame of the calibration, OUT/report.json how good they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys

from openpose_ros.evaluation.markers import compare_with_markers
from openpose_ros.evaluation.markers import MarkerComparison
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.trc import Markers
from openpose_ros.io.trc import read_trc
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import SKELETONS
from openpose_ros.tools.command_line import add_estimator_arguments
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import estimator_options
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.image_fit import FITS
from openpose_ros.tools.image_fit import SAME
from openpose_ros.tools.offline_reconstruction import measure_left_out
from openpose_ros.tools.offline_reconstruction import reconstruct_sequence
from openpose_ros.tools.offline_reconstruction import report_of
from openpose_ros.tools.reconstruction_outputs import ReconstructionOutputs
from openpose_ros.tools.reconstruction_outputs import summary_of
from openpose_ros.tools.space_parameters import add_space_arguments
from openpose_ros.tools.space_parameters import SpaceParameters
from openpose_ros.tools.video_people import views_of_videos
from openpose_ros.tools.view_sequence import assign_cameras
from openpose_ros.tools.view_sequence import views_of_folders
from openpose_ros.tools.view_sequence import ViewSequence
from openpose_ros.types_3d import Recording3D

DEFAULT_SKELETON = 'body_25'
DEFAULT_FPS = 30.0


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.fps > 0:
        parser.error(f'--fps is {options.fps}, expected more than 0')
    if options.json and options.fit != SAME:
        parser.error(
            f'--fit {options.fit} is for --video: JSON files do not say how large the images were'
        )
    try:
        selection = FrameSelection(options.frame_first, options.frame_last, options.frame_step)
    except ValueError as error:
        parser.error(str(error))
    detection = estimator_options(options, parser)
    return run_program('reconstruct', lambda: _run(options, selection, detection))


def _run(
    options: argparse.Namespace, selection: FrameSelection, detection: EstimatorOptions
) -> int:
    parameters = SpaceParameters.of(options.set)
    reference = None if options.compare_trc is None else read_trc(options.compare_trc)
    outputs = ReconstructionOutputs(options.out, options.trc, options.csv, options.picture)
    sequence = _read_views(options, selection, detection)
    print(sequence.describe(), flush=True)
    reconstructor = parameters.reconstructor()
    frames = len(sequence.view_sets)
    left_out = {}
    with progress_bar() as progress:
        task = progress.add_task('reconstruction', total=frames * (1 + options.left_out))

        def advance() -> None:
            progress.advance(task)

        recording = reconstruct_sequence(sequence, reconstructor, parameters.tracker(), advance)
        if options.left_out:
            left_out = measure_left_out(recording, sequence, reconstructor, advance)
    markers = None if reference is None else _compare(recording, reference)
    report = report_of(recording, sequence, left_out=left_out, markers=markers)
    written = outputs.write(recording, report)
    if options.picture is not None:
        written.append(_draw(options, recording, sequence))
    print(summary_of(report))
    print('written: ' + ', '.join(map(str, written)))
    return DONE


def _read_views(
    options: argparse.Namespace, selection: FrameSelection, detection: EstimatorOptions
) -> ViewSequence:
    inputs = [Path(name) for name in options.json or options.video]
    cameras, how = assign_cameras(
        read_cameras(options.calibration),
        [path.name if options.json else path.stem for path in inputs],
        options.cameras,
    )
    pairs = ', '.join(f'{path.name} is of {camera.name}' for path, camera in zip(inputs, cameras))
    print(f'cameras {how}: {pairs}', flush=True)
    if options.json:
        return views_of_folders(
            cameras, inputs, options.skeleton, fps=options.fps, selection=selection
        )
    return views_of_videos(
        cameras, options.video, detection, selection=selection, fit=options.fit
    )


def _draw(
    options: argparse.Namespace, recording: Recording3D, sequence: ViewSequence
) -> Path:
    # Imported for who wants a picture: it takes matplotlib, which nothing else here needs.
    from openpose_ros.tools.reconstruction_picture import write_picture

    picture: Path = options.picture
    videos = options.video or ()
    write_picture(picture, recording, sequence.cameras, videos=videos, fit=options.fit)
    return picture


def _compare(recording: Recording3D, reference: Markers) -> MarkerComparison:
    return compare_with_markers(
        recording,
        get_skeleton(recording.people[0].skeleton).parts,
        markers=reference.names,
        frame_numbers=reference.frame_numbers,
        xyz=reference.xyz,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.reconstruct', description=__doc__
    )
    parser.add_argument(
        '--calibration',
        type=Path,
        required=True,
        metavar='FILE',
        help='of all cameras: our YAML, OpenCV or OpenPose XML, Qualisys .qca.txt, '
        'Pose2Sim or anipose TOML',
    )
    inputs = parser.add_mutually_exclusive_group(required=True)
    inputs.add_argument(
        '--json', nargs='+', metavar='DIR', help="OpenPose's JSON files, a folder per camera"
    )
    inputs.add_argument(
        '--video', nargs='+', metavar='FILE', help='a video, or a folder of images, per camera'
    )
    parser.add_argument(
        '--cameras',
        nargs='+',
        default=[],
        metavar='NAME',
        help='the camera of each folder or video (default: by name, else in order)',
    )
    parser.add_argument(
        '--fit',
        choices=FITS,
        default=SAME,
        help='images of the videos as calibrated (default), resized since to another width and '
        'height, or resized with borders',
    )
    _add_output_arguments(parser)
    _add_frame_arguments(parser)
    add_space_arguments(parser)
    add_estimator_arguments(parser)
    return parser


def _add_output_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group('what is written')
    group.add_argument(
        '--out', type=Path, required=True, metavar='DIR', help='folder for JSON and report'
    )
    group.add_argument(
        '--trc', type=Path, metavar='FILE', help='OpenSim markers; one file per person if several'
    )
    group.add_argument('--csv', type=Path, metavar='FILE', help='table with a row per point')
    group.add_argument(
        '--picture',
        type=Path,
        metavar='FILE',
        help='image of a good frame: people in space, and over the videos',
    )
    group.add_argument(
        '--left-out',
        action=argparse.BooleanOptionalAction,
        default=True,
        help='measure the error in each camera of people reconstructed without it, which takes '
        'as long again per camera (default: measure)',
    )
    group.add_argument(
        '--compare-trc',
        type=Path,
        metavar='FILE',
        help='markers of another program in the same world, for the distance to them',
    )


def _add_frame_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group('which frames, and what they hold')
    group.add_argument(
        '--skeleton',
        choices=sorted(SKELETONS),
        default=DEFAULT_SKELETON,
        help='body skeleton of the JSON files (default: %(default)s)',
    )
    group.add_argument(
        '--fps',
        type=float,
        default=DEFAULT_FPS,
        metavar='X',
        help='frames per second of JSON files, which do not say (default: %(default)s)',
    )
    group.add_argument('--frame-first', type=int, default=0, metavar='N', help='first frame (0)')
    group.add_argument(
        '--frame-last', type=int, default=-1, metavar='N', help='last frame; -1: all (default)'
    )
    group.add_argument(
        '--frame-step', type=int, default=1, metavar='N', help='every N-th frame (default: 1)'
    )


if __name__ == '__main__':
    sys.exit(main())
