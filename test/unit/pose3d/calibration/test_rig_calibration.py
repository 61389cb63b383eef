# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known cameras see a board; calibration finds them again."""

from __future__ import annotations

from dataclasses import replace

from board_scenes import arc_of_cameras
from board_scenes import pose_error
from board_scenes import show_board
import numpy as np
import pytest

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.pose3d.calibration.rig_calibration import calibrate_rig
from openpose_ros.pose3d.calibration.rig_calibration import RigOptions
from openpose_ros.pose3d.calibration.rig_calibration import RigViews
from openpose_ros.pose3d.transforms import inverse_transform

BOARD = Board('chessboard', (8, 5), 0.12)
TURNABLE = Board('chessboard', (8, 6), 0.12)
NOISE_PX = 0.1


def seen_by(cameras, views):
    return RigViews(views, {camera.name: camera.image_size for camera in cameras})


def assert_recovered(rig, cameras, *, degrees=0.1, relative=0.005):
    """Compare all but the first camera's place, in the axes of the first."""
    first = cameras[0].cam_T_world
    for camera in cameras:
        found = rig.cameras[camera.name]
        np.testing.assert_allclose(
            np.diag(found.camera_matrix), np.diag(camera.camera_matrix), rtol=0.005
        )
        angle, distance = pose_error(found.cam_T_world @ first, camera.cam_T_world)
        assert angle < degrees, camera.name
        assert distance <= relative * np.linalg.norm(camera.position - cameras[0].position)


@pytest.mark.parametrize(
    ('model', 'distortion', 'focal_px'),
    [
        ('plumb_bob', (-0.25, 0.08, 0.001, -0.0005, 0.0), 620.0),
        ('rational_polynomial', (0.1, -0.05, 0.001, 0.0, 0.01, 0.3, 0.02, 0.0), 620.0),
        ('equidistant', (0.02, -0.01, 0.003, -0.001), 520.0),
    ],
)
def test_calibrate_rig_finds_the_cameras_again(model, distortion, focal_px):
    cameras = arc_of_cameras(3, model=model, distortion=distortion, focal_px=focal_px)
    views, _ = show_board(cameras, BOARD, 45, noise_px=NOISE_PX)
    rig = calibrate_rig(seen_by(cameras, views), BOARD, RigOptions(model=model))
    assert_recovered(rig, cameras)
    for errors in (*rig.rig_errors.values(), *rig.intrinsic_errors.values()):
        assert np.sqrt(np.mean(errors.residuals**2)) == pytest.approx(NOISE_PX, rel=0.12)


def test_calibrate_rig_chains_cameras_that_share_no_view():
    cameras = arc_of_cameras(3)
    views, _ = show_board(cameras, BOARD, 80, noise_px=NOISE_PX, seed=1)
    # The first and the last camera never see the board together.
    for frame in views['cam0'].keys() & views['cam2'].keys():
        del views['cam0' if frame % 2 else 'cam2'][frame]
    rig = calibrate_rig(seen_by(cameras, views), BOARD)
    assert ('cam0', 'cam2') not in rig.common_views
    assert_recovered(rig, cameras, degrees=0.2, relative=0.01)


def test_calibrate_rig_tells_how_a_turnable_board_was_read():
    cameras = arc_of_cameras(3)
    views, _ = show_board(cameras, TURNABLE, 40, noise_px=NOISE_PX)
    rng = np.random.default_rng(3)
    turned = {
        name: {
            frame: view.read_as(TURNABLE.readings[rng.integers(2)]) for frame, view in own.items()
        }
        for name, own in views.items()
    }
    rig = calibrate_rig(seen_by(cameras, turned), TURNABLE)
    assert_recovered(rig, cameras)


def test_calibrate_rig_asks_for_more_where_the_turn_cannot_be_told():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, TURNABLE, 30)
    common = sorted(views['cam0'].keys() & views['cam1'].keys())
    for frame in common[1:]:
        del views['cam0' if frame % 2 else 'cam1'][frame]
    with pytest.raises(ValueError, match="'cam0' and 'cam1'.*1 views.*8x6"):
        calibrate_rig(seen_by(cameras, views), TURNABLE)


def test_calibrate_rig_leaves_out_views_that_do_not_fit():
    cameras = arc_of_cameras(3)
    views, _ = show_board(cameras, BOARD, 50, noise_px=NOISE_PX)
    frames = sorted(views['cam1'].keys() & views['cam0'].keys())[:6]
    # As if camera 1 had been late: it shows the board of another time.
    late = {frame: views['cam1'][other] for frame, other in zip(frames, frames[3:] + frames[:3])}
    views['cam1'] |= late
    rig = calibrate_rig(seen_by(cameras, views), BOARD)
    assert rig.rig_errors['cam1'].left_out + rig.rig_errors['cam0'].left_out >= 1
    assert_recovered(rig, cameras, degrees=0.2, relative=0.01)


def test_calibrate_rig_puts_the_world_on_the_floor():
    cameras = arc_of_cameras(2)
    views, poses = show_board(cameras, BOARD, 40, noise_px=0.05)
    frame = min(views['cam1'])
    options = RigOptions(world_is_board=True, board_frame=frame)
    rig = calibrate_rig(seen_by(cameras, views), BOARD, options)
    floor = poses[frame] @ np.diag([1.0, -1.0, -1.0, 1.0])
    for camera in cameras:
        found = rig.cameras[camera.name]
        angle, distance = pose_error(found.cam_T_world, camera.cam_T_world @ floor)
        assert angle < 0.1
        assert distance < 0.01
        # The board was seen from its front: above the floor.
        assert found.position[2] > 0


def test_calibrate_rig_keeps_the_order_and_takes_another_reference():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 30)
    rig = calibrate_rig(seen_by(cameras, views), BOARD, RigOptions(reference='cam1'))
    assert list(rig.cameras) == ['cam0', 'cam1']
    np.testing.assert_allclose(rig.cameras['cam1'].cam_T_world, np.eye(4), atol=1e-12)


def test_calibrate_rig_keeps_known_intrinsics():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 30)
    known = {
        camera.name: Intrinsics(
            camera.image_size, camera.camera_matrix, 'none', camera.distortion
        )
        for camera in cameras
    }
    rig = calibrate_rig(replace(seen_by(cameras, views), known=known), BOARD)
    assert not rig.intrinsic_errors
    np.testing.assert_array_equal(
        rig.cameras['cam1'].camera_matrix, cameras[1].camera_matrix
    )
    assert_recovered(rig, cameras)


def test_calibrate_rig_uses_views_of_one_camera_alone():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 50, noise_px=NOISE_PX)
    common = sorted(views['cam0'].keys() & views['cam1'].keys())[:6]
    few = {name: {frame: own[frame] for frame in common} for name, own in views.items()}
    alone = {
        name: {frame: view for frame, view in own.items() if frame not in common}
        for name, own in views.items()
    }
    rig = calibrate_rig(replace(seen_by(cameras, few), alone=alone), BOARD)
    assert rig.common_views == {('cam0', 'cam1'): 6}
    assert all(errors.views > 20 for errors in rig.intrinsic_errors.values())
    assert_recovered(rig, cameras, degrees=0.2, relative=0.01)


def test_calibrate_rig_calibrates_a_single_camera():
    cameras = arc_of_cameras(1)
    views, _ = show_board(cameras, BOARD, 30)
    rig = calibrate_rig(seen_by(cameras, views), BOARD)
    assert not rig.rig_errors
    assert rig.cameras['cam0'].camera_matrix[0, 0] == pytest.approx(620, rel=0.005)
    np.testing.assert_allclose(rig.cameras['cam0'].cam_T_world, np.eye(4), atol=1e-12)


def test_calibrate_rig_names_both_groups_of_cameras_without_common_views():
    cameras = arc_of_cameras(3)
    views, _ = show_board(cameras, BOARD, 60)
    views['cam2'] = {1000 + frame: view for frame, view in views['cam2'].items()}
    with pytest.raises(ValueError, match='cameras cam0, cam1 with camera cam2'):
        calibrate_rig(seen_by(cameras, views), BOARD)


def test_calibrate_rig_names_the_camera_with_too_few_views():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 30)
    views['cam1'] = dict(list(views['cam1'].items())[:3])
    with pytest.raises(ValueError, match="camera 'cam1': 3 usable views.*at least 4"):
        calibrate_rig(seen_by(cameras, views), BOARD)


def test_calibrate_rig_names_an_unknown_reference():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 10)
    with pytest.raises(ValueError, match="no camera 'top'.*cam0, cam1"):
        calibrate_rig(seen_by(cameras, views), BOARD, RigOptions(reference='top'))


def test_calibrate_rig_names_the_frame_without_board():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 30)
    options = RigOptions(world_is_board=True, board_frame=99)
    with pytest.raises(ValueError, match='frame 99'):
        calibrate_rig(seen_by(cameras, views), BOARD, options)


def test_calibrate_rig_says_that_a_camera_fits_none_of_the_others():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 20)
    # Each view of the last camera is of another time.
    frames = list(views['cam1'])
    moved = frames[1:] + frames[:1]
    views['cam1'] = {frame: views['cam1'][other] for frame, other in zip(frames, moved)}
    with pytest.raises(ValueError, match=r"'cam\d'.*the same time"):
        calibrate_rig(seen_by(cameras, views), BOARD)


def test_calibration_does_not_depend_on_the_order_of_frames():
    cameras = arc_of_cameras(2)
    views, _ = show_board(cameras, BOARD, 25)
    reversed_views: dict[str, dict[int, BoardView]] = {
        name: dict(reversed(own.items())) for name, own in views.items()
    }
    first = calibrate_rig(seen_by(cameras, views), BOARD)
    second = calibrate_rig(seen_by(cameras, reversed_views), BOARD)
    between = first.cameras['cam1'].cam_T_world @ inverse_transform(
        second.cameras['cam1'].cam_T_world
    )
    np.testing.assert_allclose(between, np.eye(4), atol=1e-4)
