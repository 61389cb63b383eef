# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The small change of one camera that makes it agree with points known from the others."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

import cv2
import numpy as np
from scipy.optimize import least_squares

from openpose_ros.pose3d.calibration.person_track import focal_px
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array

_MOST_POINTS = 3000
# The simplest change is taken that leaves hardly more than the best one.
_AS_GOOD = 1.1
# Distance of a point that a change puts behind the camera.
_LOST_PX = 1e3
_KINDS = {'turn': 3, 'turn and place': 6, 'turn, place and focal length': 7}


@dataclass(frozen=True, eq=False)
class CameraCorrection:
    """
    A change of one camera.

    :param kind: What had to change.
    :param cam_T_cam: From the axes of the camera as it is calibrated to those that fit,
        shape ``(4, 4)``.
    :param focal_factor: Focal length that fits by the one calibrated.
    :param before_px: Median distance between keypoints and points, as calibrated.
    :param after_px: The same with the change.
    """

    kind: str
    cam_T_cam: Array
    focal_factor: float
    before_px: float
    after_px: float

    @property
    def angle_deg(self) -> float:
        """Angle that the camera has to be turned by."""
        return float(np.degrees(np.linalg.norm(cv2.Rodrigues(self.cam_T_cam[:3, :3])[0])))

    @property
    def distance_m(self) -> float:
        """Distance that the camera has to be moved by."""
        return float(np.linalg.norm(self.cam_T_cam[:3, 3]))


def fit_correction(camera: Camera, xyz_world: Array, xy_image: Array) -> CameraCorrection:
    """
    Fit a small change of a camera.

    :param camera: The camera.
    :param xyz_world: Points that the other cameras made, shape ``(K, 3)``, metres.
    :param xy_image: Where the camera sees them, shape ``(K, 2)``, pixels.
    """
    step = max(1, len(xyz_world) // _MOST_POINTS)
    xyz = xyz_world[::step] @ camera.cam_T_world[:3, :3].T + camera.cam_T_world[:3, 3]
    xy = xy_image[::step]
    seen = np.isfinite(_project(camera, xyz, np.zeros(7))).all(-1) & np.isfinite(xy).all(-1)
    xyz, xy = xyz[seen], xy[seen]
    before = _median_error(camera, xyz, xy, np.zeros(7))
    found = {kind: _fit(camera, xyz, xy, free) for kind, free in _KINDS.items()}
    errors = {kind: _median_error(camera, xyz, xy, change) for kind, change in found.items()}
    best = min(errors.values())
    kind = next(kind for kind, error in errors.items() if error <= _AS_GOOD * best)
    change = found[kind]
    return CameraCorrection(
        kind,
        rigid_transform(cv2.Rodrigues(change[:3])[0], change[3:6]),
        float(np.exp(change[6])),
        before,
        errors[kind],
    )


def corrected(camera: Camera, correction: CameraCorrection) -> Camera:
    """
    Return the camera with a change applied.

    :param camera: The camera.
    :param correction: The change.
    """
    matrix = camera.camera_matrix.copy()
    matrix[[0, 0, 1], [0, 1, 1]] *= correction.focal_factor
    return replace(
        camera, camera_matrix=matrix, cam_T_world=correction.cam_T_cam @ camera.cam_T_world
    )


def _fit(camera: Camera, xyz: Array, xy: Array, free: int) -> Array:
    """Return turn, move and logarithm of the focal factor, the first ones free, (7,)."""
    # Metres, radians and parts count alike where a pixel is as far from home in each of them.
    scale = np.array([1, 1, 1, *[float(np.median(xyz[:, 2]))] * 3, 1])[:free]

    def change(parameters: Array) -> Array:
        return np.concatenate([parameters * scale, np.zeros(7 - free)])

    def residuals(parameters: Array) -> Array:
        projected = _project(camera, xyz, change(parameters))
        errors: Array = np.nan_to_num(projected - xy, nan=_LOST_PX).reshape(-1)
        return errors

    width = max(1.0, 1e-3 * focal_px(camera))
    solution = least_squares(residuals, np.zeros(free), loss='soft_l1', f_scale=width)
    return change(solution.x)


def _project(camera: Camera, xyz_cam: Array, change: Array) -> Array:
    moved = xyz_cam @ cv2.Rodrigues(change[:3])[0].T + change[3:6]
    depth = np.where(moved[:, 2:] > 0, moved[:, 2:], np.nan)
    return camera.denormalize(moved[:, :2] / depth * np.exp(change[6]))


def _median_error(camera: Camera, xyz: Array, xy: Array, change: Array) -> float:
    return float(np.nanmedian(np.linalg.norm(_project(camera, xyz, change) - xy, axis=-1)))
