# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Moves all cameras and boards until the corners seen fit best, together.

Levenberg-Marquardt with an analytic, sparse Jacobian: a corner depends on one camera and on one
board only. Its normal equations are small and solved exactly. That matters: SciPy's solver for
sparse Jacobians stops 1.4 % from the focal lengths of 4 cameras that saw 60 boards, or takes 160 s
on them where the rational lens has coefficients that hardly matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

import cv2
import numpy as np
from scipy.linalg import cho_factor
from scipy.linalg import cho_solve
from scipy.sparse import csr_matrix
from scipy.sparse import diags

from openpose_ros.pose3d.calibration.intrinsics import Intrinsics
from openpose_ros.types import Array
from openpose_ros.types import IntArray

# Huber's loss is linear from here on, in pixels: corners are measured to some tenths.
_HUBER_PX = 1.0
_MOST_STEPS = 100
_FIRST_DAMPING = 1e-4
_LAST_DAMPING = 1e8
_SMALLEST_SCALE = 1e-12
# Part of the cost that the last step still gains.
_CONVERGED = 1e-7
_POSE = 6


@dataclass(frozen=True, eq=False)
class Bundle:
    """
    Cameras, boards and the corners that connect them.

    :param intrinsics: Of the C cameras.
    :param cam_T_reference: Poses of the cameras, shape ``(C, 4, 4)``; the first one stays.
    :param reference_T_board: Poses of the F boards, shape ``(F, 4, 4)``.
    :param cameras: Camera of each of the K corners, shape ``(K,)``, int64.
    :param boards: Board of each corner, shape ``(K,)``, int64.
    :param points: Corners in the frame of the board, shape ``(K, 3)``, metres.
    :param xy_image: Where they are seen, shape ``(K, 2)``, pixels.
    """

    intrinsics: Sequence[Intrinsics]
    cam_T_reference: Array
    reference_T_board: Array
    cameras: IntArray
    boards: IntArray
    points: Array
    xy_image: Array

    def residuals(self) -> Array:
        """Return projected minus seen, shape ``(K, 2)``, pixels."""
        return _Evaluation(self, self, ()).residuals


def adjust_bundle(bundle: Bundle, refined: Sequence[int] = ()) -> Bundle:
    """
    Return the bundle with the poses, and the intrinsics where wanted, that fit best.

    :param bundle: Start; rough poses do.
    :param refined: Cameras whose focal lengths, principal point and lens may change too.
    """
    layout = _Layout(bundle, refined)
    parameters = layout.parameters()
    evaluation = _Evaluation(bundle, bundle, refined)
    damping = _FIRST_DAMPING
    for _ in range(_MOST_STEPS):
        jacobian = layout.jacobian(evaluation)
        weights = diags(np.repeat(evaluation.weights(), 2))
        normal = (jacobian.T @ weights @ jacobian).toarray()
        gradient = jacobian.T @ (weights @ evaluation.residuals.reshape(-1))
        scale = np.maximum(np.diag(normal), _SMALLEST_SCALE)
        while damping < _LAST_DAMPING:
            step = cho_solve(cho_factor(normal + np.diag(damping * scale)), -gradient)
            ahead = _Evaluation(layout.bundle_at(parameters + step), bundle, refined)
            if ahead.cost() <= evaluation.cost():
                break
            damping *= 10
        else:
            break
        gain = 1 - ahead.cost() / max(evaluation.cost(), _SMALLEST_SCALE)
        parameters, evaluation, damping = parameters + step, ahead, max(damping / 10, 1e-9)
        if gain < _CONVERGED:
            break
    return evaluation.bundle


class _Evaluation:
    """Residuals and their derivatives at one bundle, by the way from where the fit started."""

    def __init__(self, bundle: Bundle, start: Bundle, refined: Sequence[int]) -> None:
        """Project all corners."""
        self.bundle = bundle
        self._start = start
        self._turn = bundle.cam_T_reference[bundle.cameras, :3, :3]
        board = bundle.reference_T_board[bundle.boards]
        self.in_reference = _moved(board, bundle.points)
        in_camera = _moved(bundle.cam_T_reference[bundle.cameras], self.in_reference)
        self.residuals = np.empty((len(in_camera), 2))
        self.by_point = np.empty((len(in_camera), 2, 3))
        self.by_intrinsics: list[Array] = []
        for number, intrinsics in enumerate(bundle.intrinsics):
            own = bundle.cameras == number
            xy, by_point, by_intrinsics = intrinsics.project(in_camera[own])
            self.residuals[own] = xy - bundle.xy_image[own]
            self.by_point[own] = by_point
            self.by_intrinsics.append(by_intrinsics if number in refined else by_point[..., :0])

    def weights(self) -> Array:
        """Return how much each corner counts under Huber's loss, shape ``(K,)``."""
        distances = np.linalg.norm(self.residuals, axis=-1)
        weights: Array = _HUBER_PX / np.maximum(distances, _HUBER_PX)
        return weights

    def cost(self) -> float:
        """Return the sum of Huber's loss over the corners, square pixels."""
        distances = np.linalg.norm(self.residuals, axis=-1)
        near = np.minimum(distances, _HUBER_PX)
        return float(np.sum(near * (distances - 0.5 * near)))

    def by_camera(self) -> Array:
        """Return the derivatives by rotation vector and translation, shape ``(K, 2, 6)``."""
        turns = _rotation_derivatives(
            self.bundle.cam_T_reference, self._start.cam_T_reference
        )[self.bundle.cameras]
        by_rotation = np.einsum('kia,krab,kb->kir', self.by_point, turns, self.in_reference)
        return np.concatenate([by_rotation, self.by_point], -1)

    def by_board(self) -> Array:
        """Return the derivatives by rotation vector and translation, shape ``(K, 2, 6)``."""
        by_reference = self.by_point @ self._turn
        turns = _rotation_derivatives(
            self.bundle.reference_T_board, self._start.reference_T_board
        )[self.bundle.boards]
        by_rotation = np.einsum('kia,krab,kb->kir', by_reference, turns, self.bundle.points)
        return np.concatenate([by_rotation, by_reference], -1)


class _Layout:
    """Where each pose and each camera lies in the vector of parameters."""

    def __init__(self, bundle: Bundle, refined: Sequence[int]) -> None:
        """Give each its place: cameras but the first, boards, intrinsics."""
        self._bundle = bundle
        self._boards_start = _POSE * (len(bundle.cam_T_reference) - 1)
        self._intrinsics_start = self._boards_start + _POSE * len(bundle.reference_T_board)
        lengths = np.zeros(len(bundle.intrinsics) + 1, np.int64)
        for camera in refined:
            lengths[camera + 1] = len(bundle.intrinsics[camera].parameters())
        self._refined = refined
        self._ends = self._intrinsics_start + np.cumsum(lengths)

    def parameters(self) -> Array:
        """Return the start as a vector: turns of 0 and the translations."""
        bundle = self._bundle
        poses = np.zeros((len(bundle.cam_T_reference) - 1 + len(bundle.reference_T_board), _POSE))
        poses[:, 3:] = np.concatenate([bundle.cam_T_reference[1:], bundle.reference_T_board])[
            :, :3, 3
        ]
        own = [bundle.intrinsics[camera].parameters() for camera in sorted(self._refined)]
        return np.concatenate([poses.reshape(-1), *own])

    def bundle_at(self, parameters: Array) -> Bundle:
        """Return the bundle that a vector means."""
        bundle = self._bundle
        cameras = _transforms(parameters[: self._boards_start], bundle.cam_T_reference[1:])
        boards = _transforms(
            parameters[self._boards_start : self._intrinsics_start], bundle.reference_T_board
        )
        intrinsics = list(bundle.intrinsics)
        for camera in self._refined:
            own = parameters[self._ends[camera] : self._ends[camera + 1]]
            intrinsics[camera] = intrinsics[camera].with_parameters(own)
        return replace(
            bundle,
            intrinsics=intrinsics,
            cam_T_reference=np.concatenate([bundle.cam_T_reference[:1], cameras]),
            reference_T_board=boards,
        )

    def jacobian(self, evaluation: _Evaluation) -> csr_matrix:
        """Return the derivatives of the residuals by the parameters, ``(2 K, parameters)``."""
        bundle = self._bundle
        moving = np.flatnonzero(bundle.cameras > 0)
        pieces = [
            self._entries(
                moving, evaluation.by_camera()[moving], _POSE * (bundle.cameras[moving] - 1)
            ),
            self._entries(
                np.arange(len(bundle.cameras)),
                evaluation.by_board(),
                self._boards_start + _POSE * bundle.boards,
            ),
        ]
        for number, by_intrinsics in enumerate(evaluation.by_intrinsics):
            own = np.flatnonzero(bundle.cameras == number)
            starts = np.full(len(own), self._ends[number])
            pieces.append(self._entries(own, by_intrinsics, starts))
        values, rows, columns = (np.concatenate(one) for one in zip(*pieces))
        shape = (2 * len(bundle.cameras), int(self._ends[-1]))
        return csr_matrix((values, (rows, columns)), shape=shape)

    @staticmethod
    def _entries(
        corners: IntArray, values: Array, first_columns: IntArray
    ) -> tuple[Array, IntArray, IntArray]:
        """Return values, rows and columns of one dense block per corner."""
        rows = np.broadcast_to((2 * corners[:, None] + (0, 1))[..., None], values.shape)
        columns = (first_columns[:, None] + np.arange(values.shape[-1]))[:, None]
        columns = np.broadcast_to(columns, values.shape)
        return values.reshape(-1), rows.reshape(-1), columns.reshape(-1)


def _moved(transforms: Array, points: Array) -> Array:
    moved: Array = np.einsum('kij,kj->ki', transforms[:, :3, :3], points) + transforms[:, :3, 3]
    return moved


def _transforms(vectors: Array, start: Array) -> Array:
    """Return the poses after small turns of the starting ones: turns near half a circle jump."""
    moved: Array = start.copy()
    for row, vector in enumerate(vectors.reshape(-1, _POSE)):
        moved[row, :3, :3] = cv2.Rodrigues(vector[:3])[0] @ start[row, :3, :3]
        moved[row, :3, 3] = vector[3:]
    return moved


def _rotation_derivatives(transforms: Array, start: Array) -> Array:
    """Return the derivatives of each rotation by its turn, shape ``(n, 3, 3, 3)``."""
    derivatives = []
    for now, before in zip(transforms[:, :3, :3], start[:, :3, :3]):
        turn = cv2.Rodrigues(now @ before.T)[0]
        derivatives.append(cv2.Rodrigues(turn)[1].reshape(3, 3, 3) @ before)
    return np.stack(derivatives)
