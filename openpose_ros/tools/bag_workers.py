# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Many bags at once on one machine, each in a process of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.connection import wait
import signal
from typing import Any

from openpose_ros.pose2d.engine import usable_cores
from openpose_ros.tools.bag_jobs import BAD
from openpose_ros.tools.bag_jobs import BagJob
from openpose_ros.tools.bag_jobs import BagOutcome
from openpose_ros.tools.bag_jobs import run_job
from openpose_ros.tools.bag_options import BagOptions
from openpose_ros.tools.command_line import EstimatorOptions

_POLL_SEC = 0.2
_PATIENCE_SEC = 10.0


def run_jobs(
    jobs: Sequence[BagJob],
    options: BagOptions,
    workers: int,
    *,
    watch: Callable[[BagJob, int, int], None],
    stop: Callable[[], bool],
) -> Iterator[tuple[BagJob, BagOutcome]]:
    """
    Process bags; yields each that was begun as it ends.

    :param jobs: The bags.
    :param options: What is wanted.
    :param workers: Bags at the same time, which share the cores; 1: in this process.
    :param watch: Told how many images of how many of a bag are done.
    :param stop: Asked again and again; bags that are not finished are given up.
    """
    workers = min(workers, len(jobs))
    if workers > 1:
        yield from _run_apart(jobs, options, workers, watch, stop)
        return
    for job in jobs:
        if stop():
            return
        yield job, run_job(job, options, _watcher(watch, job), stop)


def share_of_cores(detection: EstimatorOptions, workers: int) -> EstimatorOptions:
    """
    Return how people are found by one of several processes on a machine.

    Threads that spin while they wait would take the cores from the others.

    :param detection: As said on the command line.
    :param workers: Number of processes.
    """
    threads = detection.engine.threads or max(1, usable_cores() // workers)
    return replace(detection, engine=replace(detection.engine, threads=threads, spinning=False))


class _Worker:
    """
    A process that does one bag after the other. It gives up if the pipe closes, or says anything.

    :param options: What is wanted.
    """

    def __init__(self, options: BagOptions) -> None:
        context = multiprocessing.get_context('spawn')
        self.pipe, theirs = context.Pipe()
        self.job: BagJob | None = None
        self._process = context.Process(target=_work, args=(theirs, options), daemon=True)
        # Ctrl-C goes to all processes of a terminal: only this one is to decide what it means.
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._process.start()
        finally:
            signal.signal(signal.SIGINT, handler)
        theirs.close()

    def give(self, job: BagJob) -> None:
        """Begin a bag."""
        self.job = job
        self.pipe.send(job)

    def hear(self) -> tuple[int, int] | BagOutcome:
        """Return what it says: how far it is, or what became of its bag."""
        try:
            said: tuple[int, int] | BagOutcome = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join(_PATIENCE_SEC)
            code = self._process.exitcode
            said = BagOutcome(BAD, f'its process ended with exit code {code}: out of memory?')
        return said

    @property
    def is_alive(self) -> bool:
        """Whether it can take another bag."""
        return self._process.is_alive()

    def end(self) -> None:
        """End the process, after what it has to tidy up."""
        self.pipe.close()
        self._process.join(_PATIENCE_SEC)
        if self._process.is_alive():
            self._process.kill()


def _run_apart(
    jobs: Sequence[BagJob],
    options: BagOptions,
    workers: int,
    watch: Callable[[BagJob, int, int], None],
    stop: Callable[[], bool],
) -> Iterator[tuple[BagJob, BagOutcome]]:
    options = replace(options, detection=share_of_cores(options.detection, workers))
    waiting = deque(jobs)
    team: list[_Worker] = []
    stopped = False
    try:
        while waiting or any(worker.job for worker in team):
            _hand_out(waiting, team, options, workers)
            busy = {worker.pipe: worker for worker in team if worker.job}
            for pipe in wait(list(busy), _POLL_SEC):
                worker = busy[pipe]  # type: ignore[index]
                said, job = worker.hear(), worker.job
                if isinstance(said, BagOutcome) and job is not None:
                    worker.job = None
                    yield job, said
                elif job is not None and not isinstance(said, BagOutcome):
                    watch(job, *said)
            if stop() and not stopped:
                stopped = True
                waiting.clear()
                for worker in busy.values():
                    worker.pipe.send(None)
    finally:
        for worker in team:
            worker.end()


def _hand_out(
    waiting: deque[BagJob], team: list[_Worker], options: BagOptions, workers: int
) -> None:
    """Give each idle worker a bag; one that has died is replaced."""
    team[:] = [worker for worker in team if worker.job or worker.is_alive]
    idle = [worker for worker in team if not worker.job]
    while waiting and (idle or len(team) < workers):
        if not idle:
            team.append(_Worker(options))
            idle.append(team[-1])
        idle.pop().give(waiting.popleft())


def _work(pipe: Connection[Any, Any], options: BagOptions) -> None:
    """Do the bags that come through the pipe; what a process runs."""
    try:
        while True:
            job = pipe.recv()
            if job is not None:
                pipe.send(run_job(job, options, lambda *counts: pipe.send(counts), pipe.poll))
    except (EOFError, OSError):
        # Whoever gives the bags has gone; what was begun is tidied up already.
        return


def _watcher(
    watch: Callable[[BagJob, int, int], None], job: BagJob
) -> Callable[[int, int], None]:
    return lambda done, total: watch(job, done, total)
