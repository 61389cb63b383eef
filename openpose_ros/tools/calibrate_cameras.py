# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Calibrates cameras, and where they stand, from images or videos of a board.

Frames of one number must show the same time in all cameras: frame n of each video, or the n-th
image of each folder in the order of their names. Not all cameras need to see the board together: a
chain of pairs that do is enough. Squares are counted along the row first, the outermost included.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys

import cv2
from rich.console import Console

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import CHARUCO
from openpose_ros.pose3d.calibration.board import CHESSBOARD
from openpose_ros.pose3d.calibration.board_detection import BoardDetector
from openpose_ros.pose3d.calibration.intrinsics import COEFFICIENTS
from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.pose3d.calibration.intrinsics import PLUMB_BOB
from openpose_ros.pose3d.calibration.rig_calibration import ANY_FRAME
from openpose_ros.pose3d.calibration.rig_calibration import calibrate_rig
from openpose_ros.pose3d.calibration.rig_calibration import RigCalibration
from openpose_ros.pose3d.calibration.rig_calibration import RigOptions
from openpose_ros.pose3d.calibration.rig_calibration import RigViews
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.tools.board_images import BoardImages
from openpose_ros.tools.board_images import common_step
from openpose_ros.tools.board_images import find_boards
from openpose_ros.tools.calibration_report import baselines
from openpose_ros.tools.calibration_report import error_picture
from openpose_ros.tools.calibration_report import errors_of
from openpose_ros.tools.calibration_report import report_of
from openpose_ros.tools.calibration_report import table_of
from openpose_ros.tools.calibration_report import warnings_of
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.report import prepare_folder
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    try:
        board = Board(
            parsed.board,
            parsed.squares,
            parsed.square_size_m,
            parsed.marker_size_m,
            parsed.dictionary,
        )
        cameras = _named(parsed.camera, '--camera')
        alone = _named(parsed.intrinsic_images, '--intrinsic-images')
        if parsed.max_frames < 1:
            raise ValueError(f'--max-frames is {parsed.max_frames}, expected at least 1')
        for name in alone:
            if name not in cameras:
                raise ValueError(f"--intrinsic-images: no camera '{name}' among --camera")
    except ValueError as error:
        parser.error(str(error))
    return run_program(
        'calibrate_cameras', lambda: _calibrate(parsed, board, cameras, alone)
    )


def _calibrate(
    parsed: argparse.Namespace, board: Board, inputs: dict[str, str], alone: dict[str, str]
) -> int:
    # What would fail after minutes of looking for boards is tried first.
    BoardDetector(board)
    prepare_report(parsed.out)
    if parsed.report is not None:
        prepare_folder(parsed.report, 'the report')
    known = _known_intrinsics(parsed.intrinsics, inputs)
    step = common_step(inputs, parsed.max_frames)
    with progress_bar() as progress:
        images = {
            name: find_boards(name, uri, board, step=step, progress=progress)
            for name, uri in inputs.items()
        }
        close = {
            name: find_boards(
                name, uri, board, step=common_step({name: uri}, parsed.max_frames),
                progress=progress,
            )
            for name, uri in alone.items()
        }  # fmt: skip
        _require_sizes(images, close, known)
        task = progress.add_task('calibration', total=None)
        rig = calibrate_rig(
            RigViews(
                {name: one.views for name, one in images.items()},
                {name: one.image_size for name, one in images.items()},
                {name: one.views for name, one in close.items()},
                known,
            ),
            board,
            _options(parsed, step),
            progress=lambda step_text: progress.update(task, description=step_text),
        )
    _print(rig, images)
    write_cameras(parsed.out, rig.cameras)
    print(f"'{parsed.out}' written")
    if parsed.report is not None:
        _write_report(parsed.report, rig, images)
    return DONE


def _options(parsed: argparse.Namespace, step: int) -> RigOptions:
    frame = parsed.board_frame
    if frame != ANY_FRAME and frame % step:
        frame -= frame % step
        print(f'of every {step} frames one is looked at: the world is in frame {frame}')
    return RigOptions(
        model=parsed.model,
        reference=parsed.reference_camera,
        world_is_board=parsed.world == 'board',
        board_frame=frame,
        keep_intrinsics=parsed.keep_intrinsics,
    )


def _known_intrinsics(path: Path | None, inputs: dict[str, str]) -> dict[str, Intrinsics]:
    if path is None:
        return {}
    cameras = read_cameras(path)
    return {
        name: Intrinsics(
            camera.image_size, camera.camera_matrix, camera.distortion_model, camera.distortion
        )
        for name, camera in cameras.items()
        if name in inputs
    }


def _require_sizes(
    images: dict[str, BoardImages], close: dict[str, BoardImages], known: dict[str, Intrinsics]
) -> None:
    for name, one in images.items():
        others = [found.image_size for found in (close.get(name), known.get(name)) if found]
        for size in others:
            if size != one.image_size:
                raise ValueError(
                    f"camera '{name}': its intrinsics are for images of {size[0]}x{size[1]} "
                    f'pixels, its images have {one.image_size[0]}x{one.image_size[1]}'
                )


def _print(rig: RigCalibration, images: dict[str, BoardImages]) -> None:
    for name, one in images.items():
        bad = f', {one.bad_frames} could not be read' if one.bad_frames else ''
        print(f'{name}: board in {len(one.views)} of {one.frames} images{bad}')
    Console().print(table_of(rig))
    for (a, b), distance in baselines(rig).items():
        shared = rig.common_views.get((a, b), 0)
        print(f'{a} - {b}: {distance:.3f} m apart, {shared} common views')
    for warning in warnings_of(rig):
        print(f'warning: {warning}')


def _write_report(folder: Path, rig: RigCalibration, images: dict[str, BoardImages]) -> None:
    write_report(folder / 'calibration.json', report_of(rig))
    for name in rig.cameras:
        picture = error_picture(name, errors_of(rig, name), images[name].picture)
        path = folder / f'{name}.png'
        if not cv2.imwrite(str(path), picture):
            raise OSError(f"'{path}' cannot be written")
    print(f"report in '{folder}'")


def _named(entries: Sequence[str], option: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for entry in entries:
        name, equals, uri = entry.partition('=')
        if not (name and equals and uri):
            raise ValueError(f"{option} is '{entry}', expected NAME=IMAGES or NAME=VIDEO")
        if name in named:
            raise ValueError(f"{option}: camera '{name}' is named twice")
        named[name] = uri
    return named


def _squares(text: str) -> tuple[int, int]:
    columns, _, rows = text.lower().partition('x')
    if not (columns.isdecimal() and rows.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}', expected two numbers such as 8x6")
    return int(columns), int(rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.calibrate_cameras', description=__doc__
    )
    _add_board_arguments(parser.add_argument_group('the board'))
    cameras = parser.add_argument_group('the cameras')
    cameras.add_argument(
        '--camera', action='append', required=True, metavar='NAME=IMAGES|VIDEO',
        help='folder of images or video of a camera; once per camera',
    )  # fmt: skip
    cameras.add_argument(
        '--intrinsic-images', action='append', default=[], metavar='NAME=IMAGES|VIDEO',
        help='further images of the board for the intrinsics of a camera alone, taken at any time',
    )  # fmt: skip
    cameras.add_argument(
        '--intrinsics', type=Path, metavar='FILE',
        help='calibration whose intrinsics are kept, for the cameras it holds',
    )  # fmt: skip
    cameras.add_argument(
        '--model', choices=tuple(COEFFICIENTS), default=PLUMB_BOB,
        help='lens (default: %(default)s)',
    )  # fmt: skip
    cameras.add_argument(
        '--keep-intrinsics', action='store_true',
        help='fit the intrinsics of each camera from its own views only',
    )  # fmt: skip
    cameras.add_argument(
        '--max-frames', type=int, default=100, metavar='N',
        help='most frames of a camera that are looked at, evenly spaced (default: %(default)s)',
    )  # fmt: skip
    _add_world_arguments(parser.add_argument_group('the world'))
    outputs = parser.add_argument_group('what is written')
    outputs.add_argument(
        '--out', type=Path, required=True, metavar='FILE.yaml', help='the calibration'
    )
    outputs.add_argument(
        '--report', type=Path, metavar='DIR', help='figures as JSON and a picture per camera'
    )
    return parser


def _add_board_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument('--board', choices=(CHESSBOARD, CHARUCO), default=CHESSBOARD)
    group.add_argument(
        '--squares', type=_squares, required=True, metavar='8x5', help='squares in a row x rows'
    )
    group.add_argument('--square-size-m', type=float, required=True, metavar='M')
    group.add_argument('--marker-size-m', type=float, default=0.0, metavar='M')
    group.add_argument(
        '--dictionary', default=Board.dictionary, help='of the markers (default: %(default)s)'
    )


def _add_world_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--reference-camera', default='', metavar='NAME',
        help='the world is in the axes of this camera (default: the first one)',
    )  # fmt: skip
    group.add_argument(
        '--world', choices=('camera', 'board'), default='camera',
        help='board: the world is where the board lies flat in --board-frame, z up',
    )  # fmt: skip
    group.add_argument(
        '--board-frame', type=int, default=ANY_FRAME, metavar='N',
        help='frame in which it lies there, counted from 0 (default: the first that shows it)',
    )  # fmt: skip


if __name__ == '__main__':
    sys.exit(main())
