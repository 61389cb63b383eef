# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what was seen: an overlay video, the best picture, and OpenPose JSON."""

from __future__ import annotations

from pathlib import Path

import cv2

from openpose_ros.io.openpose_json import write_people
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.overlay_video import OverlayVideo
from openpose_ros.tools.report import prepare_folder
from openpose_ros.types import Array
from openpose_ros.types import People2D

VIDEO_NAME = 'overlay.mp4'
PICTURE_NAME = 'best.png'
JSON_FOLDER = 'json'
# Beyond this the source paused or its clock was set: the video goes on without a gap.
_LARGEST_GAP_SEC = 10.0


class Recording:
    """
    A folder that fills while frames are added.

    :param folder: Made if it does not exist.
    :param fps: Frames per second of the video.
    :raises ValueError: If the folder cannot be written to.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        self._folder = folder
        self._fps = fps
        self._video = OverlayVideo(folder / VIDEO_NAME)
        self._video_frames = 0
        self._start_sec = 0.0
        self._last: Array | None = None
        self._best: tuple[float, Array] | None = None
        self._frames = 0
        prepare_folder(folder / JSON_FOLDER, 'the JSON files')

    def add(
        self, image: Array, people: People2D, skeleton: Skeleton, *, time_sec: float
    ) -> None:
        """
        Record a frame.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param people: People in pixels of the image.
        :param skeleton: Skeleton of the bodies.
        :param time_sec: When the image was taken; the video shows it until the next one.
        """
        drawn = draw_people(image, people, skeleton)
        self._write_video(drawn, time_sec)
        write_people(people, self._folder / JSON_FOLDER, f'frame_{self._frames:012d}')
        self._frames += 1
        merit = _merit(people)
        if self._best is None or merit > self._best[0]:
            self._best = (merit, drawn)

    def _write_video(self, drawn: Array, time_sec: float) -> None:
        if self._last is None:
            self._last, self._start_sec = drawn, time_sec
        # Frames that were dropped leave gaps; without filling them the video would run too fast.
        written_sec = self._video_frames / self._fps
        if abs(time_sec - self._start_sec - written_sec) > _LARGEST_GAP_SEC:
            self._start_sec = time_sec - written_sec
        due = round((time_sec - self._start_sec) * self._fps)
        repeats = [self._last] * (due - self._video_frames)
        for picture in (*repeats, drawn):
            self._video.write(picture, self._fps)
        self._video_frames += len(repeats) + 1
        self._last = drawn

    def close(self) -> None:
        """Finish the video and write the picture of the frame that shows most."""
        self._video.close()
        if self._best is not None:
            cv2.imwrite(str(self._folder / PICTURE_NAME), self._best[1])


def _merit(people: People2D) -> float:
    """Return how much a frame shows: the scores of the bodies, faces and hands."""
    details = (people.face, people.left_hand, people.right_hand)
    found = [keypoints.scores.mean(axis=1).sum() for keypoints in details if keypoints.xy.size]
    return float(people.scores.sum()) + float(sum(found))
