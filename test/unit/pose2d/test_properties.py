# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What must hold for any scene: mirror, permutation, scale, and limits on any maps at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
import numpy as np
from scenes import BODIES
from scenes import body
from scenes import IMAGE_SIZE
from scenes import mirrored_maps
from scenes import perfect_maps
from scenes import SKELETONS
from scenes import turned
from scenes import VEHICLE
from synthetic import keypoints_of

from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.limbs import score_limbs
from openpose_ros.pose2d.parser import parse_maps
from openpose_ros.pose2d.parser import parse_peaks
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import Peaks
from openpose_ros.types import People2D

DEFAULTS = ParserParameters()
# Everybody who is assembled is seen.
ALL = ParserParameters(people=PeopleParameters(min_parts=1, min_score=0.0))


@st.composite
def scenes(draw: Any, skeletons: tuple[Skeleton, ...] = SKELETONS) -> tuple[Skeleton, Keypoints2D]:
    """Draw one to four people anywhere, turned, of any size, parts outside or left out."""
    skeleton = draw(st.sampled_from(skeletons))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people = []
    for _ in range(draw(st.integers(1, 4))):
        centre = (rng.uniform(0, IMAGE_SIZE[0]), rng.uniform(0, IMAGE_SIZE[1]))
        points = turned(body(skeleton, centre, rng.uniform(120, 330)), rng.uniform(-60, 60))
        points[rng.random(len(points)) < 0.1] = np.nan
        people.append(points)
    return skeleton, keypoints_of(people, skeleton)


def assert_same(one: People2D, other: People2D, tolerance: float = 0.02) -> None:
    """Check that the same people were found, in whatever order."""
    assert len(one) == len(other)
    left = list(range(len(other)))
    flat = [np.nan_to_num(people.body.xy, nan=-1000.0) for people in (one, other)]
    for row, xy in enumerate(flat[0]):
        near = [
            number for number in left
            if np.abs(flat[1][number] - xy).max() <= tolerance
            and abs(one.scores[row] - other.scores[number]) <= 1e-4
        ]
        assert near, xy
        left.remove(near[0])


@given(scenes(BODIES))
def test_mirrored_maps_give_mirrored_people(scene: tuple[Skeleton, Keypoints2D]) -> None:
    skeleton, truth = scene
    maps = perfect_maps(truth, skeleton)
    found = parse_maps(maps, skeleton, ALL)
    mirrored = parse_maps(mirrored_maps(maps, skeleton), skeleton, ALL)
    back = mirrored.body.xy[:, skeleton.mirrored_parts]
    back[:, :, 0] = IMAGE_SIZE[0] - 1 - back[:, :, 0]
    scores = mirrored.body.scores[:, skeleton.mirrored_parts]
    unmirrored = People2D.from_body(
        skeleton.name, Keypoints2D(back, scores), mirrored.scores, IMAGE_SIZE
    )
    assert_same(found, unmirrored)


@given(scenes(), st.randoms(use_true_random=False))
def test_order_of_the_people_does_not_matter(
    scene: tuple[Skeleton, Keypoints2D], shuffle: Any
) -> None:
    skeleton, truth = scene
    order = list(range(len(truth.xy)))
    shuffle.shuffle(order)
    first = parse_maps(perfect_maps(truth, skeleton), skeleton, ALL)
    second = parse_maps(perfect_maps(truth.take(np.array(order)), skeleton), skeleton, ALL)
    assert_same(first, second)
    assert (np.diff(first.scores) <= 0).all()


@given(scenes(), st.integers(0, 2**32 - 1))
def test_order_of_the_peaks_of_a_part_does_not_matter(
    scene: tuple[Skeleton, Keypoints2D], seed: int
) -> None:
    skeleton, truth = scene
    maps = perfect_maps(truth, skeleton)
    peaks = find_peaks(maps, DEFAULTS.peaks)
    rng = np.random.default_rng(seed)
    # shuffled within the parts, which stay in order
    order = np.lexsort((rng.random(len(peaks.scores)), peaks.part_ids))
    shuffled = Peaks(peaks.part_ids[order], peaks.xy_map[order], peaks.scores[order])
    assert_same(
        parse_peaks(peaks, maps, skeleton, ALL), parse_peaks(shuffled, maps, skeleton, ALL)
    )


@given(scenes(), st.sampled_from([0.5, 2.0, 3.0]))
def test_larger_image_gives_larger_coordinates(
    scene: tuple[Skeleton, Keypoints2D], factor: float
) -> None:
    skeleton, truth = scene
    maps = perfect_maps(truth, skeleton)
    size = (int(IMAGE_SIZE[0] * factor), int(IMAGE_SIZE[1] * factor))
    larger = FieldMaps(
        maps.heatmaps, maps.pafs, maps.stride,
        ImageTransform.from_resize(size, IMAGE_SIZE).of_maps(8.0), size,
    )
    found = parse_maps(maps, skeleton, ALL)
    scaled = parse_maps(larger, skeleton, ALL)
    # the corner of the first pixel stays where it is: x + 0.5 is what grows
    np.testing.assert_allclose(
        scaled.body.xy + 0.5, (found.body.xy + 0.5) * factor, rtol=1e-5, atol=1e-3
    )
    np.testing.assert_array_equal(scaled.scores, found.scores)


@given(scenes())
def test_stronger_thresholds_find_no_more_peaks_or_limbs(
    scene: tuple[Skeleton, Keypoints2D]
) -> None:
    skeleton, truth = scene
    maps = perfect_maps(truth, skeleton)
    many = find_peaks(maps, PeakParameters(min_score=0.05))
    few = find_peaks(maps, PeakParameters(min_score=0.5))
    assert set(map(tuple, few.xy_map.tolist())) <= set(map(tuple, many.xy_map.tolist()))
    weak = score_limbs(many, maps, skeleton, LimbParameters(min_inlier_ratio=0.5), near_score=0.05)
    strong = score_limbs(many, maps, skeleton, LimbParameters(), near_score=0.05)
    pairs = [
        set(zip(limbs.limb_ids.tolist(), limbs.peaks_from.tolist(), limbs.peaks_to.tolist()))
        for limbs in (weak, strong)
    ]
    assert pairs[1] <= pairs[0]


# ---- any maps at all


FINITE = st.floats(-2.0, 2.0, width=32)
SIZES = st.tuples(st.integers(1, 7), st.integers(1, 7))


@st.composite
def any_maps(draw: Any) -> FieldMaps:
    size = draw(SIZES)
    # few different values and many, so that plateaus and ties come up
    values = draw(st.sampled_from([FINITE, st.sampled_from([-1.0, 0.0, 0.5, 1.0])]))
    heatmaps = draw(arrays.arrays(np.float32, (7, *size), elements=values))
    pafs = draw(arrays.arrays(np.float32, (7, 2, *size), elements=values))
    return FieldMaps(heatmaps, pafs, 8.0, ImageTransform(8.0, 8.0, 3.5, 3.5), (56, 56))


@st.composite
def any_parameters(draw: Any) -> ParserParameters:
    return ParserParameters(
        PeakParameters(
            min_score=draw(st.floats(0, 1)), max_per_part=draw(st.integers(1, 127))
        ),
        LimbParameters(
            min_score=draw(st.floats(0, 1)),
            min_inlier_ratio=draw(st.floats(0, 1)),
            max_candidates=draw(st.sampled_from([100, 30000])),
        ),
        PeopleParameters(
            min_parts=draw(st.integers(1, 8)),
            min_score=draw(st.floats(0, 2)),
            max_people=draw(st.integers(0, 3)),
        ),
    )


@settings(max_examples=150)
@given(any_maps(), any_parameters())
def test_any_finite_maps_are_parsed_within_the_limits(
    maps: FieldMaps, parameters: ParserParameters
) -> None:
    before = maps.heatmaps.copy(), maps.pafs.copy()
    peaks = find_peaks(maps, parameters.peaks)
    assert np.isfinite(peaks.xy_map).all()
    assert ((peaks.scores > parameters.peaks.min_score) & (peaks.scores <= 1)).all()
    counts = np.bincount(peaks.part_ids, minlength=7)
    assert counts.max() <= parameters.peaks.max_per_part
    found = parse_maps(maps, VEHICLE, parameters)
    there = found.body.scores > 0
    np.testing.assert_array_equal(np.isnan(found.body.xy).any(axis=2), ~there)
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert (there.sum(axis=1) >= max(2, parameters.people.min_parts)).all()
    assert (there.sum(axis=0) <= counts).all()
    if parameters.people.max_people:
        assert len(found) <= parameters.people.max_people
    # cells are 8 px, and refinement reaches less than one cell from the maps
    inside = found.body.xy[there]
    assert (inside > -8).all()
    assert (inside < 8 * 7 + 8).all()
    np.testing.assert_array_equal(maps.heatmaps, before[0])
    np.testing.assert_array_equal(maps.pafs, before[1])


@given(any_maps())
def test_the_same_maps_give_the_same_people(maps: FieldMaps) -> None:
    first, second = (parse_maps(maps, VEHICLE, ALL) for _ in range(2))
    np.testing.assert_array_equal(first.body.xy, second.body.xy)
    np.testing.assert_array_equal(first.scores, second.scores)
