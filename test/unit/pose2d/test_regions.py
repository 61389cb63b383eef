# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace

from named_bodies import moved
from named_bodies import only
from named_bodies import people
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.regions import best_people
from openpose_ros.pose2d.regions import find_regions
from openpose_ros.pose2d.regions import of_people
from openpose_ros.pose2d.regions import RegionParameters
from openpose_ros.pose2d.regions import RegionWish
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import People2D

COCO_18 = get_skeleton('coco_18')


def scaled(factor: float) -> dict[str, tuple[float, float]]:
    return {part: (xy[0] * factor, xy[1] * factor) for part, xy in STANDING.items()}


def kinds_of(found: Regions) -> list[tuple[int, int]]:
    return list(zip(found.kinds.tolist(), found.persons.tolist()))


def test_find_regions_of_people_are_faces_hands_and_feet() -> None:
    found = find_regions(people(STANDING, moved(STANDING, 300)), COCO_18)
    assert kinds_of(found) == [
        (FACE, 0), (FACE, 1), (LEFT_HAND, 0), (LEFT_HAND, 1), (RIGHT_HAND, 0), (RIGHT_HAND, 1),
        (FEET, 0), (FEET, 1),
    ]
    # the second person's are 300 further on
    np.testing.assert_allclose(
        found.xy_image[1::2] - found.xy_image[::2], [(300, 0)] * 4, atol=1e-4
    )
    np.testing.assert_allclose(found.sizes_px[1::2], found.sizes_px[::2], rtol=1e-5)


@pytest.mark.parametrize(
    ('wish', 'kinds'),
    [
        (RegionWish(face=False), {LEFT_HAND, RIGHT_HAND, FEET}),
        (RegionWish(hands=False), {FACE, FEET}),
        (RegionWish(feet=False), {FACE, LEFT_HAND, RIGHT_HAND}),
        (RegionWish(False, False, False), set()),
    ],
)
def test_find_regions_are_of_what_is_wished(wish: RegionWish, kinds: set[int]) -> None:
    assert set(find_regions(people(STANDING), COCO_18, wish).kinds.tolist()) == kinds


def test_find_regions_are_upright_where_the_network_wants_it() -> None:
    plain = RegionWish(feet=False, upright_faces=False, upright_hands=False)
    boxes = find_regions(people(STANDING), COCO_18, plain)
    assert boxes.angles_rad.tolist() == [0, 0, 0]
    np.testing.assert_allclose(boxes.xy_image[0], (200, 101.666667), rtol=1e-6)
    upright = find_regions(people(STANDING), COCO_18, RegionWish(feet=False))
    np.testing.assert_allclose(upright.xy_image[0], (200, 100))
    # both forearms hang down and outwards: 10 to the side, 40 down
    turn = np.pi - np.arctan2(10, 40)
    np.testing.assert_allclose(upright.angles_rad, [0, turn, -turn], rtol=1e-6)


@pytest.mark.parametrize(
    ('parameters', 'kinds'),
    [
        ({}, {FACE, LEFT_HAND, RIGHT_HAND, FEET}),
        ({'face_min_score': 0.8}, {LEFT_HAND, RIGHT_HAND, FEET}),
        ({'hand_min_score': 0.8}, {FACE, FEET}),
        ({'feet_min_score': 0.8}, {FACE, LEFT_HAND, RIGHT_HAND}),
        # the face is 67.5 wide, the hands 68.7
        ({'upright_face_min_size_px': 68.0}, {LEFT_HAND, RIGHT_HAND, FEET}),
        ({'upright_face_min_size_px': 67.0}, {FACE, LEFT_HAND, RIGHT_HAND, FEET}),
        ({'upright_hand_min_size_px': 69.0}, {FACE, FEET}),
        ({'upright_hand_min_size_px': 68.0}, {FACE, LEFT_HAND, RIGHT_HAND, FEET}),
        # of the other family
        ({'face_min_size_px': 4096.0, 'hand_min_size_px': 4096.0},
         {FACE, LEFT_HAND, RIGHT_HAND, FEET}),
        # the feet's square is 425 wide
        ({'max_size_factor': 425.1 / 640}, {FACE, LEFT_HAND, RIGHT_HAND, FEET}),
        ({'max_size_factor': 424.9 / 640}, {FACE, LEFT_HAND, RIGHT_HAND}),
    ],
)
def test_find_regions_need_scores_and_sizes(
    parameters: dict[str, float], kinds: set[int]
) -> None:
    found = find_regions(
        people(STANDING, score=0.8 - 1e-6), COCO_18, parameters=RegionParameters(**parameters)
    )
    assert set(found.kinds.tolist()) == kinds


@pytest.mark.parametrize(('factor', 'there'), [(0.54, False), (0.55, True)])
def test_find_regions_use_openpose_face_boxes_above_40_px(factor: float, there: bool) -> None:
    # 73.33 wide at full size
    wish = RegionWish(hands=False, feet=False, upright_faces=False)
    assert len(find_regions(people(scaled(factor)), COCO_18, wish)) == there


@pytest.mark.parametrize(
    ('factor', 'upright', 'there'),
    [
        # 68.74 wide at full size
        (0.29, True, False),
        (0.30, True, True),
        # OpenPose's table: a side above 1 and an area above 10
        (0.0461, False, True),
        (0.0459, False, False),
        (0.0461, True, False),
    ],
)
def test_find_regions_use_openpose_hand_boxes_of_any_size(
    factor: float, upright: bool, there: bool
) -> None:
    wish = RegionWish(face=False, feet=False, upright_hands=upright)
    assert len(find_regions(people(scaled(factor)), COCO_18, wish)) == (2 if there else 0)


@pytest.mark.parametrize(('smallest', 'there'), [(68.0, True), (69.0, False)])
def test_find_regions_leave_out_hand_boxes_below_the_smallest(
    smallest: float, there: bool
) -> None:
    wish = RegionWish(face=False, feet=False, upright_hands=False)
    found = find_regions(
        people(STANDING), COCO_18, wish, RegionParameters(hand_min_size_px=smallest)
    )
    assert len(found) == (2 if there else 0)


def test_find_regions_outside_of_the_image_are_left_out() -> None:
    shown = people(STANDING, image_size=(180, 480))
    found = find_regions(shown, COCO_18)
    # of the left hand, its wrist 70 beyond the border, nothing is in the image
    assert kinds_of(found) == [(FACE, 0), (RIGHT_HAND, 0), (FEET, 0)]
    assert len(find_regions(people(moved(STANDING, 5000)), COCO_18)) == 0


def test_find_regions_are_of_the_best_people() -> None:
    crowd = people(*(moved(STANDING, 10 * row) for row in range(4)), scores=(0.2, 0.9, 0.1, 0.5))
    found = find_regions(crowd, COCO_18, RegionWish(hands=False, feet=False), max_people=2)
    assert kinds_of(found) == [(FACE, 1), (FACE, 3)]
    assert len(find_regions(crowd, COCO_18, max_people=0)) == 0


def test_find_regions_of_100_people_are_of_ten() -> None:
    crowd = people(*(moved(STANDING, row) for row in range(100)), scores=(0.5,) * 100)
    assert set(find_regions(crowd, COCO_18).persons.tolist()) == set(range(10))


def test_find_regions_of_people_without_the_parts_are_none() -> None:
    found = find_regions(people({}, only(STANDING, 'nose', 'left_wrist'), {}), COCO_18)
    assert len(found) == 0
    assert len(find_regions(people(), COCO_18)) == 0


def test_find_regions_of_keypoints_that_are_no_numbers_are_none() -> None:
    crowd = people(STANDING)
    crowd.body.xy[:] = np.inf
    assert len(find_regions(crowd, COCO_18)) == 0


# ---- regions of somebody's own


def own(*persons: int, scores: tuple[float, ...] = ()) -> Regions:
    count = len(persons)
    return Regions(
        np.full(count, FACE), np.array(persons), np.full((count, 2), 50, np.float32),
        np.full(count, 20, np.float32), np.zeros(count, np.float32),
        np.array(scores or (0.5,) * count, np.float32),
    )


def three_people() -> People2D:
    return replace(people(STANDING, STANDING, STANDING), scores=np.float32([0.3, 0.9, 0.6]))


def test_of_people_keeps_the_best_people_and_the_best_of_nobody() -> None:
    regions = own(
        0, NO_PERSON, 1, NO_PERSON, 2, 1, NO_PERSON, scores=(1, 0.1, 0.1, 0.9, 1, 0.2, 0.5)
    )
    found = of_people(regions, three_people(), 2)
    assert found.persons.tolist() == [1, NO_PERSON, 2, 1, NO_PERSON]
    np.testing.assert_allclose(found.scores, [0.1, 0.9, 1, 0.2, 0.5])


def test_of_people_of_one_person_are_no_more_than_there_are_kinds() -> None:
    regions = own(*[0] * 1000, scores=tuple(np.arange(1000) / 1000))
    found = of_people(regions, people(STANDING), 1)
    np.testing.assert_allclose(found.scores, [0.996, 0.997, 0.998, 0.999])


def test_of_people_takes_a_score_that_is_no_number_as_the_worst() -> None:
    regions = own(NO_PERSON, NO_PERSON, scores=(np.nan, 0.1))
    np.testing.assert_allclose(of_people(regions, people(), 1).scores, [0.1])


@pytest.mark.parametrize('person', [3, -1, NO_PERSON - 1])
def test_of_people_of_a_person_that_there_is_not_raises(person: int) -> None:
    with pytest.raises(ValueError, match=f'a region is of person {person}, expected one of 3 pe'):
        of_people(own(0, person), three_people(), 5)


def test_best_people_are_in_the_order_of_the_table() -> None:
    assert best_people(three_people(), 2).tolist() == [1, 2]
    assert best_people(three_people(), 9).tolist() == [0, 1, 2]
    assert best_people(people(), 9).tolist() == []
