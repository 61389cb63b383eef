# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a group must stand: its parts, its members and itself must make one person in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.matching.left_right import members_of_pairs
from openpose_ros.pose3d.matching.meeting_points import MeetingPoints
from openpose_ros.pose3d.matching.view_affinity import RayDistances
from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

# A part is dropped if the other views say so by this much: -1 all against it, 1 all for it.
_LEAST_SUPPORT = -0.25
_DROP_ROUNDS = 3
# Of a member's parts, the share that must lie near the meeting points.
_LEAST_SHARE = 0.5
# The size of a person is that of the box around most points; a few may be anywhere.
_MIDDLE = (0.1, 0.9)
# A person is not looked for right at the border of an image, nor near somebody who may hide it.
_BORDER_SHARE = 0.02
_HIDING_SHARE = 0.15


@dataclass(frozen=True, eq=False)
class GroupPairs:
    """
    The pairs of views within G groups, left and right as the groups have them.

    :param squares: Squared distances of the rays in reference pixels, shape ``(G, C, C, P)``.
    :param weights: What a pair counts, 0 where a part is missing, shape ``(G, C, C, P)``.
    """

    squares: Array
    weights: Array


def pairs_of_groups(
    rows: Array, flipped: Array, same: RayDistances, crossed: RayDistances, mirrored: Array
) -> GroupPairs:
    """
    Return the pairs of the members of groups.

    :param rows: Row of each group's person of each view, ``NOT_SEEN`` for none, ``(G, C)``.
    :param flipped: Whether a part is taken from the mirrored one, shape ``(G, C, P)``.
    :param same: Distances of the same parts.
    :param crossed: Distances of part and mirrored part.
    :param mirrored: For each part its mirrored part, shape ``(P,)``.
    """
    return GroupPairs(
        _oriented(same.squares, crossed.squares, rows, flipped, mirrored),
        _oriented(same.weights, crossed.weights, rows, flipped, mirrored),
    )


def unsupported_parts(pairs: GroupPairs, limit_px: float) -> Array:
    """
    Return the parts whose rays meet those of too few other views; the worst goes first.

    :param pairs: The pairs of G groups.
    :param limit_px: Rays meet if they pass nearer, reference pixels.
    :return: Shape ``(G, C, P)``, bool.
    """
    votes = np.maximum(1 - pairs.squares / limit_px**2, -1)
    dropped = np.zeros(votes.shape[:2] + votes.shape[3:], bool)
    for _ in range(_DROP_ROUNDS):
        used = pairs.weights * ~dropped[:, None] * ~dropped[:, :, None]
        total = used.sum(axis=2)
        support = np.where(total > 0, (used * votes).sum(axis=2) / np.maximum(total, 1e-9), 1)
        worst = support.min(axis=1, keepdims=True)
        bad = (support <= worst + 1e-6) & (support < _LEAST_SUPPORT)
        if not bad.any():
            break
        dropped |= bad
    return dropped


def mean_agreement(pairs: GroupPairs, dropped: Array, limit_px: float) -> Array:
    """
    Return how well the members of a group agree: 1 perfectly, 0 and less not at all.

    :param pairs: The pairs of G groups.
    :param dropped: Parts that are left out, shape ``(G, C, P)``.
    :param limit_px: Distance at which a pair of parts speaks neither for nor against.
    :return: Weighted mean over the parts of all pairs, shape ``(G,)``; 0 without any.
    """
    weights = pairs.weights * ~dropped[:, None] * ~dropped[:, :, None]
    votes = np.maximum(1 - pairs.squares / limit_px**2, -1)
    every = (1, 2, 3)
    agreed: Array = (weights * votes).sum(every) / np.maximum(weights.sum(every), 1e-9)
    return agreed


def _oriented(same: Array, crossed: Array, rows: Array, flipped: Array, mirrored: Array) -> Array:
    """Return the entries of the pairs in a group as the members are turned, ``(G, C, C, P)``."""
    as_is, other = members_of_pairs(same, rows), members_of_pairs(crossed, rows)
    first, second = flipped[:, :, None], flipped[:, None]
    entries = np.where(first == second, as_is, other)
    turned = np.where(first == second, as_is[..., mirrored], other[..., mirrored])
    return np.where(first, turned, entries)


def doubtful_members(points: MeetingPoints, limit_px: float) -> Array:
    """
    Return the members most of whose parts lie far from where the rays meet, the worst per group.

    :param points: Meeting points of G groups.
    :param limit_px: Farther is far, reference pixels.
    :return: Shape ``(G, C)``, bool.
    """
    seen = ~np.isnan(points.distances)
    near = (points.distances <= limit_px) & seen
    counts = seen.sum(axis=-1)
    shares = np.where(counts > 0, near.sum(axis=-1) / np.maximum(counts, 1), 1)
    worst = shares.min(axis=1, keepdims=True)
    doubtful: Array = (shares < _LEAST_SHARE) & (shares <= worst)
    return doubtful


def person_size_m(points: MeetingPoints) -> Array:
    """
    Return how large the groups are in space, 0 without points.

    :param points: Meeting points of G groups.
    :return: Diagonal of the box around the middle 80 % of the points, metres, shape ``(G,)``.
    """
    counts = (~np.isnan(points.xyz[..., 0])).sum(axis=1)
    ordered = np.sort(points.xyz, axis=1)  # NaN last
    last = np.maximum(counts - 1, 0)
    ends = [
        np.take_along_axis(ordered, np.rint(share * last).astype(int)[:, None, None], axis=1)
        for share in _MIDDLE
    ]
    sizes: Array = np.linalg.norm(ends[1] - ends[0], axis=-1)[:, 0]
    return np.where(counts > 0, sizes, 0)


def missing_views(xyz: Array, rows: Array, views: Sequence[View]) -> Array:
    """
    Count the views that should see a group and show neither it nor anybody who may hide it.

    A view that should see a part of the parts counts as much.

    :param xyz: Points of G groups in the world, metres, NaN where missing, shape ``(G, P, 3)``.
    :param rows: Row of each group's person of each view, ``NOT_SEEN`` for none, ``(G, C)``.
    :param views: The C views.
    :return: Shape ``(G,)``.
    """
    counts = np.zeros(len(xyz))
    known = np.maximum((~np.isnan(xyz[..., 0])).sum(axis=1), 1)
    for view, row in zip(views, rows.T):
        absent = np.flatnonzero(row == NOT_SEEN)
        if len(absent):
            xy = view.camera.project(xyz[absent])
            border = _BORDER_SHARE * np.array(view.camera.image_size)
            inside = (xy > border) & (xy < np.array(view.camera.image_size) - border)
            free = inside.all(axis=-1) & ~_near_somebody(xy, view.people.body.xy)
            counts[absent] += free.sum(axis=1) / known[absent]
    return counts


def _near_somebody(xy: Array, people: Array) -> Array:
    """Return which points lie in a box around somebody, shape ``(G, P)``."""
    missing = np.isnan(people)
    low = np.where(missing, np.inf, people).min(axis=1)
    high = np.where(missing, -np.inf, people).max(axis=1)
    margin = np.maximum(_HIDING_SHARE * (high - low).max(axis=1, keepdims=True), 0)
    points = xy[:, :, None]
    near: Array = ((points > low - margin) & (points < high + margin)).all(axis=-1).any(axis=-1)
    return near
