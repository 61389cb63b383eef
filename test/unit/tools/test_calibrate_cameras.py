# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The program calibrates known cameras from pictures of a board."""

from __future__ import annotations

import json

from board_scenes import arc_of_cameras
from board_scenes import pose_error
from board_scenes import random_board_pose
from board_scenes import render_board
from board_scenes import see_board
import cv2
import numpy as np
import pytest

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.tools.calibrate_cameras import main

BOARD = Board('chessboard', (8, 5), 0.12)
CHARUCO = Board('charuco', (8, 5), 0.12, 0.09)
CAMERAS = arc_of_cameras(2)
FRAMES = 8


def draw(folder, board, frames=FRAMES):
    """Write the images of both cameras, some with the board out of view."""
    rng = np.random.default_rng(2)
    middle = np.mean([camera.position for camera in CAMERAS], 0)
    number = 0
    while number < frames:
        pose = random_board_pose(board, middle, rng, spread_m=0.25)
        if any(see_board(camera, board, pose) is None for camera in CAMERAS):
            continue
        for camera in CAMERAS:
            (folder / camera.name).mkdir(exist_ok=True)
            image = render_board(camera, board, pose)
            cv2.imwrite(str(folder / camera.name / f'{number}.png'), image)
        number += 1


@pytest.fixture(scope='module')
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp('board')
    draw(folder, BOARD)
    return folder


def command(folder, *more, squares='8x5'):
    return [
        '--squares', squares, '--square-size-m', '0.12', '--out', str(folder / 'rig.yaml'),
        *(f'--camera={camera.name}={folder / camera.name}' for camera in CAMERAS), *more,
    ]  # fmt: skip


def assert_recovered(path):
    found = read_cameras(path)
    first = CAMERAS[0].cam_T_world
    for camera in CAMERAS:
        matrix = found[camera.name].camera_matrix
        assert matrix[0, 0] == pytest.approx(camera.camera_matrix[0, 0], rel=0.005)
        angle, distance = pose_error(found[camera.name].cam_T_world @ first, camera.cam_T_world)
        assert angle < 0.2
        assert distance < 0.005 * np.linalg.norm(camera.position)


def test_main_calibrates_from_images_of_a_chessboard(drawn, capsys):
    assert main(command(drawn, '--report', str(drawn / 'report'))) == 0
    assert_recovered(drawn / 'rig.yaml')
    report = json.loads((drawn / 'report' / 'calibration.json').read_text())
    assert report['cameras']['cam1']['together']['rms_px'] < 0.2
    baseline = np.linalg.norm(CAMERAS[0].position - CAMERAS[1].position)
    assert report['pairs'][0]['baseline_m'] == pytest.approx(baseline, rel=0.005)
    assert report['pairs'][0]['common_views'] == FRAMES
    picture = cv2.imread(str(drawn / 'report' / 'cam1.png'))
    assert picture.shape == (480, 640, 3)
    # Lines are drawn where the corners were: coloured pixels on a grey image.
    assert np.count_nonzero(np.ptp(picture.astype(int), axis=2) > 60) > 1000
    assert 'cam0 - cam1' in capsys.readouterr().out


def test_main_calibrates_from_images_of_a_charuco_board(tmp_path):
    draw(tmp_path, CHARUCO)
    options = ('--board', 'charuco', '--marker-size-m', '0.09')
    assert main(command(tmp_path, *options)) == 0
    assert_recovered(tmp_path / 'rig.yaml')


def test_main_keeps_intrinsics_of_a_file(drawn, tmp_path):
    known = tmp_path / 'known.yaml'
    write_cameras(known, {camera.name: camera for camera in CAMERAS})
    options = ('--intrinsics', str(known), '--world', 'board', '--board-frame', '1')
    assert main(command(drawn, *options)) == 0
    cameras = read_cameras(drawn / 'rig.yaml')
    for camera in CAMERAS:
        found = cameras[camera.name]
        np.testing.assert_allclose(found.camera_matrix, camera.camera_matrix)
        # Above the floor that the board lies on.
        assert found.position[2] > 0.5
    angle, distance = pose_error(
        cameras['cam1'].cam_T_world @ cameras['cam0'].world_T_cam @ CAMERAS[0].cam_T_world,
        CAMERAS[1].cam_T_world,
    )
    assert angle < 0.05
    assert distance < 0.005


def test_main_reads_videos_and_looks_at_some_frames_only(drawn, tmp_path, capsys):
    for camera in CAMERAS:
        path = str(tmp_path / camera.name)
        fourcc = cv2.VideoWriter.fourcc(*'MJPG')
        video = cv2.VideoWriter(path + '.avi', fourcc, 10, camera.image_size)
        for number in range(FRAMES):
            image = cv2.imread(str(drawn / camera.name / f'{number}.png'))
            video.write(image)
            video.write(image)
        video.release()
    inputs = [f'--camera={camera.name}={tmp_path / camera.name}.avi' for camera in CAMERAS]
    options = ['--squares', '8x5', '--square-size-m', '0.12', '--max-frames', str(FRAMES)]
    options += ['--world', 'board', '--board-frame', '3']
    assert main([*options, *inputs, '--out', str(tmp_path / 'rig.yaml')]) == 0
    output = capsys.readouterr().out
    assert f'cam0: board in {FRAMES} of {FRAMES} images' in output
    assert 'the world is in frame 2' in output
    assert read_cameras(tmp_path / 'rig.yaml')['cam0'].camera_matrix[0, 0] == pytest.approx(
        620, rel=0.02
    )


@pytest.mark.parametrize('squares', ['7x4', '9x6'])
def test_main_says_which_squares_there_are(drawn, capsys, squares):
    assert main(command(drawn, squares=squares)) == 1
    assert 'one of 8x5 squares' in capsys.readouterr().err


def test_main_names_the_camera_that_never_sees_the_board(drawn, tmp_path, capsys):
    for camera in CAMERAS:
        (tmp_path / camera.name).mkdir()
    image = cv2.imread(str(drawn / 'cam0' / '0.png'))
    cv2.imwrite(str(tmp_path / 'cam0' / '0.png'), image)
    cv2.imwrite(str(tmp_path / 'cam1' / '0.png'), np.full_like(image, 90))
    assert main(command(tmp_path)) == 1
    message = "camera 'cam1': chessboard of 8x5 squares of 0.12 m in 0 of 1 images"
    assert message in capsys.readouterr().err


def test_main_refuses_different_numbers_of_images(drawn, tmp_path, capsys):
    for name, count in (('cam0', 2), ('cam1', 1)):
        (tmp_path / name).mkdir()
        for number in range(count):
            image = cv2.imread(str(drawn / name / f'{number}.png'))
            cv2.imwrite(str(tmp_path / name / f'{number}.png'), image)
    assert main(command(tmp_path)) == 1
    assert 'cam0 2, cam1 1' in capsys.readouterr().err


def test_main_refuses_images_of_different_sizes(drawn, tmp_path, capsys):
    for camera in CAMERAS:
        (tmp_path / camera.name).mkdir()
        image = cv2.imread(str(drawn / camera.name / '0.png'))
        cv2.imwrite(str(tmp_path / camera.name / '0.png'), image)
        cv2.imwrite(str(tmp_path / camera.name / '1.png'), image[:-10])
    assert main(command(tmp_path)) == 1
    assert "'cam0': '1' has 640x470 pixels, images before 640x480" in capsys.readouterr().err


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--squares', '8'], '8x6'),
        (['--squares', '8x5', '--camera', 'cam0'], 'NAME=IMAGES'),
        (['--squares', '8x5', '--camera', 'a=x', '--camera', 'a=y'], 'named twice'),
        (['--squares', '2x5', '--camera', 'a=x'], '2x5 squares'),
        (['--squares', '8x5', '--camera', 'a=x', '--intrinsic-images', 'b=x'], "no camera 'b'"),
        (['--squares', '8x5', '--camera', 'a=x', '--max-frames', '0'], '--max-frames is 0'),
    ],
)
def test_main_refuses_wrong_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit) as ending:
        main([*arguments, '--square-size-m', '0.1', '--out', 'rig.yaml'])
    assert ending.value.code == 2
    assert message in capsys.readouterr().err
