# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from rooms import room
from rooms import view_of

from openpose_ros.pose3d.matching.group_checks import doubtful_members
from openpose_ros.pose3d.matching.group_checks import GroupPairs
from openpose_ros.pose3d.matching.group_checks import mean_agreement
from openpose_ros.pose3d.matching.group_checks import missing_views
from openpose_ros.pose3d.matching.group_checks import pairs_of_groups
from openpose_ros.pose3d.matching.group_checks import person_size_m
from openpose_ros.pose3d.matching.group_checks import unsupported_parts
from openpose_ros.pose3d.matching.meeting_points import MeetingPoints
from openpose_ros.pose3d.matching.view_affinity import RayDistances
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

FAR = 50.0


def pairs_where(wrong: list[int], views: int = 4, weight: float = 0.8) -> GroupPairs:
    """Return one group with one part: rays of wrong views meet nobody's."""
    bad = np.isin(np.arange(views), wrong)
    squares = np.where(bad[:, None] | bad, FAR**2, 0.0)[None, :, :, None]
    weights = weight * (1 - np.eye(views))[None, :, :, None]
    return GroupPairs(squares, weights)


def points_with(distances: Array) -> MeetingPoints:
    """Return meeting points of one group that are this far from the rays, ``(C, P)``."""
    return MeetingPoints(np.zeros((1, distances.shape[1], 3)), distances[None])


@pytest.mark.parametrize(
    ('views', 'wrong', 'dropped'),
    [
        (4, [], []),
        (4, [2], [2]),
        (3, [0], [0]),
        (5, [1, 3], [1, 3]),
        (2, [0], [0, 1]),  # nobody can say which one it is
    ],
)
def test_unsupported_parts_are_those_that_the_others_deny(
    views: int, wrong: list[int], dropped: list[int]
) -> None:
    found = unsupported_parts(pairs_where(wrong, views), 10.0)
    assert np.flatnonzero(found[0, :, 0]).tolist() == dropped


def test_unsupported_parts_that_one_view_sees_stay() -> None:
    assert not unsupported_parts(pairs_where([0, 1], weight=0.0), 10.0).any()


@pytest.mark.parametrize(('distance', 'expected'), [(0.0, 1.0), (5.0, 0.75), (99.0, -1.0)])
def test_mean_agreement_by_distance(distance: float, expected: float) -> None:
    pairs = GroupPairs(np.full((1, 3, 3, 2), distance**2), np.ones((1, 3, 3, 2)))
    nothing = np.zeros((1, 3, 2), bool)
    assert mean_agreement(pairs, nothing, 10.0)[0] == pytest.approx(expected)


def test_mean_agreement_leaves_dropped_parts_out() -> None:
    pairs = pairs_where([1])
    dropped = np.zeros((1, 4, 1), bool)
    assert mean_agreement(pairs, dropped, 10.0)[0] < 0.5
    dropped[0, 1] = True
    assert mean_agreement(pairs, dropped, 10.0)[0] == pytest.approx(1.0)
    assert mean_agreement(pairs, ~dropped | dropped, 10.0)[0] == 0.0


def test_pairs_of_groups_turn_with_the_members() -> None:
    # The two people are exchanged against each other: the crossed distances are theirs.
    mirrored = np.array([1, 0, 2])
    same = RayDistances(np.full((3, 2, 2), 9.0, np.float32), np.ones((3, 2, 2), np.float32))
    squares = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    crossed = RayDistances(squares, 0.5 * np.ones((3, 2, 2), np.float32))
    flipped = np.zeros((1, 2, 3), bool)
    rows = np.array([[0, 1]])
    np.testing.assert_array_equal(
        pairs_of_groups(rows, flipped, same, crossed, mirrored).squares[0, 0, 1], 9.0
    )
    flipped[0, 1, :2] = True
    found = pairs_of_groups(rows, flipped, same, crossed, mirrored)
    # part p of the first against the mirrored part of the second
    assert found.squares[0, 0, 1].tolist() == [*squares[:2, 0, 1], 9.0]
    # part p of the second is its mirrored one, against part p of the first
    assert found.squares[0, 1, 0].tolist() == [*squares[[1, 0], 1, 0], 9.0]
    assert found.weights[0, 0, 1].tolist() == [0.5, 0.5, 1.0]


def test_doubtful_members_are_far_from_the_points_with_most_parts() -> None:
    distances = np.full((4, 5), 2.0)
    distances[2, :3] = np.inf
    distances[1, :2] = 40.0
    found = doubtful_members(points_with(distances), 10.0)
    assert np.flatnonzero(found[0]).tolist() == [2]


def test_doubtful_members_without_parts_are_none() -> None:
    distances = np.full((3, 4), 1.0)
    distances[1] = np.nan
    assert not doubtful_members(points_with(distances), 10.0).any()


def test_person_size_is_that_of_most_points() -> None:
    xyz = np.zeros((3, 21, 3))
    xyz[0, :, 2] = np.linspace(0, 2.0, 21)
    xyz[0, 5] = (1000, 0, 0)  # a single part anywhere
    xyz[1, 1:] = np.nan
    xyz[2] = np.nan
    sizes = person_size_m(MeetingPoints(xyz, np.zeros((3, 2, 21))))
    assert sizes[0] == pytest.approx(1.6, abs=0.15)
    assert sizes[1:].tolist() == [0.0, 0.0]


def test_missing_views_count_those_that_should_see_the_person() -> None:
    bodies, _ = room(2, 4)
    cameras = ring_of_cameras(4, radius_m=7.0)
    rows = np.array([[0, 1, NOT_SEEN, NOT_SEEN]])
    empty = [view_of(camera, []) for camera in cameras]
    assert missing_views(bodies[:1], rows, empty)[0] == pytest.approx(2.0)
    there = [view_of(camera, bodies[:1]) for camera in cameras]
    assert missing_views(bodies[:1], rows, there)[0] == 0.0  # hidden by what was found there
    elsewhere = bodies[:1] + (0, 0, 30.0)
    assert missing_views(elsewhere, rows, empty)[0] == 0.0  # out of every image


def test_missing_views_of_a_person_without_points_are_none() -> None:
    cameras = ring_of_cameras(2)
    rows = np.full((1, 2), NOT_SEEN)
    xyz = np.full((1, 25, 3), np.nan)
    assert missing_views(xyz, rows, [view_of(camera, []) for camera in cameras])[0] == 0.0
