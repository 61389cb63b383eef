# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Calibrates cameras, and where they stand, from views of a board that is shown around."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.intrinsics import fit_intrinsics
from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.pose3d.calibration.intrinsics import PLUMB_BOB
from openpose_ros.pose3d.calibration.rig_solver import CornerErrors
from openpose_ros.pose3d.calibration.rig_solver import solve_rig
from openpose_ros.pose3d.calibration.rig_solver import SolvedRig
from openpose_ros.pose3d.calibration.view_selection import select_frames
from openpose_ros.pose3d.calibration.view_selection import select_views
from openpose_ros.pose3d.calibration.view_selection import sharp_views
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array

ANY_FRAME = -1
# A board on the floor has its z axis down.
_BOARD_T_FLOOR = np.diag([1.0, -1.0, -1.0, 1.0])


@dataclass(frozen=True)
class RigOptions:
    """
    How a rig is calibrated.

    :param model: Lens: ``plumb_bob``, ``rational_polynomial`` or ``equidistant``.
    :param reference: Camera in whose axes the world is, empty for the first one.
    :param world_is_board: Put the world into the board instead, z up from the floor it lies on.
    :param board_frame: The frame in which it lies there; ``ANY_FRAME`` for the first that
        shows it.
    :param keep_intrinsics: Leave each camera as its own views have it; else all views together
        decide, which is ten times as exact where boards fill little of the image.
    :param intrinsic_views: Most views of a camera for its intrinsics.
    :param pair_views: Most common views of a pair of cameras.
    """

    model: str = PLUMB_BOB
    reference: str = ''
    world_is_board: bool = False
    board_frame: int = ANY_FRAME
    keep_intrinsics: bool = False
    intrinsic_views: int = 40
    pair_views: int = 25


@dataclass(frozen=True, eq=False)
class RigViews:
    """
    What the cameras saw of the board.

    :param common: Views by camera and frame; equal frames are equal times.
    :param image_sizes: Width and height by camera, pixels.
    :param alone: Further views for the intrinsics of a camera, by camera.
    :param known: Intrinsics that are not to be fitted, by camera.
    """

    common: Mapping[str, Mapping[int, BoardView]]
    image_sizes: Mapping[str, tuple[int, int]]
    alone: Mapping[str, Mapping[int, BoardView]] = field(default_factory=dict)
    known: Mapping[str, Intrinsics] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RigCalibration:
    """
    The calibrated cameras and how well they fit.

    :param cameras: By name, in the order given.
    :param intrinsic_errors: Each camera alone, with the board where it fits that camera best;
        cameras whose intrinsics were known are not in it.
    :param rig_errors: All cameras together, one board for all; empty for a single camera.
    :param common_views: Number of views that each pair of cameras shares.
    """

    cameras: dict[str, Camera]
    intrinsic_errors: dict[str, CornerErrors]
    rig_errors: dict[str, CornerErrors]
    common_views: dict[tuple[str, str], int]


# Told what is begun.
Progress = Callable[[str], None]


def calibrate_rig(
    views: RigViews,
    board: Board,
    options: RigOptions | None = None,
    *,
    progress: Progress = lambda step: None,
) -> RigCalibration:
    """
    Calibrate cameras.

    :param views: What they saw.
    :param board: The board.
    :param options: How.
    :param progress: Told what is begun.
    :raises ValueError: If a camera has too few views, or none in common with the others; names it.
    """
    options = options or RigOptions()
    reference = options.reference or next(iter(views.common))
    if reference not in views.common:
        raise ValueError(
            f"no camera '{reference}' to refer to, expected one of {', '.join(views.common)}"
        )
    intrinsics: dict[str, Intrinsics] = {}
    errors: dict[str, CornerErrors] = {}
    for name in views.common:
        if name in views.known:
            intrinsics[name] = views.known[name]
            continue
        progress(f'intrinsics of {name}')
        intrinsics[name], errors[name] = _own_intrinsics(name, views, board, options)
    progress('places of the cameras')
    frame = _board_frame(views, options) if options.world_is_board else None
    chosen = _views_to_place(views, options, frame)
    # The reference comes first: the bundle adjustment leaves the first camera where it is.
    order = [reference, *(name for name in views.common if name != reference)]
    rig = solve_rig(
        {name: chosen[name] for name in order},
        board,
        intrinsics,
        refined=() if options.keep_intrinsics else errors.keys(),
    )
    reference_T_world = np.eye(4)
    if frame is not None:
        reference_T_world = _floor_under_board(rig, frame)
    cameras = {
        name: _camera(name, rig.intrinsics[name], rig.cam_T_reference[name] @ reference_T_world)
        for name in views.common
    }
    shared = _common_views(chosen)
    return RigCalibration(cameras, errors, rig.errors if shared else {}, shared)


def _own_intrinsics(
    name: str, views: RigViews, board: Board, options: RigOptions
) -> tuple[Intrinsics, CornerErrors]:
    size = views.image_sizes[name]
    chosen = list(_intrinsic_views(name, views, options).values())
    try:
        fit = fit_intrinsics(chosen, board, size, options.model)
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    used = [view for view, is_used in zip(chosen, fit.used) if is_used]
    xy_image = np.concatenate([view.xy_image for view in used])
    left_out = len(chosen) - len(used)
    return fit.intrinsics, CornerErrors(xy_image, fit.residuals, len(used), left_out)


def _intrinsic_views(name: str, views: RigViews, options: RigOptions) -> dict[int, BoardView]:
    """Return the views of one camera; those alone have numbers below 0 of their own."""
    together = dict(views.common[name])
    before = sum(len(views.alone.get(other, {})) for other in _before(name, views.common))
    for number, view in enumerate(views.alone.get(name, {}).values()):
        together[-1 - before - number] = view
    return select_views(together, views.image_sizes[name], options.intrinsic_views)


def _before(name: str, names: Iterable[str]) -> list[str]:
    ordered = list(names)
    return ordered[: ordered.index(name)]


def _views_to_place(
    views: RigViews, options: RigOptions, frame: int | None
) -> dict[str, dict[int, BoardView]]:
    sharp = {name: sharp_views(frames) for name, frames in views.common.items()}
    frames = set(select_frames(sharp, views.image_sizes, options.pair_views))
    chosen = {
        name: {number: view for number, view in own.items() if number in frames}
        for name, own in sharp.items()
    }
    for name, own in chosen.items():
        if not options.keep_intrinsics and name not in views.known:
            own |= _intrinsic_views(name, views, options)
        if frame is not None and frame in views.common[name]:
            own[frame] = views.common[name][frame]
    return chosen


def _board_frame(views: RigViews, options: RigOptions) -> int:
    frames = {frame for own in views.common.values() for frame in own}
    if options.board_frame == ANY_FRAME:
        return min(frames)
    if options.board_frame not in frames:
        raise ValueError(
            f'no camera sees the board in frame {options.board_frame}, where the world is to be'
        )
    return options.board_frame


def _floor_under_board(rig: SolvedRig, frame: int) -> Array:
    if frame not in rig.reference_T_board:
        raise ValueError(
            f'the view of the board in frame {frame}, where the world is to be, does not fit the '
            'others'
        )
    reference_T_world: Array = rig.reference_T_board[frame] @ _BOARD_T_FLOOR
    return reference_T_world


def _common_views(chosen: Mapping[str, Mapping[int, BoardView]]) -> dict[tuple[str, str], int]:
    names = list(chosen)
    counts = {
        (a, b): len(chosen[a].keys() & chosen[b].keys())
        for row, a in enumerate(names)
        for b in names[row + 1 :]
    }
    return {pair: count for pair, count in counts.items() if count}


def _camera(name: str, intrinsics: Intrinsics, cam_T_world: Array) -> Camera:
    return Camera(
        name,
        intrinsics.image_size,
        intrinsics.camera_matrix,
        intrinsics.distortion_model,
        intrinsics.distortion,
        cam_T_world,
    )
