# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from ros_camera import header
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.nodes.image_feeds import frame_of

PIXELS = np.full((20, 30, 3), 90, np.uint8)


def test_frame_of_raw_image_has_its_header_and_pixels() -> None:
    message = image_to_msg(PIXELS, header(-7, 'left'), Image)
    frame = frame_of(serialize_message(message), Image)
    assert frame.header == message.header
    np.testing.assert_array_equal(frame.pixels(), PIXELS)
    assert not frame.pixels().flags.writeable


def test_frame_of_compressed_image_has_its_header_and_pixels() -> None:
    message = image_to_compressed_msg(PIXELS, header(5), CompressedImage)
    frame = frame_of(serialize_message(message), CompressedImage)
    assert frame.header == message.header
    np.testing.assert_array_equal(frame.pixels(), PIXELS)


@pytest.mark.parametrize('count', [0, 4, 10])
def test_bytes_without_a_header_are_refused(count: int) -> None:
    data = serialize_message(image_to_msg(PIXELS, header(), Image))[:count]
    with pytest.raises(ValueError, match=f'{count} bytes are no Header'):
        frame_of(data, Image)


def test_what_is_wrong_behind_the_header_is_said_of_the_pixels() -> None:
    data = serialize_message(image_to_msg(PIXELS, header(3), Image))[:100]
    frame = frame_of(data, Image)
    assert frame.header == header(3)
    with pytest.raises(ValueError, match='100 bytes are no Image'):
        frame.pixels()
