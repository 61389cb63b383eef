# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That the lens is taken out of the keypoints, and wrong shapes are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import Observations
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.rig import ring_of_cameras


def two_points() -> Observations:
    cameras = ring_of_cameras(2, image_size=(101, 51), focal_px=100.0)
    xy = np.full((2, 2, 2), 10.0)
    xy[0, 0] = 50, 25  # the principal point
    xy[1, 1] = np.nan
    return observe(cameras, xy, np.array([[0.5, 0.6], [0.7, 0.0]]))


def test_observe_pinhole_gives_known_numbers() -> None:
    observations = two_points()
    np.testing.assert_allclose(observations.xy_normalized[0], [[0, 0], [-0.4, -0.15]], atol=1e-12)
    np.testing.assert_allclose(observations.pixel_jacobians[0, 0], [[100, 0], [0, 100]])
    np.testing.assert_allclose(observations.border_distances[0], [25, 10])
    assert np.isnan(observations.xy_normalized[1, 1]).all()
    assert np.isnan(observations.border_distances[1, 1])
    assert observations.image_sizes.tolist() == [[101, 51], [101, 51]]
    assert len(observations) == 2


def test_observe_distorted_lens_agrees_with_the_camera() -> None:
    straight = ring_of_cameras(1)[0]
    camera = Camera(
        'bent', (1280, 720), straight.camera_matrix, 'plumb_bob',
        np.array([-0.2, 0.05, 1e-3, -1e-3, 0.0]), straight.cam_T_world,
    )  # fmt: skip
    xyz = np.random.default_rng(0).uniform((-1, -1, 0), (1, 1, 2), (20, 3))
    observations = observe([camera], camera.project(xyz)[np.newaxis], np.ones((1, 20)))
    np.testing.assert_allclose(
        observations.xy_normalized[0], camera.normalize(camera.project(xyz)), atol=1e-9
    )
    # The Jacobian takes a small step on the plane to the step in the image.
    step = np.array([1e-6, -2e-6])
    moved = camera.denormalize(observations.xy_normalized[0] + step)
    np.testing.assert_allclose(
        moved - camera.project(xyz), observations.pixel_jacobians[0] @ step, atol=1e-7
    )


def test_observe_no_cameras_or_no_points_is_empty() -> None:
    assert len(observe([], np.zeros((0, 3, 2)), np.zeros((0, 3)))) == 3
    assert len(observe(ring_of_cameras(2), np.zeros((2, 0, 2)), np.zeros((2, 0)))) == 0


def test_observe_wrong_shapes_are_named() -> None:
    cameras = ring_of_cameras(2)
    with pytest.raises(ValueError, match=r'xy_image has shape \(3, 4, 2\), expected \(2, any, 2'):
        observe(cameras, np.zeros((3, 4, 2)), np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r'scores has shape \(2, 5\), expected \(2, 4\)'):
        observe(cameras, np.zeros((2, 4, 2)), np.zeros((2, 5)))


@pytest.mark.parametrize(
    'name',
    [
        'xy_normalized', 'pixel_jacobians', 'scores', 'border_distances', 'cam_T_world',
        'image_sizes',
    ],
)  # fmt: skip
def test_observations_of_a_wrong_shape_are_refused(name: str) -> None:
    observations = two_points()
    with pytest.raises(ValueError, match=rf'{name} has shape \(7,\), expected \('):
        replace(observations, **{name: np.zeros(7)})


def test_take_returns_the_points_asked_for() -> None:
    taken = two_points().take(np.array([1]))
    assert len(taken) == 1
    assert taken.scores.tolist() == [[0.6], [0.0]]
    np.testing.assert_allclose(taken.xy_normalized[0], [[-0.4, -0.15]])
    assert taken.border_distances[0].tolist() == [10]
