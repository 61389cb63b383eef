# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Distances of rays: by hand, against fundamental matrices, against a plain loop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rooms import room

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.matching import view_affinity
from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.matching.view_affinity import agreement
from openpose_ros.pose3d.matching.view_affinity import pair_affinities
from openpose_ros.pose3d.matching.view_affinity import ray_distances
from openpose_ros.pose3d.matching.view_affinity import RayDistances
from openpose_ros.pose3d.matching.view_affinity import typical_distance
from openpose_ros.pose3d.matching.view_rays import rays_of
from openpose_ros.pose3d.matching.view_rays import REFERENCE_AREA_PX2
from openpose_ros.pose3d.matching.view_rays import ViewRays
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

SKELETON = get_skeleton('body_25')
MIRRORED = SKELETON.mirrored_parts
NOISY = ViewConditions(noise_px=4.0, ghosts=0, flipped=0.2)


def camera_at(x: float, size: tuple[int, int] = (1280, 1024)) -> Camera:
    """Return a camera on the x axis that looks along z."""
    cam_T_world = np.eye(4)
    cam_T_world[0, 3] = -x
    matrix = np.array([[1000.0, 0, 0], [0, 1000.0, 0], [0, 0, 1]])
    return Camera(f'at {x}', size, matrix, 'none', np.zeros(0), cam_T_world)


def one_part(camera: Camera, x: float, y: float, score: float = 1.0) -> View:
    """Return a view with one person of whom only the nose is seen."""
    body = Keypoints2D.missing(1, len(SKELETON.parts))
    body.xy[0, 0], body.scores[0, 0] = (x, y), score
    people = People2D.from_body('body_25', body, np.ones(1, np.float32), camera.image_size)
    return View(camera, people)


def plain_distance(rays: ViewRays, a: int, b: int, part_a: int, part_b: int) -> float:
    """Return how far one pair of rays is apart, in reference pixels, step by step."""
    one, two = (rays.directions[i, p].astype(float) for i, p in ((a, part_a), (b, part_b)))
    baseline = rays.positions[rays.views[b]].astype(float) - rays.positions[rays.views[a]]
    residual = baseline @ np.cross(one, two)
    change_a = rays.pixel_rad[a, part_a] * np.linalg.norm(np.cross(baseline, two))
    change_b = rays.pixel_rad[b, part_b] * np.linalg.norm(np.cross(baseline, one))
    return float(abs(residual) / np.hypot(change_a, change_b))


def fundamental_matrix(first: Camera, second: Camera) -> Array:
    """Return F with x_second^T F x_first = 0."""
    relative = second.cam_T_world @ first.world_T_cam
    x, y, z = relative[:3, 3]
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    inverse = [np.linalg.inv(camera.camera_matrix) for camera in (first, second)]
    matrix: Array = inverse[1].T @ cross @ relative[:3, :3] @ inverse[0]
    return matrix


def test_ray_distances_of_a_shift_across_the_epipolar_lines_by_hand() -> None:
    # (0.5, 0, 10) is seen at x = 50 and x = -50; 3 px down in one view. Both views may give way,
    # 1.5 px each: the distance is 3 / sqrt(2).
    views = [one_part(camera_at(0), 50, 0), one_part(camera_at(1), -50, 3)]
    same, _ = ray_distances(rays_of(views, 0.0), MIRRORED)
    assert np.sqrt(same.squares[0, 0, 1]) == pytest.approx(3 / np.sqrt(2), rel=1e-3)
    assert same.squares[0, 1, 0] == pytest.approx(same.squares[0, 0, 1], rel=1e-5)


def test_ray_distances_along_the_epipolar_line_are_zero() -> None:
    views = [one_part(camera_at(0), 50, 20), one_part(camera_at(1), -123, 20)]
    same, _ = ray_distances(rays_of(views, 0.0), MIRRORED)
    assert np.sqrt(same.squares[0, 0, 1]) < 1e-3


def test_ray_distances_count_pixels_of_an_image_of_1280x1024() -> None:
    # Half as many pixels to a side: one of them is two of the reference.
    views = [
        one_part(camera_at(0, (640, 512)), 50, 0), one_part(camera_at(1, (640, 512)), -50, 3)
    ]
    same, _ = ray_distances(rays_of(views, 0.0), MIRRORED)
    assert np.sqrt(same.squares[0, 0, 1]) == pytest.approx(6 / np.sqrt(2), rel=1e-3)


def test_ray_distances_weigh_by_the_scores() -> None:
    views = [one_part(camera_at(0), 50, 0, 0.25), one_part(camera_at(1), -50, 0, 0.81)]
    same, _ = ray_distances(rays_of(views, 0.0), MIRRORED)
    assert same.weights[0, 0, 1] == pytest.approx(0.5 * 0.9)
    assert not same.weights[1:].any()  # nothing but the nose is seen


def test_rays_of_keypoints_scored_too_low_are_left_out() -> None:
    views = [one_part(camera_at(0), 50, 0, 0.25), one_part(camera_at(1), -50, 0, 0.81)]
    rays = rays_of(views, 0.3)
    assert (rays.weights > 0).sum(axis=1).tolist() == [0, 1]


def test_ray_distances_equal_a_plain_loop() -> None:
    _, seen = room(3, 4, NOISY)
    rays = rays_of(seen.views, 0.0)
    distances = ray_distances(rays, MIRRORED)
    compared = 0
    for table, order in zip(distances, (np.arange(25), MIRRORED)):
        for part, a, b in np.argwhere(table.weights > 0):
            if rays.views[a] != rays.views[b] and (part + a + b) % 5 == 0:
                expected = plain_distance(rays, a, b, part, order[part])
                found = np.sqrt(table.squares[part, a, b])
                assert found == pytest.approx(expected, rel=1e-3, abs=1e-2)
                compared += 1
    assert compared > 300


def test_ray_distances_of_many_people_are_made_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    _, seen = room(3, 4, NOISY)
    rays = rays_of(seen.views, 0.0)
    whole = ray_distances(rays, MIRRORED)
    people = len(rays.views)
    # five rows at a time do not divide the people
    assert people % 5
    monkeypatch.setattr(view_affinity, '_PRODUCT_OF_ONE_THREAD', 5 * 6 * people)
    for one, other in zip(ray_distances(rays, MIRRORED), whole):
        np.testing.assert_allclose(one.squares, other.squares, rtol=1e-3, atol=1e-3)
        np.testing.assert_array_equal(one.weights, other.weights)


def test_ray_distances_are_those_of_the_fundamental_matrix() -> None:
    # Sampson's distance in the image; near the centre sphere and image agree.
    _, seen = room(3, 4, NOISY)
    rays = rays_of(seen.views, 0.0)
    same, _ = ray_distances(rays, MIRRORED)
    scale = np.sqrt(REFERENCE_AREA_PX2 / (1280 * 720))
    ratios = []
    for part, a, b in np.argwhere(same.weights > 0):
        if rays.views[a] == rays.views[b]:
            continue
        first, second = seen.views[rays.views[a]], seen.views[rays.views[b]]
        matrix = fundamental_matrix(first.camera, second.camera)
        one = np.append(first.people.body.xy[rays.people[a], part], 1)
        two = np.append(second.people.body.xy[rays.people[b], part], 1)
        line_two, line_one = matrix @ one, matrix.T @ two
        sampson = abs(two @ line_two) / np.linalg.norm([*line_two[:2], *line_one[:2]])
        if 1 < scale * sampson < 50:
            ratios.append(np.sqrt(same.squares[part, a, b]) / (scale * sampson))
    assert len(ratios) > 200
    assert np.median(ratios) == pytest.approx(1, abs=0.05)
    assert 0.7 < min(ratios) < max(ratios) < 1.4


def test_ray_distances_of_far_away_worlds_are_the_same() -> None:
    _, seen = room(3, 4, NOISY)
    moved = []
    for view in seen.views:
        cam_T_world = view.camera.cam_T_world.copy()
        cam_T_world[:3, 3] -= cam_T_world[:3, :3] @ (500_000.0, 5_000_000.0, 300.0)
        moved.append(replace(view, camera=replace(view.camera, cam_T_world=cam_T_world)))
    rays = rays_of(seen.views, 0.0)
    near, _ = ray_distances(rays, MIRRORED)
    far, _ = ray_distances(rays_of(moved, 0.0), MIRRORED)
    apart = rays.views[:, None] != rays.views
    np.testing.assert_allclose(
        np.sqrt(far.squares[:, apart]), np.sqrt(near.squares[:, apart]), rtol=1e-2, atol=0.05
    )


def test_ray_distances_crossed_take_the_mirrored_part_of_the_second() -> None:
    _, seen = room(2, 3, NOISY)
    swapped = []
    for view in seen.views:
        body = view.people.body
        mirrored = Keypoints2D(body.xy[:, MIRRORED], body.scores[:, MIRRORED])
        swapped.append(replace(view, people=replace(view.people, body=mirrored)))
    _, crossed = ray_distances(rays_of(seen.views, 0.0), MIRRORED)
    half = [seen.views[0], *swapped[1:]]
    same, _ = ray_distances(rays_of(half, 0.0), MIRRORED)
    first = rays_of(seen.views, 0.0).views == 0
    np.testing.assert_allclose(
        same.squares[:, first][:, :, ~first], crossed.squares[:, first][:, :, ~first], rtol=1e-4
    )


def test_ray_distances_of_cameras_in_one_place_count_nothing() -> None:
    views = [one_part(camera_at(0), 50, 20), one_part(camera_at(0), -123, 90)]
    for distances in ray_distances(rays_of(views, 0.0), MIRRORED):
        assert np.isfinite(distances.squares).all()
        assert not distances.weights.any()


def test_ray_distances_along_the_baseline_count_nothing() -> None:
    # Each camera looks at the other one: whatever is between them fits.
    turned = np.array([[0.0, 0, -1, 0], [0, 1, 0, 0], [1, 0, 0, 4], [0, 0, 0, 1]])
    other = np.array([[0.0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 4], [0, 0, 0, 1]])
    views = [
        one_part(replace(camera_at(index), cam_T_world=matrix), 0, 0)
        for index, matrix in enumerate((turned, other))
    ]
    same, _ = ray_distances(rays_of(views, 0.0), MIRRORED)
    assert same.weights[0, 0, 1] == 0


@pytest.mark.parametrize(
    ('distance_px', 'vote'),
    [(0.0, 1.0), (5.0, 0.75), (10.0, 0.0), (14.1421, -1.0), (1000.0, -1.0)],
)
def test_agreement_by_distance(distance_px: float, vote: float) -> None:
    squares = np.full((1, 1, 1), distance_px**2, np.float32)
    distances = RayDistances(squares, np.full((1, 1, 1), 0.5, np.float32))
    assert agreement(distances, 10.0)[0, 0, 0] == pytest.approx(0.5 * vote, abs=1e-3)


@pytest.mark.parametrize('noise_px', [1.0, 2.0, 4.0])
def test_typical_distance_is_the_noise(noise_px: float) -> None:
    _, seen = room(6, 6, ViewConditions(noise_px=noise_px, flipped=0.0))
    rays = rays_of(seen.views, 0.0)
    same, _ = ray_distances(rays, MIRRORED)
    affinity = agreement(same, 25.0).sum(axis=0)
    affinity[rays.views[:, None] == rays.views] = -np.inf
    expected = noise_px * np.sqrt(REFERENCE_AREA_PX2 / (1280 * 720))
    assert typical_distance(same, affinity, rays) == pytest.approx(expected, rel=0.15)


def test_typical_distance_of_two_people_is_not_known() -> None:
    _, seen = room(2, 2)
    rays = rays_of(seen.views, 0.0)
    same, _ = ray_distances(rays, MIRRORED)
    affinity = agreement(same, 25.0).sum(axis=0)
    affinity[rays.views[:, None] == rays.views] = -np.inf
    assert typical_distance(same, affinity, rays) is None


def test_pair_affinities_equal_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    tables = rng.uniform(-1, 1, (2, 25, 4, 4)).astype(np.float32)
    tables[0][rng.random((25, 4, 4)) < 0.4] = 0
    direct, crossed = pair_affinities(Affinities(*tables), MIRRORED)
    for a, b in np.ndindex(4, 4):
        total = 0.0
        for part, other in enumerate(MIRRORED):
            compared = tables[0, part, a, b] != 0 or tables[0, other, a, b] != 0
            vote = float(tables[1, part, a, b])
            total += vote if compared else min(vote, 0.0)
        assert crossed[a, b] == pytest.approx(total, abs=1e-4)
        assert direct[a, b] == pytest.approx(float(tables[0, :, a, b].sum()), abs=1e-4)
