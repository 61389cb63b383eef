# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A video file that is written image by image."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from openpose_ros.tools.report import prepare_folder
from openpose_ros.types import Array

# The codecs that OpenCV's wheels can write.
_CODECS = {'.mp4': 'mp4v', '.m4v': 'mp4v', '.mov': 'mp4v', '.mkv': 'mp4v', '.avi': 'MJPG'}


class OverlayVideo:
    """
    A video of the size of its first image; images of other sizes are fitted into it.

    Codecs want even sides: an odd one gets a black line more.

    Nothing is written before the first image, and no file is left without one.

    :param path: File; its suffix decides the format.
    :raises ValueError: If the suffix is unknown or the folder cannot be written into.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in _CODECS:
            raise ValueError(
                f"video '{path}' ends in '{path.suffix}', expected one of {', '.join(_CODECS)}"
            )
        if path.is_dir():
            raise ValueError(f"video '{path}' is a folder, expected the name of a file")
        prepare_folder(path.parent, 'the video')
        self.path = path
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)

    def write(self, image: Array, fps: float) -> None:
        """
        Append an image.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param fps: Images per second; the first call decides.
        :raises OSError: If the file cannot be made.
        """
        if self._writer is None:
            height, width = image.shape[:2]
            self._size = (width + width % 2, height + height % 2)
            self._writer = self._open(fps)
        self._writer.write(fit(image, self._size))

    def close(self) -> None:
        """Finish the file; more than once is harmless."""
        if self._writer is not None:
            self._writer.release()

    def _open(self, fps: float) -> cv2.VideoWriter:
        fourcc = cv2.VideoWriter.fourcc(*_CODECS[self.path.suffix.lower()])
        writer = cv2.VideoWriter(str(self.path), fourcc, fps, self._size)
        if not writer.isOpened():
            width, height = self._size
            raise OSError(
                f"video '{self.path}' of {width} x {height} pixels at {fps:g} frames per second "
                'cannot be written by this OpenCV'
            )
        return writer


def fit(image: Array, size: tuple[int, int]) -> Array:
    """
    Fit an image into a size, the aspect kept, black around it.

    :param image: Pixels, ``(H, W, 3)`` uint8.
    :param size: Width and height wanted in pixels.
    :return: Shape ``(height, width, 3)``; the argument itself if it has the size.
    """
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    factor = min(size[0] / width, size[1] / height)
    if factor > 1 and size[0] - width <= 1 and size[1] - height <= 1:
        factor = 1.0  # one line more is not worth resampling
    inner = (max(1, round(width * factor)), max(1, round(height * factor)))
    fitted = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    resized = image if factor == 1 else cv2.resize(image, inner, interpolation=method)
    fitted[top : top + inner[1], left : left + inner[0]] = resized
    return fitted
