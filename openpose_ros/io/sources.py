# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Open whatever a user names as input: an image, a folder, a video, a camera, a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import time
from urllib.parse import unquote
from urllib.parse import urlsplit

import cv2

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.frames import SourceError
from openpose_ros.io.image_source import IMAGE_SUFFIXES
from openpose_ros.io.image_source import ImageSource
from openpose_ros.io.video_source import LiveSource
from openpose_ros.io.video_source import stated_frame_count
from openpose_ros.io.video_source import VideoSource

STREAM_SCHEMES = ('http', 'https', 'rtsp', 'rtsps', 'rtmp', 'udp', 'tcp')
ALL_FRAMES = FrameSelection()


@dataclass(frozen=True)
class CameraFormat:
    """
    What to ask of a camera device; zero and empty leave the device's own choice.

    :param width_px: Image width in pixels.
    :param height_px: Image height in pixels.
    :param fps: Frames per second.
    :param fourcc: Pixel format, for example ``MJPG``, which most USB cameras need for 720p at
        30 Hz.
    """

    width_px: int = 0
    height_px: int = 0
    fps: float = 0.0
    fourcc: str = ''


def open_source(
    uri: str | Path,
    selection: FrameSelection = ALL_FRAMES,
    *,
    camera_format: CameraFormat | None = None,
    timeout_sec: float = 10.0,
    clock: Callable[[], int] = time.monotonic_ns,
) -> FrameSource:
    """
    Open a source of images.

    :param uri: Image file, folder of images, video file, camera (a number, or a path such as
        ``/dev/v4l/by-id/...``) or stream (``http://``, ``rtsp://``, ...). ``file://`` may precede
        a path, ``~`` stands for the home folder.
    :param selection: Frames wanted.
    :param camera_format: What to ask of a camera; ignored for all else.
    :param timeout_sec: How long to wait for a stream to open, and for each of its frames.
    :param clock: Gives :attr:`Frame.grabbed_ns`, in nanoseconds.
    :raises SourceError: If there is nothing, or nothing that can be read; names the source.
    """
    text = str(uri)
    if not text:
        raise SourceError('the source is empty, expected a file, a folder, a camera or a URL')
    if text.isdecimal():
        text = f'/dev/video{int(text)}'
    if '://' in text and not text.startswith('file://'):
        return _open_stream(text, selection, timeout_sec=timeout_sec, clock=clock)
    path = Path(unquote(urlsplit(text).path) if text.startswith('file://') else text).expanduser()
    # Not all under /dev is a device: /dev/shm holds files.
    missing_device = Path('/dev') in path.parents and not path.exists()
    if path.is_char_device() or missing_device:
        return _open_camera(path, selection, camera_format or CameraFormat(), clock=clock)
    if path.is_dir():
        return ImageSource.from_folder(path, clock=clock, selection=selection)
    if not path.is_file():
        raise SourceError(f"'{path}' does not exist, expected a file, a folder, a camera or a URL")
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return ImageSource.from_file(path, clock=clock, selection=selection)
    return _open_video(path, selection, clock=clock)


def without_password(url: str) -> str:
    """
    Return a URL that can be shown: user and password replaced by stars.

    :param url: URL.
    """
    parts = urlsplit(url)
    if '@' not in parts.netloc:
        return url
    return parts._replace(netloc='***@' + parts.netloc.rpartition('@')[2]).geturl()


def _open_video(
    path: Path, selection: FrameSelection, *, clock: Callable[[], int]
) -> FrameSource:
    capture = cv2.VideoCapture(str(path))
    if capture.isOpened():
        return VideoSource(
            capture, str(path), stem=path.stem, clock=clock, selection=selection
        )
    if cv2.haveImageReader(str(path)):
        return ImageSource.from_file(path, clock=clock, selection=selection)
    raise SourceError(
        f"'{path}' is neither an image nor a video that OpenCV can read; it may be damaged, "
        'truncated or of an unknown kind'
    )


def _open_camera(
    path: Path,
    selection: FrameSelection,
    camera_format: CameraFormat,
    *,
    clock: Callable[[], int],
) -> FrameSource:
    if not path.exists():
        found = ', '.join(str(device) for device in sorted(Path('/dev').glob('video*')))
        raise SourceError(f"camera '{path}' does not exist; cameras found: {found or 'none'}")
    # Names under /dev/v4l are links; OpenCV knows only what they point to.
    capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_V4L2)
    if not capture.isOpened():
        raise SourceError(
            f"camera '{path}' cannot be opened: another program may use it, the user may lack "
            "the group 'video', or it is no camera"
        )
    _ask_format(capture, camera_format)
    return LiveSource(
        capture, f'camera {path}', stem=path.name, clock=clock, selection=selection
    )


def _ask_format(capture: cv2.VideoCapture, wanted: CameraFormat) -> None:
    # The pixel format comes first: it decides which sizes and rates there are.
    if wanted.fourcc:
        if len(wanted.fourcc) != 4:
            raise SourceError(f"the pixel format is '{wanted.fourcc}', expected four characters")
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wanted.fourcc))
    for number, value in (
        (cv2.CAP_PROP_FRAME_WIDTH, wanted.width_px),
        (cv2.CAP_PROP_FRAME_HEIGHT, wanted.height_px),
        (cv2.CAP_PROP_FPS, wanted.fps),
    ):
        if value:
            capture.set(number, value)


def _open_stream(
    url: str, selection: FrameSelection, *, timeout_sec: float, clock: Callable[[], int]
) -> FrameSource:
    scheme = urlsplit(url).scheme
    shown = without_password(url)
    if scheme not in STREAM_SCHEMES:
        raise SourceError(
            f"'{shown}' has an unknown scheme, expected one of {', '.join(STREAM_SCHEMES)}, file"
        )
    timeout_msec = int(timeout_sec * 1000)
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_msec, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_msec,
    ]  # fmt: skip
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        raise SourceError(
            f"'{shown}' cannot be opened: nothing answered within {timeout_sec} s, or what "
            'answered is no video'
        )
    # A video file behind a web server has a length and is played at its own rate.
    is_file = scheme in ('http', 'https') and stated_frame_count(capture) is not None
    kind = VideoSource if is_file else LiveSource
    stem = Path(urlsplit(url).path).stem or 'stream'
    return kind(capture, shown, stem=stem, clock=clock, selection=selection)
