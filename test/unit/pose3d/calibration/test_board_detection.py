# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Boards drawn into known cameras are found where they are."""

from __future__ import annotations

from board_scenes import arc_of_cameras
from board_scenes import random_board_pose
from board_scenes import render_board
from board_scenes import see_board
import cv2
import numpy as np
import pytest

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.board_detection import BoardDetector
from openpose_ros.pose3d.calibration.board_detection import find_grid

CHESSBOARD = Board('chessboard', (8, 5), 0.12)
CHARUCO = Board('charuco', (8, 5), 0.12, 0.09)


def scenes(board, count, seed=0):
    """Yield images with the exact corners."""
    (camera,) = arc_of_cameras(1)
    rng = np.random.default_rng(seed)
    while count:
        pose = random_board_pose(board, camera.position, rng, spread_m=0.2)
        xy = see_board(camera, board, pose)
        if xy is not None:
            count -= 1
            yield render_board(camera, board, pose), xy


@pytest.mark.parametrize('board', [CHESSBOARD, CHARUCO])
def test_find_returns_the_corners_drawn(board):
    detector = BoardDetector(board)
    for image, xy in scenes(board, 6):
        view = detector.find(image)
        assert view is not None
        errors = np.linalg.norm(view.xy_image - xy[view.ids], axis=1)
        assert np.median(errors) < 0.25
        assert errors.max() < 1.0
        assert len(view.ids) == len(xy) or board is CHARUCO


@pytest.mark.parametrize('turns', [1, 2, 3])
def test_find_numbers_the_corners_of_the_board_however_the_camera_is_turned(turns):
    image, xy = next(iter(scenes(CHESSBOARD, 1)))
    height, width = image.shape
    turned = np.ascontiguousarray(np.rot90(image, turns))
    # np.rot90 turns counter-clockwise: (x, y) goes to (y, width - 1 - x).
    for _ in range(turns):
        xy = np.stack([xy[:, 1], width - 1 - xy[:, 0]], -1)
        width, height = height, width
    view = BoardDetector(CHESSBOARD).find(turned)
    assert view is not None
    assert np.linalg.norm(view.xy_image - xy, axis=1).max() < 1.0


def test_find_measures_large_images_in_full():
    image, xy = next(iter(scenes(CHESSBOARD, 1)))
    large = cv2.resize(image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    view = BoardDetector(CHESSBOARD).find(large)
    assert view is not None
    assert np.linalg.norm(view.xy_image - ((xy + 0.5) * 3 - 0.5), axis=1).max() < 1.5


def test_find_sees_part_of_a_charuco_board():
    image, xy = next(iter(scenes(CHARUCO, 1)))
    covered = image.copy()
    covered[:, : int(np.median(xy[:, 0]))] = 128
    view = BoardDetector(CHARUCO).find(covered)
    assert view is not None
    assert 6 <= len(view.ids) < len(xy)
    assert np.median(np.linalg.norm(view.xy_image - xy[view.ids], axis=1)) < 0.25


@pytest.mark.parametrize('board', [CHESSBOARD, CHARUCO])
def test_find_returns_none_where_there_is_no_board(board):
    noise = np.random.default_rng(0).integers(0, 255, (240, 320)).astype(np.uint8)
    assert BoardDetector(board).find(noise) is None


def test_find_grid_refuses_another_number_of_corners():
    image, _ = next(iter(scenes(CHESSBOARD, 1)))
    assert find_grid(image, (7, 4)) is not None
    assert find_grid(image, (7, 5)) is None


def test_find_refuses_colour():
    with pytest.raises(ValueError, match=r'\(4, 4, 3\).*expected \(H, W\)'):
        BoardDetector(CHESSBOARD).find(np.zeros((4, 4, 3), np.uint8))


def test_find_says_that_sharp_views_are_sharper():
    image, _ = next(iter(scenes(CHESSBOARD, 1)))
    detector = BoardDetector(CHESSBOARD)
    sharp, blurred = detector.find(image), detector.find(cv2.blur(image, (9, 9)))
    assert sharp is not None
    assert blurred is not None
    assert blurred.sharpness < 0.5 * sharp.sharpness


def test_detector_names_an_unknown_dictionary_and_one_too_small():
    with pytest.raises(ValueError, match="'DICT_9X9'.*DICT_4X4_50"):
        BoardDetector(Board('charuco', (8, 5), 0.1, 0.08, 'DICT_9X9'))
    with pytest.raises(ValueError, match='60 markers, DICT_4X4_50 50'):
        BoardDetector(Board('charuco', (12, 10), 0.1, 0.08, 'DICT_4X4_50'))


@pytest.mark.parametrize(
    ('squares', 'readings'),
    [((8, 5), 1), ((8, 6), 2), ((7, 5), 2), ((7, 7), 4), ((8, 8), 2)],
)
def test_readings_are_the_turns_that_keep_the_colours(squares, readings):
    board = Board('chessboard', squares, 0.1)
    assert len(board.readings) == readings
    for reading in board.readings:
        board_T_read = board.turned(reading)
        moved = board.points @ board_T_read[:3, :3].T + board_T_read[:3, 3]
        np.testing.assert_allclose(moved, board.points[reading], atol=1e-12)


def test_read_as_moves_the_numbers_and_keeps_them_ascending():
    board = Board('chessboard', (4, 4), 0.1)
    xy = np.arange(18.0).reshape(9, 2)
    view = BoardView(np.arange(9), xy).read_as(board.readings[1])
    np.testing.assert_array_equal(view.ids, np.arange(9))
    assert view.xy_image[board.readings[1][0]].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (('circles', (8, 6), 0.1), 'circles'),
        (('chessboard', (3, 6), 0.1), '3x6 squares'),
        (('chessboard', (8, 6), 0.0), 'square size is 0.0'),
        (('charuco', (8, 6), 0.1, 0.1), 'marker size is 0.1'),
    ],
)
def test_board_refuses_what_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        Board(*arguments)
