# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The images of a soak, good and corrupt ones, and keypoints that no node would publish."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from collections.abc import Sequence
import math
from typing import Any

import cv2
import numpy as np
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.sources import open_source
from openpose_ros.nodes.soak.nodes import IMAGE_SIZE
from openpose_ros.tools.benchmark_face_hand import standing
from openpose_ros.types import Array

# By the header it can be told whose keypoints these are.
CAMERA = 'camera'
FORGED = 'forged'

# The largest number that a message holds.
_HUGE = 2**32 - 1


def read_pictures(source: str, count: int) -> list[Array]:
    """
    Return the first frames of a source, scaled to the size of a soak's images.

    :param source: Video, image, or folder of images.
    :param count: Most frames that are read.
    :raises ValueError: If there are none.
    """
    with open_source(source, FrameSelection(last=count - 1)) as frames:
        good = [frame.pixels for frame in frames if isinstance(frame, Frame)]
    if not good:
        raise ValueError(f"the source '{source}' holds no frame that can be read")
    return [cv2.resize(pixels, IMAGE_SIZE) for pixels in good]


class ImageMessages:
    """
    Good and corrupt messages of one type, made once: a camera at 30 Hz has no time to make them.

    :param good: Good ones.
    :param corrupt: Corrupt ones, by what is wrong with them.
    """

    def __init__(self, good: Sequence[Any], corrupt: dict[str, Any]) -> None:
        self._good = good
        self._corrupt = corrupt

    @property
    def faults(self) -> tuple[str, ...]:
        """What can be wrong."""
        return tuple(self._corrupt)

    def message(self, number: int, fault: str, header: Header) -> Any:
        """
        Return a message.

        :param number: Number of the image.
        :param fault: What is to be wrong with it; nothing if no such fault is known.
        :param header: Its header.
        """
        message = self._corrupt.get(fault, self._good[number % len(self._good)])
        message.header = header
        return message


def raw_messages(pictures: Sequence[Array]) -> ImageMessages:
    """
    Return Image messages.

    :param pictures: Images, blue green red, shape ``(H, W, 3)``, uint8.
    """

    def changed(**fields: Any) -> Any:
        message = image_to_msg(pictures[0], Header(), Image)
        for name, value in fields.items():
            setattr(message, name, value)
        return message

    width, height = IMAGE_SIZE
    short = array('B', bytes(3 * width * height // 2))
    return ImageMessages(
        [image_to_msg(picture, Header(), Image) for picture in pictures],
        {
            'unknown encoding': changed(encoding='klingon8'),
            'data too short': changed(data=short),
            'no data': changed(data=array('B')),
            'wrong step': changed(step=width),
            'size 0': changed(width=0, height=0, step=0, data=array('B')),
            'huge size': changed(width=_HUGE, height=_HUGE),
            'other size': image_to_msg(pictures[0][::2, ::2], Header(), Image),
        },
    )


def compressed_messages(pictures: Sequence[Array]) -> ImageMessages:
    """
    Return CompressedImage messages.

    :param pictures: Images, blue green red, shape ``(H, W, 3)``, uint8.
    """
    good = [image_to_compressed_msg(one, Header(), CompressedImage) for one in pictures]
    jpeg = bytes(good[0].data)

    def of(data: bytes) -> Any:
        return CompressedImage(format='jpeg', data=array('B', data))

    small = image_to_compressed_msg(
        np.ascontiguousarray(pictures[0][::2, ::2]), Header(), CompressedImage
    )
    return ImageMessages(
        good,
        {
            'data too short': of(jpeg[: len(jpeg) // 2]),
            'no data': of(b''),
            'no picture': of(b'\xff\xd8' + bytes(1000) + b'\xff\xd9'),
            'damaged': of(jpeg[:200] + bytes(200) + jpeg[400:]),
            'other size': small,
        },
    )


def _scale(message: Any, factor: float) -> None:
    body = message.people[0].body
    body.x = array('f', [factor * value for value in body.x])


def _rename(message: Any, name: str) -> None:
    message.skeleton = name


def _resize(message: Any, width: int) -> None:
    message.image_width = width


def _cut(message: Any) -> None:
    message.people[0].body.x = message.people[0].body.x[:-1]


def _repeat(message: Any) -> None:
    message.people = [message.people[0]] * 100


# What is wrong with keypoints that somebody else publishes on the topic of a pose_node.
_FORGERIES: dict[str, Callable[[Any], None]] = {
    'plain': lambda message: None,
    'not a number': lambda message: _scale(message, math.nan),
    'infinite': lambda message: _scale(message, math.inf),
    'far outside': lambda message: _scale(message, -1e9),
    'wrong lengths': _cut,
    'unknown skeleton': lambda message: _rename(message, 'octopus_8'),
    'other skeleton': lambda message: _rename(message, 'body_25'),
    'other image size': lambda message: _resize(message, 1),
    'crowd': _repeat,
}
FORGERIES = tuple(_FORGERIES)


def forged_keypoints(forgery: str, header: Header) -> Any:
    """
    Return a PoseArray with one person and something wrong with it.

    :param forgery: One of :data:`FORGERIES`.
    :param header: Its header.
    """
    message = people_to_msg(standing(1), header)
    message.image_width, message.image_height = IMAGE_SIZE
    _FORGERIES[forgery](message)
    return message
