# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The people of all views as rays in the world: from here on there are no lenses and no pixels.

D people of all views together, in the order of the views; P parts; C cameras.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.cameras import normalize_views
from openpose_ros.pose3d.cameras import pixel_jacobians
from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray

# Distances are counted in pixels of an image of this size (1280x1024), as OpenPose counts its
# largest reprojection error, so that one limit serves cameras of any resolution.
REFERENCE_AREA_PX2 = 1280.0 * 1024.0
# A missing keypoint has score 0.
_LEAST_SCORE = 1e-9


@dataclass(frozen=True, eq=False)
class ViewRays:
    """
    Rays through the keypoints of everybody in every view.

    The world is shifted so that the cameras stand around its origin: moments are differences of
    large numbers where the origin of a survey is far away, and float32 is to be enough.

    :param views: Index of the camera of each person, shape ``(D,)``, int64.
    :param people: Index of each person in the view's people, shape ``(D,)``, int64.
    :param positions: Cameras, shifted, metres, shape ``(C, 3)``, float32.
    :param origin: The shifted world's origin in the world, metres, shape ``(3,)``, float64.
    :param directions: Unit vectors from the camera, 0 where missing, ``(D, P, 3)``, float32.
    :param weights: Square roots of the scores, 0 where missing, shape ``(D, P)``, float32.
    :param pixel_rad: Angle of a reference pixel, 0 where missing, ``(D, P)``, float32.
    """

    views: IntArray
    people: IntArray
    positions: FloatArray
    origin: Array
    directions: FloatArray
    weights: FloatArray
    pixel_rad: FloatArray


def rays_of(views: Sequence[View], min_score: float) -> ViewRays:
    """
    Return the rays of a view set.

    :param views: The views of one instant, all of one skeleton with P parts.
    :param min_score: Keypoints scored lower are left out.
    """
    cameras = [view.camera for view in views]
    counts = np.array([len(view.people) for view in views])
    present = np.arange(counts.max(initial=0)) < counts[:, None]
    world_T_cam = np.stack([camera.world_T_cam for camera in cameras])
    positions = world_T_cam[:, :3, 3]
    origin = positions.mean(axis=0)
    areas = np.array([np.prod(camera.image_size) for camera in cameras], float)
    reference_px = np.sqrt(REFERENCE_AREA_PX2 / areas)
    in_camera, pixel_rad = _rays_in_cameras(views, present)
    directions = (in_camera @ world_T_cam[:, None, :3, :3].swapaxes(-1, -2))[present]
    pixel_rad = (pixel_rad / reference_px[:, None, None])[present]
    scores = np.concatenate([view.people.body.scores for view in views])
    seen = (scores >= max(min_score, _LEAST_SCORE)) & ~np.isnan(pixel_rad)
    return ViewRays(
        views=np.repeat(np.arange(len(views)), counts),
        people=np.broadcast_to(np.arange(present.shape[1]), present.shape)[present],
        positions=(positions - origin).astype(np.float32),
        origin=origin,
        directions=np.where(seen[..., None], directions, 0).astype(np.float32),
        weights=np.sqrt(np.where(seen, scores, 0)).astype(np.float32),
        pixel_rad=np.where(seen, pixel_rad, 0).astype(np.float32),
    )


def _rays_in_cameras(views: Sequence[View], present: Array) -> tuple[Array, Array]:
    """Return unit vectors ``(C, N, P, 3)`` and the angle of a pixel ``(C, N, P)``, all views."""
    cameras = [view.camera for view in views]
    parts = views[0].people.body.xy.shape[1]
    xy_image = np.full((*present.shape, parts, 2), np.nan)
    xy_image[present] = np.concatenate([view.people.body.xy for view in views])
    flat = (len(views), -1, 2)
    xy = normalize_views(cameras, xy_image.reshape(flat))
    jacobians = pixel_jacobians(cameras, xy).reshape(*xy_image.shape[:3], 2, 2)
    xy = xy.reshape(xy_image.shape)
    squares = 1 + (xy**2).sum(axis=-1)
    # A pixel's solid angle is its area on the plane z = 1 times the cube of the cosine.
    areas = np.abs(
        jacobians[..., 0, 0] * jacobians[..., 1, 1] - jacobians[..., 0, 1] * jacobians[..., 1, 0]
    )
    rays = np.concatenate([xy, np.ones((*xy.shape[:-1], 1))], axis=-1)
    return rays / np.sqrt(squares)[..., None], 1 / np.sqrt(areas * squares**1.5)
