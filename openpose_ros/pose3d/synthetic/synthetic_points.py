# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Points in space as noisy keypoints of known cameras, and how well they can be found at best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import Observations
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.point_quality import covariances
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.types import Array

# A room with people in it: 3 m by 3 m, from the ankles to the eyes.
_ROOM_M = ((-1.5, -1.5, 0.1), (1.5, 1.5, 1.8))


@dataclass(frozen=True, eq=False)
class ScatteredPoints:
    """
    K points and what C cameras see of them.

    :param xyz: Metres in the world, shape ``(K, 3)``.
    :param xy_image: Keypoints in pixels, NaN outside the image, shape ``(C, K, 2)``.
    :param clean: Keypoints with no more than the noise, shape ``(C, K)``, bool.
    :param observations: What triangulation gets; all scores are 1.
    :param bounds: Least mean squared distance that an unbiased estimate from the clean keypoints
        can have (Cramer-Rao), square metres, shape ``(K,)``; NaN where they do not suffice.
    """

    xyz: Array
    xy_image: Array
    clean: Array
    observations: Observations
    bounds: Array


def scatter_points(
    cameras: Sequence[Camera],
    count: int,
    *,
    noise_px: float,
    outlier_fraction: float = 0.0,
    seed: int = 0,
) -> ScatteredPoints:
    """
    Scatter points in a room around the origin and project them.

    :param cameras: The C cameras.
    :param count: Number of points K.
    :param noise_px: Standard deviation of the Gaussian noise in x and y.
    :param outlier_fraction: Probability of a keypoint to be anywhere in the image instead.
    :param seed: Seed of the random numbers.
    """
    random = np.random.default_rng(seed)
    xyz = random.uniform(*_ROOM_M, (count, 3))
    exact = np.stack([camera.project(xyz) for camera in cameras])
    sizes = np.array([camera.image_size for camera in cameras])[:, np.newaxis]
    noisy = exact + random.normal(0.0, noise_px, exact.shape)
    seen = ((noisy >= 0) & (noisy <= sizes - 1)).all(-1)
    wrong = random.random(seen.shape) < outlier_fraction
    anywhere = random.uniform(size=exact.shape) * (sizes - 1)
    xy_image = np.where(wrong[..., np.newaxis], anywhere, noisy)
    xy_image[~seen & ~wrong] = np.nan
    clean = seen & ~wrong
    ones = np.ones(seen.shape)
    bounds = cramer_rao_bounds(observe(cameras, exact, ones), clean, xyz, noise_px)
    return ScatteredPoints(xyz, xy_image, clean, observe(cameras, xy_image, ones), bounds)


def cramer_rao_bounds(exact: Observations, used: Array, xyz: Array, noise_px: float) -> Array:
    """
    Return the least mean squared distance of an unbiased estimate from the true points.

    :param exact: The points as the cameras see them, without noise.
    :param used: The keypoints that are used, shape ``(C, K)``, bool.
    :param xyz: The points, metres in the world, shape ``(K, 3)``.
    :param noise_px: Standard deviation of the keypoints' x and y.
    :return: Square metres, shape ``(K,)``; NaN where the keypoints do not determine the point.
    """
    sightings = lay_out(exact)
    centred = (xyz - sightings.origin).T
    variances = covariances(sightings, used.astype(np.float64), centred, noise_px)[[0, 3, 5]]
    bounds: Array = np.where(used.sum(0) >= 2, variances.sum(0), np.nan)
    return bounds


def error_over_bound(points: ScatteredPoints, xyz: Array) -> tuple[float, float]:
    """
    Compare found points with the best that can be done with three clean views or more.

    :param points: The true points.
    :param xyz: What was found, NaN where missing, metres, shape ``(K, 3)``.
    :return: Root mean square error over that of the Cramer-Rao bound, and the share found.
    """
    fair = points.clean.sum(0) >= 3
    found = fair & np.isfinite(xyz).all(1)
    squares = ((xyz - points.xyz)[found] ** 2).sum(1)
    ratio = np.sqrt(squares.mean() / points.bounds[found].mean())
    return float(ratio), float(found.sum() / max(1, fair.sum()))
