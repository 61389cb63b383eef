# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
A calibration board, and what a camera saw of it.

The frame of the board lies in its first inner corner: x along a row of squares, y along a column
so that z points into the board, away from whoever looks at it. A chessboard with one odd and one
even number of squares has one reading only, with a dark first square; all others look the same
when they are turned, which :attr:`Board.readings` lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import require_shape

CHESSBOARD = 'chessboard'
CHARUCO = 'charuco'
# OpenCV's detectors want at least 3 by 3 inner corners.
_FEWEST_SQUARES = 4


@dataclass(frozen=True)
class Board:
    """
    A flat board of squares.

    :param kind: ``chessboard`` or ``charuco``.
    :param squares: Number of squares in a row and in a column, the outermost included.
    :param square_size_m: Edge of a square in metres.
    :param marker_size_m: Edge of a marker in metres, for ``charuco``.
    :param dictionary: Name of OpenCV's dictionary of the markers.
    :raises ValueError: If there cannot be such a board.
    """

    kind: str
    squares: tuple[int, int]
    square_size_m: float
    marker_size_m: float = 0.0
    dictionary: str = 'DICT_5X5_100'

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.kind not in (CHESSBOARD, CHARUCO):
            raise ValueError(f"board is '{self.kind}', expected {CHESSBOARD} or {CHARUCO}")
        if min(self.squares) < _FEWEST_SQUARES:
            raise ValueError(
                f'the board has {self.describe_squares()} squares, expected at least '
                f'{_FEWEST_SQUARES}x{_FEWEST_SQUARES}'
            )
        if not self.square_size_m > 0:
            raise ValueError(f'square size is {self.square_size_m} m, expected more than 0')
        if self.kind == CHARUCO and not 0 < self.marker_size_m < self.square_size_m:
            raise ValueError(
                f'marker size is {self.marker_size_m} m, expected more than 0 and less than the '
                f'square size, {self.square_size_m} m'
            )

    @property
    def corners(self) -> tuple[int, int]:
        """Number of inner corners in a row and in a column."""
        return self.squares[0] - 1, self.squares[1] - 1

    @property
    def points(self) -> Array:
        """Inner corners in the frame of the board, row by row, shape ``(K, 3)``, metres."""
        columns, rows = self.corners
        y, x = np.divmod(np.arange(columns * rows), columns)
        points: Array = np.stack([x, y, np.zeros_like(x)], -1) * self.square_size_m
        return points

    @property
    def readings(self) -> tuple[IntArray, ...]:
        """
        Orders of the corners that look alike, the plain one first, each of shape ``(K,)``.

        A corner read as number i is corner ``reading[i]`` if the board was turned.
        """
        if self.kind == CHARUCO:
            return (np.arange(len(self.points)),)
        return tuple(turn for turn in self._turns() if self._keeps_colours(turn))

    @property
    def colour_turn(self) -> IntArray | None:
        """Order of the corners turned so that dark and light change places, if there is one."""
        for turn in self._turns():
            if not self._keeps_colours(turn):
                return turn
        return None

    def turned(self, reading: IntArray) -> Array:
        """
        Return ``board_T_read``: from the frame as it was read into the frame of the board.

        :param reading: One of :attr:`readings`.
        :return: Rigid transform, shape ``(4, 4)``.
        """
        points = self.points
        x_axis = (points[reading[1]] - points[reading[0]]) / self.square_size_m
        z_axis = np.array([0.0, 0.0, 1.0])
        rotation = np.stack([x_axis, np.cross(z_axis, x_axis), z_axis], -1)
        return rigid_transform(rotation, points[reading[0]])

    def describe(self) -> str:
        """Return kind, squares and their size as words."""
        return f'{self.kind} of {self.describe_squares()} squares of {self.square_size_m:g} m'

    def describe_squares(self) -> str:
        """Return the number of squares as on the command line."""
        return f'{self.squares[0]}x{self.squares[1]}'

    def _turns(self) -> list[IntArray]:
        columns, rows = self.corners
        numbers = np.arange(columns * rows).reshape(rows, columns)
        quarters = range(4) if columns == rows else (0, 2)
        return [np.rot90(numbers, quarter).reshape(-1) for quarter in quarters]

    def _keeps_colours(self, turn: IntArray) -> bool:
        """Tell whether the first square inside the corners lies on one of its own colour."""
        columns = self.corners[0]
        rows_columns = np.divmod(turn[[0, 1, columns, columns + 1]], columns)
        return int(rows_columns[0].min() + rows_columns[1].min()) % 2 == 0


@dataclass(frozen=True, eq=False)
class BoardView:
    """
    The corners of a board that one camera saw at one time.

    :param ids: Number of each corner in :attr:`Board.points`, ascending, shape ``(n,)``, int64.
    :param xy_image: Pixels, shape ``(n, 2)``, float64.
    :param sharpness: Contrast per pixel at the edges of the squares, comparable between views of
        one camera only.
    """

    ids: IntArray
    xy_image: Array
    sharpness: float = 1.0

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit."""
        require_shape('xy_image', self.xy_image, (len(self.ids), 2))

    def read_as(self, reading: IntArray) -> BoardView:
        """
        Return the same view of a board that was turned.

        :param reading: One of :attr:`Board.readings`.
        """
        ids = reading[self.ids]
        order = np.argsort(ids)
        return BoardView(ids[order], self.xy_image[order], self.sharpness)
