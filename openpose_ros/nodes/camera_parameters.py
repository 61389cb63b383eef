# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters of camera_node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.pixels import FLIPS
from openpose_ros.io.pixels import ROTATIONS_DEG
from openpose_ros.io.sources import CameraFormat
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup


@dataclass(frozen=True)
class CameraParameters(ParameterGroup):
    """What goes with the images."""

    frame_id: str = param('camera_optical_frame', 'Frame of the camera, for the headers.')
    calibration_file: str = param(
        '', 'YAML of camera_info_manager; camera_info is published if given.'
    )
    wait_for_subscriber_sec: float = param(
        0.0,
        'Longest time to wait for subscribers before a recording starts, in seconds.',
        low=0.0,
        high=3600.0,
    )
    wait_for_subscribers: int = param(
        1, 'How many subscribers of the images a recording waits for.', low=1, high=100
    )
    start_time_sec: float = param(
        0.0,
        'Time of the clock, in seconds, at which a recording starts and its first frame is '
        'stamped, so that the recordings of several cameras share their stamps; 0: at once.',
        low=0.0,
    )


@dataclass(frozen=True)
class SourceParameters(ParameterGroup):
    """Where the images come from and how they are changed."""

    group: ClassVar[str] = 'source'

    uri: str = param(
        '', 'Image, folder of images, video, camera (number or /dev/...), http:// or rtsp:// URL.'
    )
    rate_hz: float = param(
        0.0,
        "Images per second; 0: the video's own rate, 10 for images, all of a camera.",
        low=0.0,
        high=1000.0,
    )
    loop: bool = param(False, 'Start a recording again at its end.')
    flip: str = param('none', 'Flip, before the rotation.', choices=FLIPS)
    rotate: int = param(
        0, 'Rotation counter-clockwise in degrees: 0, 90, 180 or 270.', low=0, high=270
    )
    frame_step: int = param(1, 'Distance of the frames used; 1: every frame.', low=1)
    first_frame: int = param(0, 'First frame used, counted from 0.', low=0)
    last_frame: int = param(-1, 'Last frame used, itself included; -1: to the end.', low=-1)
    timeout_sec: float = param(
        10.0, 'Longest wait for a URL and for each of its frames, in seconds.', low=0.1, high=600.0
    )
    width_px: int = param(
        0, 'Image width to ask of a camera, in pixels; 0: its own.', low=0, high=65535
    )
    height_px: int = param(
        0, 'Image height to ask of a camera, in pixels; 0: its own.', low=0, high=65535
    )
    pixel_format: str = param(
        '', 'Pixel format to ask of a camera, four characters such as MJPG; empty: its own.'
    )

    def __post_init__(self) -> None:
        """
        Check each value, and those that depend on each other.

        :raises ValueError: Names the parameter, the value found and what was expected.
        """
        super().__post_init__()
        if self.rotate not in ROTATIONS_DEG:
            expected = ', '.join(map(str, ROTATIONS_DEG))
            raise ValueError(
                f"parameter 'source.rotate' is {self.rotate}, expected one of {expected}"
            )
        if self.last_frame != -1 and self.last_frame < self.first_frame:
            raise ValueError(
                f"parameter 'source.last_frame' is {self.last_frame}, expected -1 or at least "
                f'source.first_frame, {self.first_frame}'
            )
        if len(self.pixel_format) not in (0, 4):
            raise ValueError(
                f"parameter 'source.pixel_format' is '{self.pixel_format}', expected four "
                'characters or none'
            )

    def selection(self) -> FrameSelection:
        """Return the frames used."""
        return FrameSelection(self.first_frame, self.last_frame, self.frame_step)

    def camera_format(self) -> CameraFormat:
        """Return what to ask of a camera."""
        return CameraFormat(self.width_px, self.height_px, self.rate_hz, self.pixel_format)


@dataclass(frozen=True)
class PublishParameters(ParameterGroup):
    """How the images are published."""

    group: ClassVar[str] = 'publish'

    compressed: bool = param(False, 'Publish JPEG images on image/compressed too.')
    jpeg_quality: int = param(90, 'Quality of these JPEG images.', low=1, high=100, dynamic=True)


CAMERA_GROUPS = (CameraParameters, SourceParameters, PublishParameters, FrameLimits)
