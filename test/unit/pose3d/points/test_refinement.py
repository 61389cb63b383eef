# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The batched refinement against SciPy's robust fit of one point at a time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.refinement import refine_points
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.synthetic.synthetic_points import ScatteredPoints
from openpose_ros.types import Array


def with_near_outliers(points: ScatteredPoints) -> Array:
    """Move every seventh keypoint by 30 px, which the Huber loss must bear with."""
    xy = points.xy_image.copy()
    xy.reshape(-1, 2)[::7] += (24.0, -18.0)
    return xy


def scipy_points(
    cameras: tuple[Camera, ...], xy_image: Array, weights: Array, start: Array, huber_px: float
) -> Array:
    """Fit each point by itself; the residual is the distance in the image."""

    def fitted(point: int) -> Array:
        seen = np.flatnonzero(weights[:, point] > 0)

        def distances(xyz: Array) -> Array:
            return np.array(
                [np.linalg.norm(cameras[c].project(xyz) - xy_image[c, point]) for c in seen]
            )

        fit = least_squares(
            distances, start[point], loss='huber', xtol=1e-12, ftol=1e-15, gtol=1e-12,
            f_scale=huber_px if len(seen) > 2 else 1e6,
        )  # fmt: skip
        return fit.x

    return np.array([fitted(point) for point in range(len(start))])


def prepared(
    cameras: tuple[Camera, ...], points: ScatteredPoints, xy_image: Array
) -> tuple[Sightings, Array, Array]:
    weights = np.isfinite(xy_image[..., 0]).astype(float)
    sightings = lay_out(observe(cameras, xy_image, weights))
    return sightings, weights, solve_dlt(sightings, weights)


def plain_loss(
    cameras: tuple[Camera, ...], xy_image: Array, weights: Array, xyz: Array, huber_px: float
) -> Array:
    """Return the loss of each point, camera by camera, shape (K,)."""
    loss = np.zeros(len(xyz))
    for camera, seen_at, weight in zip(cameras, xy_image, weights):
        distance = np.linalg.norm(camera.project(xyz) - np.nan_to_num(seen_at), axis=-1)
        inside = distance <= huber_px
        loss += weight * np.where(
            inside, distance**2 / 2, huber_px * (distance - huber_px / 2)
        )
    return loss


@pytest.mark.parametrize('cameras', [2, 3, 8])
def test_refine_points_reaches_the_optimum_of_scipy(cameras: int) -> None:
    ring = ring_of_cameras(max(3, cameras))[:cameras]
    points = scatter_points(ring, 30, noise_px=2.0, seed=cameras)
    keep = points.clean.sum(0) >= 2
    xy = with_near_outliers(points)[:, keep] if cameras > 2 else points.xy_image[:, keep]
    sightings, weights, start = prepared(ring, points, xy)
    found = refine_points(sightings, weights, start, huber_px=4.0).T + sightings.origin
    expected = scipy_points(ring, xy, weights, start.T + sightings.origin, 4.0)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_refine_points_huber_acts_on_the_distance_not_on_x_and_y() -> None:
    # Turning every image by 30 degrees must not change the point; a loss of x and y apart does.
    ring = ring_of_cameras(4)
    points = scatter_points(ring, 20, noise_px=2.0)
    xy = with_near_outliers(points)
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    sightings, weights, start = prepared(ring, points, xy)
    jacobians = np.einsum('ij,jkcn->ikcn', turn, sightings.jacobians.reshape(2, 2, 4, -1))
    turned = Sightings(
        jacobians.reshape(4, 4, -1),
        np.einsum('ij,jcn->icn', turn, sightings.xy_pixels),
        sightings.xy_normalized,
        sightings.rotations,
        sightings.translations,
        sightings.origin,
        sightings.triangle_sums,
    )
    np.testing.assert_allclose(
        refine_points(turned, weights, start, huber_px=3.0),
        refine_points(sightings, weights, start, huber_px=3.0),
        atol=1e-9,
    )


@pytest.mark.parametrize('huber_px', [0.5, 3.0, 1000.0])
def test_refine_points_weighted_loss_has_no_lower_neighbour(huber_px: float) -> None:
    ring = ring_of_cameras(6)
    points = scatter_points(ring, 40, noise_px=3.0, seed=3)
    xy = with_near_outliers(points)
    sightings, seen, _ = prepared(ring, points, xy)
    weights = seen * np.random.default_rng(0).uniform(0.1, 1, seen.shape)
    start = solve_dlt(sightings, weights)
    found = refine_points(sightings, weights, start, huber_px=huber_px)
    xyz = found.T + sightings.origin
    least = plain_loss(ring, xy, weights, xyz, huber_px)
    assert (least <= plain_loss(ring, xy, weights, start.T + sightings.origin, huber_px)).all()
    for direction in np.concatenate([np.eye(3), -np.eye(3)]):
        near = plain_loss(ring, xy, weights, xyz + 1e-4 * direction, huber_px)
        assert (near > least).all()


def test_refine_points_two_views_that_disagree_meet_in_the_middle() -> None:
    ring = ring_of_cameras(4, height_m=1.0)[:2]
    xyz = np.array([[0.0, 0.0, 1.0]])
    xy = np.stack([camera.project(xyz) for camera in ring])
    xy[:, 0, 1] += (20.0, -20.0)
    sightings = lay_out(observe(ring, xy, np.ones((2, 1))))
    for offset in (-0.05, 0.0, 0.05):
        start = (xyz + (0, 0, offset) - sightings.origin).T
        found = refine_points(sightings, np.ones((2, 1)), start, huber_px=2.0)
        np.testing.assert_allclose(found.T + sightings.origin, xyz, atol=1e-7)


def test_refine_points_far_start_converges_to_the_same_points() -> None:
    ring = ring_of_cameras(8)
    points = scatter_points(ring, 50, noise_px=2.0)
    sightings, weights, start = prepared(ring, points, points.xy_image)
    near = refine_points(sightings, weights, start, huber_px=4.0)
    offsets = np.random.default_rng(5).uniform(-0.5, 0.5, start.shape)
    far = refine_points(sightings, weights, start + offsets, huber_px=4.0)
    np.testing.assert_allclose(far, near, atol=1e-8)


def test_refine_points_each_by_itself_gives_the_same_as_together() -> None:
    ring = ring_of_cameras(5)
    points = scatter_points(ring, 12, noise_px=2.0)
    sightings, weights, start = prepared(ring, points, with_near_outliers(points))
    together = refine_points(sightings, weights, start, huber_px=3.0)
    for point in range(12):
        only = slice(point, point + 1)
        rows = np.array([point])
        alone = refine_points(
            sightings.take(rows), weights[:, only], start[:, only], huber_px=3.0
        )
        np.testing.assert_allclose(alone, together[:, only], atol=1e-9)


def test_refine_points_that_cannot_be_refined_stay() -> None:
    ring = ring_of_cameras(4)
    points = scatter_points(ring, 3, noise_px=2.0)
    sightings, weights, start = prepared(ring, points, points.xy_image)
    start[:, 0] = np.nan
    start[:, 1] = 3 * ring[0].position - sightings.origin  # behind the first camera
    given = start.copy()
    found = refine_points(sightings, weights, start, huber_px=4.0)
    np.testing.assert_array_equal(found[:, :2], given[:, :2])
    assert np.linalg.norm(found[:, 2] + sightings.origin - points.xyz[2]) < 0.05
    np.testing.assert_array_equal(start, given)  # the argument is not written to


def test_refine_points_behind_a_camera_that_is_not_used_does_not_matter() -> None:
    # One more camera amid the points, turned away and without weight.
    ring = ring_of_cameras(5)
    amid = ring_of_cameras(1, radius_m=0.1, height_m=1.0, target_m=(5.0, 0.0, 1.0))
    points = scatter_points(ring, 20, noise_px=2.0)
    sightings, weights, start = prepared(ring, points, points.xy_image)
    expected = refine_points(sightings, weights, start, huber_px=4.0) + sightings.origin[:, None]
    more = np.concatenate([points.xy_image, np.full((1, 20, 2), np.nan)])
    sightings, weights, start = prepared((*ring, *amid), points, more)
    found = refine_points(sightings, weights, start, huber_px=4.0) + sightings.origin[:, None]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_refine_points_none_is_none() -> None:
    ring = ring_of_cameras(3)
    sightings, weights, start = prepared(
        ring, scatter_points(ring, 0, noise_px=1.0), np.zeros((3, 0, 2))
    )
    assert refine_points(sightings, weights, start, huber_px=4.0).shape == (3, 0)
