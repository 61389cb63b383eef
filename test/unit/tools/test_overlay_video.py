# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from openpose_ros.tools.overlay_video import fit
from openpose_ros.tools.overlay_video import OverlayVideo

GREY = 120


def grey(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), GREY, np.uint8)


@pytest.mark.parametrize('suffix', ['.mp4', '.m4v', '.mov', '.mkv', '.avi', '.MP4'])
@pytest.mark.parametrize('size', [(64, 48), (63, 47)])
def test_overlay_video_can_be_read_again(
    tmp_path: Path, suffix: str, size: tuple[int, int]
) -> None:
    path = tmp_path / f'out{suffix}'
    video = OverlayVideo(path)
    for _ in range(5):
        video.write(grey(*size), 7.5)
    video.close()
    capture = cv2.VideoCapture(str(path))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(7.5)
    count = 0
    while True:
        read, pixels = capture.read()
        if not read:
            break
        count += 1
        assert pixels.shape == (48, 64, 3)
        assert abs(float(pixels[4:-8, 4:-8].mean()) - GREY) < 3
    assert count == 5


def test_overlay_video_of_one_pixel_is_written(tmp_path: Path) -> None:
    video = OverlayVideo(tmp_path / 'out.mp4')
    video.write(grey(1, 1), 10.0)
    video.close()
    assert cv2.VideoCapture(str(tmp_path / 'out.mp4')).read()[1].shape == (2, 2, 3)


def test_overlay_video_without_an_image_leaves_no_file(tmp_path: Path) -> None:
    video = OverlayVideo(tmp_path / 'new' / 'out.mp4')
    video.close()
    assert list((tmp_path / 'new').iterdir()) == []


@pytest.mark.parametrize('name', ['out', 'out.gif'])
def test_overlay_video_of_unknown_kind_names_the_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match='expected one of .mp4'):
        OverlayVideo(tmp_path / name)


def test_overlay_video_that_is_a_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / 'out.mp4').mkdir()
    with pytest.raises(ValueError, match='is a folder'):
        OverlayVideo(tmp_path / 'out.mp4')


def test_overlay_video_that_opencv_cannot_write_says_so(tmp_path: Path) -> None:
    video = OverlayVideo(tmp_path / 'out.mp4')
    with pytest.raises(OSError, match='64 x 48 pixels at -1 frames per second'):
        video.write(grey(64, 48), -1.0)


def test_fit_keeps_the_aspect_and_centres() -> None:
    fitted = fit(grey(20, 40), (60, 60))
    assert fitted.shape == (60, 60, 3)
    assert (fitted[:, 15:45] == GREY).all()
    assert not fitted[:, :15].any() and not fitted[:, 45:].any()


def test_fit_adds_a_line_without_resampling() -> None:
    image = np.random.default_rng(0).integers(1, 256, (47, 63, 3), np.uint8)
    fitted = fit(image, (64, 48))
    assert (fitted[:47, :63] == image).all()
    assert not fitted[47].any() and not fitted[:, 63].any()


def test_fit_of_the_same_size_is_the_image_itself() -> None:
    image = grey(20, 40)
    assert fit(image, (20, 40)) is image
