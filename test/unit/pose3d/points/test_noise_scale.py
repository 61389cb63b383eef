# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That the noise put in is the noise that comes out, whatever the number of views."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.noise_scale import noise_scale
from openpose_ros.pose3d.points.noise_scale import residual_scale
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Residuals
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.types import Array


def residuals_of(dx: Array, dy: Array) -> Residuals:
    ones = np.ones(dx.shape)
    return Residuals(ones, ones, ones, dx, dy)


@pytest.mark.parametrize('noise_px', [0.5, 4.0])
@pytest.mark.parametrize('cameras', [2, 3, 4, 8, 31])
def test_noise_scale_is_the_noise_of_the_keypoints(cameras: int, noise_px: float) -> None:
    ring = ring_of_cameras(max(3, cameras))[:cameras]
    points = scatter_points(ring, 1000, noise_px=noise_px)
    sightings = lay_out(points.observations)
    xyz = solve_dlt(sightings, points.clean.astype(float))
    used = points.clean & np.isfinite(xyz[0])
    residuals = sightings.residuals(xyz)
    # The median over residuals that the geometry shares out unevenly is a little low.
    assert noise_scale(residuals, used, prior_px=99.0) == pytest.approx(noise_px, rel=0.08)
    if cameras <= 8:
        assert residual_scale(residuals, used, prior_px=99.0) < 0.95 * noise_px


def test_residual_scale_by_hand() -> None:
    # Enough degrees of freedom; six residuals of 1, one of 2 and one of 100: the median is 1.
    dx = np.tile([[1.0], [-1], [1], [100]], (1, 16))
    dy = np.tile([[1.0], [-1], [1], [-2]], (1, 16))
    used = np.ones((4, 16), bool)
    expected = pytest.approx(1 / 0.6745)
    assert residual_scale(residuals_of(dx, dy), used, prior_px=5.0) == expected
    # Views that are not used do not count.
    used[3] = False
    dx[3] = 1e6
    assert residual_scale(residuals_of(dx, dy), used, prior_px=5.0) == expected
    # 8 residuals of 5 degrees of freedom are the square root of 8 / 5 too small.
    used[3] = True
    enlarged = pytest.approx(np.sqrt(8 / 5) / 0.6745)
    assert noise_scale(residuals_of(dx, dy), used, prior_px=5.0) == enlarged


def test_noise_scale_two_views_have_one_residual_in_four() -> None:
    # Each of 40 points: x off by 0.6 and -0.8 px, length 1.
    dx, dy = np.tile([[0.6], [-0.8]], (1, 40)), np.zeros((2, 40))
    used = np.ones((2, 40), bool)
    assert noise_scale(residuals_of(dx, dy), used, prior_px=5.0) == pytest.approx(1 / 0.6745)


def test_scales_with_few_points_lean_on_the_prior() -> None:
    # One point in three views, 3 degrees of freedom of 30: a tenth of the variance is its own.
    zeros, used = np.zeros((3, 1)), np.ones((3, 1), bool)
    for scale in (residual_scale, noise_scale):
        expected = 2.0 * np.sqrt(0.9)
        assert scale(residuals_of(zeros, zeros), used, prior_px=2.0) == pytest.approx(expected)


@pytest.mark.parametrize('views', [0, 1])
def test_scales_without_residuals_are_the_prior(views: int) -> None:
    zeros = np.zeros((3, 5))
    used = np.zeros((3, 5), bool)
    used[:views] = True
    for scale in (residual_scale, noise_scale):
        assert scale(residuals_of(zeros, zeros), used, prior_px=2.5) == 2.5
        assert scale(residuals_of(zeros[:, :0], zeros[:, :0]), used[:, :0], prior_px=2.5) == 2.5


def test_scales_of_exact_keypoints_are_above_0() -> None:
    zeros, used = np.zeros((4, 100)), np.ones((4, 100), bool)
    for scale in (residual_scale, noise_scale):
        assert 0 < scale(residuals_of(zeros, zeros), used, prior_px=2.5) < 0.01
