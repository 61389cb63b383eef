# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Frames from a video file, a camera or a stream, through OpenCV.

OpenCV turns a video upright by the rotation its container states (phones write it), unlike an
image file, whose EXIF orientation is not applied: the frames are as a video player shows them.
"""

from __future__ import annotations

from collections.abc import Callable
import math

import cv2

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.frames import SourceError
from openpose_ros.io.pixels import as_bgr

# Containers without a rate are rare; the usual one then.
USUAL_FPS = 30.0
# More is a time base mistaken for a rate (some streams say 90000).
HIGHEST_FPS = 1000.0


def stated_fps(capture: cv2.VideoCapture) -> float | None:
    """
    Return the rate the media states, ``None`` if none that can be true.

    :param capture: Opened capture.
    """
    fps = capture.get(cv2.CAP_PROP_FPS)
    return float(fps) if math.isfinite(fps) and 0.0 < fps <= HIGHEST_FPS else None


def stated_frame_count(capture: cv2.VideoCapture) -> int | None:
    """
    Return the number of frames the media states, ``None`` if none.

    :param capture: Opened capture.
    """
    count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    return int(count) if math.isfinite(count) and count > 0 else None


class VideoSource(FrameSource):
    """
    Frames of a video from its beginning to its end.

    Frames are reached by decoding those before them: OpenCV's seek lands beside the frame asked
    for in some containers.

    :param capture: Opened capture; closed with the source.
    :param name: What the source is, for messages.
    :param stem: Beginning of :attr:`Frame.name`, the frame number follows.
    :param clock: Gives :attr:`Frame.grabbed_ns`.
    :param selection: Frames wanted.
    """

    def __init__(
        self,
        capture: cv2.VideoCapture,
        name: str,
        *,
        stem: str,
        clock: Callable[[], int],
        selection: FrameSelection,
    ) -> None:
        """Take over the capture."""
        super().__init__(
            name,
            frame_count=stated_frame_count(capture),
            fps=stated_fps(capture),
            live=False,
            selection=selection,
        )
        self._capture = capture
        self._stem = stem
        self._clock = clock
        self._first_msec = 0.0
        self._time_sec = -math.inf
        self._grabbed_ns = 0

    def close(self) -> None:
        """Close the file or device; more than once is harmless."""
        self._capture.release()

    def _skip(self, index: int) -> bool:
        if not self._capture.grab():
            return False
        # The frame came now; converting its pixels takes milliseconds more.
        self._grabbed_ns = self._clock()
        self._time_sec = self._media_time(index)
        return True

    def _read(self, index: int) -> Frame | BadFrame | None:
        if not self._skip(index):
            return None
        try:
            decoded, pixels = self._capture.retrieve()
            if not decoded:
                raise ValueError('the frame cannot be decoded')
            image = as_bgr(pixels)
        except (ValueError, cv2.error) as error:
            return BadFrame(f'{self.name}, frame {index}', index, str(error))
        name = f'{self._stem}_{index:012d}'
        return Frame(image, index, self._time_sec, name, self._grabbed_ns)

    def _media_time(self, index: int) -> float:
        """Return the time since frame 0; the container's, for its rate may vary."""
        msec = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        if index == 0:
            self._first_msec = msec
            return 0.0
        time_sec = (msec - self._first_msec) / 1000.0
        if math.isfinite(time_sec) and time_sec > self._time_sec:
            return time_sec
        return self._time_sec + 1.0 / (self.fps or USUAL_FPS)

    def _end_problem(self, frames_read: int) -> BadFrame | None:
        """
        Report a video that ends in the middle.

        The stated number is an estimate from duration and rate in some containers, so both the
        number of frames and the time must fall short, by more than what rounding explains.
        """
        if self.frame_count is None:
            return None
        fps = self.fps or USUAL_FPS
        missing = self.frame_count - frames_read
        end_sec = self._time_sec + 2.0 / fps if frames_read else 0.0
        if missing <= 1 or end_sec >= self.frame_count / fps:
            return None
        reason = f'the video ends early, after {frames_read} of {self.frame_count} frames'
        return BadFrame(self.name, frames_read, reason, missing)


class LiveSource(VideoSource):
    """
    Frames of a camera or a live stream, as they come. Its end is an error: cameras have none.

    :param capture: Opened capture; closed with the source.
    :param name: What the source is, for messages.
    :param stem: Beginning of :attr:`Frame.name`, the frame number follows.
    :param clock: Gives :attr:`Frame.grabbed_ns` and with it the media time.
    :param selection: Frames wanted.
    """

    def __init__(
        self,
        capture: cv2.VideoCapture,
        name: str,
        *,
        stem: str,
        clock: Callable[[], int],
        selection: FrameSelection,
    ) -> None:
        """Take over the capture."""
        super().__init__(capture, name, stem=stem, clock=clock, selection=selection)
        self.live = True
        self.frame_count = None
        self._first_ns = 0

    def _media_time(self, index: int) -> float:
        if index == 0:
            self._first_ns = self._grabbed_ns
        return (self._grabbed_ns - self._first_ns) * 1e-9

    def _end_problem(self, frames_read: int) -> BadFrame | None:
        raise SourceError(f"'{self.name}' stopped delivering frames after {frames_read} of them")
