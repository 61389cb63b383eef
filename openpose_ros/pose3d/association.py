# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Who is who in the views of several cameras, and who has left and right exchanged.

Rays of all pairs of people are compared, groups are joined by the votes of all their pairs, sides
are chosen by majority, and what does not make one person in space is taken out again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.matching.association_parameters import AssociationParameters
from openpose_ros.pose3d.matching.candidate_groups import join_views
from openpose_ros.pose3d.matching.checked_groups import check_groups
from openpose_ros.pose3d.matching.checked_groups import Evidence
from openpose_ros.pose3d.matching.known_people import votes_of_known
from openpose_ros.pose3d.matching.known_people import with_known
from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.matching.view_affinity import agreement
from openpose_ros.pose3d.matching.view_affinity import ray_distances
from openpose_ros.pose3d.matching.view_affinity import RayDistances
from openpose_ros.pose3d.matching.view_affinity import typical_distance
from openpose_ros.pose3d.matching.view_rays import rays_of
from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.pose3d.views import skeleton_of_views
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types_3d import People3D

__all__ = ['associate_views', 'AssociationParameters', 'Groups']

# The limit of the distances, as a multiple of the noise found.
_LIMIT_PER_SIGMA = 3.0


def associate_views(
    views: Sequence[View], parameters: AssociationParameters, previous: People3D | None = None
) -> Groups:
    """
    Group the people of several views who are one person each.

    Nobody is in two groups, no group has two people of one view, and every group has at least two
    views: people seen by one camera only are in none.

    :param views: The views of one instant, one per camera, at least one.
    :param parameters: Limits.
    :param previous: The people expected at this instant, in the world frame of the cameras: they
        speak for groups where they are expected and for their left and right, but need not be
        there. None if unknown.
    :return: The groups, those with the most rays first.
    :raises ValueError: If there is no view, a camera has two, the skeletons of views and previous
        people differ or are unknown.
    """
    skeleton = skeleton_of_views(views)
    _require_same_skeleton(previous, skeleton)
    rays = rays_of(views, parameters.min_score)
    if not len(rays.views):
        return Groups.nobody(len(views), len(skeleton.parts))
    same, crossed = ray_distances(rays, skeleton.mirrored_parts)
    limit_px = _limit(same, rays, parameters)
    votes = Affinities(agreement(same, limit_px), agreement(crossed, limit_px))
    known_weights: Array = np.zeros((0, len(skeleton.parts)))
    if previous is not None and parameters.prior_weight:
        to_known = votes_of_known(
            rays, previous, skeleton.mirrored_parts, limit_px, parameters.max_motion_m
        )
        votes = with_known(votes, to_known, skeleton.mirrored_parts, parameters.prior_weight)
        known_weights = parameters.prior_weight * previous.body.scores
    candidates = join_views(rays, votes, known_weights, skeleton)
    evidence = Evidence(rays, same, crossed, skeleton, limit_px)
    return check_groups(candidates, evidence, views, parameters)


def _require_same_skeleton(previous: People3D | None, skeleton: Skeleton) -> None:
    if previous is not None and previous.skeleton != skeleton.name:
        raise ValueError(
            f"previous people have skeleton '{previous.skeleton}', expected '{skeleton.name}' as "
            'the views have'
        )


def _limit(same: RayDistances, rays: ViewRays, parameters: AssociationParameters) -> float:
    """Return the distance at which a part speaks neither for nor against a pair."""
    votes = agreement(same, parameters.max_distance_px)
    affinity = votes.sum(axis=0)
    affinity[rays.views[:, None] == rays.views] = -np.inf
    sigma = typical_distance(same, affinity, rays)
    if sigma is None:
        return parameters.max_distance_px
    limit = max(_LIMIT_PER_SIGMA * sigma, parameters.min_distance_px)
    return min(limit, parameters.max_distance_px)
