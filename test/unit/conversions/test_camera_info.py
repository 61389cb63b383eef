# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.camera_types import CameraCalibration
from openpose_ros.conversions.camera_info import calibration_from_msg
from openpose_ros.conversions.camera_info import calibration_to_msg

CameraInfo = pytest.importorskip(
    'sensor_msgs.msg', reason='the ROS message packages are missing'
).CameraInfo
Header = pytest.importorskip('std_msgs.msg').Header

CALIBRATION = CameraCalibration(
    (1280, 720),
    'rational_polynomial',
    np.arange(8) / 10,
    np.arange(9.0).reshape(3, 3),
    np.arange(10.0, 19).reshape(3, 3),
    np.arange(20.0, 32).reshape(3, 4),
    (2, 4),
    (10, 20, 640, 480),
)
FIELDS = ('distortion', 'camera_matrix', 'rectification_matrix', 'projection_matrix')


def test_calibration_to_msg_known_values() -> None:
    message = calibration_to_msg(CALIBRATION, Header(frame_id='left'), CameraInfo)
    assert message.header.frame_id == 'left'
    assert (message.width, message.height) == (1280, 720)
    assert list(message.k) == list(range(9))
    assert list(message.p) == list(range(20, 32))
    assert (message.binning_x, message.binning_y) == (2, 4)
    roi = message.roi
    assert (roi.x_offset, roi.y_offset, roi.width, roi.height) == (10, 20, 640, 480)


def test_calibration_from_msg_gives_back_what_was_sent() -> None:
    found = calibration_from_msg(calibration_to_msg(CALIBRATION, Header(), CameraInfo))
    assert (found.image_size, found.distortion_model) == ((1280, 720), 'rational_polynomial')
    assert (found.binning, found.roi) == (CALIBRATION.binning, CALIBRATION.roi)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(found, name), getattr(CALIBRATION, name))


def test_calibration_from_msg_of_an_uncalibrated_camera() -> None:
    found = calibration_from_msg(CameraInfo(width=640, height=480))
    assert found.sent_size == (640, 480)
    assert (found.binning, found.distortion_model, len(found.distortion)) == ((1, 1), '', 0)
    assert not found.camera_matrix.any()


def test_calibration_from_msg_with_an_impossible_region_raises() -> None:
    message = CameraInfo(width=640, height=480)
    message.roi.width, message.roi.height, message.roi.x_offset = 640, 480, 1
    with pytest.raises(ValueError, match='expected a part of the image of 640x480'):
        calibration_from_msg(message)
