# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Runs all nodes for a long time under disturbances and with corrupt input, and tells what fails.

A camera sends images of 640x480 at 30 Hz, some of them corrupt, and keypoints that no node would
publish. Processes are interrupted and restarted, nodes driven through their lifecycle and
disabled, and so on, at random but the same for the same seed. Checked is that nodes end at once
and in order, that results come again after each disturbance, that every frame received is
accounted for, and that the memory of the processes that are not restarted does not grow. Exit
code 1 and a list of what failed if something did.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import os
from pathlib import Path
import sys
import tempfile

from rich.console import Console

from openpose_ros.nodes.soak.messages import read_pictures
from openpose_ros.nodes.soak.report import report_of
from openpose_ros.nodes.soak.report import table_of
from openpose_ros.nodes.soak.run import Soak
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.demo_data import demo_video
from openpose_ros.tools.interruption import StopRequest
from openpose_ros.tools.report import prepare_folder
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report
from openpose_ros.tools.ros_environment import ros_environment

_PICTURES = 8
_TABLE_WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    options = _parser().parse_args(arguments)
    return run_program('soak', lambda: _soak(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='soak', description=__doc__)
    parser.add_argument('--minutes', type=float, default=30.0, help='how long (30)')
    parser.add_argument('--seed', type=int, default=0, help='of everything that is random (0)')
    parser.add_argument(
        '--source', default='', help='video, image or folder shown (the video of the demo)'
    )
    parser.add_argument(
        '--max-growth', type=float, default=5.0, help='percent that memory may grow (5)'
    )
    parser.add_argument(
        '--kills', action='store_true',
        help='kill processes, too, which the shared memory of Fast DDS does not always survive',
    )
    parser.add_argument('--report', type=Path, help='JSON file written')
    parser.add_argument('--logs', type=Path, help='folder for what the nodes print (a new one)')
    return parser


def _soak(options: argparse.Namespace) -> int:
    if not options.minutes > 0:
        raise ValueError(f"'--minutes' is {options.minutes:g}, expected more than 0")
    if options.report is not None:
        prepare_report(options.report)
    folder = options.logs or Path(tempfile.mkdtemp(prefix='soak_'))
    prepare_folder(folder, 'the logs')
    pictures = read_pictures(options.source or str(demo_video()), _PICTURES)
    # The images are published from this process: it needs the profile that the nodes get.
    os.environ.update(ros_environment())
    console = Console(stderr=True)
    console.print(f'what the nodes print goes to {folder}')
    soak = Soak(pictures, options.seed, folder, kills=options.kills)
    try:
        _run(soak, 60 * options.minutes)
        soak.end()
    finally:
        soak.close()
    findings = soak.findings()
    failures = findings.all_failures(options.max_growth / 100)
    if options.report is not None:
        write_report(options.report, report_of(findings, failures))
    Console(width=None if sys.stdout.isatty() else _TABLE_WIDTH).print(table_of(findings))
    for failure in failures:
        print(f'failed: {failure}')
    return 1 if failures else 0


def _run(soak: Soak, seconds: float) -> None:
    with StopRequest() as stop, progress_bar() as bar:
        task = bar.add_task('starting', total=round(seconds))

        def show(elapsed_sec: float, what: str) -> bool:
            bar.update(task, completed=round(elapsed_sec), description=what)
            # After Ctrl-C there is a report, too.
            return not stop.requested

        soak.run(seconds, show)


if __name__ == '__main__':
    sys.exit(main())
