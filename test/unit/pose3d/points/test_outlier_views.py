# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which views are used, and how noisy they are found to be, with outliers among them."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose3d.points.outlier_views import select_all
from openpose_ros.pose3d.points.outlier_views import select_by_leave_one_out
from openpose_ros.pose3d.points.outlier_views import select_by_msac
from openpose_ros.pose3d.points.outlier_views import Selection
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.synthetic.synthetic_points import ScatteredPoints
from openpose_ros.types import Array

LIMIT_PX = 20.0


def seen_of(points: ScatteredPoints) -> Array:
    return np.isfinite(points.xy_image[..., 0])


def selected(select: object, points: ScatteredPoints) -> Selection:
    weights = seen_of(points).astype(float)
    limits = np.full(weights.shape[1], LIMIT_PX)
    return select(lay_out(points.observations), weights, limits)  # type: ignore[operator]


def test_select_all_uses_all() -> None:
    points = scatter_points(ring_of_cameras(4), 50, noise_px=2.0, outlier_fraction=0.3)
    selection = selected(select_all, points)
    np.testing.assert_array_equal(selection.used, seen_of(points))


@pytest.mark.parametrize(('cameras', 'count'), [(4, 200), (8, 200), (31, 100)])
def test_select_by_msac_uses_the_clean_views_and_finds_their_noise(
    cameras: int, count: int
) -> None:
    # In the ring of 31 nearly every point has outliers: they spoil the first scale thoroughly.
    points = scatter_points(
        ring_of_cameras(cameras), count, noise_px=2.0, outlier_fraction=0.1, seed=1
    )
    assert selected(select_all, points).scale_px > 4.0
    selection = selected(select_by_msac, points)
    assert selection.scale_px == pytest.approx(2.0, rel=0.08)
    fair = points.clean.sum(0) >= 3
    used, clean = selection.used[:, fair], points.clean[:, fair]
    assert (clean & ~used).mean() < 0.005
    assert (used & ~clean).sum() <= 0.03 * (seen_of(points)[:, fair] & ~clean).sum()


def test_select_by_msac_clean_points_lose_no_view() -> None:
    points = scatter_points(ring_of_cameras(8), 300, noise_px=2.0)
    selection = selected(select_by_msac, points)
    assert (points.clean & ~selection.used).mean() < 0.001


def test_select_by_msac_one_point_alone_loses_its_outlier() -> None:
    # One point says nothing of the noise; the greatest error allowed must do.
    points = scatter_points(ring_of_cameras(5), 1, noise_px=1.0, seed=2)
    assert points.clean.all()
    for wrong in range(5):
        observations = points.observations
        moved = observations.xy_normalized.copy()
        moved[wrong] += (0.1, 0.1)  # 127 px
        spoilt = ScatteredPoints(
            points.xyz, points.xy_image, points.clean,
            type(observations)(
                moved, observations.pixel_jacobians, observations.scores,
                observations.border_distances, observations.cam_T_world,
                observations.image_sizes,
            ),
            points.bounds,
        )  # fmt: skip
        used = selected(select_by_msac, spoilt).used[:, 0]
        assert used.tolist() == [camera != wrong for camera in range(5)]


def test_select_by_msac_a_camera_that_is_off_is_kept() -> None:
    # All cameras are off by some pixels of their own: that is noise, not outliers.
    points = scatter_points(ring_of_cameras(4), 100, noise_px=2.0)
    offsets = np.array([(15.0, 0), (0, -14), (-12, 10), (5, 14)]) / 900.0
    points.observations.xy_normalized[...] += offsets[:, np.newaxis]
    selection = selected(select_by_msac, points)
    full = points.clean.all(0)
    assert selection.used[:, full].mean() > 0.97


def test_select_by_leave_one_out_leaves_one_out() -> None:
    points = scatter_points(ring_of_cameras(6), 100, noise_px=1.0, outlier_fraction=0.1, seed=3)
    selection = selected(select_by_leave_one_out, points)
    dropped = (seen_of(points) & ~selection.used).sum(0)
    assert set(dropped) == {0, 1}
    single = ((seen_of(points) & ~points.clean).sum(0) == 1) & (points.clean.sum(0) >= 4)
    assert single.sum() > 10
    right = (selection.used == points.clean)[:, single].all(0)
    assert right.mean() > 0.9


def test_select_by_leave_one_out_three_views_stay() -> None:
    points = scatter_points(ring_of_cameras(3), 50, noise_px=1.0, outlier_fraction=0.3)
    assert (selected(select_by_leave_one_out, points).used == seen_of(points)).all()


@pytest.mark.parametrize('select', [select_all, select_by_msac, select_by_leave_one_out])
def test_selections_of_no_points_are_empty(select: object) -> None:
    selection = selected(select, scatter_points(ring_of_cameras(3), 0, noise_px=1.0))
    assert selection.used.shape == (3, 0)
    assert selection.xyz.shape == (3, 0)
    assert np.isfinite(selection.scale_px)
