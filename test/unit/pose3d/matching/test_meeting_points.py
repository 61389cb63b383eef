# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from rooms import room

from openpose_ros.pose3d.matching.meeting_points import GroupRays
from openpose_ros.pose3d.matching.meeting_points import meet
from openpose_ros.pose3d.matching.meeting_points import rays_of_groups
from openpose_ros.pose3d.matching.view_rays import rays_of
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

MIRRORED = get_skeleton('body_25').mirrored_parts


def rays_between(positions: Array, target: Array, pixel_rad: float = 1e-3) -> GroupRays:
    """Return the rays of one group with one part, from cameras to a point."""
    directions = target - positions
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    shape = (1, len(positions), 1)
    return GroupRays(
        directions.reshape(*shape, 3), np.full(shape, 0.8), np.full(shape, pixel_rad)
    )


def test_meet_of_two_rays_that_pass_each_other_by_hand() -> None:
    # One ray along x at height 0, one along y at height 0.2, both 2 m from where they pass.
    positions = np.array([(-2.0, 0, 0), (0, -2.0, 0.2)])
    directions = np.array([(1.0, 0, 0), (0, 1.0, 0)]).reshape(1, 2, 1, 3)
    rays = GroupRays(directions, np.ones((1, 2, 1)), np.full((1, 2, 1), 0.001))
    points = meet(rays, positions)
    np.testing.assert_allclose(points.xyz[0, 0], (0, 0, 0.1), atol=1e-6)
    # 0.1 m off at 2 m, a pixel is 1 mrad: 50 px
    np.testing.assert_allclose(points.distances[0, :, 0], (50, 50), rtol=1e-4)


def test_meet_of_one_ray_is_nowhere() -> None:
    points = meet(rays_between(np.zeros((1, 3)), np.array([1.0, 0, 0])), np.zeros((1, 3)))
    assert np.isnan(points.xyz).all() and np.isnan(points.distances).all()


def test_meet_behind_a_camera_is_infinitely_far() -> None:
    positions = np.array([(-2.0, 0, 0), (0, -2.0, 0), (0, 0, 3.0)])
    rays = rays_between(positions, np.zeros(3))
    rays.directions[0, 1] *= -1
    points = meet(rays, positions)
    assert np.isinf(points.distances[0, 1, 0])
    assert (points.distances[0, (0, 2), 0] < 1e-3).all()


def test_meet_of_parallel_rays_is_finite() -> None:
    rays = GroupRays(
        np.tile((1.0, 0, 0), (1, 2, 1, 1)), np.ones((1, 2, 1)), np.full((1, 2, 1), 0.001)
    )
    assert np.isfinite(meet(rays, np.array([(0.0, 0, 0), (0, 1.0, 0)])).xyz).all()


def test_meet_is_the_weighted_least_squares_of_a_plain_solver() -> None:
    rng = np.random.default_rng(0)
    positions = rng.uniform(-4, 4, (4, 3))
    target = rng.uniform(-1, 1, 3)
    rays = rays_between(positions, target)
    rays.weights[0, :, 0] = rng.uniform(0.3, 1, 4)
    rays.directions[0, :, 0] += rng.normal(0, 0.002, (4, 3))
    rays.directions[0, :, 0] /= np.linalg.norm(rays.directions[0, :, 0], axis=1)[:, None]
    found = meet(rays, positions)
    blocks, right = [], []
    for camera in range(4):
        direction = rays.directions[0, camera, 0]
        # two rows per ray, across it
        across = np.linalg.svd(direction[None])[2][1:]
        depth = (found.xyz[0, 0] - positions[camera]) @ direction
        scale = np.sqrt(rays.weights[0, camera, 0]) / depth
        blocks.append(scale * across)
        right.append(scale * across @ positions[camera])
    expected = np.linalg.lstsq(np.concatenate(blocks), np.concatenate(right), rcond=None)[0]
    np.testing.assert_allclose(found.xyz[0, 0], expected, atol=1e-4)


def test_meet_of_known_people_is_where_they_are() -> None:
    bodies, seen = room(3, 4, ViewConditions(
        noise_px=0, missing=0.2, occlusion=False, ghosts=0, flipped=0.5
    ))  # fmt: skip
    rays = rays_of(seen.views, 0.0)
    people = np.concatenate(seen.people)
    flips = np.concatenate(seen.flipped)
    rows = np.full((3, 4), NOT_SEEN)
    rows[people, rays.views] = np.arange(len(people))
    flipped = flips[rows]
    dropped = np.zeros(flipped.shape, bool)
    dropped[0, 1] = True
    group_rays = rays_of_groups(rays, rows, flipped, dropped, MIRRORED)
    points = meet(group_rays, rays.positions.astype(float))
    found = ~np.isnan(points.xyz[..., 0])
    assert found.mean() > 0.8
    np.testing.assert_allclose((points.xyz + rays.origin)[found], bodies[found], atol=1e-4)
    assert np.isnan(points.distances[0, 1]).all()
    assert np.nanmax(points.distances) < 0.05


@pytest.mark.parametrize('groups', [0, 1])
def test_meet_of_nobody_is_empty(groups: int) -> None:
    shape = (groups, 3, 5)
    rays = GroupRays(np.zeros((*shape, 3)), np.zeros(shape), np.zeros(shape))
    points = meet(rays, np.eye(3))
    assert points.xyz.shape == (groups, 5, 3)
    assert np.isnan(points.xyz).all()
