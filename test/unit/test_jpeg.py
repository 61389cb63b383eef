# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from openpose_ros.jpeg import is_cut_off

PIXELS = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)


def encoded(*options: int, suffix: str = '.jpg') -> bytes:
    return cv2.imencode(suffix, PIXELS, options)[1].tobytes()


JPEGS = {
    'baseline': encoded(),
    'progressive': encoded(cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    'restart markers': encoded(cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
}
every_kind = pytest.mark.parametrize('jpeg', JPEGS.values(), ids=JPEGS.keys())


def with_preview(jpeg: bytes) -> bytes:
    """Insert a segment that holds a whole JPEG, as cameras do."""
    preview = b'Exif\x00\x00' + encoded()[:60_000]
    return jpeg[:2] + b'\xff\xe1' + (len(preview) + 2).to_bytes(2, 'big') + preview + jpeg[2:]


@every_kind
@pytest.mark.parametrize('tail', [b'', bytes(512), b'\xff' * 3, b'some trailer'])
def test_is_cut_off_whole_image_is_not(jpeg: bytes, tail: bytes) -> None:
    assert not is_cut_off(jpeg + tail)
    assert not is_cut_off(with_preview(jpeg) + tail)
    assert not is_cut_off(jpeg[:2] + b'\xff\xff' + jpeg[2:] + tail)


@every_kind
def test_is_cut_off_anywhere(jpeg: bytes) -> None:
    assert all(is_cut_off(jpeg[:length]) for length in range(2, len(jpeg)))
    preview = with_preview(jpeg)
    assert all(is_cut_off(preview[:length]) for length in range(2, len(preview), 7))


@pytest.mark.parametrize(
    'data', [b'', b'\xff', b'text', encoded(suffix='.png')[:100], b'\xff\xd8 but then text']
)
def test_is_cut_off_no_jpeg_is_left_to_the_decoder(data: bytes) -> None:
    assert not is_cut_off(data)
