# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Places cameras of known intrinsics by what they saw of a board, and leaves out what misfits."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.bundle_adjustment import adjust_bundle
from openpose_ros.pose3d.calibration.bundle_adjustment import Bundle
from openpose_ros.pose3d.calibration.intrinsics import board_pose
from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.pose3d.calibration.pose_graph import place_rig
from openpose_ros.pose3d.calibration.pose_graph import RigPlacement
from openpose_ros.types import Array

# A view that fits so much worse than the others was misread or taken at another time.
_OUTLIER_FACTOR = 4.0
_OUTLIER_PX = 1.5
# Several times what a poor calibration leaves: this one is none.
_NO_FIT_PX = 3.0

# Views by camera and frame.
Views = Mapping[str, Mapping[int, BoardView]]


@dataclass(frozen=True, eq=False)
class CornerErrors:
    """
    What is left at the corners of one camera.

    :param xy_image: Where they are seen, shape ``(n, 2)``, pixels.
    :param residuals: Projected minus seen, shape ``(n, 2)``, pixels.
    :param views: Number of views they come from.
    :param left_out: Number of views that did not fit and were left out.
    """

    xy_image: Array
    residuals: Array
    views: int
    left_out: int

    def distances(self) -> Array:
        """Return the lengths of the residuals, shape ``(n,)``, pixels."""
        lengths: Array = np.linalg.norm(self.residuals, axis=1)
        return lengths


@dataclass(frozen=True, eq=False)
class SolvedRig:
    """
    Cameras and boards in the axes of the first camera.

    :param intrinsics: By camera.
    :param cam_T_reference: By camera, ``(4, 4)``.
    :param reference_T_board: By frame, ``(4, 4)``.
    :param errors: By camera.
    """

    intrinsics: dict[str, Intrinsics]
    cam_T_reference: dict[str, Array]
    reference_T_board: dict[int, Array]
    errors: dict[str, CornerErrors]


def solve_rig(
    views: Views,
    board: Board,
    intrinsics: Mapping[str, Intrinsics],
    *,
    refined: Collection[str] = (),
) -> SolvedRig:
    """
    Place cameras; views that fit far worse than the others are left out.

    :param views: Views by camera and frame, the reference camera first.
    :param board: The board.
    :param intrinsics: By camera.
    :param refined: Cameras whose intrinsics may change too.
    :raises ValueError: If the cameras are not connected by common views, or one does not fit.
    """
    poses = {
        name: {frame: board_pose(view, board, intrinsics[name]) for frame, view in own.items()}
        for name, own in views.items()
    }
    placement = place_rig(poses, board, next(iter(views)))
    kept = {
        name: {
            frame: view.read_as(board.readings[placement.readings[name][frame]])
            for frame, view in own.items()
        }
        for name, own in views.items()
    }
    rig = _adjust(kept, board, intrinsics, placement, refined)
    misfits = _misfits(rig)
    if misfits:
        kept = _without(kept, misfits)
        rig = _adjust(kept, board, intrinsics, placement, refined)
    return _solved(rig, views)


@dataclass(frozen=True, eq=False)
class _Adjusted:
    """A bundle after its adjustment, and which view each corner is of."""

    bundle: Bundle
    names: list[str]
    frames: list[int]


def _adjust(
    views: Views,
    board: Board,
    intrinsics: Mapping[str, Intrinsics],
    placement: RigPlacement,
    refined: Collection[str],
) -> _Adjusted:
    names = list(views)
    frames = sorted({frame for own in views.values() for frame in own})
    rows = {frame: row for row, frame in enumerate(frames)}
    listed = [
        (camera, rows[frame], view)
        for camera, name in enumerate(names)
        for frame, view in views[name].items()
    ]
    counts = [len(view.ids) for _, _, view in listed]
    bundle = Bundle(
        [intrinsics[name] for name in names],
        np.stack([placement.cam_T_reference[name] for name in names]),
        np.array([placement.reference_T_board[frame] for frame in frames]).reshape(-1, 4, 4),
        np.repeat([camera for camera, _, _ in listed], counts).astype(np.int64),
        np.repeat([row for _, row, _ in listed], counts).astype(np.int64),
        np.concatenate([board.points[view.ids] for _, _, view in listed] or [np.zeros((0, 3))]),
        np.concatenate([view.xy_image for _, _, view in listed] or [np.zeros((0, 2))]),
    )
    if listed:
        bundle = adjust_bundle(
            bundle, [camera for camera, name in enumerate(names) if name in refined]
        )
    return _Adjusted(bundle, names, frames)


def _misfits(rig: _Adjusted) -> set[tuple[str, int]]:
    """Return the views, by camera and frame, that fit far worse than the others."""
    bundle = rig.bundle
    squares = np.sum(bundle.residuals() ** 2, -1)
    keys, view_of_corner = np.unique(
        np.stack([bundle.cameras, bundle.boards], -1), axis=0, return_inverse=True
    )
    view_of_corner = view_of_corner.reshape(-1)
    rms = np.sqrt(np.bincount(view_of_corner, squares) / np.bincount(view_of_corner))
    limit = max(_OUTLIER_FACTOR * float(np.median(rms)), _OUTLIER_PX) if len(rms) else 0.0
    return {(rig.names[camera], rig.frames[row]) for camera, row in keys[rms > limit]}


def _without(views: Views, misfits: set[tuple[str, int]]) -> dict[str, dict[int, BoardView]]:
    kept = {
        name: {frame: view for frame, view in own.items() if (name, frame) not in misfits}
        for name, own in views.items()
    }
    for name, own in kept.items():
        others = {frame for other in kept if other != name for frame in kept[other]}
        if len(kept) > 1 and not own.keys() & others:
            raise ValueError(
                f"none of the views of camera '{name}' fits those of the other cameras: are its "
                'frames taken at the same times as theirs?'
            )
    return kept


def _require_fit(name: str, errors: CornerErrors) -> None:
    median = float(np.median(errors.distances())) if len(errors.residuals) else 0.0
    if median > _NO_FIT_PX or errors.left_out > errors.views:
        raise ValueError(
            f"the views of camera '{name}' do not fit those of the others: {median:.1f} px are "
            f'left at the median corner of {errors.views} views, {errors.left_out} more were left '
            'out; are all frames of one number taken at the same time, and is the board flat?'
        )


def _solved(rig: _Adjusted, views: Views) -> SolvedRig:
    bundle = rig.bundle
    residuals = bundle.residuals()
    errors = {}
    for camera, name in enumerate(rig.names):
        own = bundle.cameras == camera
        used = len(np.unique(bundle.boards[own]))
        errors[name] = CornerErrors(
            bundle.xy_image[own], residuals[own], used, len(views[name]) - used
        )
        _require_fit(name, errors[name])
    return SolvedRig(
        dict(zip(rig.names, bundle.intrinsics)),
        dict(zip(rig.names, bundle.cam_T_reference)),
        dict(zip(rig.frames, bundle.reference_T_board)),
        errors,
    )
