# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from synthetic import geometry

from openpose_ros.pose2d.ground_truth import render_heatmaps
from openpose_ros.pose2d.peaks import _cubic_weights
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.types import FieldMaps
from openpose_ros.types import Peaks

SIGMA = 7 * 2**0.5 / 8  # of the default renderer, in map cells


def maps_with(heatmaps: np.ndarray) -> FieldMaps:
    scene = geometry()
    size = heatmaps.shape[1:]
    return FieldMaps(
        heatmaps.astype(np.float32), np.zeros((1, 2, *size), np.float32), 8.0,
        scene.transform.of_maps(8.0), (656, 368),
    )


def peaks_in(heatmap: Any, **parameters: Any) -> Peaks:
    heatmap = np.asarray(heatmap, np.float32)
    heatmaps = heatmap if heatmap.ndim == 3 else heatmap[None]
    return find_peaks(maps_with(heatmaps), PeakParameters(**parameters))


def gaussians(*places: tuple[float, float], size: tuple[int, int] = (20, 24)) -> np.ndarray:
    """Return one heatmap with a peak at each place, x and y in cells."""
    people = np.array(places, np.float64).reshape(-1, 1, 2)
    return render_heatmaps(people, size, SIGMA)[0]


# ---- where


@pytest.mark.parametrize('place', [(5, 7), (3, 3), (20, 16)])
def test_peak_on_a_cell_is_there(place: tuple[int, int]) -> None:
    found = peaks_in(gaussians(place))
    assert found.part_ids.tolist() == [0]
    np.testing.assert_allclose(found.xy_map, [place], atol=1e-3)
    assert found.scores[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize('place', [(0, 0), (23, 19), (0, 9), (23, 9), (11, 19), (22.5, 18.5)])
def test_peak_at_the_border_is_found(place: tuple[float, float]) -> None:
    found = peaks_in(gaussians(place))
    assert len(found.scores) == 1
    # Beyond the border the map goes on flat, which draws the peak outwards.
    np.testing.assert_allclose(found.xy_map, [place], atol=0.35)
    assert 0.8 < found.scores[0] <= 1.0


@pytest.mark.parametrize(
    'place', [(5.5, 7.0), (5.0, 7.5), (5.5, 7.5), (10.5, 3.0), (20.5, 16.5)]
)
def test_peak_midway_between_cells_is_found_once(place: tuple[float, float]) -> None:
    heatmap = gaussians(place)
    # really equally high
    assert (heatmap >= heatmap.max() - 1e-7).sum() in (2, 4)
    found = peaks_in(heatmap)
    assert len(found.scores) == 1
    np.testing.assert_allclose(found.xy_map, [place], atol=0.1)


@pytest.mark.parametrize('seed', range(4))
def test_peak_anywhere_is_found_within_a_tenth_of_a_cell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for place in rng.uniform((2, 2), (21, 17), (25, 2)):
        found = peaks_in(gaussians(place))
        assert len(found.scores) == 1
        assert np.hypot(*(found.xy_map[0] - place)) < 0.1
        # between the cells the heatmap is about 1, though no cell may be
        assert 0.9 < found.scores[0] <= 1.0


@pytest.mark.parametrize('centre', [(0.0, 0.0), (0.2, -0.4), (-0.49, 0.3), (0.45, 0.45)])
def test_maximum_of_a_quadratic_surface_is_found(centre: tuple[float, float]) -> None:
    rows, columns = np.indices((9, 9)) - 4.0
    x, y = columns - centre[0], rows - centre[1]
    heatmap = 0.8 - 0.05 * x**2 - 0.08 * y**2 + 0.02 * x * y
    found = peaks_in(heatmap)
    assert len(found.scores) == 1
    # The kernel with a = -0.75 keeps no quadratic exactly: it fits the networks' peaks, which
    # are narrower than what a parabola makes of their middle.
    np.testing.assert_allclose(found.xy_map[0] - 4, centre, atol=0.15)
    assert found.scores[0] == pytest.approx(0.8, abs=0.02)


def test_peaks_are_as_in_the_upsampled_map_of_openpose() -> None:
    # OpenPose upsamples eightfold, cubic, and looks for the highest pixel there.
    rng = np.random.default_rng(5)
    for place in rng.uniform((3, 3), (20, 16), (20, 2)):
        heatmap = gaussians(place)
        found = peaks_in(heatmap)
        upsampled = cv2.resize(heatmap, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
        row, column = np.unravel_index(upsampled.argmax(), upsampled.shape)
        theirs = (np.array([column, row]) + 0.5) / 8 - 0.5
        # half one of its pixels, and the parabola's correction
        assert np.abs(found.xy_map[0] - theirs).max() < 0.1
        assert found.scores[0] == pytest.approx(upsampled.max(), abs=0.01)


def test_cubic_weights_are_those_of_the_kernel() -> None:
    weights = _cubic_weights()
    assert weights.shape == (11, 5)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(weights, weights[::-1, ::-1])
    np.testing.assert_allclose(weights[5], [0, 0, 1, 0, 0], atol=1e-7)
    # half a cell to the right, a = -0.75: (-3, 19, 19, -3) / 32
    np.testing.assert_allclose(weights[9], [0, -3 / 32, 19 / 32, 19 / 32, -3 / 32], atol=1e-6)
    # what OpenCV reads beside a single lit cell, at each eighth
    impulse = np.zeros((1, 21), np.float32)
    impulse[0, 10] = 1
    for cell in range(-2, 3):
        x = (10 - cell + np.arange(-5, 6) / 8).astype(np.float32)[None]
        read = cv2.remap(impulse, x, np.zeros_like(x), cv2.INTER_CUBIC)
        np.testing.assert_allclose(weights[:, cell + 2], read[0], atol=1e-5)


# ---- which


def test_peak_must_be_above_the_lowest_score() -> None:
    for score, kept in ((0.05, 0), (0.0501, 1), (0.3, 1), (0.04, 0), (-1.0, 0)):
        heatmap = np.zeros((7, 7))
        heatmap[3, 3] = score
        found = peaks_in(heatmap, min_score=0.05)
        assert len(found.scores) == kept
        if kept:
            assert found.scores[0] == pytest.approx(score)


def test_peak_between_cells_counts_by_its_own_height() -> None:
    # Half a cell off in x and y the highest cells are at exp(-0.5 / sigma^2) = 0.72 of the peak.
    heatmap = 0.06 * gaussians((5.5, 7.5))
    assert heatmap.max() < 0.05
    found = peaks_in(heatmap, min_score=0.05)
    assert len(found.scores) == 1
    assert found.scores[0] > 0.05


def test_score_is_at_most_1() -> None:
    assert peaks_in(3 * gaussians((5.3, 7.4))).scores.tolist() == [1.0]


def test_lower_neighbour_is_no_peak_whichever_side_it_is_on() -> None:
    # suppressed by score, not in the order of the columns
    for offset in ((0, 1), (1, 0), (1, 1), (1, -1), (0, -1), (-1, 0), (-1, -1), (-1, 1)):
        heatmap = np.zeros((9, 9))
        heatmap[4, 4] = 0.9
        heatmap[4 + offset[0], 4 + offset[1]] = 0.8
        found = peaks_in(heatmap)
        assert len(found.scores) == 1
        assert np.hypot(*(found.xy_map[0] - 4)) < 0.71


def test_peaks_two_cells_apart_are_two() -> None:
    heatmap = np.zeros((9, 9))
    heatmap[4, [2, 4]] = (0.7, 0.9)
    found = peaks_in(heatmap)
    np.testing.assert_allclose(found.xy_map, [[2, 4], [4, 4]], atol=0.15)
    np.testing.assert_allclose(found.scores, [0.7, 0.9], atol=0.02)


@pytest.mark.parametrize('shape', [(1, 2), (2, 1), (1, 3), (2, 2), (3, 3)])
def test_plateau_is_one_peak(shape: tuple[int, int]) -> None:
    heatmap = np.zeros((9, 9))
    heatmap[3:3 + shape[0], 3:3 + shape[1]] = 0.5
    assert len(peaks_in(heatmap).scores) == 1


def test_flat_map_has_at_most_the_peak_of_its_corner() -> None:
    assert len(peaks_in(np.full((6, 6), 0.5)).scores) <= 1
    assert len(peaks_in(np.zeros((6, 6)), min_score=0.0).scores) == 0


def test_best_peaks_of_each_part_are_kept() -> None:
    heatmaps = np.zeros((3, 12, 40))
    columns = np.arange(2, 38, 4)
    heatmaps[0, 3, columns] = [0.5, 0.9, 0.3, 0.7, 0.8, 0.2, 0.6, 0.4, 0.1]
    heatmaps[2, 8, columns[:2]] = [0.2, 0.1]
    found = peaks_in(heatmaps, max_per_part=3)
    assert found.part_ids.tolist() == [0, 0, 0, 2, 2]
    # in reading order, whatever their scores
    np.testing.assert_allclose(found.scores, [0.9, 0.7, 0.8, 0.2, 0.1], atol=1e-3)
    np.testing.assert_allclose(found.xy_map[:, 0], [6, 14, 18, 2, 6], atol=1e-3)


def test_no_part_has_more_peaks_than_allowed_in_noise() -> None:
    noise = 0.7 * np.random.default_rng(0).random((3, 60, 80))
    found = peaks_in(noise)
    assert np.bincount(found.part_ids).tolist() == [127, 127, 127]
    few = peaks_in(noise, max_per_part=5)
    assert np.bincount(few.part_ids).tolist() == [5, 5, 5]
    # the best cells are kept, and between the cells a peak may be a little higher
    for part in range(3):
        best = np.sort(noise[part].ravel())[-5]
        assert few.scores[few.part_ids == part].min() >= best - 1e-6


def test_peaks_are_ordered_by_part() -> None:
    rng = np.random.default_rng(1)
    found = peaks_in(rng.random((6, 20, 20)))
    assert (np.diff(found.part_ids) >= 0).all()
    assert found.part_ids.dtype == np.int64
    assert found.xy_map.dtype == found.scores.dtype == np.float32


@pytest.mark.parametrize('size', [(1, 1), (1, 9), (9, 1), (2, 2), (3, 3)])
def test_peaks_of_tiny_maps(size: tuple[int, int]) -> None:
    assert len(peaks_in(np.zeros((4, *size))).scores) == 0
    heatmap = np.zeros((2, *size))
    heatmap[1, size[0] // 2, size[1] // 2] = 0.6
    found = peaks_in(heatmap)
    assert found.part_ids.tolist() == [1]
    np.testing.assert_allclose(found.xy_map, [[size[1] // 2, size[0] // 2]], atol=0.65)


def test_peaks_of_no_part_are_none() -> None:
    found = peaks_in(np.zeros((0, 5, 5)))
    assert found.xy_map.shape == (0, 2)


def test_find_peaks_leaves_the_maps_alone() -> None:
    heatmaps = np.random.default_rng(2).random((2, 9, 9)).astype(np.float32)
    maps = maps_with(heatmaps)
    before = maps.heatmaps.copy()
    find_peaks(maps, PeakParameters())
    np.testing.assert_array_equal(maps.heatmaps, before)


def test_find_peaks_takes_maps_of_any_memory_order() -> None:
    heatmaps = np.random.default_rng(3).random((9, 11, 2)).astype(np.float32)
    turned = maps_with(heatmaps.transpose(2, 0, 1))
    copied = maps_with(heatmaps.transpose(2, 0, 1).copy())
    one, other = find_peaks(turned, PeakParameters()), find_peaks(copied, PeakParameters())
    np.testing.assert_array_equal(one.xy_map, other.xy_map)
    np.testing.assert_array_equal(one.scores, other.scores)
