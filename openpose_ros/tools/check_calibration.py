# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Tells which camera of a calibrated rig is off or late, from keypoints of one walking person.

The keypoints are OpenPose's JSON files, a folder per camera, as detect writes them; a person who
walks through the whole room tells most. Where several people are seen, the one is followed who is
largest in the views that agree.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import math
from pathlib import Path
import sys
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from openpose_ros.pose3d.calibration.camera_correction import CameraCorrection
from openpose_ros.pose3d.calibration.camera_correction import corrected
from openpose_ros.pose3d.calibration.person_track import follow_person
from openpose_ros.pose3d.calibration.rig_check import check_rig
from openpose_ros.pose3d.calibration.rig_check import RigCheck
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import FAILED
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report
from openpose_ros.tools.view_sequence import assign_cameras
from openpose_ros.tools.view_sequence import people_of_folder

EXIT_CODES = (
    'Exit codes: 0 no camera stands out, 1 one is off or late or has a larger error than '
    '--max-error-px, or the check failed; 2 wrong arguments; 130 interrupted.'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code, see ``EXIT_CODES``.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.max_delay < 0:
        parser.error(f'--max-delay is {parsed.max_delay}, expected at least 0')
    if parsed.max_frames < 1:
        parser.error(f'--max-frames is {parsed.max_frames}, expected at least 1')
    return run_program('check_calibration', lambda: _check(parsed))


def _check(parsed: argparse.Namespace) -> int:
    for path in (parsed.report, parsed.corrected):
        if path is not None:
            prepare_report(path)
    folders: list[Path] = parsed.json
    known = read_cameras(parsed.calibration)
    cameras, how = assign_cameras(known, [folder.name for folder in folders], parsed.cameras)
    with progress_bar() as progress:
        people = [
            people_of_folder(folder, parsed.skeleton)
            for folder in progress.track(folders, description='files')
        ]
        task = progress.add_task('comparing', total=None)
        track = follow_person(
            cameras, people, min_score=parsed.min_score, most_frames=parsed.max_frames
        )
        check = check_rig(cameras, track, most_delay_frames=parsed.max_delay)
        progress.remove_task(task)
    for camera, folder in zip(cameras, folders):
        print(f'{camera.name}: {folder} ({how})')
    _print(check)
    for sentence in verdict(check):
        print(sentence)
    too_large = bool(np.nanmax(check.left_out_px, initial=0.0) > parsed.max_error_px)
    if too_large:
        print(f'errors are larger than {parsed.max_error_px:g} px')
    if parsed.report is not None:
        write_report(parsed.report, report_of(check))
    if parsed.corrected is not None:
        _write_corrected(parsed.corrected, known, check)
    stands_out = check.suspect is not None or bool(check.is_late.any())
    return FAILED if stands_out or too_large else DONE


def _write_corrected(path: Path, cameras: dict[str, Camera], check: RigCheck) -> None:
    correction = None if check.suspect is None else check.corrections[check.suspect]
    if check.suspect is None or correction is None:
        print(f"no camera is off: '{path}' is not written")
        return
    name = check.names[check.suspect]
    write_cameras(path, {**cameras, name: corrected(cameras[name], correction)})
    print(f"'{path}' written, with {name} changed; look at it before you use it")


def verdict(check: RigCheck) -> list[str]:
    """
    Return what was found as plain sentences.

    :param check: What the walking person says.
    """
    found = []
    for name, frames, counts in zip(check.names, check.delays.frames, check.is_late):
        if counts:
            found.append(
                f'{name} is {abs(frames):.1f} frames {"late" if frames > 0 else "early"}: shifted '
                f'by that, what is left between cameras falls from {check.delays.spread_px:.1f} '
                f'to {check.delays.spread_without_px:.1f} px.'
            )
    if check.suspect is not None:
        name, correction = check.names[check.suspect], check.corrections[check.suspect]
        without = check.noise_without_px[check.suspect]
        found.append(
            f'{name} is off: without it the others agree to {without:.1f} px instead of '
            f'{check.noise_px:.1f} px.'
        )
        if correction is not None:
            found.append(_describe_correction(name, correction))
    elif len(check.names) < 3:
        found.append('Two cameras only: which of them is off cannot be told.')
    else:
        found.append(
            f'No single camera stands out: all agree to {check.noise_px:.1f} px, without any one '
            f'of them to {np.nanmin(check.noise_without_px):.1f} to '
            f'{np.nanmax(check.noise_without_px):.1f} px.'
        )
    return found


def report_of(check: RigCheck) -> dict[str, Any]:
    """
    Return the figures as :func:`json.dumps` takes them.

    :param check: What the walking person says.
    """
    cameras = {}
    for row, name in enumerate(check.names):
        correction = check.corrections[row]
        cameras[name] = {
            'left_out_error_px': _number(check.left_out_px[row]),
            'noise_of_the_others_px': _number(check.noise_without_px[row]),
            'delay_frames': _number(check.delays.frames[row]),
            'is_late': bool(check.is_late[row]),
            'correction': None if correction is None else _correction_figures(correction),
        }
    return {
        'points': check.points,
        'noise_px': _number(check.noise_px),
        'spread_px': _number(check.delays.spread_px),
        'spread_without_delays_px': _number(check.delays.spread_without_px),
        'suspect': None if check.suspect is None else check.names[check.suspect],
        'cameras': cameras,
        'pair_errors_px': [[_number(value) for value in row] for row in check.pair_px],
        'verdict': verdict(check),
    }


def _print(check: RigCheck) -> None:
    table = Table(
        'camera', 'left out px', 'others agree px', 'late frames', 'best change', 'left then px'
    )
    for row, name in enumerate(check.names):
        correction = check.corrections[row]
        table.add_row(
            name,
            f'{check.left_out_px[row]:.1f}',
            f'{check.noise_without_px[row]:.1f}',
            f'{check.delays.frames[row]:+.1f}',
            '' if correction is None else _change(correction),
            '' if correction is None else f'{correction.after_px:.1f}',
        )
    console = Console()
    console.print(table)
    pairs = Table('between pairs px', *check.names)
    for row, name in enumerate(check.names):
        errors = ['' if math.isnan(one) else f'{one:.1f}' for one in check.pair_px[row]]
        pairs.add_row(name, *errors)
    console.print(pairs)
    print(f'{check.points} keypoints of two or more cameras')


def _change(correction: CameraCorrection) -> str:
    text = f'{correction.angle_deg:.2f}°'
    if correction.distance_m:
        text += f', {correction.distance_m:.3f} m'
    if correction.focal_factor != 1.0:
        text += f', focal x {correction.focal_factor:.3f}'
    return text


def _describe_correction(name: str, correction: CameraCorrection) -> str:
    return (
        f'{name} fits best after a change of its {correction.kind} ({_change(correction)}): its '
        f'error falls from {correction.before_px:.1f} to {correction.after_px:.1f} px.'
    )


def _correction_figures(correction: CameraCorrection) -> dict[str, Any]:
    return {
        'kind': correction.kind,
        'angle_deg': correction.angle_deg,
        'distance_m': correction.distance_m,
        'focal_factor': correction.focal_factor,
        'before_px': correction.before_px,
        'after_px': correction.after_px,
        'cam_T_cam': correction.cam_T_cam.tolist(),
    }


def _number(value: float) -> float | None:
    """Return a number that JSON knows."""
    return None if math.isnan(value) else float(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.check_calibration',
        description=__doc__,
        epilog=EXIT_CODES,
    )
    parser.add_argument(
        '--calibration', type=Path, required=True, metavar='FILE',
        help='calibration of the rig, in any format of docs/multi_camera.md',
    )  # fmt: skip
    parser.add_argument(
        '--json', type=Path, nargs='+', required=True, metavar='DIR',
        help="folder of each camera with OpenPose's JSON files",
    )  # fmt: skip
    parser.add_argument(
        '--cameras', nargs='+', default=[], metavar='NAME',
        help='cameras of the folders, in their order (default: by name, else by order)',
    )  # fmt: skip
    parser.add_argument(
        '--skeleton', default='body_25', metavar='NAME', help='of the files (default: %(default)s)'
    )
    _add_limits(parser.add_argument_group('limits'))
    outputs = parser.add_argument_group('what is written')
    outputs.add_argument('--report', type=Path, metavar='FILE', help='the figures as JSON')
    outputs.add_argument(
        '--corrected', type=Path, metavar='FILE.yaml',
        help='the calibration with the change that fits best of the camera that is off, if one is',
    )  # fmt: skip
    return parser


def _add_limits(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--min-score', type=float, default=0.3, metavar='X',
        help='keypoints below are not used (default: %(default)s)',
    )  # fmt: skip
    group.add_argument(
        '--max-delay', type=int, default=5, metavar='FRAMES',
        help='largest delay looked for (default: %(default)s)',
    )  # fmt: skip
    group.add_argument(
        '--max-frames', type=int, default=600, metavar='N',
        help='most frames used, the first ones (default: %(default)s)',
    )  # fmt: skip
    group.add_argument(
        '--max-error-px', type=float, default=math.inf, metavar='PX',
        help='largest error in a left-out camera (default: any)',
    )  # fmt: skip


if __name__ == '__main__':
    sys.exit(main())
