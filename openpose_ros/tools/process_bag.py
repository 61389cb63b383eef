# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Finds the people in the images of recorded bags and writes bags with them; needs no ROS.

IN is a rosbag2, SQLite or MCAP, or a folder of bags at any depth, which OUT then has the same
folders as. For images of /camera/image_raw OUT gets /camera/people/keypoints, and with --face,
--hands or --feet /camera/people/keypoints_full; with a calibration /people/keypoints_3d. A bag
that was finished before is skipped; one that was not begins anew, and nothing is left of it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
import math
from pathlib import Path
import sys
from typing import TextIO

from rich.progress import Progress
from rich.progress import TaskID

from openpose_ros.io.bag_folders import find_bags
from openpose_ros.io.bag_folders import output_of
from openpose_ros.io.bag_writer import FORMATS
from openpose_ros.pose2d.secondary_models import MODELS_OF_PART
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.bag_jobs import BAD
from openpose_ros.tools.bag_jobs import BagJob
from openpose_ros.tools.bag_jobs import BagOutcome
from openpose_ros.tools.bag_jobs import SKIPPED
from openpose_ros.tools.bag_jobs import STOPPED
from openpose_ros.tools.bag_jobs import WRITTEN
from openpose_ros.tools.bag_options import BagOptions
from openpose_ros.tools.bag_workers import run_jobs
from openpose_ros.tools.command_line import add_estimator_arguments
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import estimator_options
from openpose_ros.tools.command_line import FAILED
from openpose_ros.tools.command_line import INTERRUPTED
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.interruption import StopRequest
from openpose_ros.tools.space_parameters import add_space_arguments
from openpose_ros.tools.space_parameters import SpaceParameters

EXIT_CODES = (
    'Exit codes: 0 all bags are done (bad images are reported on stderr), 1 a bag could not be '
    'read or written, or has no usable image; 2 wrong arguments; 130 interrupted.'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code, see ``EXIT_CODES``.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.workers < 1:
        parser.error(f'--workers is {parsed.workers}, expected 1 or more')
    if not (math.isfinite(parsed.rate_hz) and parsed.rate_hz >= 0):
        parser.error(f'--rate-hz is {parsed.rate_hz}, expected a finite number from 0 on')
    if parsed.calibration is None and (parsed.cameras or parsed.set):
        parser.error('--cameras and --set need --calibration')
    parts = tuple(part for part in MODELS_OF_PART if getattr(parsed, part))
    options = BagOptions(
        replace(estimator_options(parsed, parser), parts=parts),
        tuple(parsed.image),
        parsed.rate_hz,
        parsed.only_new,
        TrackingParameters(enabled=parsed.follow),
        SmoothingParameters(enabled=parsed.smooth),
        parsed.calibration,
        tuple(parsed.cameras),
        tuple(parsed.set),
        parsed.frame_id,
    )
    return run_program('process_bag', lambda: _run(parsed, options))


def _run(parsed: argparse.Namespace, options: BagOptions) -> int:
    # What is wrong for every bag is said once, before any.
    options.settings()
    if options.calibration is not None:
        read_cameras(options.calibration)
        SpaceParameters.of(options.space)
    jobs = _jobs(parsed.input, parsed.output, parsed.format or '')
    outcomes: Counter[str] = Counter()
    images = 0
    # The bar takes over stdout, too, and would send to the terminal what goes to a file.
    stdout = sys.stdout
    with StopRequest() as stop, progress_bar() as progress:
        bars = _Bars(progress, len(jobs))
        for job, outcome in run_jobs(
            jobs, options, parsed.workers, watch=bars.watch, stop=lambda: stop.requested
        ):
            bars.end(job)
            _report(job, outcome, sys.stdout if stdout.isatty() else stdout)
            outcomes[outcome.kind] += 1
            images += outcome.images
        left = len(jobs) - outcomes[WRITTEN] - outcomes[SKIPPED] - outcomes[BAD]
        interrupted = stop.requested and left > 0
    print(
        f'{outcomes[WRITTEN]} bags written with {images} images, {outcomes[SKIPPED]} finished '
        f'before, {outcomes[BAD]} failed' + (f', {left} not finished' if left else ''),
        flush=True,
    )
    if interrupted:
        return INTERRUPTED
    return FAILED if outcomes[BAD] else DONE


def _jobs(source: Path, target: Path, storage: str) -> list[BagJob]:
    if target.resolve().is_relative_to(source.resolve()):
        raise ValueError(f"OUT '{target}' is in IN '{source}', expected another place")
    jobs = [BagJob(bag, output_of(bag, source, target), storage) for bag in find_bags(source)]
    counts = Counter(job.target for job in jobs)
    for job in jobs:
        if counts[job.target] > 1:
            raise ValueError(f"several bags in '{source}' would go to '{job.target}'")
    return jobs


def _report(job: BagJob, outcome: BagOutcome, stdout: TextIO) -> None:
    if outcome.kind == BAD:
        print(f"process_bag: '{job.source}': {outcome.text}", file=sys.stderr, flush=True)
        return
    for remark in outcome.remarks:
        print(f"process_bag: '{job.source}': {remark}", file=sys.stderr, flush=True)
    if outcome.kind != STOPPED:
        print(f'{job.target}: {outcome.text}', file=stdout, flush=True)


class _Bars:
    """
    A bar for all bags if there are several, and one for each that is worked on.

    :param progress: Where they are shown.
    :param bags: Number of bags.
    """

    def __init__(self, progress: Progress, bags: int) -> None:
        self._progress = progress
        self._all = progress.add_task('bags', total=bags, visible=bags > 1)
        self._bars: dict[BagJob, TaskID] = {}

    def watch(self, job: BagJob, done: int, total: int) -> None:
        """Show how many images of a bag are done."""
        if job not in self._bars:
            self._bars[job] = self._progress.add_task(job.source.name, total=total)
        self._progress.update(self._bars[job], completed=done)

    def end(self, job: BagJob) -> None:
        """Count a bag."""
        if job in self._bars:
            self._progress.remove_task(self._bars.pop(job))
        self._progress.advance(self._all)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.process_bag', description=__doc__, epilog=EXIT_CODES
    )
    parser.add_argument('input', type=Path, metavar='IN', help='a bag, or a folder of bags')
    parser.add_argument('output', type=Path, metavar='OUT', help='folder of the new bag, or bags')
    parser.add_argument(
        '--workers',
        type=int,
        default=1,
        metavar='N',
        help='bags at the same time, which share the cores (default: %(default)s)',
    )
    _add_topic_arguments(parser.add_argument_group('which images'))
    _add_part_arguments(parser.add_argument_group('what is looked for besides bodies'))
    _add_output_arguments(parser.add_argument_group('what is written'))
    add_space_arguments(parser)
    add_estimator_arguments(parser)
    return parser


def _add_topic_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--image',
        nargs='+',
        action='extend',
        default=[],
        metavar='TOPIC',
        help='Image or CompressedImage topics; TOPIC:=NAMESPACE sends the results to another '
        'namespace than the image topic says (default: all)',
    )
    group.add_argument(
        '--rate-hz',
        type=float,
        default=0.0,
        metavar='X',
        help='images per second and topic, the first ones of each slot floor(stamp rate); '
        '0: all (default)',
    )


def _add_part_arguments(group: argparse._ArgumentGroup) -> None:
    for part in MODELS_OF_PART:
        group.add_argument(f'--{part}', action='store_true')
    group.add_argument(
        '--follow',
        action=argparse.BooleanOptionalAction,
        default=True,
        help='ids that last, left and right kept, as pose_node does (default); without, each '
        'image stands alone',
    )
    group.add_argument(
        '--smooth', action='store_true', help='keypoints smoothed over time, as pose_node can'
    )
    group.add_argument(
        '--calibration',
        type=Path,
        metavar='FILE',
        help='of the cameras of all image topics: people in space',
    )
    group.add_argument(
        '--cameras',
        nargs='+',
        default=[],
        metavar='NAME',
        help='the camera of each image topic (default: by name, else in order)',
    )
    group.add_argument(
        '--frame-id',
        default='world',
        metavar='NAME',
        help='frame of people in space (default: %(default)s)',
    )


def _add_output_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--only-new', action='store_true', help='people only, not what the bag holds already'
    )
    group.add_argument(
        '--format', choices=sorted(FORMATS), help='of the new bags (default: as IN)'
    )


if __name__ == '__main__':
    sys.exit(main())
