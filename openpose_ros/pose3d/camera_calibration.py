# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From what a calibration file or a CameraInfo says to a camera at its place."""

from __future__ import annotations

import numpy as np

from openpose_ros.camera_types import CameraCalibration
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.lenses.distortion import distortion_model
from openpose_ros.pose3d.transforms import require_rotation
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array

# Lengths of OpenCV's lists of coefficients: of the rational polynomial, and with what may follow.
_RATIONAL = 8
_WITH_TILT = (12, 14)


def camera_from_calibration(
    name: str, calibration: CameraCalibration, cam_T_world: Array, *, rectified: bool
) -> Camera:
    """
    Return the camera of the images that are sent: region of interest and binning are applied.

    Of a rectified image the projection matrix is used, there is no distortion, and the
    rectification turns the camera. The last column of the projection matrix, which places the
    second camera of a stereo pair in the frame of the first, is left out: ``cam_T_world`` is that
    of this camera itself.

    :param name: Name of the camera.
    :param calibration: Its intrinsics.
    :param cam_T_world: Maps world coordinates into the camera before rectification, shape
        ``(4, 4)``.
    :param rectified: Whether the keypoints are those of rectified images.
    :raises ValueError: If the camera is not calibrated or something does not fit; names the
        camera.
    """
    try:
        matrix, model, distortion, turn = (_rectified if rectified else _raw)(calibration)
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    return Camera(
        name,
        calibration.sent_size,
        _sent_matrix(matrix, calibration),
        model,
        distortion,
        _turned(turn, cam_T_world),
    )


def _raw(calibration: CameraCalibration) -> tuple[Array, str, Array, Array]:
    """Return camera matrix, distortion and the turn of the camera."""
    model, distortion = distortion_model(calibration.distortion_model), calibration.distortion
    # Simulators name a model and give no coefficients, drivers give zeros and name no model. A
    # fisheye without coefficients would still be no pinhole: Camera refuses it.
    unnamed, empty = model == 'none', not len(distortion)
    if (unnamed and not distortion.any()) or (empty and model != 'equidistant'):
        model, distortion = 'none', np.zeros(0)
    # OpenCV's longer lists end in thin prism and tilt, which drivers pass on as zeros.
    if len(distortion) in _WITH_TILT and not distortion[_RATIONAL:].any():
        distortion = distortion[:_RATIONAL]
    return calibration.camera_matrix, model, distortion, np.eye(3)


def _rectified(calibration: CameraCalibration) -> tuple[Array, str, Array, Array]:
    matrix = calibration.projection_matrix[:, :3]
    if not matrix.any():
        raise ValueError('projection_matrix is all 0: the camera is not calibrated')
    turn = require_rotation('rectification_matrix', calibration.rectification_matrix)
    return matrix, 'none', np.zeros(0), turn


def _turned(turn: Array, cam_T_world: Array) -> Array:
    place = np.asarray(cam_T_world, np.float64)
    # One of a wrong shape is named by the camera.
    return rigid_transform(turn, np.zeros(3)) @ place if place.shape == (4, 4) else place


def _sent_matrix(matrix: Array, calibration: CameraCalibration) -> Array:
    """Return the camera matrix of the binned region of the full image."""
    binning = np.array(calibration.binning, float)
    sent = np.array(matrix, float)
    sent[:2] /= binning[:, np.newaxis]
    # Pixels have their centres at whole numbers and are binned by their borders.
    centre = matrix[:2, 2] - calibration.roi[:2]
    sent[:2, 2] = (centre + 0.5) / binning - 0.5
    # What is not calibrated stays recognisable.
    return sent if matrix.any() else np.zeros((3, 3))


def check_image_size(camera: Camera, image_size: tuple[int, int]) -> None:
    """
    Check that keypoints are of images of the size that a camera is calibrated for.

    :param camera: The camera.
    :param image_size: Width and height in pixels of the images of the keypoints.
    :raises ValueError: If not; names the camera and both sizes.
    """
    if tuple(image_size) != tuple(camera.image_size):
        raise ValueError(
            f"camera '{camera.name}': the keypoints are of images of "
            f'{image_size[0]}x{image_size[1]}, the calibration is for '
            f'{camera.image_size[0]}x{camera.image_size[1]}'
        )
