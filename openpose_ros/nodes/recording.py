# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what was seen: an overlay video, the best picture, and OpenPose JSON."""

from __future__ import annotations

from pathlib import Path

import cv2

from openpose_ros.io.openpose_json import write_people
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import People2D

VIDEO_NAME = 'overlay.mp4'
PICTURE_NAME = 'best.png'
JSON_FOLDER = 'json'


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
        self._video: cv2.VideoWriter | None = None
        self._best: tuple[float, Array] | None = None
        self._frames = 0
        try:
            (folder / JSON_FOLDER).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f'output folder {folder} cannot be made: {error.strerror}'
            ) from error

    def add(self, image: Array, people: People2D, skeleton: Skeleton) -> None:
        """
        Record a frame.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param people: People in pixels of the image.
        :param skeleton: Skeleton of the bodies.
        """
        drawn = draw_people(image, people, skeleton)
        if self._video is None:
            size = (drawn.shape[1], drawn.shape[0])
            codec = cv2.VideoWriter.fourcc(*'mp4v')
            self._video = cv2.VideoWriter(
                str(self._folder / VIDEO_NAME), codec, self._fps, size
            )
        self._video.write(drawn)
        write_people(people, self._folder / JSON_FOLDER, f'frame_{self._frames:012d}')
        self._frames += 1
        merit = float(people.scores.sum())
        if self._best is None or merit > self._best[0]:
            self._best = (merit, drawn)

    def close(self) -> None:
        """Finish the video and write the picture of the frame with the surest people."""
        if self._video is not None:
            self._video.release()
        if self._best is not None:
            cv2.imwrite(str(self._folder / PICTURE_NAME), self._best[1])
