# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenCV is the reference: forwards, and backwards where it converges."""

from __future__ import annotations

from typing import Any

import cv2
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.pose3d.lenses.distortion import distortion_model
from openpose_ros.pose3d.lenses.distortion import Lens
from openpose_ros.pose3d.lenses.distortion import lens_of
from openpose_ros.pose3d.lenses.distortion import stack_lenses
from openpose_ros.pose3d.lenses.fisheye_lens import FisheyeLens
from openpose_ros.pose3d.lenses.polynomial_lens import PolynomialLens

Array = np.ndarray[Any, np.dtype[np.float64]]

BARREL = ('plumb_bob', [-0.28, 0.09, 0.001, -0.0007, -0.01])
PINCUSHION = ('plumb_bob', [0.1, 0.05, -0.002, 0.003])
RATIONAL = ('rational_polynomial', [0.6, -0.2, 0.0008, -0.001, 0.03, 0.9, -0.1, 0.05])
FISHEYE = ('equidistant', [0.03, -0.008, 0.004, -0.0015])
NONE = ('none', [])
LENSES = [NONE, BARREL, PINCUSHION, RATIONAL, FISHEYE]
every_lens = pytest.mark.parametrize(('model', 'distortion'), LENSES)


def points(count: int = 400, reach: float = 0.75) -> Array:
    random = np.random.default_rng(4)
    return np.concatenate([random.uniform(-reach, reach, (count, 2)), np.zeros((1, 2))])


def opencv(model: str, distortion: list[float], xy: Array) -> Array:
    xyz = np.concatenate([xy, np.ones((len(xy), 1))], 1)[:, None]
    nothing = np.zeros(3)
    if model == 'equidistant':
        return cv2.fisheye.projectPoints(xyz, nothing, nothing, np.eye(3), np.array(distortion))[
            0
        ][:, 0]
    coefficients = np.array(distortion) if distortion else None
    return cv2.projectPoints(xyz, nothing, nothing, np.eye(3), coefficients)[0][:, 0]


@every_lens
def test_distort_agrees_with_opencv(model: str, distortion: list[float]) -> None:
    xy = points()
    np.testing.assert_allclose(
        lens_of(model, distortion).distort(xy), opencv(model, distortion, xy), atol=1e-12
    )


@pytest.mark.parametrize(('model', 'distortion'), [BARREL, PINCUSHION, RATIONAL])
def test_undistort_agrees_with_opencv(model: str, distortion: list[float]) -> None:
    xy = lens_of(model, distortion).distort(points())
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 500, 1e-13)
    # OpenCV 5 merged the two; with 4 only this one can be told when to stop.
    undistort = getattr(cv2, 'undistortPointsIter', cv2.undistortPoints)
    reference = undistort(
        xy[:, None], np.eye(3), np.array(distortion), R=np.eye(3), P=np.eye(3), criteria=stop
    )
    np.testing.assert_allclose(
        lens_of(model, distortion).undistort(xy), reference[:, 0], atol=1e-9
    )


def test_undistort_agrees_with_opencv_fisheye() -> None:
    xy = lens_of(*FISHEYE).distort(points(reach=1.5))
    reference = cv2.fisheye.undistortPoints(xy[:, None], np.eye(3), np.array(FISHEYE[1]))
    np.testing.assert_allclose(lens_of(*FISHEYE).undistort(xy), reference[:, 0], atol=1e-6)


@every_lens
def test_undistort_of_distort_is_the_same(model: str, distortion: list[float]) -> None:
    lens = lens_of(model, distortion)
    np.testing.assert_allclose(lens.undistort(lens.distort(points())), points(), atol=1e-12)


@pytest.mark.parametrize(
    ('model', 'distortion'),
    [
        ('plumb_bob', [0, 0.25, 0, 0, -0.0625]),
        ('plumb_bob', [0, 0.25, 0.001, 0, -0.0625]),
        ('equidistant', [0.6, -0.2, -0.08, 0.03]),
    ],
)
def test_undistort_with_a_curve_that_bends_both_ways(model: str, distortion: list[float]) -> None:
    lens = lens_of(model, distortion)
    if isinstance(lens, PolynomialLens):
        radii = np.linspace(0, 0.99 * lens.max_radii, 200)
    else:
        radii = np.tan(np.linspace(0, 0.95 * lens.max_angles_rad, 200))
    xy = np.stack([radii, np.zeros(200)], -1)
    np.testing.assert_allclose(lens.undistort(lens.distort(xy)), xy, atol=1e-6)


small = st.floats(-0.3, 0.3)
tangential = st.floats(-0.002, 0.002)


@st.composite
def lenses(draw: st.DrawFn) -> Lens:
    """Lenses with coefficients of the size calibrations find, monotone or not."""
    model = draw(st.sampled_from(['plumb_bob', 'rational_polynomial', 'equidistant']))
    if model == 'equidistant':
        return lens_of(model, [draw(small) / 2**power for power in range(4)])
    k1, k2, p1, p2, k3 = (draw(one) for one in (small, small, tangential, tangential, small))
    distortion = [k1, k2, p1, p2, k3 / 4]
    if model == 'rational_polynomial':
        distortion += [draw(small), draw(small), draw(small) / 4]
    return lens_of(model, distortion)


def valid_radius(lens: Lens) -> float:
    """Most of the valid range; near its end the image of a circle is cusped by p1, p2."""
    if isinstance(lens, FisheyeLens):
        return float(np.tan(0.95 * min(lens.max_angles_rad, 1.4)))
    return float(min(0.9 * lens.max_radii, 1.5))


@settings(max_examples=200, deadline=None)
@given(lens=lenses(), share=st.floats(0, 1), angle=st.floats(-3.2, 3.2))
def test_undistort_finds_every_valid_point(lens: Lens, share: float, angle: float) -> None:
    radius = share * valid_radius(lens)
    xy = radius * np.array([np.cos(angle), np.sin(angle)])
    np.testing.assert_allclose(lens.undistort(lens.distort(xy)), xy, atol=1e-7)


@settings(max_examples=200, deadline=None)
@given(lens=lenses(), x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_undistort_gives_nan_or_what_is_distorted_to_the_point(
    lens: Lens, x: float, y: float
) -> None:
    wanted = np.array([x, y])
    found = lens.undistort(wanted)
    if not np.isnan(found).any():
        np.testing.assert_allclose(lens.distort(found), wanted, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(lens=lenses(), share=st.floats(0, 0.95), angle=st.floats(-3.2, 3.2))
def test_jacobian_is_the_derivative(lens: Lens, share: float, angle: float) -> None:
    radius = share * valid_radius(lens)
    xy = radius * np.array([np.cos(angle), np.sin(angle)])
    steps = 1e-6 * np.eye(2)
    numeric = (lens.distort(xy + steps) - lens.distort(xy - steps)).T / 2e-6
    np.testing.assert_allclose(lens.jacobian(xy), numeric, rtol=1e-6, atol=1e-8)


def test_lens_is_valid_only_as_far_as_it_rises() -> None:
    lens = lens_of('plumb_bob', [-1 / 3, 0, 0, 0, 0])  # r - r³/3 rises up to r = 1
    assert isinstance(lens, PolynomialLens)
    assert lens.max_radii == pytest.approx(1.0)
    inside, outside = lens.distort(np.array([[0.99, 0], [1.01, 0]]))
    np.testing.assert_allclose(inside, [0.99 - 0.99**3 / 3, 0])
    assert np.isnan(outside).all()
    # 2/3 is the largest radius of the image
    assert np.isnan(lens.undistort(np.array([[0.67, 0], [0, -5], [np.nan, 0]]))).all()
    assert np.isfinite(lens.undistort(np.array([0.66, 0]))).all()


def test_lens_with_a_pole_is_valid_only_before_it() -> None:
    lens = lens_of('rational_polynomial', [0, 0, 0, 0, 0, -0.25, 0, 0])  # 1 - r²/4
    assert isinstance(lens, PolynomialLens)
    assert lens.max_radii == pytest.approx(2.0)
    assert np.isnan(lens.distort(np.array([2.5, 0]))).all()


def test_fisheye_is_valid_only_as_far_as_it_rises() -> None:
    lens = lens_of('equidistant', [-1 / 3, 0, 0, 0])
    assert isinstance(lens, FisheyeLens)
    assert lens.max_angles_rad == pytest.approx(1.0)
    assert np.isnan(lens.distort(np.array([np.tan(1.01), 0]))).all()
    assert np.isnan(lens.undistort(np.array([0.67, 0]))).all()
    assert lens_of('equidistant', [0, 0, 0, 0]).max_angles_rad == pytest.approx(np.pi / 2)
    assert np.isnan(lens_of('equidistant', [0, 0, 0, 0]).undistort(np.array([1.6, 0]))).all()


@every_lens
def test_nan_stays_nan_and_shapes_stay(model: str, distortion: list[float]) -> None:
    lens = lens_of(model, distortion)
    xy = np.full((2, 3, 2), np.nan)
    xy[0, 0] = 0.1
    for result in (lens.distort(xy), lens.undistort(xy)):
        assert result.shape == (2, 3, 2)
        assert np.isfinite(result[0, 0]).all()
        assert np.isnan(result[1]).all()
    assert lens.jacobian(xy).shape == (2, 3, 2, 2)
    assert lens.undistort(np.zeros((0, 2))).shape == (0, 2)


def test_stack_lenses_is_one_lens_for_each_camera() -> None:
    lenses = [lens_of(*lens) for lens in (BARREL, NONE, RATIONAL)]
    xy = points().reshape(1, -1, 2).repeat(3, 0)
    stacked = stack_lenses(lenses).distort(xy)
    for index, lens in enumerate(lenses):
        np.testing.assert_allclose(stacked[index], lens.distort(xy[index]), rtol=1e-15)


@pytest.mark.parametrize(
    ('model', 'distortion', 'text'),
    [
        ('kannala', [1], "distortion model is 'kannala', expected one of none, plumb_bob"),
        ('plumb_bob', [1, 2, 3], r'distortion has shape \(3,\), expected 4 or 5 coefficients'),
        ('none', [0.1], 'expected 0 coefficients for none'),
        ('equidistant', np.zeros((1, 4)), r'distortion has shape \(1, 4\)'),
        ('plumb_bob', [np.nan, 0, 0, 0], 'expected finite numbers'),
    ],
)
def test_lens_of_wrong_distortion_raises(model: str, distortion: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        lens_of(model, distortion)


def test_distortion_model_knows_other_names() -> None:
    assert distortion_model('') == 'none'
    assert distortion_model('fisheye') == 'equidistant'
    assert distortion_model('plumb_bob') == 'plumb_bob'


def test_lens_of_another_name_is_that_lens() -> None:
    assert isinstance(lens_of('fisheye', [0.03, -0.008, 0.004, -0.0015]), FisheyeLens)
