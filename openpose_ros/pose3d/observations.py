# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Keypoints of several cameras, made ready for triangulation.

All that a lens does is done here, once per keypoint; what follows is arithmetic of pinhole
cameras. A distance in the image is then the pixel Jacobian times a distance in normalised
coordinates: exact for a camera without distortion, first order for one with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array
from openpose_ros.types import require_shape


@dataclass(frozen=True, eq=False)
class Observations:
    """
    K points as C cameras see them.

    :param xy_normalized: Where, undistorted, on the plane z = 1 of each camera, NaN where a
        camera does not see the point, shape ``(C, K, 2)``, float64.
    :param pixel_jacobians: Change of the image position with the normalised one, shape
        ``(C, K, 2, 2)``, float64.
    :param scores: In [0, 1], shape ``(C, K)``, float64.
    :param border_distances: Pixels to the nearest border of the image, shape ``(C, K)``, float64.
    :param cam_T_world: Rotation and translation of each camera, shape ``(C, 3, 4)``, float64.
    :param image_sizes: Width and height of each image in pixels, shape ``(C, 2)``.
    """

    xy_normalized: Array
    pixel_jacobians: Array
    scores: Array
    border_distances: Array
    cam_T_world: Array
    image_sizes: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit the positions."""
        require_shape('xy_normalized', self.xy_normalized, (None, None, 2))
        views = self.xy_normalized.shape[:2]
        require_shape('pixel_jacobians', self.pixel_jacobians, (*views, 2, 2))
        require_shape('scores', self.scores, views)
        require_shape('border_distances', self.border_distances, views)
        require_shape('cam_T_world', self.cam_T_world, (views[0], 3, 4))
        require_shape('image_sizes', self.image_sizes, (views[0], 2))

    def __len__(self) -> int:
        """Return the number of points."""
        return int(self.xy_normalized.shape[1])

    def take(self, points: Array) -> Observations:
        """
        Return some of the points.

        :param points: Indices or a mask of points, shape ``(k,)``.
        """
        return Observations(
            self.xy_normalized[:, points],
            self.pixel_jacobians[:, points],
            self.scores[:, points],
            self.border_distances[:, points],
            self.cam_T_world,
            self.image_sizes,
        )


def observe(cameras: Sequence[Camera], xy_image: Array, scores: Array) -> Observations:
    """
    Take the lens out of the keypoints of C cameras.

    :param cameras: The C cameras.
    :param xy_image: Pixels, NaN where a camera does not see the point, shape ``(C, K, 2)``.
    :param scores: In [0, 1], 0 where it does not, shape ``(C, K)``.
    :return: The same keypoints on the cameras' planes z = 1.
    :raises ValueError: If the arrays do not fit the cameras or each other.
    """
    xy_image = np.asarray(xy_image, np.float64)
    require_shape('xy_image', xy_image, (len(cameras), None, 2))
    require_shape('scores', np.asarray(scores), xy_image.shape[:2])
    count = xy_image.shape[1]
    xy_normalized = np.empty((len(cameras), count, 2))
    pixel_jacobians = np.empty((len(cameras), count, 2, 2))
    for index, camera in enumerate(cameras):
        xy_normalized[index] = camera.normalize(xy_image[index])
        pixel_jacobians[index] = camera.pixel_jacobian(xy_normalized[index])
    sizes = np.array([camera.image_size for camera in cameras], np.float64).reshape(-1, 2)
    last = sizes[:, np.newaxis] - 1.0
    return Observations(
        xy_normalized,
        pixel_jacobians,
        np.asarray(scores, np.float64),
        np.minimum(xy_image, last - xy_image).min(-1),
        np.array([camera.cam_T_world[:3] for camera in cameras]).reshape(-1, 3, 4),
        sizes,
    )
