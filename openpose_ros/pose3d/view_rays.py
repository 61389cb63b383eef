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

from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray

# Distances are counted in pixels of an image of this size (1280x1024), as OpenPose counts its
# largest reprojection error, so that one limit serves cameras of any resolution.
REFERENCE_AREA_PX2 = 1280.0 * 1024.0


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
    :param reference_px: Reference pixels per pixel of each camera, shape ``(C,)``, float64.
    """

    views: IntArray
    people: IntArray
    positions: FloatArray
    origin: Array
    directions: FloatArray
    weights: FloatArray
    pixel_rad: FloatArray
    reference_px: Array


def rays_of(views: Sequence[View], min_score: float) -> ViewRays:
    """
    Return the rays of a view set.

    :param views: The views of one instant, all of one skeleton with P parts.
    :param min_score: Keypoints scored lower are left out.
    """
    cameras = [view.camera for view in views]
    counts = [len(view.people) for view in views]
    positions = np.stack([camera.position for camera in cameras])
    origin = positions.mean(axis=0)
    areas = np.array([np.prod(camera.image_size) for camera in cameras], float)
    reference_px = np.sqrt(REFERENCE_AREA_PX2 / areas)
    found = [_directions(view) for view in views]
    pixel_rad = [angle / scale for (_, angle), scale in zip(found, reference_px)]
    directions = np.concatenate([direction for direction, _ in found])
    scores = np.concatenate([view.people.body.scores for view in views])
    seen = (scores >= max(min_score, 1e-9)) & np.isfinite(directions).all(axis=-1)
    return ViewRays(
        views=np.repeat(np.arange(len(views)), counts),
        people=np.concatenate([np.arange(count) for count in counts]),
        positions=(positions - origin).astype(np.float32),
        origin=origin,
        directions=np.where(seen[..., None], directions, 0).astype(np.float32),
        weights=np.sqrt(np.where(seen, scores, 0)).astype(np.float32),
        pixel_rad=np.where(seen, np.concatenate(pixel_rad), 0).astype(np.float32),
        reference_px=reference_px,
    )


def _directions(view: View) -> tuple[Array, Array]:
    """Return unit vectors in the world ``(N, P, 3)`` and the angle of a pixel ``(N, P)``."""
    camera = view.camera
    xy = camera.normalize(view.people.body.xy)
    squares = 1 + (xy**2).sum(axis=-1)
    # A pixel's solid angle is its area on the plane z = 1 times the cube of the cosine.
    jacobian = camera.pixel_jacobian(xy)
    area = np.abs(
        jacobian[..., 0, 0] * jacobian[..., 1, 1] - jacobian[..., 0, 1] * jacobian[..., 1, 0]
    )
    pixel_rad = 1 / np.sqrt(area * squares**1.5)
    in_camera = np.concatenate([xy, np.ones((*xy.shape[:-1], 1))], axis=-1)
    in_camera /= np.sqrt(squares)[..., None]
    return in_camera @ camera.cam_T_world[:3, :3], pixel_rad
