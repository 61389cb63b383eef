# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That views which do not fit are told from those that do."""

from __future__ import annotations

from collections import Counter
import itertools

import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points import msac
from openpose_ros.pose3d.points.dlt import solve_dlt
from openpose_ros.pose3d.points.msac import agreeing_views
from openpose_ros.pose3d.points.msac import MAX_PAIRS
from openpose_ros.pose3d.points.msac import spread_pairs
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.synthetic.synthetic_points import ScatteredPoints
from openpose_ros.types import Array

THRESHOLD_PX = 6.0


def agreeing(points: ScatteredPoints, seen: Array) -> Array:
    sightings = lay_out(points.observations)
    weights = seen.astype(float)
    start = solve_dlt(sightings, weights)
    return agreeing_views(sightings, weights, start, threshold_px=THRESHOLD_PX)


def plain_agreeing(cameras: tuple[Camera, ...], xy_image: Array, seen: Array) -> Array:
    """Try all pairs of views of one point at a time; return the views that fit the best pair."""
    result = np.zeros(seen.shape, bool)
    for point in range(seen.shape[1]):
        best_cost, best = np.inf, np.full(len(cameras), np.inf)
        for pair in itertools.combinations(np.flatnonzero(seen[:, point]), 2):
            rows = []
            for index in pair:
                camera = cameras[index]
                matrix = camera.camera_matrix @ camera.cam_T_world[:3]
                rows.append(np.outer(xy_image[index, point], matrix[2]) - matrix[:2])
            stacked = np.concatenate(rows)
            xyz = np.linalg.lstsq(stacked[:, :3], -stacked[:, 3], rcond=None)[0]
            errors = [
                np.linalg.norm(camera.project(xyz) - xy)
                for camera, xy in zip(cameras, xy_image[:, point])
            ]
            errors = np.where(seen[:, point], np.nan_to_num(errors, nan=np.inf), np.inf)
            cost = np.minimum(errors, THRESHOLD_PX)[seen[:, point]] @ np.minimum(
                errors, THRESHOLD_PX
            )[seen[:, point]]
            if cost < best_cost:
                best_cost, best = cost, errors
        result[:, point] = best <= 2 * THRESHOLD_PX  # a pair's point is noisier than the fit
    return result


@pytest.mark.parametrize('views', range(40))
def test_spread_pairs_use_all_views_equally_often(views: int) -> None:
    pairs = spread_pairs(views)
    assert len(pairs) == min(views * (views - 1) // 2, MAX_PAIRS)
    assert all(first != second for first, second in pairs)
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    uses = Counter(itertools.chain.from_iterable(pairs))
    counts = [uses[view] for view in range(views)]
    if views >= 2:
        # The round that is cut short, and the pauses of an odd number, make the difference.
        assert max(counts) - min(counts) <= 2


def test_agreeing_views_all_of_a_clean_point_agree() -> None:
    points = scatter_points(ring_of_cameras(8), 100, noise_px=1.0)
    np.testing.assert_array_equal(agreeing(points, points.clean), points.clean)


@pytest.mark.parametrize(
    ('cameras', 'outliers'),
    [
        (4, 0.1),
        (8, 0.1),
        (8, 0.4),  # few pairs of two good views
        (31, 0.1),
        (31, 0.5),  # a quarter of the pairs is good, and only 30 of 465 are tried
    ],
)
def test_agreeing_views_are_the_clean_ones(cameras: int, outliers: float) -> None:
    ring = ring_of_cameras(cameras)
    points = scatter_points(ring, 60, noise_px=1.0, outlier_fraction=outliers)
    seen = np.isfinite(points.xy_image[..., 0])
    found = agreeing(points, seen)
    fair = points.clean.sum(0) >= 3
    wrong = found[:, fair] & ~points.clean[:, fair]
    missed = points.clean[:, fair] & ~found[:, fair]
    assert fair.sum() > 20
    # A wrong keypoint may lie near the right place by chance.
    assert wrong.sum() <= 0.02 * max(1, (seen & ~points.clean)[:, fair].sum())
    assert missed.mean() <= 0.01


def test_agreeing_views_agree_with_a_plain_search() -> None:
    ring = ring_of_cameras(6)
    points = scatter_points(ring, 25, noise_px=1.0, outlier_fraction=0.2, seed=4)
    seen = np.isfinite(points.xy_image[..., 0])
    fair = points.clean.sum(0) >= 3
    expected = plain_agreeing(ring, points.xy_image, seen)
    np.testing.assert_array_equal(agreeing(points, seen)[:, fair], expected[:, fair])


def test_agreeing_views_where_no_two_agree_are_none() -> None:
    # Two views whose rays pass each other by far: the same row in one, top in the other.
    ring = ring_of_cameras(4)[:2]
    xy = np.array([[[640.0, 20]], [[640.0, 700]]])
    sightings = lay_out(observe(ring, xy, np.ones((2, 1))))
    found = agreeing_views(
        sightings, np.ones((2, 1)), np.zeros((3, 1)), threshold_px=THRESHOLD_PX
    )
    assert not found.any()


def test_agreeing_views_one_or_no_view_agrees_with_nothing() -> None:
    points = scatter_points(ring_of_cameras(3), 2, noise_px=1.0)
    seen = np.array([[True, False], [False, False], [False, False]])
    assert not agreeing(points, seen).any()


def test_agreeing_views_in_blocks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    points = scatter_points(ring_of_cameras(8), 50, noise_px=1.0, outlier_fraction=0.2)
    seen = np.isfinite(points.xy_image[..., 0])
    whole = agreeing(points, seen)
    monkeypatch.setattr(msac, '_BLOCK', 7 * 8 * MAX_PAIRS)  # seven points at once
    np.testing.assert_array_equal(agreeing(points, seen), whole)
    monkeypatch.setattr(msac, '_BLOCK', 1)
    np.testing.assert_array_equal(agreeing(points, seen), whole)


def test_agreeing_views_of_no_points_is_empty() -> None:
    points = scatter_points(ring_of_cameras(3), 0, noise_px=1.0)
    assert agreeing(points, np.zeros((3, 0), bool)).shape == (3, 0)


def test_agreeing_views_low_scores_decide_for_the_others() -> None:
    # Two pairs of views agree on two points 0.3 m apart; the pair with the better scores wins.
    ring = ring_of_cameras(4)
    xyz = np.array([[0.0, 0, 1]])
    other = np.array([[0.0, 0, 1.3]])
    xy = np.stack([c.project(xyz if i < 2 else other) for i, c in enumerate(ring)])
    sightings = lay_out(observe(ring, xy, np.ones((4, 1))))
    for good, expected in ((0, [True, True, False, False]), (2, [False, False, True, True])):
        weights = np.full((4, 1), 0.4)
        weights[good : good + 2] = 0.9
        found = agreeing_views(
            sightings, weights, np.zeros((3, 1)), threshold_px=THRESHOLD_PX
        )
        assert found[:, 0].tolist() == expected
