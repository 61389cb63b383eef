# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Generated media: every frame is grey and brighter than the one before, so it can be told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

DARKEST = 20
LEVELS_PER_FRAME = 10


def grey_of(index: int) -> np.ndarray:
    """Return frame ``index``, shape (48, 64, 3); the greys start again after 20 frames."""
    return np.full((48, 64, 3), DARKEST + index % 20 * LEVELS_PER_FRAME, np.uint8)


def level_of(pixels: np.ndarray) -> int:
    """Return the number of the frame whose grey the pixels have."""
    return round((float(pixels.mean()) - DARKEST) / LEVELS_PER_FRAME)


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    def make(frames: int, name: str = 'clip.avi', fps: float = 25.0) -> Path:
        path = tmp_path / name
        fourcc = 'MJPG' if name.endswith('.avi') else 'mp4v'
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*fourcc), fps, (64, 48))
        assert writer.isOpened()
        for index in range(frames):
            writer.write(grey_of(index))
        writer.release()
        return path

    return make


@pytest.fixture
def frame_level() -> Callable[[np.ndarray], int]:
    return level_of
