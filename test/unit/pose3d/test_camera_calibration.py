# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from openpose_ros.camera_types import CameraCalibration
from openpose_ros.pose3d.camera_calibration import camera_from_calibration
from openpose_ros.pose3d.camera_calibration import check_image_size
from openpose_ros.pose3d.rig import looking_at
from openpose_ros.pose3d.rig import ring_of_cameras

PLACE = looking_at(np.array([3.0, -2, 1.5]), np.array([0.0, 0, 1]))
MATRIX = np.array([[900.0, 0, 650], [0, 880, 340], [0, 0, 1]])
DISTORTION = np.array([-0.28, 0.09, 0.001, -0.0007, -0.01])
TURN = cv2.Rodrigues(np.array([0.02, -0.05, 0.01]))[0]
PROJECTION = np.array([[800.0, 0, 630, -96], [0, 800, 355, 0], [0, 0, 1, 0]])
POINTS = np.random.default_rng(2).uniform((-0.5, -0.5, 0), (0.5, 0.5, 2), (50, 3))


def calibration(**changes: Any) -> CameraCalibration:
    values: dict[str, Any] = {
        'image_size': (1280, 720),
        'distortion_model': 'plumb_bob',
        'distortion': DISTORTION,
        'camera_matrix': MATRIX,
        'rectification_matrix': TURN,
        'projection_matrix': PROJECTION,
    }
    return CameraCalibration(**{**values, **changes})


def test_camera_of_raw_images_has_matrix_and_distortion() -> None:
    camera = camera_from_calibration('left', calibration(), PLACE, rectified=False)
    assert (camera.name, camera.image_size) == ('left', (1280, 720))
    np.testing.assert_array_equal(camera.camera_matrix, MATRIX)
    np.testing.assert_array_equal(camera.distortion, DISTORTION)
    np.testing.assert_allclose(camera.cam_T_world, PLACE, atol=1e-14)


def test_camera_of_rectified_images_sees_the_same_rays() -> None:
    raw = camera_from_calibration('left', calibration(), PLACE, rectified=False)
    rectified = camera_from_calibration('left', calibration(), PLACE, rectified=True)
    assert rectified.distortion_model == 'none'
    # OpenCV turns pixels of the raw image into those of the rectified one.
    moved = cv2.undistortPoints(
        raw.project(POINTS)[:, None], MATRIX, DISTORTION, R=TURN, P=PROJECTION
    )[:, 0]
    np.testing.assert_allclose(rectified.project(POINTS), moved, atol=1e-2)
    np.testing.assert_allclose(rectified.position, raw.position, atol=1e-12)
    np.testing.assert_allclose(
        rectified.rays(rectified.project(POINTS)), raw.rays(raw.project(POINTS)), atol=1e-9
    )


def test_region_of_interest_moves_the_origin() -> None:
    whole = camera_from_calibration('left', calibration(), PLACE, rectified=False)
    part = camera_from_calibration(
        'left', calibration(roi=(100, 50, 640, 480)), PLACE, rectified=False
    )
    assert part.image_size == (640, 480)
    np.testing.assert_allclose(part.project(POINTS), whole.project(POINTS) - [100, 50])


@pytest.mark.parametrize('rectified', [False, True])
def test_binning_makes_one_pixel_of_a_block(rectified: bool) -> None:
    whole = camera_from_calibration('left', calibration(), PLACE, rectified=rectified)
    binned = camera_from_calibration(
        'left', calibration(binning=(2, 4), roi=(8, 16, 640, 480)), PLACE, rectified=rectified
    )
    assert binned.image_size == (320, 120)
    # The first pixel is made of columns 8 and 9, rows 16 to 19: its centre is at 8.5, 17.5.
    np.testing.assert_allclose(
        binned.project(POINTS), (whole.project(POINTS) - [8.5, 17.5]) / [2, 4], atol=1e-9
    )


@pytest.mark.parametrize(
    ('model', 'distortion'),
    [('', []), ('plumb_bob', []), ('', [0, 0, 0, 0, 0]), ('none', [])],
)
def test_camera_without_distortion(model: str, distortion: list[float]) -> None:
    camera = camera_from_calibration(
        'left',
        calibration(distortion_model=model, distortion=np.array(distortion, float)),
        PLACE,
        rectified=False,
    )
    assert (camera.distortion_model, len(camera.distortion)) == ('none', 0)


def test_camera_with_a_fisheye_under_its_other_name() -> None:
    camera = camera_from_calibration(
        'left',
        calibration(distortion_model='fisheye', distortion=np.full(4, 0.01)),
        PLACE,
        rectified=False,
    )
    assert camera.distortion_model == 'equidistant'


@pytest.mark.parametrize('length', [12, 14])
def test_camera_with_zeros_for_thin_prism_and_tilt(length: int) -> None:
    distortion = np.zeros(length)
    distortion[:8] = 0.01
    longer = calibration(distortion_model='rational_polynomial', distortion=distortion)
    camera = camera_from_calibration('left', longer, PLACE, rectified=False)
    assert camera.distortion.tolist() == [0.01] * 8
    distortion[-1] = 0.01
    with pytest.raises(ValueError, match='expected 8 coefficients for rational_polynomial'):
        camera_from_calibration('left', longer, PLACE, rectified=False)


@pytest.mark.parametrize(
    ('changes', 'rectified', 'text'),
    [
        ({'camera_matrix': np.zeros((3, 3))}, False, 'camera_matrix is all 0: .*not calibrated'),
        ({'projection_matrix': np.zeros((3, 4))}, True, 'projection_matrix is all 0'),
        ({'rectification_matrix': np.zeros((3, 3))}, True, 'rectification_matrix is no rotation'),
        ({'distortion': np.zeros(3)}, False, 'distortion has shape .* 4 or 5 coefficients'),
        ({'distortion_model': 'wide'}, False, "'wide', expected one of none, plumb_bob"),
        ({'distortion_model': ''}, False, 'expected 0 coefficients for none'),
        (
            {'distortion_model': 'equidistant', 'distortion': np.zeros(0)},
            False,
            r'distortion has shape \(0,\), expected 4 coefficients for equidistant',
        ),
        ({'image_size': (0, 0)}, False, r'image_size is \(0, 0\)'),
    ],
)
def test_wrong_calibration_raises_and_names_the_camera(
    changes: dict[str, Any], rectified: bool, text: str
) -> None:
    with pytest.raises(ValueError, match=rf"camera 'left': .*{text}"):
        camera_from_calibration('left', calibration(**changes), PLACE, rectified=rectified)


@pytest.mark.parametrize('rectified', [False, True])
def test_wrong_place_raises_and_names_the_camera(rectified: bool) -> None:
    scaled = PLACE @ np.diag([2, 2, 2, 1])
    with pytest.raises(ValueError, match="^camera 'left': the rotation of cam_T_world"):
        camera_from_calibration('left', calibration(), scaled, rectified=rectified)
    with pytest.raises(ValueError, match="^camera 'left': cam_T_world has shape"):
        camera_from_calibration('left', calibration(), PLACE[:3], rectified=rectified)


def test_check_image_size() -> None:
    camera = ring_of_cameras(1)[0]
    check_image_size(camera, (1280, 720))
    with pytest.raises(ValueError, match=r"'cam0': .* of 640x360, .* for 1280x720"):
        check_image_size(camera, (640, 360))
