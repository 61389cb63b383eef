# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The known people themselves: where they are, what hides them, what is done to their views."""

from __future__ import annotations

import numpy as np
import pytest
from rooms import room

from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.matching.association_scores import PairScores
from openpose_ros.pose3d.matching.association_scores import score_pairs
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import bodies_at
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import hidden_parts
from openpose_ros.pose3d.synthetic.synthetic_views import PERFECT
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types_3d import NOT_SEEN

SKELETON = get_skeleton('body_25')


def test_bodies_at_a_place_look_along_their_heading() -> None:
    body = bodies_at(
        SKELETON, np.array([[1.0, 2.0]]), np.zeros(1), np.array([2.0]), np.zeros(1)
    )[0]
    part = {name: body[index] for index, name in enumerate(SKELETON.parts)}
    np.testing.assert_allclose(part['neck'], (1.0, 2.0, 1.64))
    assert part['nose'][0] > part['neck'][0]  # looks along x
    assert part['left_hip'][1] > part['right_hip'][1]  # so the left is at larger y
    assert part['left_big_toe'][2] < 0.05


def test_bodies_of_an_unknown_part_are_refused() -> None:
    with pytest.raises(ValueError, match="skeleton 'hand_21' has part 'wrist'"):
        people_in_room(1, get_skeleton('hand_21'))


def test_people_in_room_keep_their_distance_and_walk_ahead() -> None:
    people = people_in_room(10, SKELETON, seed=3, spacing_m=0.6)
    places = people[:, SKELETON.index('neck'), :2]
    apart = np.linalg.norm(places[:, None] - places, axis=-1) + 9 * np.eye(10)
    assert apart.min() >= 0.6 - 1e-9
    assert np.abs(places).max() <= 2.0
    later = people_in_room(10, SKELETON, seed=3, spacing_m=0.6, distance_m=0.5)
    moved = later[:, SKELETON.index('neck'), :2] - places
    np.testing.assert_allclose(np.linalg.norm(moved, axis=-1), 0.5)


def test_people_in_a_room_too_small_are_refused() -> None:
    with pytest.raises(ValueError, match='no place for 10 people 0.6 m apart in a room of 1.0 m'):
        people_in_room(10, SKELETON, room_m=1.0)


def test_hidden_parts_are_behind_somebody() -> None:
    both = bodies_at(
        SKELETON, np.array([[0.0, 0], [2.0, 0]]), np.zeros(2), np.full(2, 1.7), np.zeros(2)
    )
    hidden = hidden_parts(both, np.array([-4.0, 0, 1.2]))
    assert not hidden[0].any()
    assert hidden[1, SKELETON.index('neck')]
    assert not hidden_parts(both, np.array([0.0, 8.0, 1.2])).any()  # side by side
    assert not hidden_parts(both, np.array([0.0, 0, 30.0])).any()  # from above


def test_see_people_perfectly_shows_them_where_they_are() -> None:
    bodies, seen = room(3, 2, PERFECT)
    for view, people in zip(seen.views, seen.people):
        assert sorted(people.tolist()) == [0, 1, 2]
        expected = view.camera.project(bodies[people])
        np.testing.assert_allclose(view.people.body.xy, expected, atol=1e-3)


def test_see_people_does_what_it_is_told() -> None:
    conditions = ViewConditions(
        noise_px=3.0, missing=0.25, occlusion=False, ghosts=2, flipped=0.5
    )
    bodies = people_in_room(10, SKELETON, seed=0)
    seen = see_people(bodies, ring_of_cameras(12, radius_m=9.0), SKELETON, conditions)
    errors, found, flips = [], [], []
    for view, people, flipped in zip(seen.views, seen.people, seen.flipped):
        assert (people == NOT_SEEN).sum() == 2
        rows = people != NOT_SEEN
        body = view.people.body
        turned = np.where(
            flipped[..., None], body.xy[:, SKELETON.mirrored_parts], body.xy
        )[rows]
        errors.append(turned - view.camera.project(bodies[people[rows]]))
        found.append(~np.isnan(turned[..., 0]))
        flips.append(flipped.any(axis=1))
        assert (np.isnan(body.xy[..., 0]) == (body.scores == 0)).all()
    assert np.nanstd(np.concatenate(errors)) == pytest.approx(3.0, rel=0.05)
    assert np.concatenate(found).mean() == pytest.approx(0.75, abs=0.03)
    assert np.concatenate(flips).mean() == pytest.approx(0.5, abs=0.15)


def test_see_people_repeats_itself() -> None:
    _, one = room(3, 2, ViewConditions())
    _, two = room(3, 2, ViewConditions())
    for first, second in zip(one.views, two.views):
        np.testing.assert_array_equal(first.people.body.xy, second.people.body.xy)


def test_score_pairs_by_hand() -> None:
    # Person 0 in three views, person 1 in two, a ghost in the third.
    people = (np.array([0, 1]), np.array([1, 0]), np.array([NOT_SEEN, 0]))
    members = np.array([[0, 1, 0], [1, 0, NOT_SEEN]])
    flags = np.zeros((2, 3, 25), bool)
    scores = score_pairs(Groups(members, flags, flags), people)
    # 0 0 ghost: one of three pairs; 1 1: one of one; the truth has 3 + 1.
    assert scores == PairScores(right=2, made=4, true=4, invented=0)
    assert scores.precision == scores.recall == 0.5


def test_score_pairs_of_nobody() -> None:
    scores = score_pairs(Groups.nobody(2, 25), (np.array([0]), np.array([NOT_SEEN])))
    assert scores == PairScores(0, 0, 0, 0)
    assert scores.precision == scores.recall == 1.0


def test_score_pairs_counts_the_invented() -> None:
    people = (np.array([0]), np.array([NOT_SEEN]))
    flags = np.zeros((1, 2, 25), bool)
    scores = score_pairs(Groups(np.array([[0, 0]]), flags, flags), people)
    assert scores == PairScores(right=0, made=1, true=0, invented=1)
    assert PairScores.total([scores, scores]).invented == 2
