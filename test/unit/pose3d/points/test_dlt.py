# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The linear solution against known points and a plain one by SVD, point by point."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array


def plain_dlt(cameras: tuple[Camera, ...], xy_image: Array, weights: Array) -> Array:
    """Solve by SVD of the equations of one point at a time, divided by the depths once."""
    points = []
    for point in range(xy_image.shape[1]):
        depths = np.ones(len(cameras))
        for _ in range(2):
            rows = []
            for camera, xy, weight, depth in zip(
                cameras, xy_image[:, point], weights[:, point], depths
            ):
                if weight > 0:
                    matrix = camera.camera_matrix @ camera.cam_T_world[:3]
                    equations = np.outer(xy, matrix[2]) - matrix[:2]
                    rows.append(np.sqrt(weight) / depth * equations)
            stacked = np.concatenate(rows)
            xyz = np.linalg.lstsq(stacked[:, :3], -stacked[:, 3], rcond=None)[0]
            depths = np.array([(c.cam_T_world @ [*xyz, 1])[2] for c in cameras])
        points.append(xyz)
    return np.array(points)


def solved(cameras: tuple[Camera, ...], xy_image: Array, weights: Array) -> Array:
    sightings = lay_out(observe(cameras, xy_image, np.ones(weights.shape)))
    return solve_dlt(sightings, weights).T + sightings.origin


def test_solve_dlt_two_cameras_at_a_right_angle_by_hand() -> None:
    # One looks along z from the origin, one along -x from (4, 0, 4): they meet at (0, 0, 4).
    matrix = np.array([[100.0, 0, 50], [0, 100, 50], [0, 0, 1]])
    turned = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    cameras = (
        Camera('a', (101, 101), matrix, 'none', np.zeros(0), np.eye(4)),
        Camera(
            'b', (101, 101), matrix, 'none', np.zeros(0),
            rigid_transform(turned, -turned @ (4.0, 0, 4)),
        ),
    )  # fmt: skip
    # (0.4, 0, 4) is 10 px right of the centre for the one and on the axis of the other.
    found = solved(cameras, np.array([[[60.0, 50]], [[50.0, 50]]]), np.ones((2, 1)))
    np.testing.assert_allclose(found, [[0.4, 0, 4]], atol=1e-12)


@pytest.mark.parametrize('cameras', [2, 3, 8])
def test_solve_dlt_exact_keypoints_give_the_points(cameras: int) -> None:
    ring = ring_of_cameras(2 * cameras)[:cameras]
    points = scatter_points(ring, 50, noise_px=0.0)
    weights = points.clean.astype(float)
    enough = points.clean.sum(0) >= 2
    found = solved(ring, points.xy_image, weights)
    np.testing.assert_allclose(found[enough], points.xyz[enough], atol=1e-10)
    assert np.isnan(found[~enough]).all()


def test_solve_dlt_noisy_keypoints_agrees_with_svd() -> None:
    ring = ring_of_cameras(5)
    points = scatter_points(ring, 40, noise_px=3.0)
    scores = np.random.default_rng(2).uniform(0.2, 1, points.clean.shape) * points.clean
    scored = scores.copy()
    scored[1, ::2] = 0
    for weights in (scores, scored):
        enough = (weights > 0).sum(0) >= 2
        expected = plain_dlt(ring, points.xy_image[:, enough], weights[:, enough])
        found = solved(ring, points.xy_image, weights)[enough]
        np.testing.assert_allclose(found, expected, atol=1e-8)


def test_solve_dlt_world_far_away_costs_no_digits() -> None:
    ring = ring_of_cameras(4)
    points = scatter_points(ring, 20, noise_px=0.0)
    offset = np.array([500_000.0, 5_400_000.0, 100.0])  # UTM
    shift = rigid_transform(np.eye(3), -offset)
    far = tuple(
        Camera(
            c.name, c.image_size, c.camera_matrix, 'none', c.distortion, c.cam_T_world @ shift
        )
        for c in ring
    )
    found = solved(far, points.xy_image, points.clean.astype(float))
    enough = points.clean.sum(0) >= 2
    np.testing.assert_allclose(found[enough] - offset, points.xyz[enough], atol=1e-6)


def test_solve_dlt_views_that_do_not_determine_a_point_give_nan() -> None:
    ring = ring_of_cameras(3)
    points = scatter_points(ring, 1, noise_px=0.0)
    one = np.array([[1.0], [0.0], [0.0]])
    assert np.isnan(solved(ring, points.xy_image, one)).all()
    assert np.isnan(solved(ring, points.xy_image, 0 * one)).all()


def test_solve_dlt_no_points_is_empty() -> None:
    ring = ring_of_cameras(3)
    assert solved(ring, np.zeros((3, 0, 2)), np.zeros((3, 0))).shape == (0, 3)
