# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from http.server import SimpleHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
import socket
import threading
import time

import cv2
import numpy as np
import pytest

from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import SourceError
from openpose_ros.io.sources import CameraFormat
from openpose_ros.io.sources import open_source
from openpose_ros.io.sources import without_password

MakeVideo = Callable[..., Path]
FrameLevel = Callable[[np.ndarray], int]
CAMERA_FRAMES = 12


class IpCamera(BaseHTTPRequestHandler):
    """A camera as it is on networks: JPEG after JPEG in one endless answer, until it breaks."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header('Content-Type', 'multipart/x-mixed-replace; boundary=frame')
        self.end_headers()
        for number in range(CAMERA_FRAMES):
            grey = np.full((48, 64, 3), 20 + 10 * number, np.uint8)
            jpeg = cv2.imencode('.jpg', grey)[1].tobytes()
            head = f'--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n'
            self.wfile.write(head.encode() + jpeg + b'\r\n')
            time.sleep(0.01)

    def log_message(self, *_: object) -> None:
        pass


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def serve(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(('127.0.0.1', 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f'127.0.0.1:{server.server_port}'
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def ip_camera() -> Iterator[str]:
    yield from serve(IpCamera)


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[str]:
    yield from serve(partial(QuietFiles, directory=str(tmp_path)))


def test_stream_is_live_and_its_end_an_error(ip_camera: str) -> None:
    source = open_source(f'http://user:secret@{ip_camera}/video', timeout_sec=5.0)
    assert source.live
    assert source.frame_count is None
    assert 'secret' not in source.name
    frames: list[Frame] = []
    with source, pytest.raises(SourceError, match='stopped delivering frames after') as caught:
        frames.extend(source)
    assert 'secret' not in str(caught.value)
    assert len(frames) >= CAMERA_FRAMES - 2
    assert all(isinstance(frame, Frame) for frame in frames)


def test_stream_frames_have_the_clocks_time(ip_camera: str, frame_level: FrameLevel) -> None:
    frames = []
    with open_source(f'http://{ip_camera}/video') as source:
        for frame in source:
            frames.append(frame)
            if len(frames) == 8:
                break
    levels = [frame_level(frame.pixels) for frame in frames]
    assert levels == list(range(levels[0], levels[0] + 8))
    since_first = [(frame.grabbed_ns - frames[0].grabbed_ns) * 1e-9 for frame in frames]
    np.testing.assert_allclose([frame.time_sec for frame in frames], since_first, atol=1e-6)
    assert all(np.diff(since_first) > 0)


def test_video_behind_web_server_is_played_as_a_file(
    make_video: MakeVideo, web_server: str, frame_level: FrameLevel
) -> None:
    make_video(10, 'clip.mp4')
    with open_source(f'http://{web_server}/clip.mp4') as source:
        assert not source.live
        assert source.frame_count == 10
        frames = list(source)
    assert [frame_level(frame.pixels) for frame in frames] == list(range(10))
    assert frames[0].name == 'clip_000000000000'


def test_url_without_answer_raises() -> None:
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        port = unused.getsockname()[1]
    with pytest.raises(SourceError, match=rf"'rtsp://\*\*\*@127.0.0.1:{port}/x' cannot be opened"):
        open_source(f'rtsp://me:secret@127.0.0.1:{port}/x', timeout_sec=2.0)


def test_url_that_never_answers_ends_within_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(('127.0.0.1', 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(SourceError, match='within 1.0 s'):
            open_source(f'http://127.0.0.1:{silent.getsockname()[1]}/x', timeout_sec=1.0)
        assert time.monotonic() - start < 5.0


def test_url_scheme_unknown_raises() -> None:
    with pytest.raises(SourceError, match='unknown scheme, expected one of http, https, rtsp'):
        open_source('gopher://host/video')


@pytest.mark.parametrize('uri', ['97', '/dev/video97', '/dev/v4l/by-id/none'])
def test_camera_that_is_not_there_raises(uri: str) -> None:
    text = 'video97' if '97' in uri else 'by-id/none'
    with pytest.raises(SourceError, match=text) as caught:
        open_source(uri)
    assert 'does not exist' in str(caught.value)
    assert 'cameras found: ' in str(caught.value)


def test_device_that_is_no_camera_raises() -> None:
    with pytest.raises(SourceError, match="camera '/dev/null' cannot be opened"):
        open_source('/dev/null', camera_format=CameraFormat(640, 480))


def test_file_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.mp4' does not exist"):
        open_source(tmp_path / 'nothing.mp4')


def test_file_of_another_kind_raises(tmp_path: Path) -> None:
    path = tmp_path / 'letter.txt'
    path.write_text('Dear robot')
    with pytest.raises(SourceError, match=r"letter\.txt' is neither an image nor a video"):
        open_source(path)


def test_nothing_named_raises() -> None:
    with pytest.raises(SourceError, match='the source is empty'):
        open_source('')


@pytest.mark.parametrize(
    ('url', 'shown'),
    [
        ('rtsp://me:p@ss@host:554/a?b=c', 'rtsp://***@host:554/a?b=c'),
        ('http://host/a@b', 'http://host/a@b'),
    ],
)
def test_without_password(url: str, shown: str) -> None:
    assert without_password(url) == shown
