# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the people in the videos of several cameras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import sys

from rich.progress import Progress

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.sources import open_source
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.interruption import StopRequest
from openpose_ros.tools.view_sequence import view_sequence
from openpose_ros.tools.view_sequence import ViewSequence
from openpose_ros.types import People2D


@dataclass
class VideoPeople:
    """
    The people of one video.

    :param people: By frame number; frames that cannot be read are missing.
    :param times_sec: Media time by frame number.
    :param bad_frames: Number of frames that cannot be read.
    """

    people: dict[int, People2D]
    times_sec: dict[int, float]
    bad_frames: int = 0


def views_of_videos(
    cameras: Sequence[Camera],
    videos: Sequence[str],
    options: EstimatorOptions,
    selection: FrameSelection,
) -> ViewSequence:
    """
    Find the people in the videos of all cameras.

    :param cameras: C cameras.
    :param videos: The video of each camera.
    :param options: How people are found.
    :param selection: Frames wanted.
    :raises ValueError: If a video cannot be opened or is not of the size of its camera.
    """
    estimator = ConfiguredEstimator(options)
    print(estimator.describe(), flush=True)
    with StopRequest() as stop, progress_bar() as progress:
        found = find_people_in_videos(videos, estimator, selection, progress=progress, stop=stop)
    for video, result in zip(videos, found):
        if result.bad_frames:
            print(f"'{video}': {result.bad_frames} frames cannot be read", file=sys.stderr)
    times_sec: dict[int, float] = {}
    for result in reversed(found):  # where cameras differ, the first one's time
        times_sec |= result.times_sec
    return view_sequence(cameras, [result.people for result in found], times_sec.__getitem__)


def find_people_in_videos(
    videos: Sequence[str],
    estimator: ConfiguredEstimator,
    selection: FrameSelection,
    *,
    progress: Progress,
    stop: StopRequest,
) -> list[VideoPeople]:
    """
    Find the people in each frame of each video.

    :param videos: Videos, or folders of images.
    :param estimator: Finds the people.
    :param selection: Frames wanted.
    :param progress: Progress bar.
    :param stop: Asked between two frames.
    :raises ValueError: If a video cannot be opened or holds no frame.
    :raises KeyboardInterrupt: If the user wants to stop.
    """
    found = []
    for video in videos:
        result = VideoPeople({}, {})
        with open_source(video, selection) as source:
            task = progress.add_task(video, total=_frames_wanted(source.frame_count, selection))
            for item in source:
                _add(result, item, estimator)
                progress.advance(task)
                if stop.requested:
                    raise KeyboardInterrupt
            progress.remove_task(task)
        if not result.people:
            raise ValueError(f"'{video}' holds no frame that can be read")
        found.append(result)
    return found


def _add(result: VideoPeople, item: Frame | BadFrame, estimator: ConfiguredEstimator) -> None:
    if isinstance(item, BadFrame):
        result.bad_frames += item.count
        return
    result.people[item.index] = estimator.find_people(item.pixels)[0]
    result.times_sec[item.index] = item.time_sec


def _frames_wanted(frame_count: int | None, selection: FrameSelection) -> int | None:
    if frame_count is None:
        return None
    end = frame_count if selection.last == -1 else min(selection.last + 1, frame_count)
    return len(range(selection.first, end, selection.step))
