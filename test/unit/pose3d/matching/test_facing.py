# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a person has left and right where they belong, and what association makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rooms import known
from rooms import room

from openpose_ros.pose3d.association import associate_views
from openpose_ros.pose3d.association import AssociationParameters
from openpose_ros.pose3d.matching.facing import handedness
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import PERFECT
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D

BODY_25 = get_skeleton('body_25')
MIRRORED = BODY_25.mirrored_parts
PARAMETERS = AssociationParameters()


def turned(xyz: Array, angle: float) -> Array:
    """Return people lying in a world whose up is elsewhere."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turn: Array = xyz @ np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return turn


def exchanged(view: View) -> View:
    """Return the view with left and right of everybody exchanged."""
    body = view.people.body
    mirrored = Keypoints2D(body.xy[:, MIRRORED], body.scores[:, MIRRORED])
    return replace(view, people=replace(view.people, body=mirrored))


@pytest.mark.parametrize('name', ['body_25', 'coco_18', 'body_25b'])
@pytest.mark.parametrize('angle', [0.0, 1.0, np.pi])
def test_handedness_of_people_in_any_world(name: str, angle: float) -> None:
    skeleton = get_skeleton(name)
    people = turned(people_in_room(6, skeleton, seed=1), angle)
    assert (handedness(people, skeleton) > 0.8).all()
    assert (handedness(people[:, skeleton.mirrored_parts], skeleton) < -0.8).all()


def test_handedness_of_a_skeleton_without_a_front_is_unknown() -> None:
    skeleton = get_skeleton('mpii_15')
    assert handedness(people_in_room(2, skeleton), skeleton).tolist() == [0.0, 0.0]


def without(xyz: Array, *names: str) -> Array:
    """Return people without the parts that have one of these in their name."""
    gone = [any(name in part for name in names) for part in BODY_25.parts]
    return np.where(np.array(gone)[:, None], np.nan, xyz)


def test_handedness_of_people_without_what_goes_up_is_unknown() -> None:
    people = without(people_in_room(1, BODY_25), 'hip', 'knee', 'nose')
    assert handedness(people, BODY_25).tolist() == [0.0]


@pytest.mark.parametrize(
    'missing',
    [('left_hip', 'right_hip'), ('shoulder', 'ear'), ('knee', 'ankle', 'heel'), ('toe', 'nose')],
)
def test_handedness_needs_few_parts(missing: tuple[str, ...]) -> None:
    people = without(people_in_room(6, BODY_25, seed=1), *missing)
    assert (handedness(people, BODY_25) > 0.5).all()
    assert (handedness(people[:, MIRRORED], BODY_25) < -0.5).all()


def test_associate_views_of_two_views_believes_who_rather_looks_ahead() -> None:
    # of six parts each second one: few pairs are left to see which side is which
    conditions = replace(PERFECT, missing=0.25, noise_px=1.0)
    cameras = ring_of_cameras(4)[:2]
    right = wrong = 0
    for seed in range(30):
        bodies = people_in_room(1, BODY_25, seed=seed, room_m=2.0)
        seen = see_people(bodies, cameras, BODY_25, conditions, seed=seed).views
        groups = associate_views([exchanged(seen[0]), seen[1]], PARAMETERS)
        if len(groups.members):
            believed = int(groups.flipped[0].sum(axis=1).argmax())
            right, wrong = right + (believed == 0), wrong + (believed == 1)
    assert right + wrong >= 25
    assert wrong <= 5


@pytest.mark.parametrize('wrong', [(0,), (1,), (0, 2), (1, 3), (0, 1)])
def test_associate_views_of_split_views_believes_who_looks_ahead(wrong: tuple[int, ...]) -> None:
    bodies = people_in_room(3, BODY_25, seed=4, spacing_m=0.8)
    cameras = ring_of_cameras(5, radius_m=7.0)[: 2 * len(wrong)]
    seen = see_people(bodies, cameras, BODY_25, PERFECT)
    views = [exchanged(view) if i in wrong else view for i, view in enumerate(seen.views)]
    groups = associate_views(views, PARAMETERS)
    assert len(groups.members) == 3
    centre = np.arange(25) == MIRRORED
    for index in range(len(views)):
        expected = ~centre if index in wrong else np.zeros(25, bool)
        np.testing.assert_array_equal(groups.flipped[:, index], np.tile(expected, (3, 1)))


def test_associate_views_believes_known_people_more_than_looks() -> None:
    # The known person walks backwards, for whatever reason: who it is has been settled before.
    bodies, seen = room(1, 2)
    views = [exchanged(seen.views[0]), seen.views[1]]
    groups = associate_views(views, PARAMETERS, known(bodies[:, MIRRORED]))
    assert not groups.flipped[0, 0].any()
    assert groups.flipped[0, 1].sum() == 22
