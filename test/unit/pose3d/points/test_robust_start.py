# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That a badly calibrated camera neither drags the start nor widens the loss."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.outlier_views import select_all
from openpose_ros.pose3d.points.robust_start import HUBER_DEVIATIONS
from openpose_ros.pose3d.points.robust_start import prior_scale
from openpose_ros.pose3d.points.robust_start import robust_start
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.types import Array

LIMIT_PX = 20.0


def test_robust_start_threshold_is_that_of_the_good_cameras() -> None:
    # One of six cameras is 25 px off; twice the residuals of the others is about 4 px.
    points = scatter_points(ring_of_cameras(6), 200, noise_px=2.0)
    points.observations.xy_normalized[2] += (20 / 900, 15 / 900)
    sightings, weights = lay_out(points.observations), points.clean.astype(float)
    limits = np.full(200, LIMIT_PX)
    plain = select_all(sightings, weights, limits)
    start = robust_start(sightings, weights, plain.xyz, limits)
    enough = points.clean.sum(0) >= 3
    assert 3.0 < start.huber_px < 6.0
    assert plain.scale_px > 5.0

    def rms_m(xyz: Array) -> float:
        offsets = xyz.T + sightings.origin - points.xyz
        return float(np.sqrt((offsets[enough] ** 2).sum(1).mean()))

    assert rms_m(start.xyz) < 0.8 * rms_m(plain.xyz)


@pytest.mark.parametrize('noise_px', [1.0, 4.0])
def test_robust_start_threshold_follows_the_noise(noise_px: float) -> None:
    points = scatter_points(ring_of_cameras(8), 500, noise_px=noise_px)
    sightings, weights = lay_out(points.observations), points.clean.astype(float)
    start = robust_start(
        sightings, weights, solve_dlt(sightings, weights), np.full(500, LIMIT_PX)
    )
    # Residuals are smaller than the noise: by the root of 13 / 16 with eight views.
    assert 0.75 < start.huber_px / (HUBER_DEVIATIONS * noise_px) < 1.0


def test_robust_start_points_without_views_stay() -> None:
    points = scatter_points(ring_of_cameras(4), 2, noise_px=1.0)
    sightings, weights = lay_out(points.observations), points.clean.astype(float)
    weights[:, 0] = 0
    xyz = solve_dlt(sightings, weights)
    xyz[:, 0] = 0.25
    start = robust_start(sightings, weights, xyz, np.full(2, LIMIT_PX))
    assert start.xyz[:, 0].tolist() == [0.25] * 3
    assert np.isfinite(start.huber_px)


def test_robust_start_of_no_points_is_empty() -> None:
    sightings = lay_out(scatter_points(ring_of_cameras(3), 0, noise_px=1.0).observations)
    start = robust_start(sightings, np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(0))
    assert start.xyz.shape == (3, 0)
    assert start.huber_px > 0


def test_prior_scale_is_a_tenth_of_the_greatest_error() -> None:
    assert prior_scale(np.array([10.0, 30.0])) == 2.0
    assert prior_scale(np.zeros(0)) == 1.0
