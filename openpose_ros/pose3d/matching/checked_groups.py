# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From candidates to groups: what does not make one person in space is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.matching.association_parameters import AssociationParameters
from openpose_ros.pose3d.matching.candidate_groups import CandidateGroups
from openpose_ros.pose3d.matching.facing import handedness
from openpose_ros.pose3d.matching.group_checks import doubtful_members
from openpose_ros.pose3d.matching.group_checks import mean_agreement
from openpose_ros.pose3d.matching.group_checks import missing_views
from openpose_ros.pose3d.matching.group_checks import pairs_of_groups
from openpose_ros.pose3d.matching.group_checks import person_size_m
from openpose_ros.pose3d.matching.group_checks import unsupported_parts
from openpose_ros.pose3d.matching.meeting_points import meet
from openpose_ros.pose3d.matching.meeting_points import MeetingPoints
from openpose_ros.pose3d.matching.meeting_points import rays_of_groups
from openpose_ros.pose3d.matching.view_affinity import RayDistances
from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

_MEMBER_ROUNDS = 2
# Cosine between where the right side is and where it belongs: to overrule most of the views, and
# where as many views say the one as the other.
_CLEARLY = 0.8
_RATHER = 0.3
# A majority as large as this is right, whatever the person looks like.
_CLEAR_MAJORITY = 2


@dataclass(frozen=True, eq=False)
class Evidence:
    """
    What is known of the people of a view set.

    :param rays: D people.
    :param same: Distances of the same parts of all pairs.
    :param crossed: Distances of part and mirrored part.
    :param skeleton: Skeleton with P parts.
    :param limit_px: Distance at which a part speaks neither for nor against a pair.
    """

    rays: ViewRays
    same: RayDistances
    crossed: RayDistances
    skeleton: Skeleton
    limit_px: float


@dataclass(frozen=True, eq=False)
class _Checked:
    """
    What a look at candidates says.

    :param dropped: Parts that are not to be used, shape ``(G, C, P)``.
    :param points: Where the rays of the others meet.
    :param agreed: How well the members agree, shape ``(G,)``.
    """

    dropped: Array
    points: MeetingPoints
    agreed: Array


def check_groups(
    found: CandidateGroups,
    evidence: Evidence,
    views: Sequence[View],
    parameters: AssociationParameters,
) -> Groups:
    """
    Take out parts, members and groups that do not make one person in space.

    :param found: The candidates.
    :param evidence: What is known of the people.
    :param views: The views.
    :param parameters: Limits.
    :return: The groups that are left, those with the most rays first.
    """
    checked = _meet(found, evidence, parameters)
    for _ in range(_MEMBER_ROUNDS):
        doubtful = doubtful_members(checked.points, parameters.max_distance_px)
        if not doubtful.any():
            break
        found = found.without(doubtful)
        checked = _meet(found, evidence, parameters)
    order = np.argsort(-(~np.isnan(checked.points.distances)).sum(axis=(1, 2)), kind='stable')
    order = order[_whole(found, checked, evidence, views, parameters)[order]]
    rows = found.rows[order]
    seen = rows != NOT_SEEN
    turned = _look_backwards(found, checked.points, evidence.skeleton)[order, None, None]
    mirrored = evidence.skeleton.mirrored_parts
    centre = mirrored == np.arange(len(mirrored))
    flipped, dropped = found.flipped[order], checked.dropped[order]
    flipped = np.where(turned & ~centre, ~flipped[..., mirrored], flipped)
    dropped = np.where(turned, dropped[..., mirrored], dropped)
    return Groups(
        np.where(seen, evidence.rays.people[rows], NOT_SEEN),
        flipped & seen[..., None],
        dropped & seen[..., None],
    )


def _look_backwards(
    found: CandidateGroups, points: MeetingPoints, skeleton: Skeleton
) -> Array:
    """Return the groups whose views are split over left and right, and chose the wrong side."""
    seen = found.rows != NOT_SEEN
    flipped = (found.flipped.sum(axis=-1) > len(skeleton.mirror)) & seen
    counts = np.stack([flipped.sum(axis=1), (seen & ~flipped).sum(axis=1)])
    few, many = counts.min(axis=0), counts.max(axis=0)
    split = (few > 0) & (_CLEAR_MAJORITY * few >= many) & ~found.known
    enough = np.where(few == many, _RATHER, _CLEARLY)
    backwards: Array = split & (handedness(points.xyz, skeleton) < -enough)
    return backwards


def _meet(
    found: CandidateGroups, evidence: Evidence, parameters: AssociationParameters
) -> _Checked:
    mirrored = evidence.skeleton.mirrored_parts
    pairs = pairs_of_groups(
        found.rows, found.flipped, evidence.same, evidence.crossed, mirrored
    )
    dropped = found.unclear | unsupported_parts(pairs, parameters.max_distance_px)
    rays = rays_of_groups(evidence.rays, found.rows, found.flipped, dropped, mirrored)
    points = meet(rays, evidence.rays.positions.astype(np.float64))
    return _Checked(dropped, points, mean_agreement(pairs, dropped, evidence.limit_px))


def _whole(
    found: CandidateGroups,
    checked: _Checked,
    evidence: Evidence,
    views: Sequence[View],
    parameters: AssociationParameters,
) -> Array:
    """Return which groups make one person."""
    members = (found.rows != NOT_SEEN).sum(axis=1)
    xyz = checked.points.xyz
    whole: Array = (~np.isnan(xyz[..., 0])).sum(axis=1) >= parameters.min_parts
    whole &= person_size_m(checked.points) <= parameters.max_size_m
    # Two views fit by chance much more often than five.
    whole &= checked.agreed * members >= 2 * parameters.min_agreement
    allowed = parameters.max_missing_views * members
    asked = np.flatnonzero(whole & (allowed < len(views) - members))
    missing = missing_views(xyz[asked] + evidence.rays.origin, found.rows[asked], views)
    whole[asked] &= missing <= allowed[asked]
    return whole
