# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The bundle adjustment ends where SciPy's least squares ends, and its start may be rough."""

from __future__ import annotations

from dataclasses import replace

from board_scenes import arc_of_cameras
from board_scenes import show_board
import cv2
import numpy as np
import pytest
from scipy.optimize import least_squares

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.bundle_adjustment import adjust_bundle
from openpose_ros.pose3d.calibration.bundle_adjustment import Bundle
from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.pose3d.transforms import rigid_transform

BOARD = Board('chessboard', (5, 4), 0.2)
HUBER_PX = 1.0


def turned(transform, vector):
    return rigid_transform(
        cv2.Rodrigues(np.array(vector[:3]))[0] @ transform[:3, :3], transform[:3, 3] + vector[3:]
    )


def make_bundle(*, noise_px=0.3, outliers=0, frames=6):
    """Return the bundle of two cameras in its true state, the corners noisy."""
    cameras = arc_of_cameras(2, model='plumb_bob', distortion=(-0.2, 0.05, 0.001, 0.0, 0.0))
    views, poses = show_board(cameras, BOARD, frames, noise_px=noise_px, seed=4)
    first = cameras[0].world_T_cam
    rows = [
        (row, frame, view)
        for row, camera in enumerate(cameras)
        for frame, view in views[camera.name].items()
    ]
    seen = sorted({frame for _, frame, _ in rows})
    counts = [len(view.ids) for _, _, view in rows]
    xy = np.concatenate([view.xy_image for _, _, view in rows])
    rng = np.random.default_rng(0)
    xy[rng.permutation(len(xy))[:outliers]] += 40.0
    return Bundle(
        [
            Intrinsics(one.image_size, one.camera_matrix, one.distortion_model, one.distortion)
            for one in cameras
        ],
        np.stack([camera.cam_T_world @ first for camera in cameras]),
        np.stack([cameras[0].cam_T_world @ poses[frame] for frame in seen]),
        np.repeat([row for row, _, _ in rows], counts),
        np.repeat([seen.index(frame) for _, frame, _ in rows], counts),
        np.concatenate([BOARD.points[view.ids] for _, _, view in rows]),
        xy,
    )


def displaced(bundle, seed=1):
    """Return the bundle with poses some degrees and centimetres away."""
    rng = np.random.default_rng(seed)
    cameras, boards = (
        np.stack([turned(one, rng.normal(0, 0.05, 6)) for one in poses])
        for poses in (bundle.cam_T_reference, bundle.reference_T_board)
    )
    cameras[0] = bundle.cam_T_reference[0]
    return replace(bundle, cam_T_reference=cameras, reference_T_board=boards)


def huber(bundle):
    distances = np.linalg.norm(bundle.residuals(), axis=1)
    near = np.minimum(distances, HUBER_PX)
    return np.sum(near * (distances - 0.5 * near))


@pytest.mark.parametrize('refined', [(), (0, 1)])
def test_adjust_bundle_finds_exact_cameras_from_a_rough_start(refined):
    true = make_bundle(noise_px=0.0)
    found = adjust_bundle(displaced(true), refined)
    assert np.abs(found.residuals()).max() < 1e-2
    np.testing.assert_allclose(found.cam_T_reference, true.cam_T_reference, atol=2e-3)
    np.testing.assert_allclose(
        found.intrinsics[1].camera_matrix, true.intrinsics[1].camera_matrix, atol=0.5
    )


@pytest.mark.parametrize('outliers', [0, 4])
def test_adjust_bundle_ends_where_scipy_ends(outliers):
    start = make_bundle(outliers=outliers, frames=3)
    found = adjust_bundle(start)

    def state(parameters):
        changes = parameters.reshape(-1, 6)
        return replace(
            start,
            cam_T_reference=np.stack(
                [start.cam_T_reference[0], turned(start.cam_T_reference[1], changes[0])]
            ),
            reference_T_board=np.stack(
                [turned(one, step) for one, step in zip(start.reference_T_board, changes[1:])]
            ),
        )

    def roots(parameters):
        """Return numbers whose squares add up to twice Huber's loss of the distances."""
        distances = np.linalg.norm(state(parameters).residuals(), axis=1)
        near = np.minimum(distances, HUBER_PX)
        return np.sqrt(2 * near * (distances - 0.5 * near))

    count = 6 * (1 + len(start.reference_T_board))
    solution = least_squares(roots, np.zeros(count), x_scale='jac', xtol=1e-9, ftol=1e-9)
    assert huber(found) <= solution.cost * (1 + 1e-5)
    np.testing.assert_allclose(
        found.cam_T_reference, state(solution.x).cam_T_reference, atol=1e-3
    )


def test_adjust_bundle_resists_outliers():
    clean, spoilt = adjust_bundle(make_bundle()), adjust_bundle(make_bundle(outliers=6))
    np.testing.assert_allclose(
        clean.cam_T_reference[1], spoilt.cam_T_reference[1], atol=0.01
    )


def test_adjust_bundle_leaves_the_first_camera_and_kept_intrinsics():
    start = displaced(make_bundle())
    found = adjust_bundle(start, [1])
    np.testing.assert_array_equal(found.cam_T_reference[0], start.cam_T_reference[0])
    np.testing.assert_array_equal(
        found.intrinsics[0].camera_matrix, start.intrinsics[0].camera_matrix
    )
    assert found.intrinsics[1].camera_matrix[0, 0] != start.intrinsics[1].camera_matrix[0, 0]


@pytest.mark.parametrize(
    ('model', 'distortion'),
    [
        ('none', ()),
        ('plumb_bob', (-0.2, 0.05, 0.001, -0.002, 0.0)),
        ('rational_polynomial', (0.1, -0.05, 0.001, 0.0, 0.01, 0.3, 0.02, 0.0)),
        ('equidistant', (0.02, -0.01, 0.003, -0.001)),
    ],
)
def test_project_agrees_with_the_camera_and_with_differences(model, distortion):
    (camera,) = arc_of_cameras(1, model=model, distortion=distortion)
    own = Intrinsics(
        camera.image_size, camera.camera_matrix, model, np.array(distortion, np.float64)
    )
    xyz = np.random.default_rng(0).uniform((-0.5, -0.4, 1.0), (0.5, 0.4, 3.0), (20, 3))
    xy, by_point, by_parameter = own.project(xyz)
    world = np.linalg.inv(camera.cam_T_world)
    np.testing.assert_allclose(
        xy, camera.project(xyz @ world[:3, :3].T + world[:3, 3]), atol=1e-6
    )
    step = 1e-6
    for axis in range(3):
        move = np.eye(3)[axis] * step
        slope = (own.project(xyz + move)[0] - own.project(xyz - move)[0]) / (2 * step)
        np.testing.assert_allclose(by_point[..., axis], slope, rtol=1e-4, atol=1e-4)
    parameters = own.parameters()
    assert by_parameter.shape == (20, 2, len(parameters))
    for number in range(len(parameters)):
        move = np.eye(len(parameters))[number] * step
        ahead, back = own.with_parameters(parameters + move), own.with_parameters(
            parameters - move
        )
        slope = (ahead.project(xyz)[0] - back.project(xyz)[0]) / (2 * step)
        np.testing.assert_allclose(by_parameter[..., number], slope, rtol=1e-4, atol=1e-4)
