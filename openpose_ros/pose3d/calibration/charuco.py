# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""ChArUco boards through OpenCV, whose interface to them changed with version 4.7."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.types import Array
from openpose_ros.types import IntArray


class CharucoFinder:
    """
    Looks for one ChArUco board.

    :param board: Board of kind ``charuco``.
    :raises ValueError: If there is no such dictionary, or it has too few markers.
    """

    def __init__(self, board: Board) -> None:
        """Make OpenCV's board, and its detector where there is one."""
        self._dictionary = _dictionary(board)
        self._board = charuco_board(board)
        self._detector = None
        if hasattr(cv2.aruco, 'CharucoDetector'):
            self._detector = cv2.aruco.CharucoDetector(self._board)

    def find(self, grey: Array) -> tuple[IntArray, Array]:
        """
        Return numbers and places of the inner corners seen.

        :param grey: Image, shape ``(H, W)``, uint8.
        :return: Numbers, ascending, shape ``(n,)``, int64, and pixels, shape ``(n, 2)``, float64.
        """
        if self._detector is not None:
            corners, numbers = self._detector.detectBoard(grey)[:2]
        else:
            corners, numbers = self._find_before_4_7(grey)
        if numbers is None or not len(numbers):
            return np.zeros(0, np.int64), np.zeros((0, 2))
        order = np.argsort(numbers.reshape(-1))
        xy: Array = corners.reshape(-1, 2)[order].astype(np.float64)
        return numbers.reshape(-1)[order].astype(np.int64), xy

    def _find_before_4_7(self, grey: Array) -> tuple[Array | None, Array | None]:
        # As a value of any type: the stubs are those of the newest OpenCV.
        aruco: Any = cv2.aruco
        markers, ids, _ = aruco.detectMarkers(grey, self._dictionary)
        if ids is None:
            return None, None
        _, corners, numbers = aruco.interpolateCornersCharuco(markers, ids, grey, self._board)
        if numbers is None:
            return None, None
        # These versions count from the corner of the first pixel, not from its centre.
        return corners - 0.5, numbers


def charuco_board(board: Board) -> Any:
    """
    Return OpenCV's board.

    :param board: Board of kind ``charuco``.
    :raises ValueError: If there is no such dictionary, or it has too few markers.
    """
    dictionary = _dictionary(board)
    wanted, there = board.squares[0] * board.squares[1] // 2, len(dictionary.bytesList)
    if wanted > there:
        raise ValueError(
            f'a board of {board.describe_squares()} squares has {wanted} markers, '
            f'{board.dictionary} {there}'
        )
    if hasattr(cv2.aruco, 'CharucoBoard_create'):
        return cv2.aruco.CharucoBoard_create(
            *board.squares, board.square_size_m, board.marker_size_m, dictionary
        )
    return cv2.aruco.CharucoBoard(
        board.squares, board.square_size_m, board.marker_size_m, dictionary
    )


def draw_charuco_board(board: Board, square_px: int) -> Array:
    """
    Return a picture of a board to print, without margin.

    :param board: Board of kind ``charuco``.
    :param square_px: Edge of a square in pixels.
    :return: Shape ``(H, W)``, uint8.
    """
    size = (board.squares[0] * square_px, board.squares[1] * square_px)
    drawn = charuco_board(board)
    picture: Array = drawn.draw(size) if hasattr(drawn, 'draw') else drawn.generateImage(size)
    return picture


def _dictionary(board: Board) -> Any:
    number = getattr(cv2.aruco, board.dictionary, None)
    if number is None or not board.dictionary.startswith('DICT_'):
        known = ', '.join(name for name in dir(cv2.aruco) if name.startswith('DICT_'))
        raise ValueError(f"no marker dictionary '{board.dictionary}', expected one of {known}")
    return cv2.aruco.getPredefinedDictionary(number)
