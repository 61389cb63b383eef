# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Programs run as a user runs them, and small media for them to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import subprocess
import sys

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / 'shared' / 'data'


def picture(seed: int = 0, size: tuple[int, int] = (64, 48)) -> np.ndarray:
    """Return an image of soft blots, width and height given; there is nobody in it."""
    rng = np.random.default_rng(seed)
    return cv2.GaussianBlur(rng.integers(0, 256, (size[1], size[0], 3), np.uint8), (0, 0), 4)


@pytest.fixture
def run_tool() -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, '-m', f'openpose_ros.tools.{name}', *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def make_image(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, seed: int = 0, size: tuple[int, int] = (64, 48)) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), picture(seed, size))
        return path

    return make


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, frames: int, fps: float = 12.5) -> Path:
        path = tmp_path / name
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), fps, (64, 48))
        assert writer.isOpened()
        for index in range(frames):
            writer.write(picture(index))
        writer.release()
        return path

    return make


@pytest.fixture
def shared_photo() -> Path:
    """Return a photo of one person, 256 x 256 or so, seen from the front."""
    path = SHARED / 'openpose_pairs' / 'fashionMENDenimid0000387902_7additional.jpg'
    if not path.is_file():
        pytest.skip(f'{path} is not there')
    return path


@pytest.fixture
def pan(tmp_path: Path) -> Path:
    """Return a video of two people before whom the camera turns."""
    photo, path = cv2.imread(str(ROOT / 'test' / 'data' / 'park.jpg')), tmp_path / 'pan.avi'
    height, width = photo.shape[0], photo.shape[1] - 48
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), 15.0, (width, height))
    for step in range(12):
        writer.write(np.ascontiguousarray(photo[:, 4 * step:4 * step + width]))
    writer.release()
    return path
