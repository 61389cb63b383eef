# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from named_bodies import keypoints
from named_bodies import only
from named_bodies import people
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.pose2d.merge import add_faces
from openpose_ros.pose2d.merge import add_feet
from openpose_ros.pose2d.merge import add_hands
from openpose_ros.pose2d.merge import with_feet_skeleton
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D

COCO_18, BODY_25 = get_skeleton('coco_18'), get_skeleton('body_25')
HAND, FACE_70 = get_skeleton('hand_21'), get_skeleton('face_70')


def regions(*rows: tuple[int, int, float]) -> Regions:
    """Return regions of kind, person and score."""
    count = len(rows)
    return Regions(
        np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64),
        np.zeros((count, 2), np.float32), np.full(count, 300, np.float32),
        np.zeros(count, np.float32), np.array([row[2] for row in rows], np.float32),
    )


def landmarks(parts: int, *rows: tuple[int, int, float]) -> Landmarks:
    """Return what was found in regions: row r has its keypoints at (r, r); score 0 is nothing."""
    table = regions(*rows)
    found = Keypoints2D.missing(len(rows), parts)
    for row, score in enumerate(table.scores):
        if score > 0:
            found.xy[row], found.scores[row] = row, score
    return Landmarks(found, table)


def places(found: Keypoints2D) -> list[float]:
    """Return the number of the region that each person's keypoints come from, NaN for none."""
    assert (found.xy[:, :, 0] == found.xy[:, :1, 0]).all() or np.isnan(found.xy).any()
    return found.xy[:, 0, 0].tolist()


def test_add_hands_puts_each_hand_to_its_person_and_side() -> None:
    # rows of people out of order, and no right hand of person 0
    found = landmarks(
        21, (RIGHT_HAND, 2, 0.9), (LEFT_HAND, 1, 0.8), (LEFT_HAND, 0, 0.7), (RIGHT_HAND, 1, 0.6)
    )
    crowd = add_hands(people(STANDING, STANDING, STANDING), found, HAND)
    np.testing.assert_array_equal(places(crowd.left_hand), [2, 1, np.nan])
    np.testing.assert_array_equal(places(crowd.right_hand), [np.nan, 3, 0])
    np.testing.assert_allclose(crowd.left_hand.scores[:, 5], [0.7, 0.8, 0])
    assert crowd.hand_skeleton == 'hand_21'
    assert crowd.face_skeleton == ''
    assert crowd.face.xy.shape == (3, 0, 2)


def test_add_faces_leaves_everything_else_alone() -> None:
    before = add_hands(people(STANDING, STANDING), landmarks(21, (LEFT_HAND, 1, 0.8)), HAND)
    after = add_faces(before, landmarks(70, (FACE, 0, 0.9), (FACE, 1, 0.0)), FACE_70)
    np.testing.assert_array_equal(places(after.face), [0, np.nan])
    assert (after.face_skeleton, after.hand_skeleton) == ('face_70', 'hand_21')
    for name in ('body', 'left_hand', 'right_hand'):
        np.testing.assert_array_equal(getattr(after, name).xy, getattr(before, name).xy)
    np.testing.assert_array_equal(after.scores, before.scores)


def test_add_hands_of_two_regions_of_a_hand_takes_the_better() -> None:
    for scores in ((0.9, 0.6), (0.6, 0.9)):
        found = landmarks(21, (LEFT_HAND, 0, scores[0]), (LEFT_HAND, 0, scores[1]))
        crowd = add_hands(people(STANDING), found, HAND)
        assert places(crowd.left_hand) == [float(np.argmax(scores))]


def test_add_faces_of_nobody_becomes_a_person_without_a_body() -> None:
    found = landmarks(
        70, (FACE, NO_PERSON, 0.7), (FACE, 0, 0.9), (FACE, NO_PERSON, 0.0), (FACE, NO_PERSON, 0.6)
    )
    crowd = add_faces(people(STANDING), found, FACE_70)
    # nothing was found in the third region: nobody
    assert places(crowd.face) == [1, 0, 3]
    assert np.isnan(crowd.body.xy[1:]).all()
    assert (crowd.body.scores[1:] == 0).all()
    np.testing.assert_allclose(crowd.scores, [0.9, 0.7, 0.6])
    assert crowd.ids.tolist() == [0, 0, 0]


def test_add_hands_of_nobody_after_faces_of_nobody_are_more_people() -> None:
    crowd = add_faces(people(), landmarks(70, (FACE, NO_PERSON, 0.7)), FACE_70)
    crowd = add_hands(
        crowd, landmarks(21, (RIGHT_HAND, NO_PERSON, 0.8), (LEFT_HAND, NO_PERSON, 0.6)), HAND
    )
    assert len(crowd) == 3
    np.testing.assert_array_equal(places(crowd.face), [0, np.nan, np.nan])
    np.testing.assert_array_equal(places(crowd.right_hand), [np.nan, 0, np.nan])
    np.testing.assert_array_equal(places(crowd.left_hand), [np.nan, np.nan, 1])


@pytest.mark.parametrize('count', [0, 2])
def test_add_nothing_says_that_it_was_looked_for(count: int) -> None:
    nothing = Landmarks(Keypoints2D.missing(0, 0), Regions.none())
    crowd = people(*[STANDING] * count)
    with_faces = add_faces(crowd, nothing, FACE_70)
    assert with_faces.face_skeleton == 'face_70'
    assert with_faces.face.xy.shape == (count, 70, 2)
    assert np.isnan(with_faces.face.xy).all()
    assert add_hands(crowd, nothing, HAND).left_hand.xy.shape == (count, 21, 2)
    assert add_feet(crowd, nothing, COCO_18).body.xy.shape == (count, 25, 2)


# ---- feet


def feet(person: int, parts: dict[str, tuple[float, float]]) -> Landmarks:
    found = Keypoints2D.missing(1, 25)
    for part, xy in parts.items():
        found.xy[0, BODY_25.index(part)] = xy
        found.scores[0, BODY_25.index(part)] = 0.75
    return Landmarks(found, regions((FEET, person, 0.9)))


# STANDING's ankles are at (180, 380) and (220, 380)
BOTH = {
    'left_heel': (222, 390), 'left_big_toe': (230, 400),
    'right_heel': (178, 390), 'right_big_toe': (170, 400),
}


def part(crowd: Keypoints2D, person: int, name: str) -> tuple[list[float], float]:
    column = BODY_25.index(name)
    return crowd.xy[person, column].tolist(), float(crowd.scores[person, column])


def test_add_feet_makes_body_25_with_heels_and_big_toes() -> None:
    crowd = add_feet(people(STANDING, STANDING), feet(1, BOTH), COCO_18)
    assert crowd.skeleton == 'body_25'
    for name, xy in BOTH.items():
        assert part(crowd.body, 1, name) == ([*xy], 0.75)
        assert np.isnan(part(crowd.body, 0, name)[0]).all()
    for side in ('left', 'right'):
        xy, score = part(crowd.body, 1, f'{side}_small_toe')
        assert np.isnan(xy).all()
        assert score == 0


# STANDING's lower legs are 70 long and its torso 100: 75 count. Of the left foot only the heel is
# seen.
@pytest.mark.parametrize(
    ('heel', 'there'),
    [((220, 406.2), True), ((220, 406.3), False), ((194, 380), True), ((193, 380), False)],
)
def test_add_feet_takes_a_foot_by_its_ankle_only(
    heel: tuple[float, float], there: bool
) -> None:
    right = {name: xy for name, xy in BOTH.items() if name.startswith('right')}
    crowd = add_feet(people(STANDING), feet(0, {**right, 'left_heel': heel}), COCO_18)
    assert np.isfinite(part(crowd.body, 0, 'left_heel')[0]).all() == there
    assert np.isnan(part(crowd.body, 0, 'left_big_toe')[0]).all()
    assert np.isfinite(part(crowd.body, 0, 'right_heel')[0]).all()


@pytest.mark.parametrize(
    ('toe', 'there'),
    # heel at (222, 390), 0.75 of 75 pixels
    [((278.2, 390), True), ((278.3, 390), False), ((222, 446), True), ((222, 447), False)],
)
def test_add_feet_takes_no_foot_that_is_too_long(
    toe: tuple[float, float], there: bool
) -> None:
    crowd = add_feet(people(STANDING), feet(0, {**BOTH, 'left_big_toe': toe}), COCO_18)
    for name in ('left_heel', 'left_big_toe'):
        assert np.isfinite(part(crowd.body, 0, name)[0]).all() == there
        assert (part(crowd.body, 0, name)[1] > 0) == there
    assert np.isfinite(part(crowd.body, 0, 'right_big_toe')[0]).all()


@pytest.mark.parametrize(
    ('shift', 'there'),
    # 0.4 of 75 pixels
    [((0, 0), True), ((29.9, 0), True), ((30.1, 0), False), ((-18, 23.9), True),
     ((-18, 24.1), False)],
)
def test_add_feet_moves_feet_to_the_ankles_of_the_body(
    shift: tuple[float, float], there: bool
) -> None:
    # the whole foot is seen beside where it is
    seen = {**BOTH, 'left_ankle': (220, 380)}
    left = {name: tuple(np.add(xy, shift)) for name, xy in seen.items() if 'left' in name}
    crowd = add_feet(people(STANDING), feet(0, {**seen, **left}), COCO_18)
    for name in ('left_heel', 'left_big_toe'):
        expected = BOTH[name] if there else (np.nan, np.nan)
        np.testing.assert_allclose(part(crowd.body, 0, name)[0], expected, atol=1e-4)
    # the ankles stay those of the body
    assert part(crowd.body, 0, 'left_ankle') == ([220, 380], pytest.approx(0.8))
    assert part(crowd.body, 0, 'right_heel')[0] == [*BOTH['right_heel']]


@pytest.mark.parametrize(
    ('size', 'heels', 'toes'), [((640, 401), 2, 2), ((640, 400), 2, 0), ((640, 390), 0, 0),
                                ((226, 480), 2, 1), ((170, 480), 0, 0)],
)
def test_add_feet_beyond_the_border_are_missing(
    size: tuple[int, int], heels: int, toes: int
) -> None:
    crowd = add_feet(people(STANDING, image_size=size), feet(0, BOTH), COCO_18)
    for name, count in (('heel', heels), ('big_toe', toes)):
        found = [part(crowd.body, 0, f'{side}_{name}') for side in ('left', 'right')]
        assert sum(np.isfinite(xy).all() for xy, _ in found) == count
        assert sum(score > 0 for _, score in found) == count


def test_add_feet_to_legs_that_point_at_the_camera() -> None:
    # knees over the ankles: the torso says how large the person is
    crouching = {**STANDING, 'left_knee': (220, 378), 'right_knee': (180, 378)}
    crowd = add_feet(people(crouching), feet(0, BOTH), COCO_18)
    for name, xy in BOTH.items():
        assert part(crowd.body, 0, name)[0] == [*xy]


def test_add_feet_whose_sides_are_exchanged_takes_none() -> None:
    exchanged = {
        name.replace('left', '?').replace('right', 'left').replace('?', 'right'): xy
        for name, xy in BOTH.items()
    }
    crowd = add_feet(people(STANDING), feet(0, exchanged), COCO_18)
    for name in BOTH:
        assert np.isnan(part(crowd.body, 0, name)[0]).all()


def test_add_feet_without_the_ankle_or_the_heel_takes_none() -> None:
    hidden = {name: xy for name, xy in STANDING.items() if name != 'left_ankle'}
    crowd = add_feet(people(hidden), feet(0, BOTH), COCO_18)
    assert np.isnan(part(crowd.body, 0, 'left_heel')[0]).all()
    assert np.isfinite(part(crowd.body, 0, 'right_heel')[0]).all()
    toe = {'left_big_toe': BOTH['left_big_toe']}
    crowd = add_feet(people(STANDING), feet(0, toe), COCO_18)
    assert np.isnan(part(crowd.body, 0, 'left_big_toe')[0]).all()


def test_add_feet_of_nobody_are_passed_over() -> None:
    crowd = add_feet(people(STANDING), feet(NO_PERSON, BOTH), COCO_18)
    assert len(crowd) == 1
    assert np.isnan(part(crowd.body, 0, 'left_heel')[0]).all()


def test_with_feet_skeleton_keeps_what_both_skeletons_have() -> None:
    body = with_feet_skeleton(keypoints(STANDING), COCO_18)
    for name, xy in STANDING.items():
        assert part(body, 0, name) == ([*xy], pytest.approx(0.8))
    # the skeleton without one has its middle of the hips midway between them
    assert part(body, 0, 'mid_hip') == ([200, 240], pytest.approx(0.8))


def test_with_feet_skeleton_derives_what_both_sides_are_there_for() -> None:
    seen = keypoints(only(STANDING, 'left_hip', 'left_shoulder', 'right_shoulder'))
    seen.scores[0, COCO_18.index('right_shoulder')] = 0.3
    body = with_feet_skeleton(seen, COCO_18)
    assert part(body, 0, 'neck') == ([200, 140], pytest.approx(0.3))
    assert np.isnan(part(body, 0, 'mid_hip')[0]).all()
    # a neck that is there stays where it is
    there = keypoints({**STANDING, 'neck': (190, 130)})
    assert part(with_feet_skeleton(there, COCO_18), 0, 'neck')[0] == [190, 130]


def test_with_feet_skeleton_of_mpii_has_no_face() -> None:
    mpii = get_skeleton('mpii_15')
    places_of = {name: xy for name, xy in STANDING.items() if name in mpii.parts}
    body = with_feet_skeleton(keypoints({**places_of, 'chest': (1, 1)}, skeleton='mpii_15'), mpii)
    assert part(body, 0, 'left_knee')[0] == [220, 310]
    assert np.isnan(part(body, 0, 'nose')[0]).all()
    assert not (body.xy == 1).any()
