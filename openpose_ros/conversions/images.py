# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Image messages to pixels and back.

Pixels are always blue green red, shape ``(H, W, 3)``, uint8. The packed 8-bit encodings are read
in place, honouring ``step``; all others are left to cv_bridge where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from openpose_ros.conversions.message_types import pack_array
from openpose_ros.jpeg import is_cut_off
from openpose_ros.types import Array


@dataclass(frozen=True)
class _Encoding:
    """
    How an encoding lies in memory.

    :param channels: Bytes per pixel.
    :param to_bgr: OpenCV's conversion, ``None`` if the pixels are blue green red already.
    """

    channels: int
    to_bgr: int | None


_ENCODINGS = {
    'bgr8': _Encoding(3, None),
    'rgb8': _Encoding(3, cv2.COLOR_RGB2BGR),
    'bgra8': _Encoding(4, cv2.COLOR_BGRA2BGR),
    'rgba8': _Encoding(4, cv2.COLOR_RGBA2BGR),
    'mono8': _Encoding(1, cv2.COLOR_GRAY2BGR),
    # OpenCV's names say nothing of colour; who uses them has OpenCV's order.
    '8UC1': _Encoding(1, cv2.COLOR_GRAY2BGR),
    '8UC3': _Encoding(3, None),
    '8UC4': _Encoding(4, cv2.COLOR_BGRA2BGR),
}


def image_from_msg(message: Any) -> Array:
    """
    Return the pixels of a ``sensor_msgs/Image``.

    :param message: The message.
    :return: Image, blue green red, shape ``(H, W, 3)``, uint8; for ``bgr8`` a view of the
        message's data, not to be written to.
    :raises ValueError: If size, step, data and encoding do not fit each other, or the encoding
        needs cv_bridge and it is not installed; names what was found and expected.
    """
    if message.width == 0 or message.height == 0:
        raise ValueError(
            f'the image has size {message.width}x{message.height}, expected 1x1 or more'
        )
    encoding = _ENCODINGS.get(message.encoding)
    if encoding is None:
        _check_rows(message, message.width)
        return _image_from_cv_bridge(message)
    row_bytes = message.width * encoding.channels
    _check_rows(message, row_bytes)
    pixels: Array = np.ndarray(
        (message.height, message.width, encoding.channels),
        np.uint8,
        message.data,
        strides=(message.step, encoding.channels, 1),
    )
    if encoding.to_bgr is None:
        return pixels
    converted: Array = cv2.cvtColor(pixels, encoding.to_bgr)
    return converted


def image_from_compressed_msg(message: Any) -> Array:
    """
    Return the pixels of a ``sensor_msgs/CompressedImage``, EXIF orientation not applied.

    Damage within the pixels of a JPEG is not noticed, a missing end is.

    :param message: The message; its ``format`` is not needed, the data say what they are.
    :return: Image, blue green red, shape ``(H, W, 3)``, uint8.
    :raises ValueError: If the data hold no complete image; names format and length.
    """
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    reason = ''
    pixels: Array | None = None
    data = bytes(message.data)
    if data and not is_cut_off(data):
        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        except cv2.error as error:
            reason = f': {error.err}'
    if pixels is None:
        raise ValueError(
            f"a compressed image of format '{message.format}' and {len(data)} bytes "
            f'cannot be decoded, it is damaged or truncated{reason}'
        )
    return pixels


def image_to_msg(
    pixels: Array,
    header: Any,
    message_class: Any,
    *,
    pack: Callable[[Array], Any] = pack_array,
) -> Any:
    """
    Return pixels as a ``sensor_msgs/Image``.

    :param pixels: Image, shape ``(H, W, 3)`` blue green red or ``(H, W)`` grey, uint8.
    :param header: Header of the message, used as it is.
    :param message_class: Class of the message.
    :param pack: Makes the field ``data`` from a NumPy array.
    :raises ValueError: If shape or type is another one.
    """
    is_colour = pixels.ndim == 3 and pixels.shape[2] == 3
    if pixels.dtype != np.uint8 or not (is_colour or pixels.ndim == 2):
        raise ValueError(
            f'an image has shape {pixels.shape} and type {pixels.dtype}, expected (H, W, 3) or '
            '(H, W), uint8'
        )
    height, width = pixels.shape[:2]
    return message_class(
        header=header,
        height=height,
        width=width,
        encoding='bgr8' if is_colour else 'mono8',
        is_bigendian=0,
        step=width * (3 if is_colour else 1),
        data=pack(pixels),
    )


def image_to_compressed_msg(
    pixels: Array,
    header: Any,
    message_class: Any,
    *,
    quality: int = 90,
    pack: Callable[[Array], Any] = pack_array,
) -> Any:
    """
    Return pixels as a ``sensor_msgs/CompressedImage`` with a JPEG inside.

    :param pixels: Image, blue green red, shape ``(H, W, 3)``, uint8.
    :param header: Header of the message, used as it is.
    :param message_class: Class of the message.
    :param quality: JPEG quality, 1 to 100.
    :param pack: Makes the field ``data`` from a NumPy array.
    """
    _, jpeg = cv2.imencode('.jpg', pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    # The format image_transport writes, which tells its subscribers what the pixels were.
    return message_class(header=header, format='bgr8; jpeg compressed bgr8', data=pack(jpeg))


def _check_rows(message: Any, row_bytes: int) -> None:
    """Check that the rows are in the data; the last one may lack its padding."""
    if message.step < row_bytes:
        raise ValueError(
            f"the image of encoding '{message.encoding}' and width {message.width} has step "
            f'{message.step}, expected {row_bytes} or more'
        )
    needed = message.step * (message.height - 1) + row_bytes
    if len(message.data) < needed:
        raise ValueError(
            f'the image of height {message.height} and step {message.step} has '
            f'{len(message.data)} bytes of data, expected {message.step * message.height}'
        )


def _image_from_cv_bridge(message: Any) -> Array:
    found = _find_cv_bridge()
    if isinstance(found, str):
        raise ValueError(
            f"the encoding '{message.encoding}' needs the package cv_bridge, which cannot be "
            f'imported ({found}); without it: {", ".join(_ENCODINGS)}'
        )
    bridge, bridge_error = found
    try:
        pixels: Array = bridge.imgmsg_to_cv2(message, desired_encoding='bgr8')
    except (bridge_error, cv2.error) as error:
        raise ValueError(
            f"the encoding '{message.encoding}' cannot be converted to bgr8: {error}"
        ) from error
    return pixels


@cache
def _find_cv_bridge() -> tuple[Any, type[Exception]] | str:
    """
    Return cv_bridge's converter and its exception, or why there is none.

    Looked for once: an import that fails searches all folders again, for every image.
    """
    # The import may also fail with what NumPy raises at a cv_bridge built for another version.
    try:
        from cv_bridge import CvBridge
        from cv_bridge import CvBridgeError
    except (ImportError, AttributeError) as error:
        return str(error)
    return CvBridge(), CvBridgeError
