# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's way with outlier views, against the same done point by point."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.leave_one_out import leave_one_out
from openpose_ros.pose3d.points.point_quality import rms_errors
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.types import Array


def plain_leave_one_out(sightings: Sightings, weights: Array) -> Array:
    best = weights > 0
    for point in range(weights.shape[1]):
        only = sightings.take(np.array([point]))
        of_point = weights[:, [point]]

        def error(used: Array) -> float:
            xyz = solve_dlt(only, np.where(used, of_point, 0))  # noqa: B023
            return float(rms_errors(only, used, xyz)[0])  # noqa: B023

        seen = of_point > 0
        limit = 0.9 * error(seen)
        for camera in np.flatnonzero(seen[:, 0]):
            others = seen.copy()
            others[camera] = False
            if others.sum() >= 2 and error(others) < limit:
                limit, best[:, point] = error(others), others[:, 0]
    return best


def test_leave_one_out_agrees_with_a_plain_loop() -> None:
    points = scatter_points(ring_of_cameras(5), 40, noise_px=2.0, outlier_fraction=0.15)
    sightings = lay_out(points.observations)
    weights = np.isfinite(points.xy_image[..., 0]).astype(float)
    found = leave_one_out(sightings, weights, solve_dlt(sightings, weights))
    np.testing.assert_array_equal(found, plain_leave_one_out(sightings, weights))


def test_leave_one_out_drops_the_one_that_is_wrong() -> None:
    points = scatter_points(ring_of_cameras(6), 20, noise_px=0.5)
    xy = points.observations.xy_normalized
    xy[2] += 0.2
    sightings = lay_out(points.observations)
    weights = points.clean.astype(float)
    found = leave_one_out(sightings, weights, solve_dlt(sightings, weights))
    full = points.clean.all(0)
    assert full.sum() > 5
    assert not found[2, full].any()
    assert found[[0, 1, 3, 4, 5]][:, full].all()


def test_leave_one_out_two_views_stay() -> None:
    points = scatter_points(ring_of_cameras(3), 10, noise_px=20.0)
    weights = points.clean.astype(float)
    weights[2] = 0
    sightings = lay_out(points.observations)
    found = leave_one_out(sightings, weights, solve_dlt(sightings, weights))
    np.testing.assert_array_equal(found, weights > 0)
