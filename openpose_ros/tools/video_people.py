# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the people in the videos of several cameras."""

from __future__ import annotations

from collections.abc import Sequence
import sys

from rich.progress import Progress

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.sources import open_source
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.image_fit import fit_people
from openpose_ros.tools.image_fit import SAME
from openpose_ros.tools.interruption import StopRequest
from openpose_ros.tools.view_sequence import view_sequence
from openpose_ros.tools.view_sequence import ViewSequence
from openpose_ros.types import People2D


def views_of_videos(
    cameras: Sequence[Camera],
    videos: Sequence[str],
    options: EstimatorOptions,
    *,
    selection: FrameSelection = FrameSelection(),
    fit: str = SAME,
) -> ViewSequence:
    """
    Find the people in the videos of all cameras.

    :param cameras: C cameras.
    :param videos: The video, or folder of images, of each camera.
    :param options: How people are found.
    :param selection: Frames wanted.
    :param fit: What was done to the images after calibration, see ``image_fit``.
    :raises ValueError: If a video cannot be opened, or is not of the size of its camera.
    :raises KeyboardInterrupt: If the user wants to stop.
    """
    estimator = ConfiguredEstimator(options)
    print(estimator.describe(), flush=True)
    people: list[dict[int, People2D]] = []
    times_sec: dict[int, float] = {}
    with StopRequest() as stop, progress_bar() as progress:
        for camera, video in zip(cameras, videos):
            with open_source(video, selection) as source:
                finder = _Finder(estimator, camera, fit, stop)
                finder.run(source, progress)
            if finder.bad_frames:
                print(f"'{video}': {finder.bad_frames} frames cannot be read", file=sys.stderr)
            people.append(finder.people)
            times_sec = finder.times_sec | times_sec  # the first camera's where they differ
    return view_sequence(cameras, people, times_sec.__getitem__)


class _Finder:
    """
    Finds the people of one video.

    :param estimator: Finds them.
    :param camera: The camera.
    :param fit: What was done to the images after calibration.
    :param stop: Asked between two frames.
    """

    def __init__(
        self, estimator: ConfiguredEstimator, camera: Camera, fit: str, stop: StopRequest
    ) -> None:
        self.people: dict[int, People2D] = {}
        self.times_sec: dict[int, float] = {}
        self.bad_frames = 0
        self._estimator = estimator
        self._camera = camera
        self._fit = fit
        self._stop = stop

    def run(self, source: FrameSource, progress: Progress) -> None:
        """
        Find the people of all frames.

        :param source: The video.
        :param progress: Progress bar.
        :raises ValueError: If the size is wrong.
        :raises KeyboardInterrupt: If the user wants to stop.
        """
        task = progress.add_task(source.name, total=_frames_wanted(source))
        for item in source:
            if isinstance(item, BadFrame):
                self.bad_frames += item.count
            else:
                people, _ = self._estimator.find_people(item.pixels)
                self.people[item.index] = self._fitted(people)
                self.times_sec[item.index] = item.time_sec
            progress.advance(task)
            if self._stop.requested:
                raise KeyboardInterrupt
        progress.remove_task(task)

    def _fitted(self, people: People2D) -> People2D:
        try:
            return fit_people(people, self._camera.image_size, self._fit)
        except ValueError as error:
            raise ValueError(f"camera '{self._camera.name}': {error}") from error


def _frames_wanted(source: FrameSource) -> int | None:
    if source.frame_count is None:
        return None
    selection = source.selection
    end = source.frame_count
    if selection.last != -1:
        end = min(selection.last + 1, end)
    return len(range(selection.first, end, selection.step))
