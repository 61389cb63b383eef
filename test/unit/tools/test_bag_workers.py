# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Several processes, and the end of them."""

from __future__ import annotations

from collections.abc import Callable
import multiprocessing
from pathlib import Path
import signal
import subprocess
import sys
import time

import bags_or_skip  # noqa: F401 - rosbags may be missing
import numpy as np
import pytest
import recorded_bags as recorded

from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.engine import usable_cores
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.tools.bag_jobs import BAD
from openpose_ros.tools.bag_jobs import BagJob
from openpose_ros.tools.bag_jobs import WRITTEN
from openpose_ros.tools.bag_options import BagOptions
from openpose_ros.tools.bag_workers import run_jobs
from openpose_ros.tools.bag_workers import share_of_cores
from openpose_ros.tools.command_line import EstimatorOptions

ROOT = Path(__file__).parents[3]
DETECTION = EstimatorOptions(
    'body_mobilenet_thin', EngineParameters('cpu'), InputParameters(height_px=64),
    ParserParameters(),
)  # fmt: skip


def grey_bag(path: Path, images: int) -> Path:
    """Write a bag of images of nobody."""
    grey = np.full((48, 64, 3), 128, np.uint8)
    return recorded.write_bag(path, [
        ('/camera/image_raw', stamp, recorded.raw(grey, stamp))
        for stamp in recorded.stamps(images)
    ], 'mcap')  # fmt: skip


def test_share_of_cores_leaves_each_worker_some() -> None:
    assert share_of_cores(DETECTION, 1).engine.threads == usable_cores()
    shared = share_of_cores(DETECTION, 1000).engine
    assert (shared.threads, shared.spinning) == (1, False)
    own = EstimatorOptions('m', EngineParameters(threads=3), DETECTION.inputs, DETECTION.parser)
    assert share_of_cores(own, 2).engine.threads == 3


def test_worker_that_dies_costs_its_bag_only(tmp_path: Path) -> None:
    jobs = [
        BagJob(grey_bag(tmp_path / 'in' / name, images), tmp_path / 'out' / name)
        for name, images in (('long', 5000), ('short', 2), ('last', 2))
    ]
    killed: list[BagJob] = []

    def watch(job: BagJob, done: int, total: int) -> None:
        if job is jobs[0] and done and not killed:
            assert total == 5000
            killed.append(job)
            # Of the two that work, the first was given the first bag.
            min(multiprocessing.active_children(), key=lambda one: one.pid or 0).kill()

    outcomes = run_jobs(jobs, BagOptions(DETECTION), 2, watch=watch, stop=lambda: False)
    kinds = {job.source.name: outcome for job, outcome in outcomes}
    assert {name: one.kind for name, one in kinds.items()} == {
        'long': BAD, 'short': WRITTEN, 'last': WRITTEN,
    }
    assert 'its process ended with exit code -9' in kinds['long'].text
    assert sorted(path.name for path in (tmp_path / 'out').iterdir()) == [
        '.long.part', 'last', 'short',
    ]


def test_jobs_end_between_bags(tmp_path: Path) -> None:
    jobs = [
        BagJob(grey_bag(tmp_path / 'in' / name, 2), tmp_path / 'out' / name) for name in ('a', 'b')
    ]
    done: list[BagJob] = []
    for job, outcome in run_jobs(
        jobs, BagOptions(DETECTION), 1, watch=lambda *_: None, stop=lambda: bool(done)
    ):
        assert outcome.kind == WRITTEN
        done.append(job)
    assert done == jobs[:1]


@pytest.mark.parametrize('how', [signal.SIGINT, signal.SIGKILL])
def test_interrupted_bags_leave_nothing(
    tmp_path: Path, how: signal.Signals
) -> None:
    """Two workers are interrupted in bags that take them a while."""
    for name in ('one', 'two'):
        grey_bag(tmp_path / 'in' / name, 5000)
    out = tmp_path / 'out'
    command = [sys.executable, '-m', 'openpose_ros.tools.process_bag', tmp_path / 'in', out,
               '--workers', '2', '--height', '64']  # fmt: skip
    process = subprocess.Popen(
        list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    begun = (out / '.one.part' / 'one', out / '.two.part' / 'two')
    wait_until(lambda: all(path.is_dir() for path in begun) or process.poll() is not None)
    process.send_signal(how)
    said, complaints = process.communicate(timeout=20)
    assert 'Traceback' not in complaints
    if how is signal.SIGKILL:
        # The workers notice, and tidy up on their own.
        wait_until(lambda: not any(out.iterdir()))
    else:
        assert process.returncode == 130
        assert '0 bags written with 0 images, 0 finished before, 0 failed, 2 not finished' in said
    assert list(out.iterdir()) == []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
