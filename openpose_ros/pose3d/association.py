# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Who is who in the views of several cameras, and who has left and right exchanged.

Rays of all pairs of people are compared, groups are joined by the votes of all their pairs, sides
are chosen by majority, and what does not make one person in space is taken out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.association_parameters import AssociationParameters
from openpose_ros.pose3d.group_checks import doubtful_members
from openpose_ros.pose3d.group_checks import missing_views
from openpose_ros.pose3d.group_checks import person_size_m
from openpose_ros.pose3d.group_checks import unsupported_parts
from openpose_ros.pose3d.grouping import group_people
from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.known_people import votes_of_known
from openpose_ros.pose3d.known_people import with_known
from openpose_ros.pose3d.left_right import choose_sides
from openpose_ros.pose3d.meeting_points import meet
from openpose_ros.pose3d.meeting_points import MeetingPoints
from openpose_ros.pose3d.meeting_points import rays_of_groups
from openpose_ros.pose3d.regrouping import regroup_people
from openpose_ros.pose3d.view_affinity import Affinities
from openpose_ros.pose3d.view_affinity import agreement
from openpose_ros.pose3d.view_affinity import ray_distances
from openpose_ros.pose3d.view_affinity import RayDistances
from openpose_ros.pose3d.view_affinity import typical_distance
from openpose_ros.pose3d.view_rays import rays_of
from openpose_ros.pose3d.view_rays import ViewRays
from openpose_ros.pose3d.views import skeleton_of_views
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D

__all__ = ['associate_views', 'AssociationParameters', 'Groups']

# The limit of the distances, as a multiple of the noise found.
_LIMIT_PER_SIGMA = 3.0
# One part's vote: less is no reason to call two people one.
_MIN_AFFINITY = 1.0
_MEMBER_ROUNDS = 2


@dataclass(frozen=True, eq=False)
class _Candidates:
    """
    Groups that are not checked yet.

    :param rows: Row of each group's person of each view, ``NOT_SEEN`` for none, ``(G, C)``.
    :param flipped: Whether a part is taken from the mirrored one, shape ``(G, C, P)``.
    :param unclear: Whether nobody can say which view has it right, shape ``(G, C, P)``.
    """

    rows: IntArray
    flipped: Array
    unclear: Array

    def take(self, chosen: Array) -> _Candidates:
        return _Candidates(self.rows[chosen], self.flipped[chosen], self.unclear[chosen])


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
    known = None if previous is None or not parameters.prior_weight else previous
    if known is not None:
        to_known = votes_of_known(
            rays, known, skeleton.mirrored_parts, limit_px, parameters.max_motion_m
        )
        votes = with_known(votes, to_known, skeleton.mirrored_parts, parameters.prior_weight)
    candidates = _join(rays, votes, known, skeleton, parameters.prior_weight)
    return _checked(candidates, views, rays, (same, crossed), skeleton, parameters)


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


def _join(
    rays: ViewRays,
    votes: Affinities,
    known: People3D | None,
    skeleton: Skeleton,
    prior_weight: float,
) -> _Candidates:
    """Return the groups of at least two views, with left and right chosen."""
    people, cameras = len(rays.views), len(rays.positions)
    # The known people are one more view.
    total = votes.direct.shape[1]
    columns = np.concatenate([rays.views, np.full(total - people, cameras)])
    weights = rays.weights
    if known is not None:
        weights = np.concatenate([weights, prior_weight * known.body.scores])
    forbidden = columns[:, None] == columns
    sums = [table.sum(axis=0) for table in (votes.direct, votes.crossed)]
    for table in sums:
        table[forbidden] = -np.inf
    groups, turned = group_people(sums[0], sums[1], _MIN_AFFINITY)
    groups, turned = regroup_people(sums[0], sums[1], columns, groups, turned)
    rows = np.full((groups.max() + 1, cameras + 1), NOT_SEEN)
    rows[groups, columns] = np.arange(total)
    rows = rows[(rows[:, :cameras] != NOT_SEEN).sum(axis=1) >= 2]
    whole = _upright(rows, turned, weights)
    sides = choose_sides(rows, whole, votes, weights, skeleton)
    return _Candidates(
        rows[:, :cameras], sides.flipped[:, :cameras], sides.unclear[:, :cameras]
    )


def _upright(rows: IntArray, turned: Array, weights: Array) -> Array:
    """Return who of each group is exchanged, if known people and else the majority is right."""
    seen = rows != NOT_SEEN
    whole = turned[rows] & seen
    weight = weights.sum(axis=1)[rows] * seen
    wrong = (weight * whole).sum(axis=1) > (weight * (seen & ~whole)).sum(axis=1)
    wrong = np.where(seen[:, -1], whole[:, -1], wrong)
    upright: Array = (whole ^ wrong[:, None]) & seen
    return upright


def _checked(
    found: _Candidates,
    views: Sequence[View],
    rays: ViewRays,
    distances: tuple[RayDistances, RayDistances],
    skeleton: Skeleton,
    parameters: AssociationParameters,
) -> Groups:
    """Take out parts, members and groups that do not make one person in space."""
    mirrored, limit_px = skeleton.mirrored_parts, parameters.max_distance_px
    for _ in range(_MEMBER_ROUNDS):
        dropped, points = _meet(found, rays, distances, mirrored, limit_px)
        doubtful = doubtful_members(points, limit_px)
        if not doubtful.any():
            break
        rows = np.where(doubtful, NOT_SEEN, found.rows)
        found = _Candidates(rows, found.flipped, found.unclear)
        found = found.take((rows != NOT_SEEN).sum(axis=1) >= 2)
        dropped, points = _meet(found, rays, distances, mirrored, limit_px)
    members = (found.rows != NOT_SEEN).sum(axis=1)
    whole = (~np.isnan(points.xyz[..., 0])).sum(axis=1) >= parameters.min_parts
    whole &= person_size_m(points) <= parameters.max_size_m
    # Others can only be more than the members where these are few.
    few = np.flatnonzero(2 * members < len(views))
    missing = missing_views(points.xyz[few] + rays.origin, found.rows[few], views)
    whole[few] &= missing <= members[few]
    order = np.argsort(-(~np.isnan(points.distances)).sum(axis=(1, 2)), kind='stable')
    order = order[whole[order]]
    rows = found.rows[order]
    seen = rows != NOT_SEEN
    return Groups(
        np.where(seen, rays.people[rows], NOT_SEEN),
        found.flipped[order] & seen[..., None],
        dropped[order] & seen[..., None],
    )


def _meet(
    found: _Candidates,
    rays: ViewRays,
    distances: tuple[RayDistances, RayDistances],
    mirrored: Array,
    limit_px: float,
) -> tuple[Array, MeetingPoints]:
    dropped = found.unclear | unsupported_parts(
        found.rows, found.flipped, *distances, mirrored, limit_px
    )
    group_rays = rays_of_groups(rays, found.rows, found.flipped, dropped, mirrored)
    return dropped, meet(group_rays, rays.positions.astype(np.float64))
