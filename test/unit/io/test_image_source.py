# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import SourceError
from openpose_ros.io.sources import open_source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of ten images that are brighter from one to the next, and other files."""
    for number in range(1, 11):
        image = np.full((5, 7, 3), 20 + 10 * number, np.uint8)
        cv2.imwrite(str(tmp_path / f'frame_{number}.png'), image)
    (tmp_path / 'notes.txt').write_text('not an image')
    (tmp_path / '.hidden.png').write_bytes(b'')
    (tmp_path / 'sub.png').mkdir()
    return tmp_path


def test_folder_natural_order_and_values(
    folder: Path, frame_level: Callable[[np.ndarray], int]
) -> None:
    with open_source(folder) as source:
        frames = list(source)
    assert source.frame_count == 10
    assert source.fps is None
    assert not source.live
    assert [frame.name for frame in frames] == [f'frame_{number}' for number in range(1, 11)]
    assert [frame.index for frame in frames] == list(range(10))
    assert [frame_level(frame.pixels) for frame in frames] == list(range(1, 11))
    assert frames[0].pixels.shape == (5, 7, 3)
    np.testing.assert_allclose([frame.time_sec for frame in frames], np.arange(10) * 0.1)


def test_folder_selection_first_last_step(folder: Path) -> None:
    frames = list(open_source(folder, FrameSelection(first=2, last=8, step=3)))
    assert [frame.index for frame in frames] == [2, 5, 8]


def test_folder_selection_behind_end_raises(folder: Path) -> None:
    with pytest.raises(SourceError, match='ends after 10 frames, before the first .* 10'):
        list(open_source(folder, FrameSelection(first=10)))


def test_folder_bad_images_are_yielded_in_place(folder: Path) -> None:
    (folder / 'frame_3.png').write_bytes(b'')
    (folder / 'frame_5.png').write_bytes(b'damaged')
    (folder / 'frame_7.png').unlink()
    (folder / 'frame_7.png').symlink_to(folder / 'frame_8.png')
    source = open_source(str(folder))
    (folder / 'frame_8.png').unlink()  # gone after the folder was listed
    items = list(source)
    bad = {item.index: item for item in items if isinstance(item, BadFrame)}
    assert len(items) == 10
    assert sorted(bad) == [2, 4, 6, 7]
    assert 'empty' in bad[2].reason
    assert 'cannot be decoded' in bad[4].reason
    assert bad[4].name.endswith('frame_5.png')
    assert 'cannot be read: No such file' in bad[7].reason


def test_folder_without_images_lists_suffixes(tmp_path: Path) -> None:
    (tmp_path / 'notes.txt').write_text('not an image')
    with pytest.raises(SourceError, match=r'holds no image.*\.jpg, .*\.png'):
        open_source(tmp_path)


def test_iteration_goes_on_where_it_stopped(folder: Path) -> None:
    source = open_source(folder)
    assert next(iter(source)).index == 0
    assert [frame.index for frame in source] == list(range(1, 10))


@pytest.mark.parametrize('prefix', ['', 'file://'])
def test_image_file(folder: Path, prefix: str) -> None:
    path = folder / 'with space #1.PNG'
    (folder / 'frame_1.png').rename(path)
    uri = path.as_uri() if prefix else str(path)
    (frame,) = open_source(uri)
    assert isinstance(frame, Frame)
    assert (frame.index, frame.time_sec, frame.name) == (0, 0.0, 'with space #1')


def test_image_file_without_suffix(folder: Path) -> None:
    path = folder / 'photo'
    path.write_bytes((folder / 'frame_1.png').read_bytes())
    (frame,) = open_source(path)
    assert frame.pixels.shape == (5, 7, 3)


def test_image_file_undecodable_raises_with_name(tmp_path: Path) -> None:
    path = tmp_path / 'broken.jpg'
    path.write_bytes(b'\xff\xd8\xff\xe0 and nothing more')
    with pytest.raises(SourceError, match=r"broken\.jpg': the image cannot be decoded"):
        open_source(path)


def test_image_file_huge(tmp_path: Path) -> None:
    path = tmp_path / 'huge.png'
    cv2.imwrite(str(path), np.zeros((6000, 8000), np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    (frame,) = open_source(path)
    assert frame.pixels.shape == (6000, 8000, 3)


@pytest.mark.parametrize(
    ('first', 'last', 'step', 'text'),
    [
        (-1, -1, 1, 'first frame is -1'),
        (0, -1, 0, 'frame step is 0'),
        (5, 4, 1, 'last frame is 4, expected -1'),
        (0, -2, 1, 'last frame is -2'),
    ],
)
def test_frame_selection_nonsense_raises(first: int, last: int, step: int, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        FrameSelection(first, last, step)


def test_clock_gives_grab_time(folder: Path) -> None:
    ticks = iter(range(100, 200))
    frames = list(open_source(folder, clock=lambda: next(ticks)))
    assert [frame.grabbed_ns for frame in frames] == list(range(100, 110))
