# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What `detect` writes: OpenPose's JSON, COCO's results, overlays, a video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from openpose_ros.io.coco_results import CocoResultsWriter
from openpose_ros.io.coco_results import image_id_of
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.image_source import IMAGE_PERIOD_SEC
from openpose_ros.io.openpose_json import NETWORK_PIXELS
from openpose_ros.io.openpose_json import OUTPUT_PIXELS
from openpose_ros.io.openpose_json import write_people
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.overlay_video import OverlayVideo
from openpose_ros.tools.report import prepare_folder
from openpose_ros.tools.report import prepare_report
from openpose_ros.types import Array
from openpose_ros.types import People2D

# The name OpenPose gives the images it writes.
OVERLAY_SUFFIX = '_rendered.png'


@dataclass(frozen=True)
class OutputOptions:
    """
    What to write.

    :param json: Folder for OpenPose's JSON, or ``None``.
    :param overlay: Folder for images with the people drawn, or ``None``.
    :param video: File for a video of these, or ``None``.
    :param keypoint_scale: OpenPose's number of the coordinates' scale in the JSON.
    :param coco: File for COCO's results, or ``None``.
    """

    json: Path | None
    overlay: Path | None
    video: Path | None
    keypoint_scale: int
    coco: Path | None = None

    @property
    def writes_files(self) -> bool:
        """Whether anything is to be written."""
        return any(path is not None for path in (self.json, self.overlay, self.video, self.coco))


class FrameNames:
    """Names for the files of frames, each given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, name: str) -> str:
        """
        Return the name, or if it was given before with the first free number from 2 on.

        :param name: Name of a frame.
        """
        free, number = name, 1
        while free in self._taken:
            number += 1
            free = f'{name}_{number}'
        self._taken.add(free)
        return free


class DetectionOutputs:
    """
    Writes the people of one frame after the other.

    :param options: What to write. Folders are made; all are checked before anything is written.
    :param inputs: What is read, so that no output overwrites it.
    :raises ValueError: If something cannot be written.
    """

    def __init__(self, options: OutputOptions, inputs: Sequence[str]) -> None:
        for folder, purpose in ((options.json, '--json'), (options.overlay, '--overlay')):
            if folder is not None:
                prepare_folder(folder, purpose)
        self._video = None
        if options.video is not None:
            _refuse_overwriting(options.video, inputs, '--video')
            self._video = OverlayVideo(options.video)
        self._coco = None
        if options.coco is not None:
            _refuse_overwriting(options.coco, inputs, '--coco')
            prepare_report(options.coco)
            self._coco = CocoResultsWriter(options.coco)
        self._options = options
        self._names = FrameNames()

    def write(
        self, frame: Frame, people: People2D, source: FrameSource, estimator: ConfiguredEstimator
    ) -> str:
        """
        Write everything of one frame.

        :param frame: The frame.
        :param people: The people in it.
        :param source: Where it comes from; gives the rate of the video.
        :param estimator: What found the people; gives skeleton and size of the network input.
        :return: Name of the files, without what is appended; not the frame's if that was taken.
        :raises OSError: If a file cannot be written.
        :raises ValueError: If COCO's results are wanted and the frame has no number of its own.
        """
        options = self._options
        # The names of a video's or a camera's frames differ by their number.
        name = frame.name if source.live else self._names.claim(frame.name)
        if options.json is not None:
            size = self._other_size(frame.pixels, estimator)
            scale = options.keypoint_scale
            write_people(people, options.json, name, keypoint_scale=scale, size=size)
        if self._coco is not None:
            # The frame's own name: a number added to a name that was taken is not the image's.
            skeleton = estimator.skeleton_of(people)
            self._coco.write(people, image_id_of(frame.name), skeleton)
        if options.overlay is not None or self._video is not None:
            drawn = draw_people(frame.pixels, people, estimator.skeleton_of(people))
            self._write_drawn(drawn, name, source)
        return name

    def close(self) -> None:
        """Finish the video and COCO's results; more than once is harmless."""
        if self._coco is not None:
            self._coco.close()
        if self._video is not None:
            self._video.close()

    def _write_drawn(self, drawn: Array, name: str, source: FrameSource) -> None:
        if self._options.overlay is not None:
            path = self._options.overlay / (name + OVERLAY_SUFFIX)
            path.write_bytes(cv2.imencode('.png', drawn)[1].tobytes())
        if self._video is not None:
            fps = source.fps or 1.0 / IMAGE_PERIOD_SEC
            # Of every n-th frame: played at the speed of the source.
            self._video.write(drawn, fps / source.selection.step)

    def _other_size(
        self, image: Array, estimator: ConfiguredEstimator
    ) -> tuple[int, int] | None:
        if self._options.keypoint_scale == NETWORK_PIXELS:
            return estimator.resized_size(image)
        if self._options.keypoint_scale == OUTPUT_PIXELS:
            return image.shape[1], image.shape[0]
        return None


def _refuse_overwriting(output: Path, inputs: Sequence[str], purpose: str) -> None:
    for name in inputs:
        path = Path(name.removeprefix('file://')).expanduser()
        if path.exists() and path.resolve() == output.resolve():
            raise ValueError(f"{purpose} '{output}' is an input, expected another file")
