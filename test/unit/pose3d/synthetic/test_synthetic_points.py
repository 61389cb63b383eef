# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That the scattered points are what they say, and the bound is one."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import error_over_bound
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points


def test_scatter_points_keypoints_have_the_noise_asked_for() -> None:
    ring = ring_of_cameras(4)
    points = scatter_points(ring, 2000, noise_px=3.0, outlier_fraction=0.2, seed=1)
    exact = np.stack([camera.project(points.xyz) for camera in ring])
    offsets = (points.xy_image - exact)[points.clean]
    assert offsets.std() == pytest.approx(3.0, rel=0.03)
    seen = np.isfinite(points.xy_image[..., 0])
    wrong = seen & ~points.clean
    assert wrong.mean() == pytest.approx(0.2, rel=0.1)
    assert np.median(np.linalg.norm((points.xy_image - exact)[wrong], axis=-1)) > 100
    inside = (points.xy_image >= 0).all(-1) & (points.xy_image <= (1279, 719)).all(-1)
    np.testing.assert_array_equal(inside, seen)
    assert 0 < (~seen).mean() < 0.01


def test_scatter_points_same_seed_same_points() -> None:
    ring = ring_of_cameras(3)
    first, second = (scatter_points(ring, 5, noise_px=1.0, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first.xy_image, second.xy_image)
    other = scatter_points(ring, 5, noise_px=1.0, seed=8)
    assert (other.xyz != first.xyz).all()


def test_bounds_of_two_cameras_by_hand() -> None:
    # On the axes of four level cameras 4 m away, a pixel of 900 px focal length is 4 / 900 m.
    # Up: four views; each direction in the plane: the two cameras across it.
    ring = ring_of_cameras(4, height_m=1.0)
    points = scatter_points(ring, 4000, noise_px=1.0)
    near = np.linalg.norm(points.xyz - (0, 0, 1), axis=1) < 0.25
    assert near.sum() > 10
    expected = (4 / 900) ** 2 * (1 / 4 + 1 / 2 + 1 / 2)
    np.testing.assert_allclose(points.bounds[near], expected, rtol=0.1)


def test_bounds_grow_with_the_square_of_the_noise_and_shrink_with_views() -> None:
    ring = ring_of_cameras(8, focal_px=300.0)  # all see everything
    fine, coarse = (scatter_points(ring, 20, noise_px=noise).bounds for noise in (0.5, 1.0))
    np.testing.assert_allclose(coarse, 4 * fine)
    fewer = scatter_points(ring[::2], 20, noise_px=1.0).bounds
    assert (fewer > coarse).all()


def test_bounds_of_one_view_are_nan() -> None:
    assert np.isnan(scatter_points(ring_of_cameras(1), 3, noise_px=1.0).bounds).all()


def test_error_over_bound_by_hand() -> None:
    ring = ring_of_cameras(5, focal_px=300.0)
    points = scatter_points(ring, 4, noise_px=1.0)
    # Each point off by twice the root of the mean bound; one missing.
    off = 2 * np.sqrt(points.bounds[:3].mean())
    found = points.xyz + (off, 0.0, 0.0)
    found[3] = np.nan
    ratio, share = error_over_bound(points, found)
    assert ratio == pytest.approx(2.0)
    assert share == 0.75
