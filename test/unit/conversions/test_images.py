# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from array import array
from collections.abc import Iterator
import sys
import types
from typing import Any

import cv2
import numpy as np
import pytest

from openpose_ros.conversions import images
from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg

messages = pytest.importorskip('sensor_msgs.msg', reason='the ROS message packages are missing')
Header = pytest.importorskip('std_msgs.msg').Header

RNG = np.random.default_rng(5)
BGR = RNG.integers(0, 256, (6, 8, 3), np.uint8)
GREY = RNG.integers(0, 256, (6, 8, 1), np.uint8)
ALPHA = RNG.integers(0, 256, (6, 8, 1), np.uint8)


@pytest.fixture(autouse=True)
def forget_cv_bridge() -> Iterator[None]:
    images._find_cv_bridge.cache_clear()
    yield
    images._find_cv_bridge.cache_clear()


def image_msg(encoding: str, stored: np.ndarray, padding: int = 0) -> Any:
    """Return a message whose rows end in padding bytes of 255."""
    height, width = stored.shape[:2]
    rows = stored.reshape(height, -1)
    padded = np.pad(rows, ((0, 0), (0, padding)), constant_values=255)
    return messages.Image(
        height=height,
        width=width,
        encoding=encoding,
        step=padded.shape[1],
        data=array('B', padded.tobytes()),
    )


# Encoding, bytes as stored, pixels expected.
ENCODINGS = [
    ('bgr8', BGR, BGR),
    ('rgb8', BGR[..., ::-1], BGR),
    ('bgra8', np.dstack((BGR, ALPHA)), BGR),
    ('rgba8', np.dstack((BGR[..., ::-1], ALPHA)), BGR),
    ('mono8', GREY, np.repeat(GREY, 3, axis=2)),
    ('8UC1', GREY, np.repeat(GREY, 3, axis=2)),
    ('8UC3', BGR, BGR),
    ('8UC4', np.dstack((BGR, ALPHA)), BGR),
]


@pytest.mark.parametrize('padding', [0, 1, 5])
@pytest.mark.parametrize(
    ('encoding', 'stored', 'expected'), ENCODINGS, ids=[row[0] for row in ENCODINGS]
)
def test_image_from_msg_packed_encodings(
    encoding: str, stored: np.ndarray, expected: np.ndarray, padding: int
) -> None:
    found = image_from_msg(image_msg(encoding, stored, padding))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected)


def test_image_from_msg_last_row_without_padding() -> None:
    message = image_msg('bgr8', BGR, padding=4)
    message.data = message.data[:-4]
    np.testing.assert_array_equal(image_from_msg(message), BGR)


def test_image_from_msg_more_data_than_needed() -> None:
    message = image_msg('rgb8', BGR[..., ::-1])
    message.data.extend([1, 2, 3])
    np.testing.assert_array_equal(image_from_msg(message), BGR)


def test_image_from_msg_bgr8_is_a_view() -> None:
    message = image_msg('bgr8', BGR)
    pixels = image_from_msg(message)
    message.data[0] = BGR[0, 0, 0] ^ 255
    assert pixels[0, 0, 0] == BGR[0, 0, 0] ^ 255


@pytest.mark.parametrize('store', [bytes, lambda data: np.frombuffer(bytes(data), np.uint8)])
def test_image_from_msg_data_of_other_libraries(store: Any) -> None:
    message = image_msg('rgb8', BGR[..., ::-1], padding=2)
    fields = {name: getattr(message, name) for name in ('height', 'width', 'encoding', 'step')}
    other = types.SimpleNamespace(**fields, data=store(message.data))
    np.testing.assert_array_equal(image_from_msg(other), BGR)


def test_image_from_msg_one_pixel_and_large() -> None:
    assert image_from_msg(image_msg('bgr8', BGR[:1, :1])).shape == (1, 1, 3)
    large = np.zeros((6000, 8000, 1), np.uint8)
    large[-1, -1] = 9
    assert (image_from_msg(image_msg('mono8', large))[-1, -1] == 9).all()


# What is wrong, changes to a good bgr8 message of 8x6, what the message must say.
WRONG = [
    ('no width', {'width': 0}, 'has size 0x6, expected 1x1 or more'),
    ('no height', {'height': 0}, 'has size 8x0'),
    ('step too small', {'step': 23}, 'width 8 has step 23, expected 24 or more'),
    ('no step', {'step': 0}, 'has step 0'),
    ('data too short', {'data': array('B', [0] * 143)}, 'has 143 bytes of data, expected 144'),
    ('no data', {'data': array('B')}, 'has 0 bytes'),
    ('height too large', {'height': 2**31}, 'has 144 bytes'),
    ('unknown encoding', {'encoding': 'bgr9'}, "'bgr9' needs the package cv_bridge"),
    ('empty encoding', {'encoding': ''}, "'' needs the package cv_bridge"),
    ('two bytes per pixel, short', {'encoding': 'mono16', 'step': 4}, 'has step 4'),
]


@pytest.mark.parametrize(
    ('changes', 'text'), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_image_from_msg_wrong_message_raises(
    changes: dict[str, Any], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'cv_bridge', None)
    message = image_msg('bgr8', BGR)
    for name, value in changes.items():
        setattr(message, name, value)
    with pytest.raises(ValueError, match=text):
        image_from_msg(message)


@pytest.mark.parametrize('encoding', ['mono16', '16UC1', 'bayer_rggb8', 'yuv422', 'nv12'])
def test_image_from_msg_without_cv_bridge_names_encoding_and_package(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'cv_bridge', None)
    message = image_msg(encoding, np.zeros((6, 16, 1), np.uint8))
    message.width = 8
    with pytest.raises(ValueError, match=f"'{encoding}' needs the package cv_bridge.*rgb8"):
        image_from_msg(message)


class CvBridgeError(TypeError):
    """As in cv_bridge."""


class BridgeDouble:
    """What of cv_bridge is used; no package of that name fits this environment."""

    def imgmsg_to_cv2(self, message: Any, desired_encoding: str) -> np.ndarray:
        assert desired_encoding == 'bgr8'
        if message.encoding == '16UC1':
            raise CvBridgeError('[16UC1] is not a color format')
        assert message.encoding == 'mono16'
        deep = np.frombuffer(message.data, np.uint16).reshape(message.height, message.width)
        return cv2.cvtColor((deep >> 8).astype(np.uint8), cv2.COLOR_GRAY2BGR)


@pytest.fixture
def cv_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType('cv_bridge')
    module.CvBridge = BridgeDouble
    module.CvBridgeError = CvBridgeError
    monkeypatch.setitem(sys.modules, 'cv_bridge', module)


@pytest.mark.usefixtures('cv_bridge')
def test_image_from_msg_with_cv_bridge_uses_it_for_the_rest() -> None:
    deep = RNG.integers(0, 65536, (6, 8), np.uint16)
    message = image_msg('mono16', deep.view(np.uint8).reshape(6, 16, 1))
    message.width = 8
    expected = np.repeat((deep >> 8).astype(np.uint8)[..., None], 3, axis=2)
    np.testing.assert_array_equal(image_from_msg(message), expected)
    message.encoding = '16UC1'
    with pytest.raises(ValueError, match="'16UC1' cannot be converted to bgr8: .*not a color"):
        image_from_msg(message)


def test_image_to_msg_round_trip_and_fields() -> None:
    header = Header(frame_id='camera')
    message = image_to_msg(BGR, header, messages.Image)
    assert message.header is header
    assert (message.height, message.width, message.step) == (6, 8, 24)
    assert message.encoding == 'bgr8'
    assert isinstance(message.data, array)
    np.testing.assert_array_equal(image_from_msg(message), BGR)


def test_image_to_msg_grey_and_strided_pixels() -> None:
    message = image_to_msg(GREY[..., 0], Header(), messages.Image)
    assert (message.encoding, message.step) == ('mono8', 8)
    np.testing.assert_array_equal(image_from_msg(message), np.repeat(GREY, 3, axis=2))
    mirrored = image_to_msg(BGR[:, ::-1], Header(), messages.Image)
    np.testing.assert_array_equal(image_from_msg(mirrored), BGR[:, ::-1])


@pytest.mark.parametrize('pixels', [BGR.astype(np.float32), np.zeros((6, 8, 4), np.uint8)])
def test_image_to_msg_other_pixels_raise(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r'an image has shape \(6, 8, .\) and type'):
        image_to_msg(pixels, Header(), messages.Image)


def test_compressed_msg_round_trip() -> None:
    smooth = np.full((16, 16, 3), (40, 90, 200), np.uint8)
    message = image_to_compressed_msg(
        smooth, Header(frame_id='camera'), messages.CompressedImage, quality=95
    )
    assert message.header.frame_id == 'camera'
    assert 'jpeg' in message.format
    found = image_from_compressed_msg(message)
    assert np.abs(found.astype(int) - smooth).max() <= 3


def compressed(pixels: np.ndarray, suffix: str) -> Any:
    data = array('B', cv2.imencode(suffix, pixels)[1].tobytes())
    return messages.CompressedImage(format=suffix[1:], data=data)


def test_image_from_compressed_msg_png_grey_16_bit() -> None:
    deep = np.full((4, 5), 200 << 8, np.uint16)
    found = image_from_compressed_msg(compressed(deep, '.png'))
    np.testing.assert_array_equal(found, np.full((4, 5, 3), 200))


def test_image_from_compressed_msg_damaged_raises() -> None:
    message = compressed(RNG.integers(0, 256, (200, 200, 3), np.uint8), '.jpg')
    whole = message.data
    for length in (2, len(whole) // 2, len(whole) - 2, len(whole) - 1):
        message.data = whole[:length]
        with pytest.raises(ValueError, match=rf"'jpg' and {length} bytes cannot be decoded"):
            image_from_compressed_msg(message)
    message.data = array('B')
    with pytest.raises(ValueError, match='and 0 bytes cannot be decoded'):
        image_from_compressed_msg(message)
