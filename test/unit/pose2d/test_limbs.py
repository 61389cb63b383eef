# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest

from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.limbs import score_limbs
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import ImageTransform
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks

# How far a mean of samples may be off. OpenCV 4 reads the field at the nearest of 32 places per
# cell and direction; what is left of that in a mean is still less than half a sample more or less.
READ_ERROR = 2e-5 if int(cv2.__version__.split('.')[0]) >= 5 else 6e-5

# One limb between two parts, and one of another kind.
BAR = Skeleton('bar', ('tail', 'head'), (Limb('tail', 'head', 0),))
TREE = Skeleton(
    'tree', ('root', 'stem', 'top'), (Limb('stem', 'top', 2), Limb('root', 'stem', 0))
)
SIZE = (40, 60)  # rows and columns of the maps
NEAR = 0.0123
# of the network input: sqrt(320 * 480) / 150 pixels
NEAR_PX = math.sqrt(40 * 60 * 64) / 150


def peaks_of(*parts: list[tuple[float, float]]) -> Peaks:
    """Return peaks, one list of places in map cells per part, all with score 0.8."""
    ids = [part for part, places in enumerate(parts) for _ in places]
    places = np.array([place for part in parts for place in part], np.float32).reshape(-1, 2)
    return Peaks(np.array(ids, np.int64), places, np.full(len(ids), 0.8, np.float32))


def maps_of(pafs: np.ndarray, parts: int = 2) -> FieldMaps:
    pafs = pafs.astype(np.float32)
    heatmaps = np.zeros((parts, *pafs.shape[2:]), np.float32)
    return FieldMaps(heatmaps, pafs, 8.0, ImageTransform(1.0, 1.0, 0.0, 0.0), (480, 320))


def field(x: Any, y: Any = 0.0) -> FieldMaps:
    """Return the maps of one limb whose field has these components."""
    rows = [np.broadcast_to(np.asarray(values, float), SIZE) for values in (x, y)]
    return maps_of(np.stack(rows)[None])


def scored(peaks: Peaks, maps: FieldMaps, skeleton: Skeleton = BAR, **parameters: Any) -> Limbs:
    return score_limbs(peaks, maps, skeleton, LimbParameters(**parameters), near_score=NEAR)


def line(length: float, degrees: float = 0.0) -> Peaks:
    """Return two peaks at a distance in cells, the first at (20, 20)."""
    angle = math.radians(degrees)
    end = (20 + length * math.cos(angle), 20 + length * math.sin(angle))
    return peaks_of([(20, 20)], [end])


# ---- equation 11


@pytest.mark.parametrize(
    ('degrees', 'expected'),
    [(0, 0.9), (60, 0.45), (-60, 0.45), (30, 0.9 * math.sqrt(0.75)), (80, 0.9 * 0.17364818)],
)
def test_score_in_a_constant_field_is_its_projection(degrees: float, expected: float) -> None:
    found = scored(line(12, degrees), field(0.9))
    assert found.scores == pytest.approx([expected], rel=1e-5)
    assert found.scores.dtype == np.float32


@pytest.mark.parametrize('degrees', [90, 120, 180, -90])
def test_limb_across_or_against_the_field_is_rejected(degrees: float) -> None:
    assert len(scored(line(12, degrees), field(0.9)).scores) == 0


def test_score_takes_both_components() -> None:
    # (0.3, 0.4) on (0.6, 0.8) is 0.5
    found = scored(peaks_of([(20, 20)], [(26, 28)]), field(0.3, 0.4))
    assert found.scores == pytest.approx([0.5], rel=1e-5)


def test_score_must_be_above_the_lowest_projection() -> None:
    assert len(scored(line(12), field(0.05), min_score=0.05).scores) == 0
    assert len(scored(line(12), field(0.0501), min_score=0.05).scores) == 1
    assert len(scored(line(12), field(0.3), min_score=0.3).scores) == 0


@pytest.mark.parametrize(
    ('length_px', 'samples'),
    [
        (4, 5),  # sqrt(20) = 4.5 is below the least number
        (5, 5),
        (6.1, 6),  # sqrt(30.5) = 5.52
        (20, 10),  # sqrt(100)
        (45, 15),  # sqrt(225)
        (80, 20),  # sqrt(400)
        (125, 25),  # sqrt(625)
        (240, 25),  # no more than 25
    ],
)
def test_number_of_samples_grows_with_the_root_of_the_length(
    length_px: float, samples: int
) -> None:
    # In a field that grows along the line the mean tells where the samples were: at u = k / N,
    # k = 0 .. N - 1, the mean of u is (N - 1) / 2 N.
    slope, base = 0.01, 0.2
    growing = field(base + slope * (np.arange(SIZE[1]) - 20.0))
    found = scored(line(length_px / 8), growing)
    expected = base + slope * length_px / 8 * (samples - 1) / (2 * samples)
    assert found.scores == pytest.approx([expected], abs=READ_ERROR)


def test_number_of_samples_is_that_of_the_longer_side() -> None:
    # 3-4-5: 60 and 80 pixels are 20 samples, the distance of 100 would be 22
    growing = field(0.2 + 0.01 * (np.arange(SIZE[1]) - 20.0))
    found = scored(peaks_of([(20, 20)], [(27.5, 30)]), growing)
    expected = 0.6 * (0.2 + 0.01 * 7.5 * 19 / 40)
    assert found.scores == pytest.approx([expected], abs=READ_ERROR)


# ---- how much of the limb must be supported


def hole(first: int, last: int) -> FieldMaps:
    """Return a field of 0.8 along x that is 0 in some columns."""
    columns = np.arange(SIZE[1])
    return field(np.where((columns >= first) & (columns <= last), 0.0, 0.8))


# 200 pixels along x from cell 20 on: 25 samples, one per cell, at cells 20 .. 44.
LONG = peaks_of([(20.0, 20.0)], [(45.0, 20.0)])


@pytest.mark.parametrize(
    ('first', 'last', 'kept'),
    [
        (24, 24, 24),  # 24 of 25 are 0.96
        (44, 44, 24),  # the last sample
        (45, 45, 25),  # the end itself is no sample
        (20, 20, 24),  # the beginning is one
    ],
)
def test_limb_with_enough_samples_scores_the_mean_of_those(
    first: int, last: int, kept: int
) -> None:
    assert scored(LONG, hole(first, last)).scores == pytest.approx([0.8], rel=1e-5)
    growing = hole(first, last)
    growing.pafs[0, 0] *= 1 + 0.01 * np.arange(SIZE[1])
    columns = [column for column in range(20, 45) if not first <= column <= last]
    assert len(columns) == kept
    expected = np.mean([0.8 * (1 + 0.01 * column) for column in columns])
    assert scored(LONG, growing).scores == pytest.approx([expected], rel=1e-5)


@pytest.mark.parametrize(('first', 'last'), [(24, 25), (20, 21), (43, 44), (20, 44)])
def test_limb_with_too_few_samples_is_rejected(first: int, last: int) -> None:
    assert len(scored(LONG, hole(first, last)).scores) == 0


@pytest.mark.parametrize(
    ('ratio', 'missing', 'kept'),
    [
        (0.95, 0, True),
        (0.75, 6, True),  # 19 of 25 are 0.76
        (0.75, 7, False),  # 18 are 0.72
        (0.76, 6, False),  # the share must be larger, not as large
        (0.56, 10, True),
        (0.56, 11, False),
        (0.0, 11, True),
        (1.0, 0, False),  # more than all is impossible
    ],
)
def test_share_of_supporting_samples_has_a_boundary(
    ratio: float, missing: int, kept: bool
) -> None:
    # from the end on, so that the midpoint is never in the hole
    found = scored(LONG, hole(45 - missing, 44), min_inlier_ratio=ratio)
    assert (len(found.scores) == 1) is kept


@pytest.mark.parametrize('samples', range(5, 26))
@pytest.mark.parametrize('ratio', [0.5, 0.6, 0.7, 1 / 3, 0.95, 0.99])
def test_share_is_that_of_the_samples_of_the_limb(samples: int, ratio: float) -> None:
    # of N samples from the first peak on, the last ones fail
    length = samples**2 / 5 / 8
    for missing in range(samples // 2):
        last = (samples - missing - 0.5) / samples * length
        found = scored(line(length), field(step_at(20 + last)), min_inlier_ratio=ratio)
        assert (len(found.scores) == 1) is (samples - missing > ratio * samples), missing


def step_at(x: float) -> np.ndarray:
    """Return a field along x that falls through zero at some place and is linear about it."""
    return np.broadcast_to(4 * (x - np.arange(SIZE[1])), SIZE)


def test_limb_without_support_at_the_midpoint_is_rejected() -> None:
    # 25 samples at half cells; the midpoint is cell 33 and none of them. It is negative, while
    # the samples beside it read (0.8 - 0.6) / 2.
    peaks = peaks_of([(20.5, 20.0)], [(45.5, 20.0)])
    values = np.full(SIZE, 0.8)
    values[:, 33] = -0.6
    assert len(scored(peaks, field(values)).scores) == 0
    values[:, 33] = 0.06
    assert len(scored(peaks, field(values)).scores) == 1
    values[:, 33] = 0.8
    values[:, 34] = -0.6
    assert len(scored(peaks, field(values)).scores) == 1


# ---- near peaks


def test_near_peaks_without_a_field_get_the_near_score() -> None:
    empty = field(0.0)
    just_near, just_far = (NEAR_PX - 0.01) / 8, (NEAR_PX + 0.01) / 8
    assert scored(line(just_near, 30), empty).scores == pytest.approx([NEAR])
    assert len(scored(line(just_far, 30), empty).scores) == 0


def test_near_peaks_against_the_field_get_the_near_score() -> None:
    assert scored(line(0.3, 180), field(0.9)).scores == pytest.approx([NEAR])


def test_near_peaks_along_the_field_get_its_projection() -> None:
    assert scored(line(0.3), field(0.9)).scores == pytest.approx([0.9], rel=1e-5)


def test_peaks_on_one_another_are_no_limb() -> None:
    assert len(scored(peaks_of([(20, 20)], [(20, 20)]), field(0.9)).scores) == 0


# ---- which pairs


def test_every_pair_of_a_limbs_parts_is_scored_and_no_other() -> None:
    pafs = np.zeros((2, 2, *SIZE))
    pafs[0, 0] = 0.5  # stem to top
    pafs[1, 0] = 0.7  # root to stem
    peaks = peaks_of([(5, 5), (5, 30)], [(15, 5), (15, 30), (15, 35)], [(30, 8)])
    found = scored(peaks, maps_of(pafs, parts=3), TREE)
    pairs = list(zip(found.limb_ids, found.peaks_from, found.peaks_to))
    expected = [(0, stem, 5) for stem in (2, 3, 4)]
    expected += [(1, root, stem) for root in (0, 1) for stem in (2, 3, 4)]
    assert pairs == expected
    for limb, first, second, score in zip(*pairs_and_scores(found)):
        dx, dy = peaks.xy_map[second] - peaks.xy_map[first]
        assert score == pytest.approx((0.5, 0.7)[limb] * dx / math.hypot(dx, dy), rel=1e-4)
    assert found.limb_ids.dtype == found.peaks_from.dtype == np.int64


def pairs_and_scores(limbs: Limbs) -> tuple[Any, ...]:
    return limbs.limb_ids, limbs.peaks_from, limbs.peaks_to, limbs.scores


@pytest.mark.parametrize('parts', [[[], []], [[(3, 3)], []], [[], [(3, 3)]]])
def test_parts_without_peaks_have_no_limbs(parts: Any) -> None:
    found = scored(peaks_of(*parts), field(0.9))
    assert [len(column) for column in pairs_and_scores(found)] == [0, 0, 0, 0]


def test_peaks_beyond_the_border_read_the_last_cells() -> None:
    # Sub-pixel positions may lie half a cell outside, and the fields of the limbs lie below one
    # another in memory: what is below or above must not be read.
    pafs = np.full((2, 2, *SIZE), -5.0)
    pafs[0, 0] = 0.6
    peaks = peaks_of([], [(10, -0.6), (-0.6, 39.6)], [(30, -0.6), (30, 39.6)])
    found = scored(peaks, maps_of(pafs, parts=3), TREE)
    level = [score for first, second, score in zip(found.peaks_from, found.peaks_to, found.scores)
             if (first, second) in ((0, 2), (1, 3))]
    assert level == pytest.approx([0.6, 0.6], rel=1e-4)


def test_pairs_with_most_support_midway_are_kept() -> None:
    # 15 x 15 pairs along x, better supported the lower they lie
    rows = np.arange(5, 35, 2)
    maps = field(0.2 + 0.02 * np.arange(SIZE[0])[:, None])
    peaks = peaks_of([(5, row) for row in rows], [(45, row) for row in rows])
    everything = scored(peaks, maps)
    assert len(everything.scores) == 225
    some = scored(peaks, maps, max_candidates=100)
    assert len(some.scores) == 100
    assert np.sort(some.scores)[0] >= np.sort(everything.scores)[::-1][110]
    # in the order of all
    order = some.peaks_from * 1000 + some.peaks_to
    assert (np.diff(order) > 0).all()


def test_maps_too_large_to_sample_are_refused() -> None:
    pafs = np.zeros((26, 2, 640, 2), np.float32)
    maps = FieldMaps(
        np.zeros((25, 640, 2), np.float32), pafs, 8.0, ImageTransform(1, 1, 0, 0), (1, 1)
    )
    peaks = peaks_of([(0, 1)], [(1, 1)])
    with pytest.raises(ValueError, match=r'\(26, 2, 640, 2\) are too large to sample'):
        scored(peaks, maps, get_skeleton('body_25'))


def test_score_limbs_leaves_its_arguments_alone() -> None:
    maps, peaks = field(np.random.default_rng(0).random(SIZE)), line(12)
    before = maps.pafs.copy(), peaks.xy_map.copy()
    scored(peaks, maps)
    np.testing.assert_array_equal(maps.pafs, before[0])
    np.testing.assert_array_equal(peaks.xy_map, before[1])
