# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Focal lengths, principal point and lens of one camera from views of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.lenses.distortion import lens_of
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array

PLUMB_BOB = 'plumb_bob'
RATIONAL_POLYNOMIAL = 'rational_polynomial'
EQUIDISTANT = 'equidistant'
# Coefficients of each model, and how many of them are fitted. The third radial one of plumb_bob
# stays 0: it follows the noise unless corners reach into the image's corners.
COEFFICIENTS = {PLUMB_BOB: 5, RATIONAL_POLYNOMIAL: 8, EQUIDISTANT: 4}
FITTED = {PLUMB_BOB: 4, RATIONAL_POLYNOMIAL: 8, EQUIDISTANT: 4}
FEWEST_VIEWS = 4
# A view that fits so much worse than the others was misread: it is left out.
_OUTLIER_FACTOR = 4.0
_OUTLIER_PX = 1.0
_NO_ROTATION = np.zeros(3)


@dataclass(frozen=True, eq=False)
class Intrinsics:
    """
    What a camera is, wherever it stands.

    :param image_size: Width and height in pixels.
    :param camera_matrix: Shape ``(3, 3)``, float64, pixels.
    :param distortion_model: ``plumb_bob``, ``rational_polynomial``, ``equidistant`` or ``none``.
    :param distortion: Coefficients, shape ``(D,)``, float64.
    """

    image_size: tuple[int, int]
    camera_matrix: Array
    distortion_model: str
    distortion: Array

    def normalize(self, xy_image: Array) -> Array:
        """
        Return points on the plane z = 1, without the lens, NaN where there is none.

        :param xy_image: Pixels, shape ``(..., 2)``.
        """
        inverse = np.linalg.inv(self.camera_matrix)
        xy = np.asarray(xy_image, np.float64) @ inverse[:2, :2].T + inverse[:2, 2]
        return lens_of(self.distortion_model, self.distortion).undistort(xy)

    def project(self, xyz_cam: Array) -> tuple[Array, Array, Array]:
        """
        Return pixels and their derivatives.

        :param xyz_cam: Points in the camera's axes, shape ``(n, 3)``, metres.
        :return: Pixels ``(n, 2)``, derivative by the point ``(n, 2, 3)``, and by the parameters
            fx, fy, cx, cy and the coefficients fitted ``(n, 2, 4 + D)``.
        """
        points = np.ascontiguousarray(xyz_cam, np.float64).reshape(-1, 1, 3)
        zero, fitted = _NO_ROTATION, FITTED.get(self.distortion_model, 0)
        if self.distortion_model == EQUIDISTANT:
            xy, jacobian = cv2.fisheye.projectPoints(
                points, zero, zero, self.camera_matrix, self.distortion
            )
            first_distortion, translation = 4, slice(11, 14)
            own = [0, 1, 2, 3]
        else:
            lens = self.distortion if len(self.distortion) else np.zeros(5)
            xy, jacobian = cv2.projectPoints(points, zero, zero, self.camera_matrix, lens)
            first_distortion, translation = 10, slice(3, 6)
            own = [6, 7, 8, 9]
        jacobian = jacobian.reshape(len(points), 2, -1)
        own += [first_distortion + number for number in range(fitted)]
        return xy.reshape(-1, 2), jacobian[..., translation], jacobian[..., own]

    def parameters(self) -> Array:
        """Return fx, fy, cx, cy and the coefficients fitted, shape ``(4 + D,)``."""
        matrix = self.camera_matrix
        fitted = FITTED.get(self.distortion_model, 0)
        own = [matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]
        return np.concatenate([own, self.distortion[:fitted]])

    def with_parameters(self, parameters: Array) -> Intrinsics:
        """
        Return the same camera with other numbers.

        :param parameters: As :meth:`parameters` returns them.
        """
        matrix = self.camera_matrix.copy()
        matrix[[0, 1, 0, 1], [0, 1, 2, 2]] = parameters[:4]
        distortion = self.distortion.copy()
        distortion[: len(parameters) - 4] = parameters[4:]
        return Intrinsics(self.image_size, matrix, self.distortion_model, distortion)

    def covers_image(self) -> bool:
        """Tell whether the lens is valid into the corners of the image."""
        width, height = self.image_size
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64) - 0.5
        return bool(np.isfinite(self.normalize(corners)).all())


@dataclass(frozen=True, eq=False)
class IntrinsicsFit:
    """
    Intrinsics and what is left of each view.

    :param intrinsics: The camera.
    :param used: Which of the views were used, shape ``(V,)``, bool.
    :param residuals: Projected minus seen at all corners of the views used, shape ``(n, 2)``,
        pixels.
    """

    intrinsics: Intrinsics
    used: Array
    residuals: Array


def fit_intrinsics(
    views: Sequence[BoardView], board: Board, image_size: tuple[int, int], model: str = PLUMB_BOB
) -> IntrinsicsFit:
    """
    Fit a camera to views of a board.

    :param views: Views; those that fit far worse than the others are left out.
    :param board: The board.
    :param image_size: Width and height in pixels.
    :param model: ``plumb_bob``, ``rational_polynomial`` or ``equidistant``.
    :raises ValueError: If the views are too few or do not fit any camera.
    """
    if model not in COEFFICIENTS:
        raise ValueError(f"lens model is '{model}', expected one of {', '.join(COEFFICIENTS)}")
    used = np.ones(len(views), bool)
    while True:
        chosen = [view for view, is_used in zip(views, used) if is_used]
        if len(chosen) < FEWEST_VIEWS:
            raise ValueError(
                f'{len(chosen)} usable views of the board of {len(views)}, expected at least '
                f'{FEWEST_VIEWS}, better 15, with the board at different places and slants'
            )
        intrinsics = _fit(chosen, board, image_size, model)
        residuals = [_view_residuals(view, board, intrinsics) for view in chosen]
        rms = np.array([np.sqrt(np.mean(np.sum(one**2, -1))) for one in residuals])
        worst = rms > max(_OUTLIER_FACTOR * float(np.median(rms)), _OUTLIER_PX)
        if not worst.any():
            return IntrinsicsFit(intrinsics, used, np.concatenate(residuals))
        # One at a time: a bad view spoils the fit of the good ones.
        used = used.copy()
        used[np.flatnonzero(used)[int(np.argmax(rms))]] = False


def board_pose(view: BoardView, board: Board, intrinsics: Intrinsics) -> Array:
    """
    Return where the board is.

    :param view: The view.
    :param board: The board.
    :param intrinsics: The camera.
    :return: ``cam_T_board``, shape ``(4, 4)``.
    :raises ValueError: If the corners allow none.
    """
    xy = intrinsics.normalize(view.xy_image)
    seen = np.isfinite(xy).all(-1)
    if seen.sum() < FEWEST_VIEWS:
        raise ValueError(f'{int(seen.sum())} corners within the lens, expected 4 or more')
    points, xy = board.points[view.ids][seen], xy[seen]
    count, rotations, translations, _ = cv2.solvePnPGeneric(
        points, xy, np.eye(3), None, flags=cv2.SOLVEPNP_IPPE
    )
    if not count:
        raise ValueError('the corners allow no pose of the board')
    rotation, translation = cv2.solvePnPRefineLM(
        points, xy, np.eye(3), None, rotations[0], translations[0]
    )
    return rigid_transform(cv2.Rodrigues(rotation)[0], translation.reshape(3))


def _view_residuals(view: BoardView, board: Board, intrinsics: Intrinsics) -> Array:
    """Return projected minus seen with the board where it fits best, shape (n, 2), pixels."""
    cam_T_board = board_pose(view, board, intrinsics)
    points = board.points[view.ids] @ cam_T_board[:3, :3].T + cam_T_board[:3, 3]
    residuals: Array = intrinsics.project(points)[0] - view.xy_image
    return residuals


def _fit(
    views: Sequence[BoardView], board: Board, image_size: tuple[int, int], model: str
) -> Intrinsics:
    points = [board.points[view.ids].reshape(-1, 1, 3) for view in views]
    corners = [view.xy_image.reshape(-1, 1, 2) for view in views]
    try:
        if model == EQUIDISTANT:
            matrix, distortion = _fit_equidistant(points, corners, image_size)
        else:
            flags = cv2.CALIB_RATIONAL_MODEL if model == RATIONAL_POLYNOMIAL else cv2.CALIB_FIX_K3
            _, matrix, distortion, _, _ = cv2.calibrateCamera(
                [one.astype(np.float32) for one in points],
                [one.astype(np.float32) for one in corners],
                image_size,
                None,
                None,
                flags=flags,
            )
    except cv2.error as error:
        raise ValueError(f'the views fit no camera: {error.err}') from error
    coefficients = distortion.reshape(-1)[: COEFFICIENTS[model]]
    return Intrinsics(image_size, matrix, model, coefficients.astype(np.float64))


def _fit_equidistant(
    points: Sequence[Array], corners: Sequence[Array], image_size: tuple[int, int]
) -> tuple[Array, Array]:
    # OpenCV 5 moved the flags of cv2.fisheye into cv2 and gave them other values.
    home = cv2.fisheye if hasattr(cv2.fisheye, 'CALIB_FIX_SKEW') else cv2
    flags = home.CALIB_RECOMPUTE_EXTRINSIC | home.CALIB_FIX_SKEW
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 100, 1e-8)
    _, matrix, distortion, _, _ = cv2.fisheye.calibrate(
        [one.reshape(1, -1, 3) for one in points],
        [one.reshape(1, -1, 2) for one in corners],
        image_size,
        None,
        None,
        flags=flags,
        criteria=criteria,
    )
    return matrix, distortion
