# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from openpose_ros.io.pixels import as_bgr
from openpose_ros.io.pixels import decode_image
from openpose_ros.io.pixels import orient

RNG = np.random.default_rng(3)
COLOUR = RNG.integers(0, 256, (6, 8, 3), np.uint8)


def encode(pixels: np.ndarray, suffix: str = '.png') -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Insert an EXIF segment that asks for a rotation."""
    tiff = b'MM\x00\x2a\x00\x00\x00\x08' + b'\x00\x01'
    tiff += b'\x01\x12\x00\x03\x00\x00\x00\x01' + bytes((0, orientation, 0, 0)) + bytes(4)
    body = b'Exif\x00\x00' + tiff
    return jpeg[:2] + b'\xff\xe1' + (len(body) + 2).to_bytes(2, 'big') + body + jpeg[2:]


def test_decode_image_colour_png_gives_bgr() -> None:
    np.testing.assert_array_equal(decode_image(encode(COLOUR)), COLOUR)


def test_decode_image_grey_gives_three_equal_channels() -> None:
    grey = COLOUR[..., 0]
    np.testing.assert_array_equal(decode_image(encode(grey)), np.dstack([grey] * 3))


def test_decode_image_alpha_is_dropped() -> None:
    alpha = np.dstack((COLOUR, np.zeros((6, 8), np.uint8)))
    np.testing.assert_array_equal(decode_image(encode(alpha)), COLOUR)


@pytest.mark.parametrize('channels', [1, 3])
def test_decode_image_16_bit_keeps_high_byte(channels: int) -> None:
    deep = RNG.integers(0, 65536, (6, 8, channels), np.uint16)
    expected = np.broadcast_to((deep >> 8).astype(np.uint8), (6, 8, 3))
    found = decode_image(encode(deep))
    assert found.dtype == np.uint8
    # Some decoders round where others cut.
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_decode_image_exif_orientation_is_not_applied() -> None:
    jpeg = with_exif_orientation(encode(COLOUR, '.jpg'), 6)
    applied = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert applied.shape == (8, 6, 3)  # the segment is understood
    assert decode_image(jpeg).shape == (6, 8, 3)


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.webp', '.bmp'])
def test_decode_image_truncated_raises(suffix: str) -> None:
    large = RNG.integers(0, 256, (200, 200, 3), np.uint8)
    data = encode(large, suffix)
    with pytest.raises(ValueError, match='cannot be decoded'):
        decode_image(data[: len(data) // 2])


def test_decode_image_jpeg_without_its_last_bytes_raises() -> None:
    data = encode(RNG.integers(0, 256, (200, 200, 3), np.uint8), '.jpg')
    for length in (len(data) - 2, len(data) - 1):
        with pytest.raises(ValueError, match='its end is missing'):
            decode_image(data[:length])
    assert decode_image(data + bytes(100)).shape == (200, 200, 3)


def test_decode_image_nothing_or_text_raises() -> None:
    with pytest.raises(ValueError, match='empty'):
        decode_image(b'')
    with pytest.raises(ValueError, match='cannot be decoded'):
        decode_image(b'not an image at all')


def test_decode_image_one_pixel() -> None:
    assert decode_image(encode(COLOUR[:1, :1])).shape == (1, 1, 3)


@pytest.mark.parametrize(
    'shape', [(6, 8), (6, 8, 1), (6, 8, 3), (6, 8, 4)], ids=['grey', 'grey 3d', 'colour', 'alpha']
)
@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_as_bgr_usual_kinds(shape: tuple[int, ...], dtype: type) -> None:
    pixels = np.full(shape, 7 if dtype is np.uint8 else 7 << 8, dtype)
    found = as_bgr(pixels)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, np.full((6, 8, 3), 7))


@pytest.mark.parametrize(
    'pixels',
    [np.zeros((6, 8, 2), np.uint8), np.zeros((6, 8, 3), np.float32), np.zeros((0, 8), np.uint8)],
    ids=['two channels', 'float', 'no rows'],
)
def test_as_bgr_other_kinds_raise(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r'has shape .* and type'):
        as_bgr(pixels)


# Flip, rotation, and where the top-left pixel of the source goes (row, column of a 6 x 8 image).
ORIENTATIONS = [
    ('none', 0, (0, 0)),
    ('horizontal', 0, (0, 7)),
    ('vertical', 0, (5, 0)),
    ('none', 90, (7, 0)),  # counter-clockwise: the top-left corner goes to the bottom left
    ('none', 180, (5, 7)),
    ('none', 270, (0, 5)),
    ('horizontal', 90, (0, 0)),  # flip first: together a transposition
    ('horizontal', 180, (5, 0)),
    ('vertical', 270, (0, 0)),
]


@pytest.mark.parametrize(('flip', 'rotate_deg', 'corner'), ORIENTATIONS)
def test_orient_moves_corner_as_documented(
    flip: str, rotate_deg: int, corner: tuple[int, int]
) -> None:
    pixels = np.zeros((6, 8, 3), np.uint8)
    pixels[0, 0] = 255
    found = orient(pixels, flip, rotate_deg)
    assert found.shape == ((8, 6, 3) if rotate_deg in (90, 270) else (6, 8, 3))
    assert (found[corner] == 255).all()
    assert pixels.sum() == 3 * 255  # the argument is not changed


def test_orient_opposite_rotations_undo_each_other() -> None:
    np.testing.assert_array_equal(orient(orient(COLOUR, 'none', 90), 'none', 270), COLOUR)


def test_orient_unknown_values_raise() -> None:
    with pytest.raises(ValueError, match="'sideways', expected one of none, horizontal"):
        orient(COLOUR, 'sideways')
    with pytest.raises(ValueError, match='45, expected one of 0, 90, 180, 270'):
        orient(COLOUR, 'none', 45)
