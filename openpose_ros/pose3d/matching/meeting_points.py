# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the rays of a group meet, quickly: to check a group, not to publish it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

_ROUNDS = 2
# Parallel rays meet nowhere; this keeps the equations solvable, the point lies far off then.
_DAMPING = 1e-9
# Nearer to a camera nobody stands; keeps what is divided by it finite.
_LEAST_DEPTH_M = 1e-3


@dataclass(frozen=True, eq=False)
class MeetingPoints:
    """
    Points nearest to the rays of G groups.

    :param xyz: Metres in the shifted world, NaN with fewer than two rays, ``(G, P, 3)``.
    :param distances: From each ray in reference pixels, inf behind the camera, NaN where the view
        has no ray or the point is missing, shape ``(G, C, P)``.
    """

    xyz: Array
    distances: Array


@dataclass(frozen=True, eq=False)
class GroupRays:
    """
    The rays of G groups, left and right corrected; 0 where there is none.

    :param directions: Shape ``(G, C, P, 3)``.
    :param weights: Shape ``(G, C, P)``.
    :param pixel_rad: Angle of a reference pixel, shape ``(G, C, P)``.
    """

    directions: Array
    weights: Array
    pixel_rad: Array


def rays_of_groups(
    rays: ViewRays, rows: Array, flipped: Array, dropped: Array, mirrored: Array
) -> GroupRays:
    """
    Return the rays of groups.

    :param rays: D people of all views.
    :param rows: Row of each group's person of each view, ``NOT_SEEN`` for none, ``(G, C)``.
    :param flipped: Whether a part is taken from the mirrored one, shape ``(G, C, P)``.
    :param dropped: Whether a part is left out, shape ``(G, C, P)``.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    """
    parts = np.where(flipped, mirrored, np.arange(len(mirrored)))
    where = (rows[..., None], parts)
    used = (rows[..., None] != NOT_SEEN) & ~dropped
    return GroupRays(
        rays.directions[where].astype(np.float64),
        np.where(used, rays.weights[where], 0).astype(np.float64),
        rays.pixel_rad[where].astype(np.float64),
    )


def meet(rays: GroupRays, positions: Array) -> MeetingPoints:
    """
    Return where the rays meet: least squares of the distances in pixels.

    :param rays: Rays of the groups.
    :param positions: Cameras in the shifted world, metres, shape ``(C, 3)``.
    """
    seen = rays.weights > 0
    # (I - d d^T) is the distance from a ray; the depth that makes pixels of it comes afterwards.
    across = np.eye(3) - rays.directions[..., :, None] * rays.directions[..., None, :]
    depths = np.ones(seen.shape)
    for _ in range(_ROUNDS):
        scale = np.where(seen, depths * rays.pixel_rad, 1)
        matrices = across * (rays.weights / scale**2)[..., None, None]
        normal = matrices.sum(axis=1)
        right = (matrices @ positions[:, None, :, None]).sum(axis=1)
        trace = np.trace(normal, axis1=-2, axis2=-1)
        normal += np.eye(3) * (_DAMPING * trace + (trace == 0))[..., None, None]
        xyz = np.linalg.solve(normal, right)[..., 0]
        lines = xyz[:, None] - positions[:, None]
        depths = (lines * rays.directions).sum(axis=-1)
        behind = depths <= 0
        depths = np.where(behind, np.linalg.norm(lines, axis=-1), depths)
        depths = np.maximum(depths, _LEAST_DEPTH_M)
    off = lines - depths[..., None] * rays.directions
    distances = np.linalg.norm(off, axis=-1) / np.where(seen, depths * rays.pixel_rad, 1)
    distances = np.where(behind, np.inf, distances)
    enough = seen.sum(axis=1) >= 2
    return MeetingPoints(
        np.where(enough[..., None], xyz, np.nan),
        np.where(seen & enough[:, None], distances, np.nan),
    )
