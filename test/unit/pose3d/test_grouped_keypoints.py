# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Hand-made views of mpii_15 people: each keypoint's x says whose and which it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openpose_ros.pose3d.grouped_keypoints import group_bodies
from openpose_ros.pose3d.grouped_keypoints import group_faces
from openpose_ros.pose3d.grouped_keypoints import group_hands
from openpose_ros.pose3d.grouped_keypoints import GroupedKeypoints
from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import NOT_SEEN

BODY = get_skeleton('mpii_15')
PARTS = len(BODY.parts)
LEFT, RIGHT = BODY.index('left_wrist'), BODY.index('right_wrist')
LEFT_HAND, RIGHT_HAND = 7000, 8000


def keypoints(first: float, people: int, parts: int) -> Keypoints2D:
    """Return keypoints whose x is first + 100 person + part."""
    x = first + 100 * np.arange(people)[:, None] + np.arange(parts)
    xy = np.stack([x, np.zeros_like(x)], axis=-1).astype(np.float32)
    return Keypoints2D(xy, np.full((people, parts), 0.5, np.float32))


def view(number: int, people: int, *, hands: bool = False) -> View:
    camera = ring_of_cameras(2)[number]
    seen = People2D.from_body(
        BODY.name, keypoints(1000 * number, people, PARTS), np.ones(people, np.float32),
        camera.image_size,
    )
    if hands:
        seen = replace(
            seen, hand_skeleton='hand_21',
            left_hand=keypoints(LEFT_HAND, people, 21),
            right_hand=keypoints(RIGHT_HAND, people, 21),
        )
    return View(camera, seen)


def groups(*members: tuple[int, int]) -> Groups:
    rows = np.array(members, np.int64).reshape(-1, 2)
    nowhere = np.zeros((len(rows), 2, PARTS), bool)
    return Groups(rows, nowhere, nowhere.copy())


def test_group_bodies_takes_the_members_of_each_view() -> None:
    bodies = group_bodies([view(0, 2), view(1, 3)], groups((1, 2), (0, NOT_SEEN)))
    assert bodies.xy[0, :, 0, 0].tolist() == [100, 0]
    assert bodies.xy[1, 0, 0, 0] == 1200
    assert np.isnan(bodies.xy[1, 1]).all() and not bodies.scores[1, 1].any()
    assert (bodies.scores[0] == 0.5).all()


def test_group_bodies_flipped_part_comes_from_the_mirrored_one() -> None:
    who = groups((0, 0))
    who.flipped[0, 1, LEFT] = True
    bodies = group_bodies([view(0, 1), view(1, 1)], who)
    assert bodies.xy[0, 0, LEFT, 0] == LEFT
    assert bodies.xy[1, 0, LEFT, 0] == 1000 + RIGHT
    assert bodies.xy[1, 0, RIGHT, 0] == 1000 + RIGHT  # that one is not flipped


def test_group_bodies_dropped_part_is_missing() -> None:
    who = groups((0, 0))
    who.dropped[0, 0, LEFT] = True
    bodies = group_bodies([view(0, 1), view(1, 1)], who)
    assert np.isnan(bodies.xy[0, 0, LEFT]).all() and bodies.scores[0, 0, LEFT] == 0
    assert np.isfinite(bodies.xy).all(axis=-1).sum() == 2 * PARTS - 1


def test_group_bodies_of_no_groups_has_length_0() -> None:
    assert group_bodies([view(0, 0), view(1, 2)], groups()).xy.shape == (2, 0, PARTS, 2)


def test_group_hands_follow_flipped_and_dropped_wrists() -> None:
    who = groups((0, 0), (1, 1))
    who.flipped[0, 0, [LEFT, RIGHT]] = True
    who.dropped[1, 1, RIGHT] = True
    left, right = group_hands([view(0, 2, hands=True), view(1, 2, hands=True)], who)
    assert left.xy[:, :, 0, 0].tolist() == [
        [RIGHT_HAND, LEFT_HAND + 100], [LEFT_HAND, LEFT_HAND + 100],
    ]
    assert right.xy[0, 0, 0, 0] == LEFT_HAND
    assert np.isnan(right.xy[1, 1]).all()


def test_group_hands_view_without_hands_gives_none() -> None:
    left, _ = group_hands([view(0, 1, hands=True), view(1, 1)], groups((0, 0)))
    assert left.scores.shape == (2, 1, 21)
    assert left.scores[0].all() and not left.scores[1].any()


def test_group_faces_without_any_have_no_parts() -> None:
    assert group_faces([view(0, 1), view(1, 1)], groups((0, 0))).scores.shape == (2, 1, 0)


def test_group_faces_of_different_skeletons_are_refused() -> None:
    views = [view(0, 1), view(1, 1)]
    for index, name in enumerate(('face_70', 'other')):
        face = keypoints(0, 1, 70)
        people = replace(views[index].people, face_skeleton=name, face=face)
        views[index] = replace(views[index], people=people)
    with pytest.raises(ValueError, match=r'face skeletons of the views differ \(cam0: face_70, '):
        group_faces(views, groups((0, 0)))


def test_group_faces_of_another_number_of_parts_are_refused() -> None:
    views = [view(0, 1), view(1, 1)]
    people = replace(views[1].people, face_skeleton='face_70', face=keypoints(0, 1, 68))
    views[1] = replace(views[1], people=people)
    with pytest.raises(ValueError, match=r'scores of view 1 has shape \(1, 68\), expected'):
        group_faces(views, groups((0, 0)))


def test_grouped_keypoints_scores_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match='scores has shape'):
        GroupedKeypoints(np.zeros((2, 1, 3, 2), np.float32), np.zeros((2, 1, 4), np.float32))
