# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A calibrated camera: from space to pixels and from pixels to rays."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

import numpy as np

from openpose_ros.pose3d.lenses.distortion import distortion_model
from openpose_ros.pose3d.lenses.distortion import Lens
from openpose_ros.pose3d.lenses.distortion import lens_of
from openpose_ros.pose3d.lenses.distortion import stack_lenses
from openpose_ros.pose3d.lenses.fisheye_lens import FisheyeLens
from openpose_ros.pose3d.lenses.polynomial_lens import PolynomialLens
from openpose_ros.pose3d.transforms import inverse_transform
from openpose_ros.pose3d.transforms import require_transform
from openpose_ros.types import Array


@dataclass(frozen=True, eq=False)
class Camera:
    """
    A calibrated camera at its place in the world.

    Spaces: world in metres; ``xy_normalized`` on the plane z = 1 of the camera, without the lens;
    ``xy_image`` in pixels of the image, the centre of the top-left pixel is (0, 0). Camera axes
    as in OpenCV: x right, y down, z forward.

    :param name: Name of the camera, in every message about it.
    :param image_size: Width and height in pixels.
    :param camera_matrix: Focal lengths, skew, principal point; shape ``(3, 3)``, float64, pixels.
    :param distortion_model: ``plumb_bob``, ``rational_polynomial``, ``equidistant`` or ``none``;
        ``fisheye`` and an empty name become the last two.
    :param distortion: Coefficients of the model, shape ``(D,)``, float64.
    :param cam_T_world: Maps world coordinates into the camera, shape ``(4, 4)``, float64.
    """

    name: str
    image_size: tuple[int, int]
    camera_matrix: Array
    distortion_model: str
    distortion: Array
    cam_T_world: Array
    lens: Lens = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check everything; ValueError that names the camera and what is wrong."""
        try:
            camera_matrix = _require_camera_matrix(self.camera_matrix)
            lens = lens_of(self.distortion_model, self.distortion)
            cam_T_world = require_transform('cam_T_world', self.cam_T_world)
            _require_size(self.image_size)
        except ValueError as error:
            raise ValueError(f"camera '{self.name}': {error}") from error
        distortion = np.array(self.distortion, np.float64)
        for array in (camera_matrix, distortion, cam_T_world):
            array.setflags(write=False)
        object.__setattr__(self, 'camera_matrix', camera_matrix)
        object.__setattr__(self, 'distortion', distortion)
        object.__setattr__(self, 'cam_T_world', cam_T_world)
        object.__setattr__(self, 'distortion_model', distortion_model(self.distortion_model))
        object.__setattr__(self, 'lens', lens)

    @property
    def world_T_cam(self) -> Array:
        """Maps camera coordinates into the world, shape ``(4, 4)``."""
        return inverse_transform(self.cam_T_world)

    @property
    def position(self) -> Array:
        """Centre of projection in the world, shape ``(3,)``, metres."""
        position: Array = self.world_T_cam[:3, 3]
        return position

    def project(self, xyz_world: Array) -> Array:
        """
        Return where points are seen, NaN behind the camera and where the lens is not valid.

        :param xyz_world: Points in metres, shape ``(..., 3)``.
        :return: Pixels, shape ``(..., 2)``; not cut to the image.
        """
        xyz = np.asarray(xyz_world) @ self.cam_T_world[:3, :3].T + self.cam_T_world[:3, 3]
        depth = np.where(xyz[..., 2:] > 0, xyz[..., 2:], np.nan)
        return self.denormalize(xyz[..., :2] / depth)

    def denormalize(self, xy_normalized: Array) -> Array:
        """
        Return the pixels of points on the plane z = 1, NaN where the lens is not valid.

        :param xy_normalized: Points, shape ``(..., 2)``.
        """
        xy = self.lens.distort(np.asarray(xy_normalized, np.float64))
        pixels: Array = xy @ self.camera_matrix[:2, :2].T + self.camera_matrix[:2, 2]
        return pixels

    def normalize(self, xy_image: Array) -> Array:
        """
        Return the points on the plane z = 1 that are seen at pixels, NaN where there is none.

        :param xy_image: Pixels, shape ``(..., 2)``.
        """
        inverse = np.linalg.inv(self.camera_matrix)
        xy = np.asarray(xy_image, np.float64) @ inverse[:2, :2].T + inverse[:2, 2]
        return self.lens.undistort(xy)

    def pixel_jacobian(self, xy_normalized: Array) -> Array:
        """
        Return the derivative of the pixel by the normalised point, shape ``(..., 2, 2)``.

        :param xy_normalized: Points on the plane z = 1, shape ``(..., 2)``.
        """
        jacobian: Array = self.camera_matrix[:2, :2] @ self.lens.jacobian(
            np.asarray(xy_normalized, np.float64)
        )
        return jacobian

    def rays(self, xy_image: Array) -> Array:
        """
        Return the directions in which pixels look, unit vectors in the world frame.

        :param xy_image: Pixels, shape ``(..., 2)``.
        :return: Directions from :attr:`position`, shape ``(..., 3)``, NaN where there is none.
        """
        xy = self.normalize(xy_image)
        directions = np.concatenate([xy, np.ones((*xy.shape[:-1], 1))], -1)
        directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
        directions[np.isnan(xy[..., 0])] = np.nan
        world: Array = directions @ self.cam_T_world[:3, :3]
        return world


def normalize_views(cameras: Sequence[Camera], xy_image: Array) -> Array:
    """
    Return what :meth:`Camera.normalize` returns, for all cameras at once.

    :param cameras: C cameras.
    :param xy_image: Pixels of each camera, shape ``(C, K, 2)``.
    :return: Points on the planes z = 1, NaN where there is none, shape ``(C, K, 2)``.
    """
    inverse = np.linalg.inv(_camera_matrices(cameras))
    xy = xy_image @ inverse[:, :2, :2].swapaxes(-1, -2) + inverse[:, None, :2, 2]
    return _by_kind_of_lens(cameras, lambda lens, rows: lens.undistort(xy[rows]), xy.shape)


def pixel_jacobians(cameras: Sequence[Camera], xy_normalized: Array) -> Array:
    """
    Return what :meth:`Camera.pixel_jacobian` returns, for all cameras at once.

    :param cameras: C cameras.
    :param xy_normalized: Points on the plane z = 1 of each camera, shape ``(C, K, 2)``.
    :return: Shape ``(C, K, 2, 2)``.
    """
    jacobians = _by_kind_of_lens(
        cameras,
        lambda lens, rows: lens.jacobian(xy_normalized[rows]),
        (*xy_normalized.shape, 2),
    )
    result: Array = _camera_matrices(cameras)[:, None, :2, :2] @ jacobians
    return result


def _camera_matrices(cameras: Sequence[Camera]) -> Array:
    return np.array([camera.camera_matrix for camera in cameras]).reshape(-1, 3, 3)


def _by_kind_of_lens(
    cameras: Sequence[Camera], function: Callable[[Lens, Array], Array], shape: tuple[int, ...]
) -> Array:
    """Call once per kind of lens rather than per camera: the cost is that of the calls."""
    result = np.empty(shape)
    for kind in (PolynomialLens, FisheyeLens):
        rows = [row for row, camera in enumerate(cameras) if isinstance(camera.lens, kind)]
        if rows:
            lens = stack_lenses([cameras[row].lens for row in rows])
            result[rows] = function(lens, np.array(rows))
    return result


def _require_camera_matrix(matrix: Array) -> Array:
    found = np.array(matrix, np.float64)
    if found.shape != (3, 3):
        raise ValueError(f'camera_matrix has shape {found.shape}, expected (3, 3)')
    if not found.any():
        raise ValueError('camera_matrix is all 0: the camera is not calibrated')
    regular = found[0, 0] > 0 and found[1, 1] > 0 and np.isfinite(found).all()
    if not regular or found[1, 0] or not np.allclose(found[2], (0, 0, 1)):
        raise ValueError(
            f'camera_matrix is {found.tolist()}, expected focal lengths above 0 in '
            '[[fx, skew, cx], [0, fy, cy], [0, 0, 1]]'
        )
    return found


def _require_size(size: tuple[int, int]) -> None:
    if len(size) != 2 or min(size) < 1:
        raise ValueError(f'image_size is {size}, expected width and height in pixels')
