# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The arithmetic over all points against the same, point by point, in plain matrices."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.sightings import invert_triangles
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import solver_of
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.types import Array

TRIANGLE = np.triu_indices(3)


def symmetric(triangles: Array) -> Array:
    """Return the matrices of upper triangles, (6, K) to (K, 3, 3)."""
    matrices = np.zeros((triangles.shape[1], 3, 3))
    matrices[:, TRIANGLE[0], TRIANGLE[1]] = triangles.T
    matrices[:, TRIANGLE[1], TRIANGLE[0]] = triangles.T
    return matrices


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1)


def test_residuals_of_pinholes_are_pixels(random: np.random.Generator) -> None:
    cameras = ring_of_cameras(4)
    xyz = random.uniform((-1, -1, 0), (1, 1, 2), (10, 3))
    seen = np.stack([camera.project(xyz) for camera in cameras]) + random.normal(0, 5, (4, 10, 2))
    sightings = lay_out(observe(cameras, seen, np.ones((4, 10))))
    residuals = sightings.residuals((xyz - sightings.origin).T)
    for index, camera in enumerate(cameras):
        expected = camera.project(xyz) - seen[index]
        np.testing.assert_allclose(residuals.dx[index], expected[:, 0], atol=1e-9)
        np.testing.assert_allclose(residuals.dy[index], expected[:, 1], atol=1e-9)
    np.testing.assert_allclose(residuals.errors(), np.hypot(residuals.dx, residuals.dy))


def test_lay_out_unseen_points_have_no_residual() -> None:
    cameras = ring_of_cameras(2)
    sightings = lay_out(observe(cameras, np.full((2, 1, 2), np.nan), np.zeros((2, 1))))
    residuals = sightings.residuals(np.zeros((3, 1)))
    assert not residuals.errors().any()


def test_lay_out_centres_the_world_on_the_cameras() -> None:
    sightings = lay_out(observe(ring_of_cameras(4), np.zeros((4, 1, 2)), np.ones((4, 1))))
    np.testing.assert_allclose(sightings.origin, [0, 0, 2], atol=1e-12)


def test_errors_behind_a_camera_are_infinite() -> None:
    cameras = ring_of_cameras(2)
    sightings = lay_out(observe(cameras, np.full((2, 1, 2), 100.0), np.ones((2, 1))))
    behind = cameras[0].position * 2 - sightings.origin
    errors = sightings.residuals(behind[:, np.newaxis]).errors()
    assert np.isinf(errors[0, 0])
    assert np.isfinite(errors[1, 0])


def test_sums_over_cameras_agree_with_matrices(random: np.random.Generator) -> None:
    sightings = lay_out(observe(ring_of_cameras(5), np.zeros((5, 3, 2)), np.ones((5, 3))))
    triangles, vectors = random.normal(size=(5, 6, 3)), random.normal(size=(5, 3, 3))
    expected, expected_vectors = np.zeros((3, 3, 3)), np.zeros((3, 3))
    for camera, rotation in enumerate(sightings.rotations):
        for point, matrix in enumerate(symmetric(triangles[camera])):
            expected[point] += rotation.T @ matrix @ rotation
            expected_vectors[:, point] += rotation.T @ vectors[camera, :, point]
    np.testing.assert_allclose(symmetric(sightings.sum_triangles(triangles)), expected)
    np.testing.assert_allclose(sightings.sum_vectors(vectors), expected_vectors)


def test_solver_of_definite_matrices_agrees_with_numpy(random: np.random.Generator) -> None:
    factors = random.normal(size=(50, 3, 3))
    matrices = factors @ factors.swapaxes(1, 2)
    triangles = matrices[:, TRIANGLE[0], TRIANGLE[1]].T
    right = random.normal(size=(3, 50))
    solve, definite = solver_of(triangles)
    assert definite.all()
    expected = np.linalg.solve(matrices, right.T[..., np.newaxis])[..., 0].T
    np.testing.assert_allclose(solve(right), expected, rtol=1e-6)
    np.testing.assert_allclose(
        symmetric(invert_triangles(triangles)), np.linalg.inv(matrices), rtol=1e-6
    )


@pytest.mark.parametrize(
    'diagonal',
    [
        (-1.0, 1.0, 1.0),
        (1.0, -1.0, 1.0),
        (1.0, 1.0, -1.0),
        (0.0, 1.0, 1.0),
        (1.0, 1.0, 0.0),
        (np.nan, 1.0, 1.0),
    ],
)
def test_solver_of_other_matrices_says_so(diagonal: tuple[float, float, float]) -> None:
    triangles = np.zeros((6, 2))
    triangles[[0, 3, 5], 0] = diagonal
    triangles[[0, 3, 5], 1] = 1, 2, 4
    solve, definite = solver_of(triangles)
    assert definite.tolist() == [False, True]
    np.testing.assert_allclose(solve(np.ones((3, 2)))[:, 1], [1, 0.5, 0.25])
    inverse = invert_triangles(triangles)
    assert np.isnan(inverse[:, 0]).all()
    np.testing.assert_allclose(inverse[:, 1], [1, 0, 0, 0.5, 0, 0.25])
