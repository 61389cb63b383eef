# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Errors, parallax and covariance against numbers worked out by hand and by differences."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.point_quality import covariances
from openpose_ros.pose3d.points.point_quality import parallax_deg
from openpose_ros.pose3d.points.point_quality import rms_errors
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.types import Array

TARGET = np.array([[0.0, 0.0, 1.0]])


def seen_from(cameras: tuple[Camera, ...], xyz: Array) -> tuple[Sightings, Array]:
    xy = np.stack([camera.project(xyz) for camera in cameras])
    sightings = lay_out(observe(cameras, xy, np.ones(xy.shape[:2])))
    return sightings, (xyz - sightings.origin).T


def test_rms_errors_by_hand() -> None:
    ring = ring_of_cameras(3)
    xy = np.stack([camera.project(TARGET) for camera in ring])
    xy[0] += (3, 4)
    xy[1] += (0, 1)
    sightings = lay_out(observe(ring, xy, np.ones((3, 1))))
    xyz = (TARGET - sightings.origin).T
    used = np.array([[True], [True], [False]])
    np.testing.assert_allclose(rms_errors(sightings, used, xyz), np.sqrt([(25 + 1) / 2]))
    assert np.isinf(rms_errors(sightings, np.zeros((3, 1), bool), xyz)).all()
    assert np.isinf(rms_errors(sightings, used, np.full((3, 1), np.nan))).all()
    behind = 3 * ring[0].position[:, None] - sightings.origin[:, None]
    assert np.isinf(rms_errors(sightings, used, behind)).all()


@pytest.mark.parametrize(
    ('which', 'height_m', 'expected'),
    [
        ((0, 1), 1.0, 90.0),  # level, a quarter of the circle apart
        ((0, 2), 1.0, 0.0),  # face to face
        ((0, 1, 2), 1.0, 90.0),  # the best two count
        ((0,), 1.0, 0.0),
        ((), 1.0, 0.0),
        # Both 45 degrees above: directions (1, 0, 1) and (0, 1, 1) have the cosine 1/2.
        ((0, 1), 5.0, 60.0),
    ],
)
def test_parallax_deg_by_hand(which: tuple[int, ...], height_m: float, expected: float) -> None:
    sightings, xyz = seen_from(ring_of_cameras(4, height_m=height_m), TARGET)
    used = np.isin(np.arange(4), which)[:, np.newaxis]
    np.testing.assert_allclose(parallax_deg(sightings, used, xyz), [expected], atol=1e-5)


def test_parallax_deg_of_nan_is_0() -> None:
    sightings, _ = seen_from(ring_of_cameras(4), TARGET)
    angles = parallax_deg(sightings, np.ones((4, 1), bool), np.full((3, 1), np.nan))
    assert angles.tolist() == [0.0]


def test_covariances_are_the_inverse_of_the_normal_matrix_by_differences() -> None:
    ring = ring_of_cameras(3)
    points = np.random.default_rng(3).uniform((-1, -1, 0.5), (1, 1, 1.5), (5, 3))
    sightings, xyz = seen_from(ring, points)
    weights = np.random.default_rng(4).uniform(0.1, 1, (3, 5))
    found = covariances(sightings, weights, xyz, 2.0)
    for point, place in enumerate(points):
        normal = np.zeros((3, 3))
        for camera, weight in zip(ring, weights[:, point]):
            steps = 1e-6 * np.eye(3)
            jacobian = (camera.project(place + steps) - camera.project(place - steps)).T / 2e-6
            normal += weight * jacobian.T @ jacobian
        expected = (4.0 * np.linalg.inv(normal))[np.triu_indices(3)]
        np.testing.assert_allclose(found[:, point], expected, rtol=1e-4, atol=1e-10)


def test_covariances_of_one_view_are_nan() -> None:
    sightings, xyz = seen_from(ring_of_cameras(3), TARGET)
    weights = np.array([[1.0], [0.0], [0.0]])
    assert np.isnan(covariances(sightings, weights, xyz, 1.0)).all()
