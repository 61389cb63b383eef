# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""CameraInfo messages and calibrations."""

from __future__ import annotations

from typing import Any

import numpy as np

from openpose_ros.camera_types import CameraCalibration


def calibration_from_msg(message: Any) -> CameraCalibration:
    """
    Return the calibration in a CameraInfo; one with zeros, of a camera not calibrated, included.

    :param message: ``sensor_msgs/CameraInfo``.
    :raises ValueError: If region of interest or binning are impossible.
    """
    roi = message.roi
    return CameraCalibration(
        (int(message.width), int(message.height)),
        str(message.distortion_model),
        np.array(message.d, np.float64),
        np.array(message.k, np.float64).reshape(3, 3),
        np.array(message.r, np.float64).reshape(3, 3),
        np.array(message.p, np.float64).reshape(3, 4),
        # 0 means the same as 1
        (max(1, int(message.binning_x)), max(1, int(message.binning_y))),
        (int(roi.x_offset), int(roi.y_offset), int(roi.width), int(roi.height)),
    )


def calibration_to_msg(calibration: CameraCalibration, header: Any, message_type: Any) -> Any:
    """
    Return a CameraInfo.

    :param calibration: The calibration.
    :param header: Header of the image it belongs to.
    :param message_type: Class of the message, ``sensor_msgs/CameraInfo``.
    """
    width, height = calibration.image_size
    message = message_type(
        header=header,
        width=width,
        height=height,
        distortion_model=calibration.distortion_model,
        d=calibration.distortion.tolist(),
        k=calibration.camera_matrix.reshape(-1),
        r=calibration.rectification_matrix.reshape(-1),
        p=calibration.projection_matrix.reshape(-1),
    )
    if calibration.binning != (1, 1):
        message.binning_x, message.binning_y = calibration.binning
    roi = message.roi
    roi.x_offset, roi.y_offset, roi.width, roi.height = calibration.roi
    return message
