# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
First places of cameras and boards, from what each camera says of the board alone.

Two cameras that see the board at the same time see how they stand to each other; the one of those
answers is taken that most of their common views agree with. Chains of such pairs connect cameras
that never see the board together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.transforms import inverse_transform
from openpose_ros.types import Array
from openpose_ros.types import IntArray

# cam_T_board of each frame of each camera.
BoardPoses = Mapping[str, Mapping[int, Array]]

# Two readings of a board are told apart if one fits so much better than the other.
_CLEARLY_BETTER = 2.0
# In units of the normalised plane, which is radians near the axis: a poorly seen slant of the
# board moves a point by some hundredths.
_CONSISTENT = 0.03
_NO_AGREEMENT = 0.08


@dataclass(frozen=True, eq=False)
class PairPlacement:
    """
    How two cameras stand to each other.

    :param b_T_a: Maps coordinates of camera a into camera b, shape ``(4, 4)``.
    :param consistent: Number of common views that agree with it.
    :param common: Number of common views.
    :param error: Median distance between the boards of both cameras, on the normalised plane.
    :param is_clear: False if a board that looks the same when turned leaves two answers.
    """

    b_T_a: Array
    consistent: int
    common: int
    error: float
    is_clear: bool


@dataclass(frozen=True, eq=False)
class RigPlacement:
    """
    First places of all cameras and boards.

    :param cam_T_reference: By camera.
    :param reference_T_board: By frame.
    :param readings: Number of the board's reading, by camera and frame.
    """

    cam_T_reference: dict[str, Array]
    reference_T_board: dict[int, Array]
    readings: dict[str, dict[int, int]]


def place_pair(
    poses_a: Mapping[int, Array], poses_b: Mapping[int, Array], board: Board
) -> PairPlacement | None:
    """
    Return how camera b stands to camera a, ``None`` if they never see the board together.

    :param poses_a: ``a_T_board`` by frame.
    :param poses_b: ``b_T_board`` by frame.
    :param board: The board.
    """
    frames = sorted(poses_a.keys() & poses_b.keys())
    if not frames:
        return None
    turns = np.stack([board.turned(reading) for reading in board.readings])
    boards_a = np.stack([poses_a[frame] for frame in frames])
    boards_b = np.stack([poses_b[frame] for frame in frames])
    turned_b = boards_b[:, None] @ np.linalg.inv(turns)
    candidates = turned_b @ np.linalg.inv(boards_a)[:, None]
    count = len(frames)
    errors, choices = _agreement(candidates.reshape(-1, 4, 4), boards_a, turned_b, board)
    own = np.repeat(np.arange(count), len(turns))
    others = np.where(own[:, None] == np.arange(count), np.nan, errors)
    scores = np.zeros(len(errors)) if count == 1 else np.nanmedian(others, axis=1)
    best = int(np.argmin(scores))
    # Another answer is one that reads the board of its own frame otherwise than the best one.
    differs = np.tile(np.arange(len(turns)), count) != choices[best][own]
    second = float(scores[differs].min()) if differs.any() else np.inf
    return PairPlacement(
        candidates.reshape(-1, 4, 4)[best],
        int((errors[best] < max(_CONSISTENT, 3 * scores[best])).sum()),
        count,
        float(scores[best]),
        second > _CLEARLY_BETTER * float(scores[best]),
    )


def place_rig(poses: BoardPoses, board: Board, reference: str) -> RigPlacement:
    """
    Place all cameras and the boards that two or more of them see.

    :param poses: ``cam_T_board`` by camera and frame.
    :param board: The board.
    :param reference: Camera whose axes are those of the result.
    :raises ValueError: If the cameras fall into groups that share no view of the board, or the
        board's reading cannot be told.
    """
    pairs = _all_pairs(poses, board)
    cam_T_reference = {reference: np.eye(4)}
    while len(cam_T_reference) < len(poses):
        ahead = [
            (pair.is_clear, pair.consistent, -pair.error, a, b)
            for (a, b), pair in pairs.items()
            if a in cam_T_reference and b not in cam_T_reference
        ]
        if not ahead:
            raise ValueError(_describe_groups(poses, list(cam_T_reference)))
        is_clear, _, _, a, b = max(ahead)
        if not is_clear:
            raise ValueError(_describe_unclear(a, b, pairs[a, b].common, board))
        if pairs[a, b].error > _NO_AGREEMENT:
            raise ValueError(_describe_disagreement(a, b, pairs[a, b].common))
        cam_T_reference[b] = pairs[a, b].b_T_a @ cam_T_reference[a]
    return _place_boards(poses, board, cam_T_reference)


def _agreement(
    candidates: Array, boards_a: Array, turned_b: Array, board: Board
) -> tuple[Array, IntArray]:
    """Return how far each candidate leaves each frame's boards apart, and the best reading."""
    points = _outline(board)
    in_b = candidates[:, None] @ boards_a
    seen = _normalized(in_b @ points)[:, :, None]
    found = _normalized(turned_b @ points)
    distances = np.linalg.norm(seen - found, axis=-2).mean(-1)
    errors: Array = distances.min(-1)
    return errors, distances.argmin(-1)


def _outline(board: Board) -> Array:
    """Return the four outermost corners, homogeneous, shape (4, 4): a column each."""
    columns, rows = board.corners
    picked = board.points[[0, columns - 1, columns * (rows - 1), columns * rows - 1]]
    outline: Array = np.concatenate([picked, np.ones((4, 1))], 1).T
    return outline


def _normalized(xyz: Array) -> Array:
    depth = np.maximum(xyz[..., 2:3, :], 1e-6)
    xy: Array = xyz[..., :2, :] / depth
    return xy


def _all_pairs(poses: BoardPoses, board: Board) -> dict[tuple[str, str], PairPlacement]:
    pairs = {}
    for a in poses:
        for b in poses:
            pair = place_pair(poses[a], poses[b], board) if a != b else None
            if pair is not None:
                pairs[a, b] = pair
    return pairs


def _place_boards(
    poses: BoardPoses, board: Board, cam_T_reference: Mapping[str, Array]
) -> RigPlacement:
    """Place each board where the camera saw it that the others agree with best."""
    turns = [inverse_transform(board.turned(reading)) for reading in board.readings]
    outline = _outline(board)
    placement = RigPlacement(dict(cam_T_reference), {}, {name: {} for name in poses})
    for frame in sorted({frame for frames in poses.values() for frame in frames}):
        seen = {name: poses[name][frame] for name in poses if frame in poses[name]}
        found = {
            name: np.stack([_normalized(pose @ turn @ outline) for turn in turns])
            for name, pose in seen.items()
        }
        first = next(iter(seen))
        # The first camera's reading is as good a name for the board's turn as another one's.
        starts = [
            inverse_transform(cam_T_reference[name]) @ pose @ turn
            for name, pose in seen.items()
            for turn in (turns[:1] if name == first else turns)
        ]
        errors = [
            {
                name: np.linalg.norm(
                    _normalized(cam_T_reference[name] @ start @ outline) - corners, axis=-2
                ).mean(-1)
                for name, corners in found.items()
            }
            for start in starts
        ]
        best = int(np.argmin([sum(one.min() for one in own.values()) for own in errors]))
        placement.reference_T_board[frame] = starts[best]
        for name, own in errors[best].items():
            placement.readings[name][frame] = int(np.argmin(own))
    return placement


def _describe_groups(poses: BoardPoses, connected: list[str]) -> str:
    others = [name for name in poses if name not in connected]
    return (
        f'no view of the board connects {_listed(connected)} with {_listed(others)}: show the '
        'board to one camera of each at the same time'
    )


def _describe_disagreement(a: str, b: str, common: int) -> str:
    return (
        f"the {common} common views of cameras '{a}' and '{b}' do not agree on how they stand to "
        'each other: are the frames of one number taken at the same time, and did no camera move?'
    )


def _describe_unclear(a: str, b: str, common: int, board: Board) -> str:
    return (
        f"cameras '{a}' and '{b}' see the board together in {common} views that do not tell how "
        f'it is turned: a board of {board.describe_squares()} squares looks the same upside '
        'down; take more views with the board at other places, or use a board with one odd and '
        'one even number of squares'
    )


def _listed(names: list[str]) -> str:
    return f'camera{"s" * (len(names) > 1)} {", ".join(names)}'
