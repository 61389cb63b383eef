# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The views picked are sharp and far from each other."""

from __future__ import annotations

from board_scenes import arc_of_cameras
from board_scenes import show_board
import numpy as np
import pytest

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.view_selection import select_frames
from openpose_ros.pose3d.calibration.view_selection import select_spread
from openpose_ros.pose3d.calibration.view_selection import select_views
from openpose_ros.pose3d.calibration.view_selection import sharp_views
from openpose_ros.pose3d.calibration.view_selection import view_features

BOARD = Board('chessboard', (8, 5), 0.12)


def view_at(x, y, *, size=100.0, sharpness=1.0):
    grid = np.stack(np.meshgrid(np.arange(4.0), np.arange(3.0)), -1).reshape(-1, 2)
    return BoardView(np.arange(12), grid * size / 3 + (x, y), sharpness)


def test_select_spread_takes_the_middle_and_the_ends():
    features = [np.array([float(value)]) for value in (0, 1, 2, 5, 5.1, 9, 10)]
    assert select_spread(features, 3) == [0, 3, 6]


@pytest.mark.parametrize('count', [0, 1, 5])
def test_select_spread_of_few_items_takes_all(count):
    features = [np.array([float(value)]) for value in range(count)]
    assert select_spread(features, 5) == list(range(count))


def test_sharp_views_drops_blurred_ones():
    views = {frame: view_at(0, 0, sharpness=0.3) for frame in range(5)} | {9: view_at(0, 0)}
    views[7] = view_at(0, 0, sharpness=0.1)
    assert sorted(sharp_views(views)) == [0, 1, 2, 3, 4, 9]
    assert sharp_views({}) == {}


def test_view_features_tell_place_size_and_slant_apart():
    base = view_features(view_at(100, 100), (640, 480))
    np.testing.assert_allclose(view_features(view_at(100, 100), (640, 480)), base)
    moved = view_features(view_at(300, 100), (640, 480))
    larger = view_features(view_at(100, 100, size=200), (640, 480))
    view = view_at(100, 100)
    fall = 1 + (view.xy_image[:, :1] - 150) / 300
    slanted = view_features(BoardView(view.ids, view.xy_image * fall), (640, 480))
    for other in (moved, larger, slanted):
        assert np.linalg.norm(other - base) > 0.05


def test_select_views_leaves_out_repetitions():
    views = {frame: view_at(100, 100) for frame in range(20)}
    views |= {30: view_at(500, 100), 31: view_at(100, 350), 32: view_at(500, 350)}
    chosen = select_views(views, (640, 480), 4)
    assert {30, 31, 32} <= set(chosen)
    assert len(chosen) == 4


def test_select_frames_gives_each_pair_its_frames():
    cameras = arc_of_cameras(3)
    views, _ = show_board(cameras, BOARD, 60)
    sizes = {camera.name: camera.image_size for camera in cameras}
    frames = set(select_frames(views, sizes, 5))
    assert len(frames) < 60
    for a, b in (('cam0', 'cam1'), ('cam0', 'cam2'), ('cam1', 'cam2')):
        assert len(frames & views[a].keys() & views[b].keys()) >= 5
    assert select_frames({'cam0': views['cam0']}, sizes, 5) == []
