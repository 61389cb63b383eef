# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How well the people of the views fit people known from the instant before."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types_3d import People3D


def votes_of_known(
    rays: ViewRays, previous: People3D, mirrored: Array, limit_px: float, max_motion_m: float
) -> Affinities:
    """
    Return the votes of the parts of K known people and D people of the views.

    1 where a ray goes through the known part, 0 where it passes at the distance that noise and
    motion explain, -1 from 1.4 times that on.

    :param rays: The people of the views.
    :param previous: Known people, metres in the cameras' world frame.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    :param limit_px: Distance in reference pixels that noise explains.
    :param max_motion_m: Distance in metres that motion explains.
    :return: Shape ``(P, K, D)`` each.
    """
    # Coordinates first: sums over them then run along the memory.
    shifted = (previous.body.xyz - rays.origin).transpose(2, 1, 0)
    xyz = np.ascontiguousarray(shifted, np.float32)
    known = ~np.isnan(xyz[0])
    scores = np.ascontiguousarray(previous.body.scores.T)
    weights = np.sqrt(np.where(known, scores, 0))[:, :, None]
    positions = np.ascontiguousarray(rays.positions[rays.views].T)
    to_known = np.where(known, xyz, 0)[..., None] - positions[:, None, None]
    limits = (limit_px, max_motion_m)
    same = np.arange(len(mirrored))
    return Affinities(
        weights * _votes(rays, to_known, same, limits),
        weights * _votes(rays, to_known, mirrored, limits),
    )


def _votes(
    rays: ViewRays, to_known: Array, order: Array, limits: tuple[float, float]
) -> FloatArray:
    """Return the votes of the rays of some parts, weighted; ``to_known`` is ``(3, P, K, D)``."""
    directions = np.ascontiguousarray(rays.directions[:, order].transpose(2, 1, 0))[:, :, None]
    pixel_rad = np.ascontiguousarray(rays.pixel_rad[:, order].T)[:, None]
    weights = np.ascontiguousarray(rays.weights[:, order].T)[:, None]
    depths = (to_known * directions).sum(axis=0)
    off = to_known - depths * directions
    squares = (off * off).sum(axis=0)
    limit_px, max_motion_m = limits
    squares /= (np.float32(limit_px) * pixel_rad * depths) ** 2 + np.float32(max_motion_m**2)
    votes: FloatArray = np.where(depths > 0, np.maximum(1 - squares, -1), np.float32(-1))
    votes *= weights
    return votes


def with_known(
    votes: Affinities, known: Affinities, mirrored: Array, prior_weight: float
) -> Affinities:
    """
    Return the votes of D people of the views and, after them, K known people.

    Known people say nothing of each other except that they are not the same.

    :param votes: Votes between the people of the views, shape ``(P, D, D)``.
    :param known: Votes between known people and people of the views, shape ``(P, K, D)``.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    :param prior_weight: What a known person counts, 1 as much as a view.
    """
    weight = np.float32(prior_weight)
    direct, crossed = weight * known.direct, weight * known.crossed
    return Affinities(
        _bordered(votes.direct, direct, direct),
        # Seen from the person of the view, the known person's part is the mirrored one.
        _bordered(votes.crossed, crossed, crossed[mirrored]),
    )


def _bordered(votes: FloatArray, known: FloatArray, back: FloatArray) -> FloatArray:
    parts, people = votes.shape[:2]
    total = people + known.shape[1]
    result = np.zeros((parts, total, total), np.float32)
    result[:, :people, :people] = votes
    result[:, people:, :people] = known
    result[:, :people, people:] = back.transpose(0, 2, 1)
    return result
