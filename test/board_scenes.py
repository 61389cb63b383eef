# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Calibration boards shown to cameras that are known: their corners, and pictures of them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.board import CHARUCO
from openpose_ros.pose3d.calibration.charuco import draw_charuco_board
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.rig import looking_at
from openpose_ros.pose3d.transforms import rigid_transform

IMAGE_SIZE = (640, 480)
PIXELS_PER_SQUARE = 40


def arc_of_cameras(
    count: int,
    *,
    degrees: float = 30.0,
    model: str = 'none',
    distortion: Sequence[float] = (),
    focal_px: float = 620.0,
) -> tuple[Camera, ...]:
    """Return cameras 1.6 m from the middle, that many degrees apart, at different heights."""
    matrix = np.array([[focal_px, 0, 322.0], [0, 1.003 * focal_px, 236.0], [0, 0, 1]])
    cameras = []
    for number in range(count):
        angle = np.radians(degrees * number)
        position = np.array([1.6 * np.cos(angle), 1.6 * np.sin(angle), 1.2 + 0.3 * (number % 2)])
        cam_T_world = looking_at(position, np.array([0.0, 0.0, 1.0]))
        name = f'cam{number}'
        cameras.append(
            Camera(name, IMAGE_SIZE, matrix, model, np.array(distortion), cam_T_world)
        )
    return tuple(cameras)


def random_board_pose(
    board: Board, towards: np.ndarray, rng: np.random.Generator, *, spread_m: float = 0.35
) -> np.ndarray:
    """Return world_T_board of a board near the middle that faces a point, slanted at random."""
    middle = np.array([0.0, 0.0, 1.0]) + rng.uniform(-spread_m, spread_m, 3)
    # The z axis of a camera that looks from the board's middle points to what it looks at.
    board_R_world = looking_at(middle, towards)[:3, :3]
    away = np.diag([-1.0, 1.0, -1.0]) @ board_R_world
    slant = cv2.Rodrigues(rng.normal(0, 0.5, 3))[0]
    rotation = away.T @ slant
    return rigid_transform(rotation, middle - rotation @ board.points.mean(0))


def see_board(camera: Camera, board: Board, world_T_board: np.ndarray) -> np.ndarray | None:
    """Return the exact corners, None if the camera does not see all of them from the front."""
    points = board.points @ world_T_board[:3, :3].T + world_T_board[:3, 3]
    direction = points.mean(0) - camera.position
    if world_T_board[:3, 2] @ direction < 0.4 * np.linalg.norm(direction):
        return None
    xy = camera.project(points)
    size = np.array(camera.image_size)
    # The outermost squares are to be in the image as well.
    return xy if np.all((xy > 25) & (xy < size - 26)) else None


def show_board(
    cameras: Sequence[Camera],
    board: Board,
    count: int,
    *,
    noise_px: float = 0.2,
    seed: int = 0,
) -> tuple[dict[str, dict[int, BoardView]], dict[int, np.ndarray]]:
    """Return views by camera and frame, and world_T_board by frame."""
    rng = np.random.default_rng(seed)
    views: dict[str, dict[int, BoardView]] = {camera.name: {} for camera in cameras}
    poses = {}
    for frame in range(count):
        towards = np.mean([one.position for one in rng.choice(cameras, 2)], 0)  # type: ignore
        poses[frame] = random_board_pose(board, towards, rng)
        for camera in cameras:
            xy = see_board(camera, board, poses[frame])
            if xy is not None:
                noisy = xy + rng.normal(0, noise_px, xy.shape)
                views[camera.name][frame] = BoardView(np.arange(len(xy)), noisy)
    return views, poses


def board_picture(board: Board) -> np.ndarray:
    """Return the board drawn with a white margin of one square, uint8."""
    columns, rows = board.squares
    square = PIXELS_PER_SQUARE
    if board.kind == CHARUCO:
        drawn = draw_charuco_board(board, square)
    else:
        y, x = np.indices((rows * square, columns * square)) // square
        drawn = np.where((x + y) % 2, 255, 0).astype(np.uint8)
    return np.pad(drawn, square, constant_values=255)


def render_board(camera: Camera, board: Board, world_T_board: np.ndarray) -> np.ndarray:
    """Return the image of a camera without distortion: the board on grey, uint8."""
    picture = board_picture(board)
    picture_to_board = np.array([
        [1 / PIXELS_PER_SQUARE, 0, (0.5 - 2 * PIXELS_PER_SQUARE) / PIXELS_PER_SQUARE],
        [0, 1 / PIXELS_PER_SQUARE, (0.5 - 2 * PIXELS_PER_SQUARE) / PIXELS_PER_SQUARE],
        [0, 0, 1 / board.square_size_m],
    ]) * board.square_size_m
    cam_T_board = camera.cam_T_world @ world_T_board
    homography = camera.camera_matrix @ cam_T_board[:3, [0, 1, 3]] @ picture_to_board
    scale = 3
    # Drawn larger and averaged: edges then lie where they are to a fraction of a pixel.
    larger = np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2], [0, 0, 1.0]])
    size = (camera.image_size[0] * scale, camera.image_size[1] * scale)
    image = cv2.warpPerspective(
        picture, larger @ homography, size, flags=cv2.INTER_LINEAR, borderValue=128
    )
    return cv2.resize(image, camera.image_size, interpolation=cv2.INTER_AREA)


def pose_error(found: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """Return degrees between two transforms and metres between the origins of their sources."""
    turn = cv2.Rodrigues(found[:3, :3] @ true[:3, :3].T)[0]
    distance = np.linalg.norm(np.linalg.inv(found)[:3, 3] - np.linalg.inv(true)[:3, 3])
    return float(np.degrees(np.linalg.norm(turn))), float(distance)
