# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Known points, through cameras and noise, back to points.

The errors are compared with the Cramer-Rao bound: no unbiased estimate is better.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import Observations
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import error_over_bound
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.pose3d.triangulation import Points3D
from openpose_ros.pose3d.triangulation import triangulate_points
from openpose_ros.pose3d.triangulation import TriangulationParameters
from openpose_ros.types import Array

ANYWHERE = TriangulationParameters(border_px=0.0)
CENTRE = np.array([[0.0, 0.0, 1.0]])


def see(cameras: tuple[Camera, ...], xyz: Array, scores: Array | None = None) -> Observations:
    xy = np.stack([camera.project(xyz) for camera in cameras])
    return observe(cameras, xy, np.ones(xy.shape[:2]) if scores is None else scores)


def assert_missing(points: Points3D, missing: Array | slice = slice(None)) -> None:
    assert np.isnan(points.xyz[missing]).all()
    assert np.isnan(points.reprojection_errors[missing]).all()
    assert np.isnan(points.covariances[missing]).all()
    assert not points.scores[missing].any()
    assert not points.views[missing].any()
    assert not points.used[:, missing].any()


@pytest.mark.parametrize('noise_px', [1.0, 2.0, 4.0])
@pytest.mark.parametrize(('cameras', 'count'), [(3, 3000), (4, 3000), (8, 3000), (31, 2000)])
def test_triangulate_points_error_is_near_the_bound(
    cameras: int, count: int, noise_px: float
) -> None:
    points = scatter_points(ring_of_cameras(cameras), count, noise_px=noise_px)
    ratio, share = error_over_bound(points, triangulate_points(points.observations, ANYWHERE).xyz)
    assert share == 1.0
    assert 0.95 < ratio <= 1.03


@pytest.mark.parametrize('noise_px', [1.0, 4.0])
@pytest.mark.parametrize(('cameras', 'count'), [(3, 1000), (4, 1000), (8, 1000), (31, 300)])
def test_triangulate_points_with_outliers_is_near_the_bound_of_the_clean_views(
    cameras: int, count: int, noise_px: float
) -> None:
    points = scatter_points(
        ring_of_cameras(cameras), count, noise_px=noise_px, outlier_fraction=0.1
    )
    ratio, share = error_over_bound(points, triangulate_points(points.observations, ANYWHERE).xyz)
    assert share >= 0.99
    assert ratio <= 1.1


def test_triangulate_points_exact_keypoints_give_the_points() -> None:
    points = scatter_points(ring_of_cameras(5), 30, noise_px=0.0)
    found = triangulate_points(points.observations, ANYWHERE)
    there = points.clean.sum(0) >= 2
    np.testing.assert_allclose(found.xyz[there], points.xyz[there], atol=1e-9)
    np.testing.assert_array_equal(found.used[:, there], points.clean[:, there])
    np.testing.assert_array_equal(found.views, found.used.sum(0))
    assert (found.reprojection_errors[there] < 1e-6).all()


def test_triangulate_points_covariance_fits_the_errors() -> None:
    # Squared error by covariance: 3 on average for three coordinates.
    points = scatter_points(ring_of_cameras(6), 3000, noise_px=3.0)
    found = triangulate_points(points.observations, ANYWHERE)
    there = found.views >= 3
    matrices = np.empty((there.sum(), 3, 3))
    rows, columns = np.triu_indices(3)
    matrices[:, rows, columns] = matrices[:, columns, rows] = found.covariances[there]
    offsets = (found.xyz - points.xyz)[there]
    distances = np.einsum('ki,kij,kj->k', offsets, np.linalg.inv(matrices), offsets)
    # The robust weights make the covariance up to a sixth larger than the bound.
    assert 2.3 < distances.mean() < 3.2


def test_triangulate_points_error_and_score_are_those_of_the_views_used() -> None:
    ring = ring_of_cameras(4)
    xy = np.stack([camera.project(CENTRE) for camera in ring])
    xy[3] += 200.0
    scores = np.array([[0.4], [0.6], [0.8], [0.9]])
    found = triangulate_points(observe(ring, xy, scores), TriangulationParameters())
    assert found.used[:, 0].tolist() == [True, True, True, False]
    assert found.views.tolist() == [3]
    np.testing.assert_allclose(found.scores, [0.6])
    distances = [np.linalg.norm(c.project(found.xyz) - p) for c, p in zip(ring[:3], xy[:3])]
    rms = np.sqrt(np.mean(np.square(distances)))
    np.testing.assert_allclose(found.reprojection_errors, [rms], atol=1e-9)
    np.testing.assert_allclose(found.xyz, CENTRE, atol=1e-6)


@pytest.mark.parametrize(
    ('scores', 'min_score', 'views'),
    [
        ((0.9, 0.9, 0.9), 0.3, 3),
        ((0.9, 0.9, 0.29), 0.3, 2),
        ((0.9, 0.9, 0.3), 0.3, 3),
        ((0.9, 0.2, 0.29), 0.3, 0),  # one view makes no point
        ((0.2, 0.2, 0.2), 0.0, 3),
        ((0.2, 0.2, 0.0), 0.0, 2),  # score 0 is missing whatever the threshold
        ((0.9, 0.9, np.nan), 0.3, 2),
    ],
)
def test_triangulate_points_low_scores_are_not_used(
    scores: tuple[float, ...], min_score: float, views: int
) -> None:
    observations = see(ring_of_cameras(3), CENTRE, np.array(scores)[:, np.newaxis])
    found = triangulate_points(observations, TriangulationParameters(min_score=min_score))
    assert found.views.tolist() == [views]
    if not views:
        assert_missing(found)


def test_triangulate_points_keypoints_at_the_border_are_not_used() -> None:
    ring = ring_of_cameras(3)
    exact = np.stack([camera.project(CENTRE) for camera in ring])
    for x, views in ((8.0, 2), (8.1, 3), (1271.0, 2), (1270.9, 3)):
        observations = observe(ring, exact, np.ones((3, 1)))
        moved = exact.copy()
        moved[0, 0, 0] = x
        at = observe(ring, moved, np.ones((3, 1))).border_distances
        found = triangulate_points(
            replace(observations, border_distances=at), TriangulationParameters()
        )
        assert found.views.tolist() == [views]


@pytest.mark.parametrize(
    ('cameras', 'seen', 'min_views', 'there'),
    [
        (4, 2, 2, True),
        (4, 2, 3, False),
        (4, 3, 3, True),
        # OpenPose's rule: max(2, min(4, cameras - 1))
        (2, 2, 0, True),
        (3, 2, 0, True),
        (4, 2, 0, False),
        (4, 3, 0, True),
        (8, 3, 0, False),
        (8, 4, 0, True),
    ],
)
def test_triangulate_points_needs_min_views(
    cameras: int, seen: int, min_views: int, there: bool
) -> None:
    ring = ring_of_cameras(9)[:cameras]
    scores = (np.arange(cameras) < seen).astype(float)[:, np.newaxis]
    found = triangulate_points(
        see(ring, CENTRE, scores), TriangulationParameters(min_views=min_views)
    )
    assert found.views.tolist() == [seen if there else 0]


def test_triangulate_points_outliers_count_against_min_views() -> None:
    ring = ring_of_cameras(4)
    xy = np.stack([camera.project(CENTRE) for camera in ring])
    xy[3] += 200.0
    observations = observe(ring, xy, np.ones((4, 1)))
    for min_views, views in ((3, 3), (4, 0)):
        found = triangulate_points(observations, TriangulationParameters(min_views=min_views))
        assert found.views.tolist() == [views]


def test_triangulate_points_greatest_error_is_a_limit() -> None:
    # Two views whose rays pass each other: at best each is off by half of 30 px.
    ring = ring_of_cameras(4)[:2]
    xy = np.stack([camera.project(CENTRE) for camera in ring])
    xy[:, 0, 1] += (15.0, -15.0)
    observations = observe(ring, xy, np.ones((2, 1)))
    squares = TriangulationParameters(max_reprojection_error_px=100.0, huber_px=1000.0)
    error = float(triangulate_points(observations, squares).reprojection_errors[0])
    assert 10 < error < 16
    for limit, views in ((error - 0.1, 0), (error + 0.1, 2)):
        limited = replace(squares, max_reprojection_error_px=limit)
        found = triangulate_points(observations, limited)
        assert found.views.tolist() == [views]


def test_limits_px_grow_with_the_image_as_those_of_openpose() -> None:
    sizes = np.array([[1280, 1024], [640, 512], [1088, 1920]])
    expected = [25.0, 12.5, 31.56]
    limits = TriangulationParameters().limits_px(sizes)
    np.testing.assert_allclose(limits, expected, atol=0.01)
    fixed = TriangulationParameters(max_reprojection_error_px=7.0)
    assert fixed.limits_px(sizes).tolist() == [7.0, 7.0, 7.0]


@pytest.mark.parametrize(
    ('degrees', 'there'), [(0.0, False), (0.9, False), (1.1, True), (90.0, True), (180.0, False)]
)
def test_triangulate_points_without_parallax_is_missing(degrees: float, there: bool) -> None:
    def camera(angle_deg: float) -> Camera:
        angle = np.radians(angle_deg)
        turned = np.array(
            [
                [-np.sin(angle), np.cos(angle), 0],
                [0, 0, -1],
                [-np.cos(angle), -np.sin(angle), 0],
            ]
        )
        place = np.array([4 * np.cos(angle), 4 * np.sin(angle), 1.0])
        matrix = ring_of_cameras(1)[0].camera_matrix
        return Camera(
            'c', (1280, 720), matrix, 'none', np.zeros(0), rigid_transform(turned, -turned @ place)
        )

    observations = see((camera(0.0), camera(degrees)), CENTRE)
    found = triangulate_points(observations, TriangulationParameters())
    assert found.views.tolist() == [2 if there else 0]


def test_triangulate_points_behind_the_cameras_is_missing() -> None:
    # Two cameras side by side whose rays part: the lines meet 2 m behind them.
    matrix = ring_of_cameras(1)[0].camera_matrix
    cameras = tuple(
        Camera(
            name, (1280, 720), matrix, 'none', np.zeros(0),
            rigid_transform(np.eye(3), np.array([-x, 0, 0])),
        )
        for name, x in (('left', -0.5), ('right', 0.5))
    )  # fmt: skip
    shift = 900 * 0.5 / 2
    xy = np.array([[[639.5 - shift, 359.5]], [[639.5 + shift, 359.5]]])
    found = triangulate_points(observe(cameras, xy, np.ones((2, 1))), TriangulationParameters())
    assert_missing(found)
    crossed = observe(cameras, xy[::-1], np.ones((2, 1)))
    found = triangulate_points(crossed, TriangulationParameters())
    np.testing.assert_allclose(found.xyz, [[0, 0, 2]], atol=1e-9)


def test_triangulate_points_a_view_that_would_see_it_behind_is_not_used() -> None:
    ring = ring_of_cameras(4)
    away = ring_of_cameras(1, radius_m=1.0, target_m=(9.0, 0.0, 2.0))
    xy = np.concatenate([np.stack([c.project(CENTRE) for c in ring]), [[[600.0, 400.0]]]])
    observations = observe((*ring, *away), xy, np.ones((5, 1)))
    found = triangulate_points(observations, TriangulationParameters())
    assert found.used[:, 0].tolist() == [True] * 4 + [False]
    np.testing.assert_allclose(found.xyz, CENTRE, atol=1e-6)


@pytest.mark.parametrize(('cameras', 'count'), [(0, 0), (0, 3), (1, 3), (4, 0)])
def test_triangulate_points_nothing_to_go_by_is_missing(cameras: int, count: int) -> None:
    xy = np.full((cameras, count, 2), 300.0)
    observations = observe(ring_of_cameras(4)[:cameras], xy, np.ones((cameras, count)))
    for way in ('msac', 'leave_one_out', 'keep'):
        found = triangulate_points(observations, TriangulationParameters(outlier_views=way))
        assert found.xyz.shape == (count, 3)
        assert_missing(found)


def test_triangulate_points_nan_anywhere_never_raises() -> None:
    points = scatter_points(ring_of_cameras(4), 40, noise_px=2.0, outlier_fraction=0.3)
    random = np.random.default_rng(0)
    observations = points.observations
    for name in ('xy_normalized', 'pixel_jacobians', 'scores', 'border_distances'):
        values = getattr(observations, name).copy()
        values[random.random(values.shape) < 0.2] = np.nan
        observations = replace(observations, **{name: values})
    for way in ('msac', 'leave_one_out', 'keep'):
        found = triangulate_points(observations, TriangulationParameters(outlier_views=way))
        there = found.views > 0
        assert np.isfinite(found.xyz[there]).all()
        assert_missing(found, ~there)


def test_triangulate_points_all_nan_is_missing() -> None:
    ring = ring_of_cameras(4)
    nothing = observe(ring, np.full((4, 5, 2), np.nan), np.zeros((4, 5)))
    assert_missing(triangulate_points(nothing, TriangulationParameters()))


def test_triangulate_points_changes_no_argument() -> None:
    points = scatter_points(ring_of_cameras(4), 30, noise_px=2.0, outlier_fraction=0.2)
    before = {name: value.copy() for name, value in vars(points.observations).items()}
    triangulate_points(points.observations, TriangulationParameters())
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(points.observations, name), value)


def test_triangulate_points_in_the_way_of_openpose_refines_only_from_3_px_on() -> None:
    openpose = TriangulationParameters(
        min_views=0, min_score=0.35, outlier_views='leave_one_out', huber_px=2.0,
        refine_above_px=3.0, border_px=0.0,
    )  # fmt: skip
    points = scatter_points(ring_of_cameras(4), 400, noise_px=2.0)
    plain = triangulate_points(points.observations, replace(openpose, refine_above_px=1000.0))
    refined = triangulate_points(points.observations, replace(openpose, refine_above_px=0.0))
    gated = triangulate_points(points.observations, openpose)
    above = plain.reprojection_errors > 3.0
    assert 20 < above.sum() < 380
    there = np.isfinite(plain.xyz[:, 0])
    np.testing.assert_array_equal(gated.xyz[~above & there], plain.xyz[~above & there])
    np.testing.assert_allclose(gated.xyz[above], refined.xyz[above], atol=1e-9)
    assert (gated.xyz[above] != plain.xyz[above]).any(1).all()


def test_parameters_one_view_is_refused() -> None:
    with pytest.raises(ValueError, match="'triangulation.min_views' is 1, expected 0 or 2"):
        TriangulationParameters(min_views=1)
    with pytest.raises(ValueError, match="'triangulation.outlier_views' is 'x', expected one of"):
        TriangulationParameters(outlier_views='x')


def test_points_3d_of_wrong_shapes_are_refused() -> None:
    points = triangulate_points(see(ring_of_cameras(3), CENTRE), TriangulationParameters())
    for name in ('xyz', 'scores', 'reprojection_errors', 'views', 'used', 'covariances'):
        with pytest.raises(ValueError, match=rf'{name} has shape \(1, 7\), expected \('):
            replace(points, **{name: np.zeros((1, 7))})


@given(order=st.permutations(range(6)), seed=st.integers(0, 20))
def test_triangulate_points_order_of_the_cameras_does_not_matter(
    order: list[int], seed: int
) -> None:
    ring = ring_of_cameras(6)
    points = scatter_points(ring, 40, noise_px=2.0, outlier_fraction=0.1, seed=seed)
    expected = triangulate_points(points.observations, ANYWHERE)
    scores = np.ones(points.clean.shape)
    shuffled = observe([ring[camera] for camera in order], points.xy_image[order], scores)
    found = triangulate_points(shuffled, ANYWHERE)
    np.testing.assert_allclose(found.xyz, expected.xyz, atol=1e-7)
    np.testing.assert_array_equal(found.used, expected.used[order])


@given(
    angles=st.tuples(*[st.floats(-3, 3)] * 3),
    shift=st.tuples(*[st.floats(-1000, 1000)] * 3),
    seed=st.integers(0, 20),
)
def test_triangulate_points_moves_with_the_world(
    angles: tuple[float, ...], shift: tuple[float, ...], seed: int
) -> None:
    ring = ring_of_cameras(5)
    points = scatter_points(ring, 40, noise_px=2.0, outlier_fraction=0.1, seed=seed)
    expected = triangulate_points(points.observations, ANYWHERE)
    rotation = np.eye(3)
    for axis, angle in enumerate(angles):
        cosine, sine = np.cos(angle), np.sin(angle)
        turn = np.eye(3)
        others = [other for other in range(3) if other != axis]
        turn[np.ix_(others, others)] = [[cosine, -sine], [sine, cosine]]
        rotation = turn @ rotation
    new_T_world = rigid_transform(rotation, np.array(shift))
    world_T_new = rigid_transform(rotation.T, -rotation.T @ np.array(shift))
    moved = [replace(camera, cam_T_world=camera.cam_T_world @ world_T_new) for camera in ring]
    scores = np.ones(points.clean.shape)
    found = triangulate_points(observe(moved, points.xy_image, scores), ANYWHERE)
    np.testing.assert_array_equal(found.used, expected.used)
    there = expected.views > 0
    np.testing.assert_allclose(
        found.xyz[there], expected.xyz[there] @ new_T_world[:3, :3].T + shift, atol=1e-6
    )
