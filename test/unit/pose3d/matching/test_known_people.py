# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rooms import known
from rooms import room

from openpose_ros.pose3d.matching.known_people import votes_of_known
from openpose_ros.pose3d.matching.known_people import with_known
from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.matching.view_rays import rays_of
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_views import PERFECT
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.skeletons import get_skeleton

SKELETON = get_skeleton('body_25')
MIRRORED = SKELETON.mirrored_parts


def test_votes_of_known_people_find_them() -> None:
    bodies, seen = room(3, 4)
    rays = rays_of(seen.views, 0.0)
    votes = votes_of_known(rays, known(bodies), MIRRORED, 4.0, 0.1).direct.sum(axis=0)
    people = np.concatenate(seen.people)
    np.testing.assert_array_equal(np.argmax(votes, axis=0), people)
    # square root of the known score 0.8 times that of the keypoint
    expected = np.sqrt(0.8) * rays.weights.sum(axis=1)
    np.testing.assert_allclose(votes[people, np.arange(len(people))], expected, rtol=1e-3)


@pytest.mark.parametrize(
    ('moved_m', 'vote'),
    [(0.0, 1.0), (0.05, 0.75), (0.1, 0.0), (0.2, -1.0), (3.0, -1.0)],
)
def test_votes_of_known_people_by_how_far_they_moved(moved_m: float, vote: float) -> None:
    # Up and down is across the rays of a camera at the same height.
    bodies, _ = room(1, 2)
    camera = ring_of_cameras(1, radius_m=1000.0, height_m=1.0, focal_px=3e5)
    seen = see_people(bodies, camera, SKELETON, PERFECT)
    rays = rays_of(seen.views, 0.0)
    moved = bodies + (0, 0, moved_m)
    votes = votes_of_known(rays, known(moved, score=1.0), MIRRORED, 1e-3, 0.1).direct[:, 0, 0]
    assert votes.sum() == pytest.approx(vote * rays.weights.sum(), rel=0.01, abs=0.1)


def test_votes_of_known_people_behind_the_camera_are_against_it() -> None:
    bodies, seen = room(1, 2)
    rays = rays_of(seen.views[:1], 0.0)
    position = seen.views[0].camera.position
    behind = 2 * position - bodies
    assert (votes_of_known(rays, known(behind), MIRRORED, 4.0, 0.1).direct <= 0).all()


def test_votes_of_known_people_crossed_take_the_mirrored_part_of_the_view() -> None:
    bodies, seen = room(2, 2, ViewConditions(
        noise_px=0, missing=0, occlusion=False, ghosts=0, flipped=1.0
    ))  # fmt: skip
    rays = rays_of(seen.views, 0.0)
    votes = votes_of_known(rays, known(bodies), MIRRORED, 4.0, 0.02)
    people = np.concatenate(seen.people)
    rows = np.arange(len(people))
    assert (votes.crossed[:, people, rows] > 0).all()
    assert (votes.direct[:, people, rows] < 0).any()


def test_votes_of_missing_known_parts_are_nothing() -> None:
    bodies, seen = room(1, 2)
    bodies = bodies.copy()
    bodies[0, 3] = np.nan
    votes = votes_of_known(rays_of(seen.views, 0.0), known(bodies), MIRRORED, 4.0, 0.1)
    assert not votes.direct[3].any()
    assert not votes.crossed[3].any()
    assert np.isfinite(votes.direct).all() and np.isfinite(votes.crossed).all()


def test_votes_of_nobody_known_are_empty() -> None:
    bodies, seen = room(1, 2)
    nobody = known(bodies).take(np.zeros(0, int))
    votes = votes_of_known(rays_of(seen.views, 0.0), nobody, MIRRORED, 4.0, 0.1)
    assert votes.direct.shape == (25, 0, 2)


def test_with_known_people_comes_after_the_views() -> None:
    rng = np.random.default_rng(0)
    views = rng.normal(size=(2, 25, 3, 3)).astype(np.float32)
    of_known = rng.normal(size=(2, 25, 2, 3)).astype(np.float32)
    votes = with_known(Affinities(*views), Affinities(*of_known), MIRRORED, 0.5)
    for table, part, both in zip((votes.direct, votes.crossed), views, of_known):
        np.testing.assert_array_equal(table[:, :3, :3], part)
        np.testing.assert_array_equal(table[:, 3:, :3], 0.5 * both)
        assert not table[:, 3:, 3:].any()
    np.testing.assert_array_equal(votes.direct[:, :3, 3:], 0.5 * of_known[0].swapaxes(1, 2))
    # part p of the view against the mirrored part of the known person
    np.testing.assert_array_equal(
        votes.crossed[:, :3, 3:], 0.5 * of_known[1][MIRRORED].swapaxes(1, 2)
    )


def test_known_people_in_another_place_of_the_world_are_the_same() -> None:
    bodies, seen = room(2, 3)
    shift = np.array([1e5, -2e5, 50.0])
    moved = []
    for view in seen.views:
        cam_T_world = view.camera.cam_T_world.copy()
        cam_T_world[:3, 3] -= cam_T_world[:3, :3] @ shift
        moved.append(replace(view, camera=replace(view.camera, cam_T_world=cam_T_world)))
    near = votes_of_known(rays_of(seen.views, 0.0), known(bodies), MIRRORED, 4.0, 0.1)
    far = votes_of_known(rays_of(moved, 0.0), known(bodies + shift), MIRRORED, 4.0, 0.1)
    np.testing.assert_allclose(far.direct, near.direct, atol=1e-3)
