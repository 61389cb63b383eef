# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from scenes import VEHICLE
from synthetic import geometry
from synthetic import keypoints_of

from openpose_ros.pose2d.ground_truth import FieldWidths
from openpose_ros.pose2d.ground_truth import MapGeometry
from openpose_ros.pose2d.ground_truth import render_heatmaps
from openpose_ros.pose2d.ground_truth import render_maps
from openpose_ros.pose2d.ground_truth import render_pafs
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D

NAN = float('nan')
ONE_LIMB = np.array([[0, 1]])


def points(*people: list[tuple[float, float]]) -> np.ndarray:
    return np.array(people, np.float32)


# ---- equations 7 and 8


def test_heatmap_is_equation_7() -> None:
    (heatmap,) = render_heatmaps(points([(3.0, 2.0)]), (6, 8), 1.5)
    for row in range(6):
        for column in range(8):
            squared = (column - 3) ** 2 + (row - 2) ** 2
            assert heatmap[row, column] == pytest.approx(math.exp(-squared / 2.25), abs=1e-6)
    assert heatmap[2, 3] == 1
    assert heatmap.dtype == np.float32


def test_heatmap_of_two_people_is_their_maximum() -> None:
    alone = [render_heatmaps(points([place]), (6, 9), 2.0)[0] for place in ((2, 3), (5, 3))]
    (both,) = render_heatmaps(points([(2, 3)], [(5, 3)]), (6, 9), 2.0)
    np.testing.assert_array_equal(both, np.maximum(*alone))
    # the maximum keeps the peaks apart; the mean would have filled the valley between them
    assert both[3, 3] < both[3, 2]


@pytest.mark.parametrize('missing', [(NAN, NAN), (NAN, 2.0), (3.0, NAN)])
def test_heatmap_of_a_missing_keypoint_is_empty(missing: tuple[float, float]) -> None:
    first, second = render_heatmaps(points([missing, (1.0, 1.0)]), (6, 8), 1.5)
    assert (first == 0).all()
    assert second.max() == 1


def test_heatmap_of_a_missing_keypoint_hides_nobody() -> None:
    (both,) = render_heatmaps(points([(NAN, NAN)], [(2, 3)]), (6, 9), 2.0)
    (alone,) = render_heatmaps(points([(2, 3)]), (6, 9), 2.0)
    np.testing.assert_array_equal(both, alone)


# ---- equations 9 and 10


def test_paf_is_the_unit_vector_on_the_limb_and_zero_beside_it() -> None:
    # from (2, 3) to (8, 3): 0 <= along <= 6 and |aside| <= 1
    (paf,) = render_pafs(points([(2, 3), (8, 3)]), (8, 12), ONE_LIMB, 1.0)
    expected = np.zeros((2, 8, 12))
    expected[0, 2:5, 2:9] = 1
    np.testing.assert_array_equal(paf, expected)


def test_paf_points_from_the_first_part_to_the_second() -> None:
    # 3-4-5: the vector is (0.6, 0.8), and of length 1
    (paf,) = render_pafs(points([(1, 1), (4, 5)]), (8, 8), ONE_LIMB, 0.4)
    for row, column in ((2, 2), (4, 3)):  # 0.2 off the line on either side
        np.testing.assert_allclose(paf[:, row, column], (0.6, 0.8), rtol=1e-6)
    (back,) = render_pafs(points([(4, 5), (1, 1)]), (8, 8), ONE_LIMB, 0.4)
    np.testing.assert_allclose(back[:, 2, 2], (-0.6, -0.8), rtol=1e-6)


def test_paf_width_is_a_distance_from_the_line() -> None:
    # (3, 2) is 0.8 * 2 - 0.6 * 1 = 1.0 off the line through (1, 1) along (0.6, 0.8)
    for width, on in ((0.99, False), (1.01, True)):
        (paf,) = render_pafs(points([(1, 1), (4, 5)]), (8, 8), ONE_LIMB, width)
        assert bool(paf[:, 2, 3].any()) is on


def test_paf_beyond_the_ends_is_set_only_if_asked_for() -> None:
    ends = points([(2.4, 3), (8.6, 3)])
    (exact,) = render_pafs(ends, (8, 12), ONE_LIMB, 0.5)
    (longer,) = render_pafs(ends, (8, 12), ONE_LIMB, 0.5, beyond=0.5)
    assert np.flatnonzero(exact[0, 3]).tolist() == [3, 4, 5, 6, 7, 8]
    assert np.flatnonzero(longer[0, 3]).tolist() == [2, 3, 4, 5, 6, 7, 8, 9]


def test_paf_of_two_people_is_the_mean_of_those_who_are_there() -> None:
    people = points([(1, 3), (7, 3)], [(4, 0), (4, 6)])
    (paf,) = render_pafs(people, (8, 9), ONE_LIMB, 0.5)
    assert paf[:, 3, 4].tolist() == [0.5, 0.5]  # both
    assert paf[:, 3, 2].tolist() == [1.0, 0.0]  # only the first, not halved
    assert paf[:, 1, 4].tolist() == [0.0, 1.0]
    assert paf[:, 0, 0].tolist() == [0.0, 0.0]


def test_paf_of_opposite_limbs_cancels() -> None:
    people = points([(1, 3), (7, 3)], [(7, 3), (1, 3)])
    assert not render_pafs(people, (8, 9), ONE_LIMB, 0.5).any()


@pytest.mark.parametrize(
    'ends', [[(NAN, NAN), (3, 3)], [(3, 3), (NAN, NAN)], [(3, 3), (3, 3)]]
)
def test_paf_of_a_limb_without_two_ends_is_empty(ends: list[tuple[float, float]]) -> None:
    assert not render_pafs(points(ends), (8, 9), ONE_LIMB, 1.0).any()


def test_paf_of_each_limb_is_its_own() -> None:
    pairs = np.array([[1, 0], [1, 2]])
    pafs = render_pafs(points([(2, 2), (5, 2), (5, 5)]), (8, 8), pairs, 0.5)
    assert pafs[:, :, 2, 5].tolist() == [[-1, 0], [0, 1]]


# ---- both, in the image


def test_render_maps_puts_people_into_the_image() -> None:
    # The image is twice the input: image pixel 72.5 is input pixel 36, and (36 + 0.5) / 8 - 0.5
    # is cell 4.0625.
    scene = geometry((320, 160), (160, 80))
    keypoints = Keypoints2D.missing(1, 7)
    keypoints.xy[0, 0] = (72.5, 40.5)
    keypoints.xy[0, 1] = (136.5, 40.5)
    widths = FieldWidths(sigma_px=8.0, limb_px=4.0)
    maps = render_maps(keypoints, VEHICLE, scene, widths)
    assert maps.heatmaps.shape == (7, 10, 20)
    assert maps.pafs.shape == (7, 2, 10, 20)
    assert maps.image_size == (320, 160)
    # input row 20 is cell 2.0625, and sigma is one cell
    assert maps.heatmaps[0, 2, 4] == pytest.approx(math.exp(-2 * 0.0625**2), abs=1e-6)
    assert maps.heatmaps[0, 2, 5] == pytest.approx(math.exp(-(0.0625**2 + 0.9375**2)), abs=1e-6)
    assert maps.pafs[0, 0, 2].nonzero()[0].tolist() == [5, 6, 7, 8]
    np.testing.assert_allclose(maps.transform.to_image(np.array([4.0625, 2.0625])), [72.5, 40.5])


def test_render_maps_default_peak_is_a_gaussian_of_7_px() -> None:
    keypoints = keypoints_of([np.full((7, 2), 43.5)], VEHICLE)
    maps = render_maps(keypoints, VEHICLE, geometry((160, 80), (160, 80)))
    assert maps.heatmaps[0, 5, 5] == 1
    assert maps.heatmaps[0, 5, 6] == pytest.approx(math.exp(-(8**2) / (2 * 7**2)))


def test_render_maps_of_nobody_is_empty() -> None:
    for skeleton in (VEHICLE, get_skeleton('hand_21')):
        nobody = Keypoints2D.missing(0, len(skeleton.parts))
        maps = render_maps(nobody, skeleton, geometry())
        assert not maps.heatmaps.any()
        assert not maps.pafs.any()


def test_render_maps_of_another_skeleton_raises() -> None:
    scene = MapGeometry(4, 4, 8.0, ImageTransform(1, 1, 0, 0), (32, 32))
    message = r'keypoints.xy has shape \(1, 18, 2\), expected \(any, 7'
    with pytest.raises(ValueError, match=message):
        render_maps(Keypoints2D.missing(1, 18), VEHICLE, scene)
