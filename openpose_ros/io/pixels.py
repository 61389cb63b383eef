# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pixels as all the rest expects them: three channels, 8 bit, blue green red, upright."""

from __future__ import annotations

import cv2
import numpy as np

from openpose_ros.jpeg import is_cut_off
from openpose_ros.types import Array

FLIPS = ('none', 'horizontal', 'vertical')
ROTATIONS_DEG = (0, 90, 180, 270)

_TO_BGR = {1: cv2.COLOR_GRAY2BGR, 4: cv2.COLOR_BGRA2BGR}
_FLIP_CODES = {'horizontal': 1, 'vertical': 0}
_ROTATE_CODES = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


def decode_image(data: bytes) -> Array:
    """
    Decode an image file's content.

    The pixels stay as they are stored: the EXIF orientation is not applied, because keypoints
    and calibrations refer to the stored pixels. Grey becomes three equal channels, alpha is
    dropped, 16 bit become 8 by keeping the high byte. Damage within the pixels of a JPEG is not
    noticed, a missing end is.

    :param data: Content of a JPEG, PNG, ... file.
    :return: Image, shape ``(H, W, 3)``, uint8, blue green red.
    :raises ValueError: If there is no complete image in it.
    """
    if not data:
        raise ValueError('the file is empty')
    if is_cut_off(data):
        raise ValueError('the image cannot be decoded: its end is missing')
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels: Array | None = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise ValueError(f'the image cannot be decoded: {error.err}') from error
    if pixels is None:
        raise ValueError('the image cannot be decoded: damaged, truncated or of an unknown kind')
    return pixels


def as_bgr(pixels: Array) -> Array:
    """
    Return an image of any usual kind with three channels and 8 bit.

    :param pixels: Grey, colour or colour with alpha, shape ``(H, W)`` or ``(H, W, 1|3|4)``, uint8
        or uint16.
    :return: Shape ``(H, W, 3)``, uint8; the argument itself if it is that already.
    :raises ValueError: If it is no such image; gives shape and type.
    """
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    usual = pixels.ndim in (2, 3) and channels in (1, 3, 4) and pixels.size > 0
    if not usual or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f'an image has shape {pixels.shape} and type {pixels.dtype}, expected (H, W) or '
            '(H, W, 1, 3 or 4), uint8 or uint16'
        )
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return pixels if channels == 3 else cv2.cvtColor(pixels, _TO_BGR[channels])


def orient(pixels: Array, flip: str = 'none', rotate_deg: int = 0) -> Array:
    """
    Flip an image, then rotate it counter-clockwise: order and sense are OpenPose's.

    :param pixels: Image, shape ``(H, W, 3)``.
    :param flip: ``none``, ``horizontal`` (left becomes right) or ``vertical``.
    :param rotate_deg: 0, 90, 180 or 270 degrees, counter-clockwise.
    :return: Image, shape ``(H, W, 3)`` or ``(W, H, 3)``; the argument itself if nothing is to do.
    :raises ValueError: If flip or rotation is none of these.
    """
    if flip not in FLIPS:
        raise ValueError(f"flip is '{flip}', expected one of {', '.join(FLIPS)}")
    if rotate_deg not in ROTATIONS_DEG:
        expected = ', '.join(map(str, ROTATIONS_DEG))
        raise ValueError(f'rotation is {rotate_deg}, expected one of {expected}')
    if flip in _FLIP_CODES:
        pixels = cv2.flip(pixels, _FLIP_CODES[flip])
    if rotate_deg in _ROTATE_CODES:
        pixels = cv2.rotate(pixels, _ROTATE_CODES[rotate_deg])
    return pixels
