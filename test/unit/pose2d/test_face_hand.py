# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The shipped networks together, on a real photo and on input that is not nice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
from named_bodies import moved
from named_bodies import people
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.networks.loading import load_landmark_model
from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandModels
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

COCO_18, BODY_25 = get_skeleton('coco_18'), get_skeleton('body_25')
CPU = EngineParameters(providers='cpu')
WITH_FEET = FaceHandSettings(face_hand=FaceHandParameters(feet=True))
BLACK = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture(scope='module')
def estimator() -> FaceHandEstimator:
    """Return the shipped networks."""
    models = FaceHandModels(
        load_landmark_model('face_mediapipe_468'), load_landmark_model('iris_mediapipe'),
        load_landmark_model('hand_mediapipe_full'), load_landmark_model('feet_mediapipe_full'),
    )
    return FaceHandEstimator(models, CPU)


@pytest.fixture(scope='module')
def park() -> np.ndarray:
    """Return a photo of two people who walk."""
    image: np.ndarray = cv2.imread(str(Path(__file__).parents[2] / 'data' / 'park.jpg'))
    return image


@pytest.fixture(scope='module')
def walkers(park: np.ndarray) -> People2D:
    """Return them."""
    return PoseEstimator(load_model('body_mobilenet_thin'), CPU).estimate(park)


def own(*rows: tuple[int, int, float, float, float]) -> Regions:
    """Return regions of kind, person, x, y and side."""
    table = np.array(rows, float).reshape(-1, 5)
    count = len(table)
    return Regions(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64),
        table[:, 2:4].astype(np.float32), table[:, 4].astype(np.float32),
        np.zeros(count, np.float32), np.ones(count, np.float32),
    )


def found(keypoints: Keypoints2D) -> list[bool]:
    seen: list[bool] = (keypoints.scores > 0).any(axis=1).tolist()
    return seen


# ---- a photo


def test_estimate_gives_walkers_faces_and_feet(
    estimator: FaceHandEstimator, park: np.ndarray, walkers: People2D
) -> None:
    full, regions = estimator.estimate(park, walkers, COCO_18, WITH_FEET)
    assert len(full) == len(walkers) == 2
    assert (full.skeleton, full.face_skeleton, full.hand_skeleton) == (
        'body_25', 'face_70', 'hand_21'
    )
    np.testing.assert_array_equal(full.scores, walkers.scores)
    # what the body network found stays where it is
    for part in COCO_18.parts:
        np.testing.assert_array_equal(
            full.body.xy[:, BODY_25.index(part)], walkers.body.xy[:, COCO_18.index(part)]
        )
    assert set(regions.kinds.tolist()) <= {FACE, LEFT_HAND, RIGHT_HAND, FEET}
    assert ((regions.scores >= 0) & (regions.scores <= 1)).all()
    # the heels of people who walk upright lie below the knees, near the ankles
    heels = [BODY_25.index(f'{side}_heel') for side in ('left', 'right')]
    knees = [BODY_25.index(f'{side}_knee') for side in ('left', 'right')]
    assert np.isfinite(full.body.xy[:, heels]).all(axis=2).any()
    below = full.body.xy[:, heels, 1] - full.body.xy[:, knees, 1]
    assert (np.nan_to_num(below, nan=1.0) > 0).all()


def test_estimate_leaves_its_input_alone(
    estimator: FaceHandEstimator, park: np.ndarray, walkers: People2D
) -> None:
    image, body = park.copy(), walkers.body.xy.copy()
    estimator.estimate(park, walkers, COCO_18, WITH_FEET)
    np.testing.assert_array_equal(image, park)
    np.testing.assert_array_equal(body, walkers.body.xy)


def test_estimate_does_not_depend_on_the_order_of_people(
    estimator: FaceHandEstimator, park: np.ndarray, walkers: People2D
) -> None:
    turned = replace(
        walkers, body=walkers.body.take(np.array([1, 0])), scores=walkers.scores[::-1]
    )
    one, _ = estimator.estimate(park, walkers, COCO_18, WITH_FEET)
    other, _ = estimator.estimate(park, turned, COCO_18, WITH_FEET)
    for name in ('body', 'face', 'left_hand', 'right_hand'):
        np.testing.assert_allclose(
            getattr(one, name).xy, getattr(other, name).xy[::-1], atol=0.05
        )


def test_estimate_of_regions_it_gave_is_the_same(
    estimator: FaceHandEstimator, park: np.ndarray, walkers: People2D
) -> None:
    regions = estimator.first_looks(estimator.regions(walkers, COCO_18), FaceHandSettings())
    one, _ = estimator.estimate(park, walkers, COCO_18)
    other, _ = estimator.estimate(park, walkers, COCO_18, regions=regions)
    np.testing.assert_array_equal(one.face.xy, other.face.xy)
    np.testing.assert_array_equal(one.left_hand.xy, other.left_hand.xy)


# ---- what is looked for


@pytest.mark.parametrize(
    ('switches', 'skeletons', 'kinds'),
    [
        ({}, ('coco_18', 'face_70', 'hand_21'), {FACE, LEFT_HAND, RIGHT_HAND}),
        ({'face': False}, ('coco_18', '', 'hand_21'), {LEFT_HAND, RIGHT_HAND}),
        ({'hands': False}, ('coco_18', 'face_70', ''), {FACE}),
        ({'face': False, 'hands': False}, ('coco_18', '', ''), set()),
        ({'face': False, 'hands': False, 'feet': True}, ('body_25', '', ''), {FEET}),
    ],
)
def test_estimate_looks_for_what_is_switched_on(
    estimator: FaceHandEstimator, switches: dict[str, bool], skeletons: tuple[str, str, str],
    kinds: set[int],
) -> None:
    settings = FaceHandSettings(face_hand=FaceHandParameters(**switches))
    full, regions = estimator.estimate(BLACK, people(STANDING), COCO_18, settings)
    assert (full.skeleton, full.face_skeleton, full.hand_skeleton) == skeletons
    assert set(regions.kinds.tolist()) == kinds


def test_estimate_without_networks_passes_people_through(park: np.ndarray) -> None:
    nothing = FaceHandEstimator(FaceHandModels(), CPU)
    before = people(STANDING, image_size=(884, 497))
    full, regions = nothing.estimate(park, before, COCO_18, WITH_FEET)
    assert (full.skeleton, full.face_skeleton, full.hand_skeleton) == ('coco_18', '', '')
    np.testing.assert_array_equal(full.body.xy, before.body.xy)
    assert len(regions) == 0
    assert nothing.engines == {}


def test_unchanged_people_have_the_skeleton_of_those_who_were_looked_at(
    estimator: FaceHandEstimator
) -> None:
    standing = people(STANDING)
    feet = WITH_FEET.face_hand
    same = estimator.unchanged(standing, COCO_18, feet)
    looked, _ = estimator.estimate(BLACK, standing, COCO_18, WITH_FEET)
    assert same.skeleton == looked.skeleton == 'body_25'
    np.testing.assert_array_equal(same.body.xy, looked.body.xy)
    np.testing.assert_array_equal(same.body.scores, looked.body.scores)
    assert estimator.unchanged(standing, COCO_18, FaceHandParameters()) is standing
    assert estimator.unchanged(same, BODY_25, feet) is same, 'it has feet already'
    without = FaceHandEstimator(FaceHandModels(), CPU)
    assert without.unchanged(standing, COCO_18, feet) is standing


def test_estimate_of_bodies_with_feet_keeps_them(estimator: FaceHandEstimator) -> None:
    with_feet = {**STANDING, 'left_heel': (1.0, 2.0)}
    full, regions = estimator.estimate(
        BLACK, people(with_feet, skeleton='body_25'), BODY_25, WITH_FEET
    )
    assert full.body.xy[0, BODY_25.index('left_heel')].tolist() == [1, 2]
    assert FEET not in regions.kinds


@pytest.mark.parametrize('name', ['mpii_15', 'car'])
def test_estimate_of_bodies_of_another_kind_keeps_them(
    estimator: FaceHandEstimator, park: np.ndarray, walkers: People2D, name: str
) -> None:
    car = Skeleton('car', ('front_wheel', 'rear_wheel', 'roof'), ())
    skeleton = car if name == 'car' else get_skeleton(name)
    parts = len(skeleton.parts)
    body = Keypoints2D(walkers.body.xy[:, :parts], walkers.body.scores[:, :parts])
    others = replace(walkers, skeleton=name, body=body)
    full, _ = estimator.estimate(park, others, skeleton, WITH_FEET)
    assert full.skeleton == name
    np.testing.assert_array_equal(full.body.xy, body.xy)


def test_estimate_invents_nothing_in_the_dark(estimator: FaceHandEstimator) -> None:
    full, regions = estimator.estimate(BLACK, people(STANDING), COCO_18, WITH_FEET)
    assert found(full.face) == found(full.left_hand) == found(full.right_hand) == [False]
    assert len(regions) == 4
    assert (regions.scores < 0.5).all()


def test_estimate_of_nobody_is_nobody(estimator: FaceHandEstimator) -> None:
    full, regions = estimator.estimate(BLACK, people(), COCO_18, WITH_FEET)
    assert len(full) == len(regions) == 0
    assert (full.skeleton, full.face_skeleton, full.hand_skeleton) == (
        'body_25', 'face_70', 'hand_21'
    )
    assert full.body.xy.shape == (0, 25, 2)
    assert full.face.xy.shape == (0, 70, 2)


def test_estimate_of_a_body_without_a_nose_looks_at_the_head(
    estimator: FaceHandEstimator
) -> None:
    body = {'head': (200.0, 60.0), 'neck': (200.0, 140.0)}
    regions = estimator.regions(people(body, skeleton='mpii_15'), get_skeleton('mpii_15'))
    assert regions.kinds.tolist() == [FACE]
    np.testing.assert_allclose(regions.xy_image, [(200, 60)])


# ---- input that is not nice


def test_estimate_of_100_people_looks_at_the_best_and_passes_the_others(
    estimator: FaceHandEstimator
) -> None:
    crowd = people(
        *(moved(STANDING, row) for row in range(100)), scores=tuple(np.linspace(0.1, 0.9, 100))
    )
    settings = FaceHandSettings(face_hand=FaceHandParameters(max_people=3))
    full, regions = estimator.estimate(BLACK, crowd, COCO_18, settings)
    assert len(full) == 100
    assert set(regions.persons.tolist()) == {97, 98, 99}
    np.testing.assert_array_equal(full.body.xy, crowd.body.xy)


def test_estimate_of_people_without_keypoints_passes_them(estimator: FaceHandEstimator) -> None:
    empty = people({}, {})
    full, regions = estimator.estimate(BLACK, empty, COCO_18, WITH_FEET)
    assert len(full) == 2
    assert len(regions) == 0


@pytest.mark.parametrize('value', [np.nan, np.inf, 1e30, -1e30])
def test_estimate_of_keypoints_that_are_nowhere_finds_nothing(
    estimator: FaceHandEstimator, value: float
) -> None:
    crowd = people(STANDING)
    crowd.body.xy[:] = value
    full, regions = estimator.estimate(BLACK, crowd, COCO_18, WITH_FEET)
    assert len(regions) == 0
    assert found(full.face) == [False]


def test_estimate_of_another_image_size_is_refused(estimator: FaceHandEstimator) -> None:
    message = 'people are of an image of 641 x 480, expected 640 x 480'
    with pytest.raises(ValueError, match=message):
        estimator.estimate(BLACK, people(STANDING, image_size=(641, 480)), COCO_18)


def test_estimate_of_what_is_no_image_is_refused(estimator: FaceHandEstimator) -> None:
    with pytest.raises(ValueError, match='image has shape'):
        estimator.estimate(np.zeros((480, 640), np.uint8), people(STANDING), COCO_18)


@pytest.mark.parametrize('size', [(1, 1), (1, 4000), (37, 23)])
def test_estimate_of_any_image_size_answers(
    estimator: FaceHandEstimator, size: tuple[int, int]
) -> None:
    crowd = people(STANDING, image_size=size)
    full, _ = estimator.estimate(
        np.zeros((size[1], size[0], 3), np.uint8), crowd, COCO_18, WITH_FEET
    )
    assert full.image_size == size


# ---- regions of somebody's own


def test_estimate_looks_into_own_regions_instead(estimator: FaceHandEstimator) -> None:
    regions = own((RIGHT_HAND, 0, 100, 100, 80), (FACE, NO_PERSON, 300, 200, 100))
    full, looked = estimator.estimate(BLACK, people(STANDING), COCO_18, regions=regions)
    assert sorted(looked.kinds.tolist()) == [FACE, RIGHT_HAND]
    # there is no face, hence nobody
    assert len(full) == 1


ONE_LOOK = FaceHandSettings(
    landmarks=LandmarkParameters(face_looks=1, hand_looks=1, hand_crop_scale=0.5)
)


def test_first_looks_are_at_a_share_of_the_hand_boxes_of_bodies(
    estimator: FaceHandEstimator
) -> None:
    crowd = people(STANDING)
    boxes = estimator.regions(crowd, COCO_18, ONE_LOOK)
    hands = np.isin(boxes.kinds, (LEFT_HAND, RIGHT_HAND))
    assert hands.sum() == 2
    looks = estimator.first_looks(boxes, ONE_LOOK)
    np.testing.assert_allclose(looks.sizes_px, boxes.sizes_px * np.where(hands, 0.5, 1.0))
    np.testing.assert_array_equal(looks.xy_image, boxes.xy_image)
    _, looked = estimator.estimate(BLACK, crowd, COCO_18, ONE_LOOK)
    np.testing.assert_allclose(
        np.sort(looked.sizes_px[looked.kinds != FACE]), np.sort(looks.sizes_px[hands])
    )


def test_estimate_sees_the_whole_of_own_regions(estimator: FaceHandEstimator) -> None:
    regions = own((LEFT_HAND, 0, 100, 100, 80), (RIGHT_HAND, NO_PERSON, 300, 200, 60))
    _, looked = estimator.estimate(
        BLACK, people(STANDING), COCO_18, ONE_LOOK, regions=regions
    )
    assert looked.sizes_px.tolist() == [80, 60]


def test_first_looks_without_a_network_for_hands_are_the_regions() -> None:
    regions = own((LEFT_HAND, 0, 100, 100, 80))
    looks = FaceHandEstimator(FaceHandModels(), CPU).first_looks(regions, ONE_LOOK)
    assert looks.sizes_px.tolist() == [80]


def test_estimate_passes_over_regions_that_show_nothing(estimator: FaceHandEstimator) -> None:
    regions = own(
        (FACE, 0, 100, 100, 0), (FACE, 0, 100, 100, -5), (FACE, 0, 100, 100, np.nan),
        (FACE, 0, 100, 100, 1e20), (FACE, 0, np.nan, 100, 50), (FACE, 0, 9000, 100, 50),
        (LEFT_HAND, 0, 100, 100, 2561), (RIGHT_HAND, 0, 100, 100, 2559),
    )
    _, looked = estimator.estimate(BLACK, people(STANDING), COCO_18, regions=regions)
    assert looked.kinds.tolist() == [RIGHT_HAND]


def test_estimate_of_a_region_of_a_person_that_there_is_not_is_refused(
    estimator: FaceHandEstimator
) -> None:
    with pytest.raises(ValueError, match='a region is of person 1, expected one of 1 people'):
        estimator.estimate(BLACK, people(STANDING), COCO_18, regions=own((FACE, 1, 9, 9, 9)))


# ---- networks


def test_engines_are_those_of_the_networks(estimator: FaceHandEstimator) -> None:
    assert {name: engine.provider for name, engine in estimator.engines.items()} == {
        'face_mediapipe_468': 'cpu', 'iris_mediapipe': 'cpu', 'hand_mediapipe_full': 'cpu',
        'feet_mediapipe_full': 'cpu',
    }


@pytest.mark.parametrize('spinning', [False, True])
def test_engines_never_spin(spinning: bool) -> None:
    models = FaceHandModels(iris=None, hand=load_landmark_model('hand_mediapipe_full'))
    made = FaceHandEstimator(models, replace(CPU, spinning=spinning))
    options = made.engines['hand_mediapipe_full']._session.get_session_options()
    assert options.get_session_config_entry('session.intra_op.allow_spinning') == '0'


def test_network_for_something_else_is_refused() -> None:
    hand = load_landmark_model('hand_mediapipe_full')
    with pytest.raises(ValueError, match="'hand_mediapipe_full' has skeleton 'hand_21', expected"):
        FaceHandEstimator(FaceHandModels(face=hand), CPU)
