# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known people, seen by known cameras, come back where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openpose_ros.pose3d.reconstructor import ReconstructionParameters
from openpose_ros.pose3d.reconstructor import Reconstructor
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import PERFECT
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

BODY = get_skeleton('body_25')
FACE = get_skeleton('face_70')
HAND = get_skeleton('hand_21')
CAMERAS = ring_of_cameras(4, radius_m=6.0)  # far enough away to see everybody whole
RECONSTRUCTOR = Reconstructor()


def bodies(count: int, seed: int = 3) -> np.ndarray:
    return people_in_room(count, BODY, seed=seed)


def views_of(people: np.ndarray, **conditions: float) -> list[View]:
    return list(see_people(people, CAMERAS, BODY, replace(PERFECT, **conditions), seed=5).views)


def nearest(people: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return for each person found the one known who is nearest."""
    found = np.nanmean(people, axis=1)
    return np.linalg.norm(found[:, None] - known.mean(axis=1)[None], axis=-1).argmin(axis=1)


def test_reconstruct_perfect_views_give_the_people_back() -> None:
    known = bodies(3)
    people = RECONSTRUCTOR.reconstruct(views_of(known, noise_px=0.0))
    assert len(people) == 3
    rows = nearest(people.body.xyz, known)
    assert sorted(rows) == [0, 1, 2]
    np.testing.assert_allclose(people.body.xyz, known[rows], atol=1e-4)
    assert people.cameras == tuple(camera.name for camera in CAMERAS)
    assert people.skeleton == 'body_25'
    assert (people.body.views == 4).all()
    assert people.ids.tolist() == [0, 0, 0]


def test_reconstruct_sources_are_the_rows_of_the_views() -> None:
    known = bodies(4)
    seen = see_people(known, CAMERAS, BODY, replace(PERFECT, noise_px=1.0), seed=1)
    people = RECONSTRUCTOR.reconstruct(seen.views)
    rows = nearest(people.body.xyz, known)
    for camera, persons in enumerate(seen.people):
        assert persons[people.sources[:, camera]].tolist() == rows.tolist()


def test_reconstruct_people_seen_by_one_camera_only_are_not_invented() -> None:
    views = views_of(bodies(2))
    alone = [views[0], *(replace(view, people=nobody_as(view.people)) for view in views[1:])]
    people = RECONSTRUCTOR.reconstruct(alone)
    assert len(people) == 0
    assert people.body.xyz.shape == (0, 25, 3)


def test_reconstruct_empty_views_are_nobody() -> None:
    people = RECONSTRUCTOR.reconstruct(
        [replace(view, people=nobody_as(view.people)) for view in views_of(bodies(1))]
    )
    assert len(people) == 0
    assert people.cameras == tuple(camera.name for camera in CAMERAS)


def test_reconstruct_left_and_right_exchanged_in_one_view_is_put_right() -> None:
    known = bodies(1)
    views = views_of(known, noise_px=0.5)
    mirrored = BODY.mirrored_parts
    body = views[2].people.body
    turned = Keypoints2D(body.xy[:, mirrored], body.scores[:, mirrored])
    views[2] = replace(views[2], people=replace(views[2].people, body=turned))
    people = RECONSTRUCTOR.reconstruct(views)
    assert len(people) == 1
    assert (people.body.views[0] == 4).sum() >= 20
    np.testing.assert_allclose(people.body.xyz[0], known[0], atol=0.02)


def test_reconstruct_person_of_too_few_parts_is_left_out() -> None:
    many = Reconstructor(reconstruction=ReconstructionParameters(min_parts=26))
    assert len(many.reconstruct(views_of(bodies(1)))) == 0


def test_reconstruct_best_people_come_first() -> None:
    people = RECONSTRUCTOR.reconstruct(views_of(bodies(5), noise_px=1.0, missing=0.2))
    assert (np.diff(people.scores) <= 0).all()


def test_reconstruct_no_view_is_refused() -> None:
    with pytest.raises(ValueError, match='0 views, expected at least 1'):
        RECONSTRUCTOR.reconstruct([])


# ---- faces and hands


def nobody_as(people: People2D) -> People2D:
    return People2D.from_body(
        people.skeleton, Keypoints2D.missing(0, 25), np.zeros(0, np.float32), people.image_size
    )


def points_near(anchor: np.ndarray, count: int, seed: int) -> np.ndarray:
    return anchor + np.random.default_rng(seed).uniform(-0.1, 0.1, (count, 3))


def with_face_and_hands(view: View, known: dict[str, np.ndarray]) -> View:
    """Add the projected points of one person."""
    seen = {
        kind: Keypoints2D(
            view.camera.project(points)[None].astype(np.float32),
            np.full((1, len(points)), 0.9, np.float32),
        )
        for kind, points in known.items()
    }
    return replace(view, people=replace(
        view.people, face_skeleton='face_70', hand_skeleton='hand_21', **seen
    ))


@pytest.fixture
def known() -> dict[str, np.ndarray]:
    body = bodies(1)[0]
    return {
        'face': points_near(body[BODY.index('nose')], len(FACE.parts), 1),
        'left_hand': points_near(body[BODY.index('left_wrist')], len(HAND.parts), 2),
        'right_hand': points_near(body[BODY.index('right_wrist')], len(HAND.parts), 3),
    }


def test_reconstruct_faces_and_hands_where_the_views_carry_them(
    known: dict[str, np.ndarray],
) -> None:
    views = views_of(bodies(1), noise_px=0.0)
    # the last camera has no face_hand_node
    views = [*(with_face_and_hands(view, known) for view in views[:3]), views[3]]
    people = RECONSTRUCTOR.reconstruct(views)
    assert (people.face_skeleton, people.hand_skeleton) == ('face_70', 'hand_21')
    for kind, points in known.items():
        np.testing.assert_allclose(getattr(people, kind).xyz[0], points, atol=1e-4)
        assert (getattr(people, kind).views == 3).all()


def test_reconstruct_hands_go_the_way_of_the_wrists(known: dict[str, np.ndarray]) -> None:
    views = [with_face_and_hands(view, known) for view in views_of(bodies(1), noise_px=0.0)]
    people = views[1].people
    mirrored = BODY.mirrored_parts
    turned = Keypoints2D(people.body.xy[:, mirrored], people.body.scores[:, mirrored])
    views[1] = replace(views[1], people=replace(
        people, body=turned, left_hand=people.right_hand, right_hand=people.left_hand
    ))
    found = RECONSTRUCTOR.reconstruct(views)
    for kind in ('left_hand', 'right_hand'):
        np.testing.assert_allclose(getattr(found, kind).xyz[0], known[kind], atol=1e-4)
        assert (getattr(found, kind).views == 4).all()


def test_reconstruct_switched_off_faces_and_hands_are_not_run(
    known: dict[str, np.ndarray],
) -> None:
    off = Reconstructor(reconstruction=ReconstructionParameters(face=False, hands=False))
    views = [with_face_and_hands(view, known) for view in views_of(bodies(1))]
    people = off.reconstruct(views)
    assert (people.face_skeleton, people.hand_skeleton) == ('', '')
    assert people.face.xyz.shape == people.left_hand.xyz.shape == (1, 0, 3)


def test_reconstruct_different_hand_skeletons_are_refused(known: dict[str, np.ndarray]) -> None:
    views = [with_face_and_hands(view, known) for view in views_of(bodies(1))]
    views[1] = replace(views[1], people=replace(views[1].people, hand_skeleton='face_70'))
    with pytest.raises(ValueError, match='the hand skeletons of the views differ'):
        RECONSTRUCTOR.reconstruct(views)
