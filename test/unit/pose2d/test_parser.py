# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scenes import body
from scenes import perfect_maps
from scenes import VEHICLE
from synthetic import keypoints_of

from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.parser import MAXIMIZE_POSITIVES
from openpose_ros.pose2d.parser import parse_maps
from openpose_ros.pose2d.parser import parse_peaks
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import ImageTransform

COCO = get_skeleton('coco_18')
DEFAULTS = ParserParameters()
IDENTITY = ImageTransform(1.0, 1.0, 0.0, 0.0)


def maps_of(heatmaps: np.ndarray, pafs: np.ndarray) -> FieldMaps:
    return FieldMaps(heatmaps, pafs, 8.0, IDENTITY, (320, 240))


def empty(parts: int = 18, limbs: int = 19, size: tuple[int, int] = (30, 40)) -> FieldMaps:
    return maps_of(np.zeros((parts, *size), np.float32), np.zeros((limbs, 2, *size), np.float32))


def one_vehicle(size: float = 260) -> FieldMaps:
    return perfect_maps(keypoints_of([body(VEHICLE, (300, 180), size)], VEHICLE), VEHICLE)


# ---- scores by hand


def test_score_of_a_whole_person_is_its_peaks_and_limbs_over_all() -> None:
    maps = one_vehicle()
    found = parse_maps(maps, VEHICLE, DEFAULTS)
    peaks = find_peaks(maps, DEFAULTS.peaks)
    assert len(peaks.scores) == 7
    # the fields are unit vectors along the limbs, so the limbs are nearly 1
    assert found.scores[0] == pytest.approx((peaks.scores.sum() + 7) / 14, abs=0.03)
    np.testing.assert_array_equal(np.sort(found.body.scores[0]), np.sort(peaks.scores))


def test_near_peaks_score_the_lowest_peak_and_a_little() -> None:
    # two parts on neighbouring cells, no field: 1 px apart, sqrt(320 * 240) / 150 is 1.85 px
    maps = empty()
    maps.heatmaps[0, 10, 10] = maps.heatmaps[14, 10, 10] = 0.5
    maps.heatmaps[14, 10, 11] = 0.15
    parameters = ParserParameters(
        PeakParameters(min_score=0.3), people=PeopleParameters(min_parts=2, min_score=0.0)
    )
    found = parse_maps(maps, COCO, parameters)
    assert len(found) == 1
    peaks = find_peaks(maps, parameters.peaks)
    assert 0 < 8 * np.abs(peaks.xy_map[0] - peaks.xy_map[1]).max() < 1.85
    assert found.scores[0] == pytest.approx((peaks.scores.sum() + 0.3 + 1e-6) / 37)


def test_parse_peaks_is_the_second_half_of_parse_maps() -> None:
    maps = one_vehicle()
    peaks = find_peaks(maps, DEFAULTS.peaks)
    first = parse_maps(maps, VEHICLE, DEFAULTS)
    second = parse_peaks(peaks, maps, VEHICLE, DEFAULTS)
    np.testing.assert_array_equal(first.body.xy, second.body.xy)
    np.testing.assert_array_equal(first.scores, second.scores)


def test_maximize_positives_finds_what_the_defaults_do_not() -> None:
    maps = one_vehicle()
    faint = FieldMaps(
        0.04 * maps.heatmaps, 0.04 * maps.pafs, maps.stride, maps.transform, maps.image_size
    )
    assert len(parse_maps(faint, VEHICLE, DEFAULTS)) == 0
    assert len(parse_maps(faint, VEHICLE, MAXIMIZE_POSITIVES)) == 1


# ---- bad input


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize('name', ['heatmaps', 'pafs'])
def test_maps_that_are_not_finite_are_refused(name: str, value: float) -> None:
    maps = empty()
    getattr(maps, name).flat[777] = value
    with pytest.raises(ValueError, match='hold NaN or infinite values, expected finite numbers'):
        parse_maps(maps, COCO, DEFAULTS)


def test_infinities_that_cancel_are_refused_too() -> None:
    maps = empty()
    maps.pafs.flat[:2] = (np.inf, -np.inf)
    with pytest.raises(ValueError, match='part affinity fields hold NaN'):
        parse_maps(maps, COCO, DEFAULTS)


@pytest.mark.parametrize(
    ('parts', 'limbs', 'message'),
    [
        (19, 19, "19 heatmaps, expected 18 for skeleton 'coco_18'"),
        (0, 19, '0 heatmaps, expected 18'),
        (18, 18, "18 part affinity fields, expected 19 for skeleton 'coco_18'"),
        (18, 26, '26 part affinity fields, expected 19'),
    ],
)
def test_maps_of_another_skeleton_are_refused(parts: int, limbs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_maps(empty(parts, limbs), COCO, DEFAULTS)


@pytest.mark.parametrize('size', [(1, 1), (1, 2), (2, 1), (3, 3), (1, 50)])
@pytest.mark.parametrize('value', [0.0, 0.5, 1.0, -1.0])
def test_tiny_maps_are_parsed(size: tuple[int, int], value: float) -> None:
    maps = empty(size=size)
    maps.heatmaps[:] = value
    maps.pafs[:] = value
    found = parse_maps(maps, COCO, DEFAULTS)
    assert np.isfinite(found.scores).all()


@pytest.mark.parametrize('scale', [1e30, 3e38])
def test_enormous_maps_are_parsed_to_finite_keypoints(scale: float) -> None:
    rng = np.random.default_rng(0)
    maps = maps_of(
        (scale * rng.uniform(-1, 1, (18, 30, 40))).astype(np.float32),
        (scale * rng.uniform(-1, 1, (19, 2, 30, 40))).astype(np.float32),
    )
    with np.errstate(all='ignore'):
        found = parse_maps(maps, COCO, DEFAULTS)
    check_bounds(found, ParserParameters())


# ---- noise: anything at all is parsed, and not for long


def check_bounds(found: Any, parameters: ParserParameters) -> None:
    """Check that whatever was found is well-formed and within the parameters' limits."""
    there = found.body.scores > 0
    np.testing.assert_array_equal(np.isfinite(found.body.xy).all(axis=2), there)
    np.testing.assert_array_equal(np.isnan(found.body.xy).all(axis=2), ~there)
    assert (found.body.scores <= 1).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert (there.sum(axis=1) >= max(2, parameters.people.min_parts)).all()
    # nobody shares a peak: no part has more people than peaks
    assert (there.sum(axis=0) <= parameters.peaks.max_per_part).all()


@pytest.mark.parametrize('name', ['body_25', 'coco_18', 'mpii_15'])
@pytest.mark.parametrize('kind', ['noise', 'constant', 'swirl'])
def test_noise_is_parsed_within_the_limits(name: str, kind: str) -> None:
    skeleton = get_skeleton(name)
    rng = np.random.default_rng(1)
    size = (46, 82)
    pafs = {
        'noise': rng.normal(0, 0.7, (len(skeleton.limbs), 2, *size)),
        # every pair that points to the right and down is a limb
        'constant': np.ones((len(skeleton.limbs), 2, *size)),
        'swirl': np.stack(
            [np.stack(np.gradient(rng.normal(0, 1, size).cumsum(0).cumsum(1)))
             for _ in skeleton.limbs]
        ),
    }[kind].astype(np.float32)
    maps = maps_of(rng.random((len(skeleton.parts), *size), np.float32), pafs)
    assert len(find_peaks(maps, DEFAULTS.peaks).scores) == 127 * len(skeleton.parts)
    check_bounds(parse_maps(maps, skeleton, DEFAULTS), DEFAULTS)
    check_bounds(parse_maps(maps, skeleton, MAXIMIZE_POSITIVES), MAXIMIZE_POSITIVES)
    few = ParserParameters(
        PeakParameters(max_per_part=4), LimbParameters(max_candidates=100),
        PeopleParameters(max_people=2, min_parts=2, min_score=0.0),
    )
    found = parse_maps(maps, skeleton, few)
    check_bounds(found, few)
    assert len(found) <= 2
