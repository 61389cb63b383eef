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

MakeVideo = Callable[..., Path]
FrameLevel = Callable[[np.ndarray], int]


@pytest.mark.parametrize('name', ['clip.avi', 'clip.mp4', 'clip.mkv'])
def test_video_every_frame_once(
    make_video: MakeVideo, frame_level: FrameLevel, name: str
) -> None:
    path = make_video(20, name)
    with open_source(path) as source:
        frames = list(source)
    assert source.frame_count == 20
    assert source.fps == pytest.approx(25.0)
    assert not source.live
    assert [frame_level(frame.pixels) for frame in frames] == list(range(20))
    assert [frame.index for frame in frames] == list(range(20))
    assert frames[3].name == 'clip_000000000003'
    assert frames[0].pixels.shape == (48, 64, 3)
    assert frames[0].pixels.dtype == np.uint8
    np.testing.assert_allclose([f.time_sec for f in frames], np.arange(20) / 25, atol=2e-3)


def test_video_selection_keeps_index_and_time(
    make_video: MakeVideo, frame_level: FrameLevel
) -> None:
    source = open_source(make_video(20), FrameSelection(first=3, last=14, step=5))
    frames = list(source)
    assert [frame.index for frame in frames] == [3, 8, 13]
    assert [frame_level(frame.pixels) for frame in frames] == [3, 8, 13]
    np.testing.assert_allclose([f.time_sec for f in frames], np.array([3, 8, 13]) / 25, atol=2e-3)


@pytest.mark.skipif(
    not hasattr(cv2, 'VIDEOWRITER_PROP_RAW_VIDEO'),
    reason=f'OpenCV {cv2.__version__} cannot write a video of variable rate',
)
def test_video_variable_rate_gives_the_containers_times(tmp_path: Path) -> None:
    path = tmp_path / 'phone.mkv'
    raw = [cv2.VIDEOWRITER_PROP_RAW_VIDEO, 1]
    fourcc = cv2.VideoWriter.fourcc(*'MJPG')
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, 100.0, (64, 48), raw)
    hundredths = [0, 3, 10, 12, 30]
    jpeg = cv2.imencode('.jpg', np.zeros((48, 64, 3), np.uint8))[1]
    for time in hundredths:
        writer.set(cv2.VIDEOWRITER_PROP_PTS, time)
        writer.set(cv2.VIDEOWRITER_PROP_KEY_FLAG, 1)
        writer.write(jpeg)
    writer.release()
    items = list(open_source(path))
    # The number of frames is estimated from the duration here (31), and that is no early end.
    assert all(isinstance(item, Frame) for item in items)
    np.testing.assert_allclose([f.time_sec for f in items], np.array(hundredths) / 100, atol=1e-3)


@pytest.mark.parametrize(('name', 'part'), [('clip.avi', 0.5), ('clip.mkv', 0.5)])
def test_video_truncated_reports_early_end(make_video: MakeVideo, name: str, part: float) -> None:
    path = make_video(40, name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    source = open_source(path)
    *frames, end = list(source)
    assert all(isinstance(frame, Frame) for frame in frames)
    assert 5 < len(frames) < 35
    assert isinstance(end, BadFrame)
    assert end.count == 40 - len(frames)
    assert f'ends early, after {len(frames)} of 40 frames' in str(end)
    assert path.name in str(end)


def test_video_truncated_behind_last_frame_wanted_is_no_problem(make_video: MakeVideo) -> None:
    path = make_video(40)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    items = list(open_source(path, FrameSelection(last=4)))
    assert [item.index for item in items] == list(range(5))


def test_video_truncated_before_first_frame_wanted_raises(make_video: MakeVideo) -> None:
    path = make_video(40)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    items = []
    with pytest.raises(SourceError, match='before the first frame wanted, 30'):
        items.extend(open_source(path, FrameSelection(first=30)))


def test_video_without_index_raises(make_video: MakeVideo) -> None:
    path = make_video(40, 'clip.mp4')
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"clip\.mp4' is neither an image nor a video"):
        open_source(path)


def test_video_close_twice(make_video: MakeVideo) -> None:
    source = open_source(make_video(3))
    source.close()
    source.close()
