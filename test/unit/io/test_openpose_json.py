# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from openpose_ros.io.openpose_json import people_from_json
from openpose_ros.io.openpose_json import people_to_json
from openpose_ros.io.openpose_json import read_people
from openpose_ros.io.openpose_json import write_people
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

KEYS = {
    'person_id', 'pose_keypoints_2d', 'face_keypoints_2d', 'hand_left_keypoints_2d',
    'hand_right_keypoints_2d', 'pose_keypoints_3d', 'face_keypoints_3d', 'hand_left_keypoints_3d',
    'hand_right_keypoints_3d',
}  # fmt: skip


def keypoints_of(values: np.ndarray, found: np.ndarray) -> Keypoints2D:
    """Return keypoints from x, y, score in (N, P, 3), those not found missing."""
    xy = np.where(found[..., None], values[..., :2], np.float32(np.nan))
    return Keypoints2D(xy, np.where(found, values[..., 2], np.float32(0)))


def two_people() -> People2D:
    """Return two coco_18 people in a 101 x 51 image: the second has one keypoint, and id 7."""
    body = Keypoints2D.missing(2, 18)
    body.xy[0, 0] = (50, 25)
    body.scores[0, 0] = 0.9
    body.xy[0, 17] = (0, 0)
    body.scores[0, 17] = 0.5
    body.xy[1, 3] = (100, 50)
    body.scores[1, 3] = 0.25
    people = People2D.from_body('coco_18', body, np.array((0.6, 0.2), np.float32), (101, 51))
    people.ids[1] = 7
    return people


def test_people_to_json_known_values() -> None:
    document = people_to_json(two_people())
    assert document['version'] == 1.3
    first, second = document['people']
    assert set(first) == set(second) == KEYS
    assert first['person_id'] == [-1]
    assert second['person_id'] == [7]
    assert first['pose_keypoints_2d'] == [50, 25, 0.9] + [0] * 48 + [0, 0, 0.5]
    assert second['pose_keypoints_2d'] == [0] * 9 + [100, 50, 0.25] + [0] * 42
    assert all(first[key] == [] for key in KEYS - {'person_id', 'pose_keypoints_2d'})


def test_people_to_json_nobody() -> None:
    body = Keypoints2D.missing(0, 18)
    people = People2D.from_body('coco_18', body, np.zeros(0, np.float32), (101, 51))
    assert people_to_json(people) == {'version': 1.3, 'people': []}
    assert len(people_from_json(people_to_json(people), 'coco_18')) == 0
    assert people_from_json(people_to_json(people), 'coco_18').body.xy.shape == (0, 18, 2)


# Scale, size of the other image, expected x and y of the first keypoint and of the second person.
SCALES = [
    (0, None, (50.0, 25.0), (100.0, 50.0)),
    (1, (202, 102), (100.0, 50.0), (200.0, 100.0)),
    (2, (101, 102), (50.0, 50.0), (100.0, 100.0)),
    (3, None, (0.5, 0.5), (1.0, 1.0)),  # the last pixel is 1
    (4, None, (0.0, 0.0), (1.0, 1.0)),
]


@pytest.mark.parametrize(('scale', 'size', 'middle', 'corner'), SCALES)
def test_people_to_json_keypoint_scale(
    scale: int,
    size: tuple[int, int] | None,
    middle: tuple[float, float],
    corner: tuple[float, float],
) -> None:
    document = people_to_json(two_people(), keypoint_scale=scale, size=size)
    first, second = (person['pose_keypoints_2d'] for person in document['people'])
    assert first[:3] == pytest.approx([*middle, 0.9])
    assert first[3:6] == [0, 0, 0]  # missing stays 0 at every scale
    assert second[9:12] == pytest.approx([*corner, 0.25])


@pytest.mark.parametrize(('scale', 'size', 'middle', 'corner'), SCALES)
def test_people_from_json_undoes_keypoint_scale(
    scale: int,
    size: tuple[int, int] | None,
    middle: tuple[float, float],
    corner: tuple[float, float],
) -> None:
    document = people_to_json(two_people())
    document['people'][0]['pose_keypoints_2d'][:3] = [*middle, 0.9]
    document['people'][1]['pose_keypoints_2d'][9:12] = [*corner, 0.25]
    document['people'][0]['pose_keypoints_2d'][51:] = [0, 0, 0]
    found = people_from_json(
        document, 'coco_18', image_size=(101, 51), keypoint_scale=scale, size=size
    )
    np.testing.assert_allclose(found.body.xy[0, 0], (50, 25), atol=1e-4)
    np.testing.assert_allclose(found.body.xy[1, 3], (100, 50), atol=1e-4)
    # 0, 0, 0 is missing at every scale; 0, 0 with a score is the middle of the image at 4
    assert np.isnan(found.body.xy[0, 1:]).all()


@pytest.mark.parametrize('scale', range(5))
def test_read_people_reads_what_write_people_writes_at_every_scale(
    tmp_path: Path, scale: int
) -> None:
    before, size = two_people(), (656, 368)
    path = write_people(before, tmp_path, 'x', keypoint_scale=scale, size=size)
    after = read_people(
        path, 'coco_18', image_size=before.image_size, keypoint_scale=scale, size=size
    )
    np.testing.assert_allclose(after.body.xy, before.body.xy, atol=1e-4)
    np.testing.assert_array_equal(after.body.scores, before.body.scores)


def test_people_from_json_wrong_scale_raises() -> None:
    document = people_to_json(two_people())
    with pytest.raises(ValueError, match='keypoint_scale is -1, expected 0, 1, 2, 3 or 4'):
        people_from_json(document, 'coco_18', image_size=(101, 51), keypoint_scale=-1)
    with pytest.raises(ValueError, match='keypoint_scale 2 needs the size of the other'):
        people_from_json(document, 'coco_18', image_size=(101, 51), keypoint_scale=2)
    with pytest.raises(ValueError, match='needs the size of the source image'):
        people_from_json(document, 'coco_18', keypoint_scale=4)


def test_people_to_json_wrong_scale_raises() -> None:
    with pytest.raises(ValueError, match='keypoint_scale is 5, expected 0, 1, 2, 3 or 4'):
        people_to_json(two_people(), keypoint_scale=5)
    with pytest.raises(ValueError, match='keypoint_scale 1 needs the size'):
        people_to_json(two_people(), keypoint_scale=1)
    unknown = people_from_json(people_to_json(two_people()), 'coco_18')
    with pytest.raises(ValueError, match='needs the size of the source image'):
        people_to_json(unknown, keypoint_scale=3)


COORDINATES = st.floats(-1e4, 1e4, width=32)
SCORES = st.floats(2.0**-20, 1.0, width=32)


@st.composite
def people(draw: st.DrawFn) -> People2D:
    """People with body, face and hands, each keypoint found or not."""
    count = draw(st.integers(0, 3))

    def keypoints(parts: int) -> Keypoints2D:
        shape = (count, parts)
        xy = draw(hnp.arrays(np.float32, (*shape, 2), elements=COORDINATES))
        scores = draw(hnp.arrays(np.float32, shape, elements=SCORES))
        found = draw(hnp.arrays(np.bool_, shape))
        return keypoints_of(np.dstack((xy, scores[..., None])), found)

    with_face, with_hands = draw(st.booleans()), draw(st.booleans())
    return People2D(
        'coco_18',
        keypoints(18),
        np.zeros(count, np.float32),
        draw(hnp.arrays(np.int64, count, elements=st.integers(0, 2**31))),
        (640, 480),
        'face_70' if with_face else '',
        'hand_21' if with_hands else '',
        keypoints(70 if with_face else 0),
        keypoints(21 if with_hands else 0),
        keypoints(21 if with_hands else 0),
    )


@settings(max_examples=40, deadline=None)
@given(people())
def test_json_round_trip_is_exact(before: People2D) -> None:
    text = json.dumps(people_to_json(before), allow_nan=False)
    after = people_from_json(json.loads(text), 'coco_18', image_size=before.image_size)
    assert after.image_size == (640, 480)
    np.testing.assert_array_equal(after.ids, before.ids)
    if len(before):  # a file without people does not say whether faces were looked for
        assert after.face_skeleton == before.face_skeleton
        assert after.hand_skeleton == before.hand_skeleton
    for name in ('body', 'face', 'left_hand', 'right_hand') if len(before) else ('body',):
        found, expected = getattr(after, name), getattr(before, name)
        np.testing.assert_array_equal(found.xy, expected.xy)
        np.testing.assert_array_equal(found.scores, expected.scores)
        assert found.xy.dtype == found.scores.dtype == np.float32


def test_people_from_json_person_score_is_mean_of_found() -> None:
    scores = people_from_json(people_to_json(two_people()), 'coco_18').scores
    np.testing.assert_allclose(scores, [0.7, 0.25], rtol=1e-6)


def test_people_from_json_one_person_without_face() -> None:
    document = people_to_json(two_people())
    document['people'][1]['face_keypoints_2d'] = [1.0, 2.0, 0.5] * 70
    after = people_from_json(document, 'coco_18')
    assert after.face_skeleton == 'face_70'
    assert np.isnan(after.face.xy[0]).all()
    assert (after.face.xy[1] == (1, 2)).all()
    assert after.left_hand.xy.shape == (2, 0, 2)


def with_person(**changes: Any) -> dict[str, Any]:
    document = people_to_json(two_people())
    document['people'][1].update(changes)
    return document


# What is wrong, the document, what the message must say.
WRONG = [
    ('a list', [], 'no OpenPose file'),
    ('no people', {'version': 1.3}, 'no OpenPose file'),
    ('people are numbers', {'people': [1]}, 'no OpenPose file'),
    ('another skeleton', with_person(pose_keypoints_2d=[0.0] * 75), 'holds 75 .* expected 54'),
    ('texts', with_person(pose_keypoints_2d=['a'] * 54), "person 1: 'pose_keypoints_2d'"),
    ('an id of text', with_person(person_id=['x']), "'person_id' is"),
]


@pytest.mark.parametrize(
    ('document', 'text'), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_people_from_json_wrong_content_raises(document: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        people_from_json(document, 'coco_18')


def test_people_from_json_unknown_skeleton_raises() -> None:
    with pytest.raises(ValueError, match="unknown skeleton 'coco_99'"):
        people_from_json(people_to_json(two_people()), 'coco_99')


def test_people_from_json_file_of_openpose() -> None:
    """Older files have no person_id; BODY_25 wrists etc. are plain numbers, also integers."""
    document = {'version': 1.1, 'people': [{'pose_keypoints_2d': [1, 2, 0.5] + [0] * 72}]}
    found = people_from_json(document, 'body_25')
    assert found.ids.tolist() == [0]
    np.testing.assert_array_equal(found.body.xy[0, 0], (1, 2))
    assert np.isnan(found.body.xy[0, 1:]).all()


def test_write_people_then_read_people(tmp_path: Path) -> None:
    path = write_people(two_people(), tmp_path, 'photo')
    assert path == tmp_path / 'photo_keypoints.json'
    after = read_people(path, 'coco_18', image_size=(101, 51))
    np.testing.assert_array_equal(after.body.xy, two_people().body.xy)
    np.testing.assert_array_equal(after.ids, (0, 7))
    assert '0.9,' in path.read_text()  # the shortest text of the float32, not 0.8999999…


def test_read_people_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / 'x_keypoints.json'
    path.write_text('{"people": ')
    with pytest.raises(ValueError, match=r'x_keypoints\.json'):
        read_people(path, 'coco_18')


def test_write_people_unwritable_folder_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match='photo_keypoints.json'):
        write_people(two_people(), tmp_path / 'missing', 'photo')
