# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Known people -> perfect maps -> parser -> the same people.

At stride 8 a keypoint of somebody alone comes back within 0.7 px of the network input, whatever
its place within the cell; the bicubic kernel's bias is the largest part of that. Beside another
keypoint of the same part the maximum of the two peaks (Eq. 8) moves it by a little more.
"""

from __future__ import annotations

import numpy as np
import pytest
from scenes import assert_same_people
from scenes import BODIES
from scenes import body
from scenes import crowd_of
from scenes import IMAGE_SIZE
from scenes import perfect_maps
from scenes import SKELETONS
from scenes import truncated
from scenes import turned
from scenes import VEHICLE
from synthetic import geometry
from synthetic import keypoints_of
from synthetic import maps_of

from openpose_ros.pose2d.ground_truth import FieldWidths
from openpose_ros.pose2d.ground_truth import render_maps
from openpose_ros.pose2d.parser import parse_maps
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

ALONE_PX = 0.7
CLOSE_PX = 1.0
BORDER_PX = 2.0  # in the outer half of the last cells, where there are no cells beyond to read
DEFAULTS = ParserParameters()

every_skeleton = pytest.mark.parametrize('skeleton', SKELETONS, ids=lambda one: one.name)
every_body = pytest.mark.parametrize('skeleton', BODIES, ids=lambda one: one.name)


def found_again(truth: Keypoints2D, skeleton: Skeleton) -> People2D:
    return parse_maps(perfect_maps(truth, skeleton), skeleton, DEFAULTS)


@every_skeleton
@pytest.mark.parametrize('seed', range(8))
def test_somebody_alone_is_found_at_any_place_within_the_cells(
    skeleton: Skeleton, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    centre = (300 + rng.uniform(-8, 8), 185 + rng.uniform(-8, 8))
    truth = keypoints_of([body(skeleton, centre, rng.uniform(240, 300))], skeleton)
    found = found_again(truth, skeleton)
    assert_same_people(found, truth, ALONE_PX)
    assert found.skeleton == skeleton.name
    assert found.image_size == IMAGE_SIZE
    # all peaks and limbs nearly 1, over P + L
    assert 0.8 < found.scores[0] <= 1.0
    assert found.body.scores.min() > 0.8


@every_skeleton
def test_somebody_alone_is_found_in_the_maps_of_equation_9(skeleton: Skeleton) -> None:
    # the fields end where the limbs end
    truth = keypoints_of([body(skeleton, (300.3, 190.7), 280)], skeleton)
    assert_same_people(
        parse_maps(maps_of(truth, skeleton), skeleton, DEFAULTS), truth, ALONE_PX
    )


@every_skeleton
def test_people_side_by_side_are_kept_apart(skeleton: Skeleton) -> None:
    truth = keypoints_of(
        [body(skeleton, (130, 180), 220), body(skeleton, (400, 190), 250)], skeleton
    )
    assert_same_people(found_again(truth, skeleton), truth, ALONE_PX)


@every_skeleton
def test_people_who_overlap_are_kept_apart(skeleton: Skeleton) -> None:
    truth = keypoints_of(
        [body(skeleton, (285, 180), 280), body(skeleton, (345, 196), 270)], skeleton
    )
    assert_same_people(found_again(truth, skeleton), truth, CLOSE_PX)


@every_skeleton
@pytest.mark.parametrize('degrees', [55, 90, 140])
def test_people_who_cross_are_kept_apart(skeleton: Skeleton, degrees: float) -> None:
    upright = body(skeleton, (300, 180), 250)
    across = turned(upright, degrees) + np.float32((9, 3))
    truth = keypoints_of([upright, across], skeleton)
    assert_same_people(found_again(truth, skeleton), truth, CLOSE_PX)


@every_body
def test_somebody_cut_by_the_border_keeps_what_is_seen(skeleton: Skeleton) -> None:
    cut = truncated(body(skeleton, (300, 300), 320), IMAGE_SIZE)  # legs below the image
    beside = truncated(body(skeleton, (645, 180), 300), IMAGE_SIZE)  # left half beyond the right
    assert 3 <= np.isnan(cut[:, 0]).sum() <= 10
    assert 3 <= np.isnan(beside[:, 0]).sum() <= 14
    truth = keypoints_of([cut, beside], skeleton)
    assert_same_people(found_again(truth, skeleton), truth, BORDER_PX)


def test_vehicle_cut_by_the_border_keeps_what_is_seen() -> None:
    cut = truncated(body(VEHICLE, (60, 180), 240), IMAGE_SIZE)
    assert np.isnan(cut[:, 0]).sum() == 2  # front wheel and lamp
    truth = keypoints_of([cut], VEHICLE)
    assert_same_people(found_again(truth, VEHICLE), truth, CLOSE_PX)


@every_skeleton
@pytest.mark.parametrize('seed', [0, 1])
def test_crowd_of_50_is_found_whole(skeleton: Skeleton, seed: int) -> None:
    truth, image_size = crowd_of(50, skeleton, seed)
    maps = perfect_maps(truth, skeleton, image_size)
    assert_same_people(parse_maps(maps, skeleton, DEFAULTS), truth, CLOSE_PX)


@every_skeleton
def test_empty_image_is_nobody(skeleton: Skeleton) -> None:
    nobody = Keypoints2D.missing(0, len(skeleton.parts))
    found = found_again(nobody, skeleton)
    assert len(found) == 0
    assert found.body.xy.shape == (0, len(skeleton.parts), 2)
    assert found.scores.shape == found.ids.shape == (0,)


@every_skeleton
@pytest.mark.parametrize('shift', [(4.0, 0.0), (0.0, 4.0), (4.0, 4.0)])
def test_people_whose_parts_fall_midway_between_cells_are_found_once(
    skeleton: Skeleton, shift: tuple[float, float]
) -> None:
    # Every keypoint on a cell's centre, and from there half a cell on: two or four cells are
    # equally high, and in each person the same.
    people = []
    for centre in ((140, 180), (460, 188)):
        points = body(skeleton, centre, 250)
        people.append((np.round((points - 3.5) / 8) * 8 + 3.5 + shift).astype(np.float32))
    maps = perfect_maps(keypoints_of(people, skeleton), skeleton)
    nose = maps.heatmaps[0]
    highest = np.sort(nose.ravel())[::-1]
    assert highest[0] == pytest.approx(highest[3 if shift[0] * shift[1] == 0 else 7], abs=1e-6)
    truth = keypoints_of(people, skeleton)
    assert_same_people(parse_maps(maps, skeleton, DEFAULTS), truth, ALONE_PX)


@pytest.mark.parametrize('stride', [4.0, 8.0])
def test_image_of_another_size_gets_pixels_of_its_own(stride: float) -> None:
    skeleton = get_skeleton('coco_18')
    truth = keypoints_of([body(skeleton, (620, 350), 560)], skeleton)
    scene = geometry((1280, 720), (656, 368))
    scene = type(scene)(
        int(656 / stride), int(368 / stride), stride,
        ImageTransform.from_resize((1280, 720), (654, 368)), (1280, 720),
    )
    maps = render_maps(truth, skeleton, scene, FieldWidths(beyond_px=stride / 2))
    found = parse_maps(maps, skeleton, DEFAULTS)
    # 0.7 network-input pixels
    assert_same_people(found, truth, ALONE_PX * 1280 / 654)
