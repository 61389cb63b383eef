# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How well the people of the views fit people known from the instant before."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.view_affinity import Affinities
from openpose_ros.pose3d.view_rays import ViewRays
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
    xyz = (previous.body.xyz - rays.origin).astype(np.float32)
    known = ~np.isnan(xyz[..., 0])
    xyz = np.where(known[..., None], xyz, 0)
    weights = np.sqrt(np.where(known, previous.body.scores, 0))
    return Affinities(
        _votes(rays, xyz, weights, np.arange(len(mirrored)), limit_px, max_motion_m),
        _votes(rays, xyz, weights, mirrored, limit_px, max_motion_m),
    )


def _votes(
    rays: ViewRays,
    xyz: Array,
    weights: Array,
    mirrored: Array,
    limit_px: float,
    max_motion_m: float,
) -> FloatArray:
    directions = rays.directions[:, mirrored].transpose(1, 0, 2)
    pixel_rad = rays.pixel_rad[:, mirrored].T[:, None]
    to_known = xyz.transpose(1, 0, 2)[:, :, None] - rays.positions[rays.views]
    depths = (to_known * directions[:, None]).sum(axis=-1)
    off = to_known - depths[..., None] * directions[:, None]
    squares = (off**2).sum(axis=-1)
    limits = (limit_px * pixel_rad * depths) ** 2 + np.float32(max_motion_m**2)
    votes = np.maximum(1 - squares / limits, -1)
    votes = np.where(depths > 0, votes, -1)
    weighted: FloatArray = (
        votes * weights.T[:, :, None] * rays.weights[:, mirrored].T[:, None]
    ).astype(np.float32)
    return weighted


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
