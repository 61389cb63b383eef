# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from people_3d import random_people
import pytest

from openpose_ros.io.openpose_json import people_from_json
from openpose_ros.io.openpose_json_3d import people_3d_from_json
from openpose_ros.io.openpose_json_3d import people_3d_to_json
from openpose_ros.io.openpose_json_3d import read_people_3d
from openpose_ros.io.openpose_json_3d import write_people_3d

BLOCKS = ('body', 'face', 'left_hand', 'right_hand')


@pytest.mark.parametrize('details', [False, True])
def test_json_round_trip_is_exact(details: bool) -> None:
    before = random_people((4, 0, 7), details=details)
    text = json.dumps(people_3d_to_json(before), allow_nan=False)
    after = people_3d_from_json(json.loads(text), 'coco_18')
    assert after.ids.tolist() == [4, 0, 7]
    assert (after.face_skeleton, after.hand_skeleton) == (
        before.face_skeleton, before.hand_skeleton
    )
    for name in BLOCKS:
        found, expected = getattr(after, name), getattr(before, name)
        np.testing.assert_array_equal(found.xyz, expected.xyz)
        np.testing.assert_array_equal(found.scores, expected.scores)


def test_people_3d_to_json_known_values() -> None:
    people = random_people((9,))
    people.body.xyz[0] = np.nan
    people.body.scores[0] = 0
    people.body.xyz[0, 17] = (1.5, -2.25, 0.125)
    people.body.scores[0, 17] = 0.9
    document = people_3d_to_json(people)
    assert document['version'] == 1.3
    (person,) = document['people']
    assert person['person_id'] == [9]
    assert person['pose_keypoints_3d'] == [0] * 68 + [1.5, -2.25, 0.125, 0.9]
    assert person['pose_keypoints_2d'] == person['face_keypoints_3d'] == []
    # a file of OpenPose has all nine keys
    assert len(person) == 9


def test_file_in_space_is_read_as_one_without_keypoints_in_the_image() -> None:
    found = people_from_json(people_3d_to_json(random_people((1, 2))), 'coco_18')
    assert np.isnan(found.body.xy).all()
    assert found.ids.tolist() == [1, 2]


def test_nobody_is_a_file_without_people() -> None:
    document = people_3d_to_json(random_people(()))
    assert document == {'version': 1.3, 'people': []}
    assert people_3d_from_json(document, 'coco_18').body.xyz.shape == (0, 18, 3)


def test_people_3d_from_json_gives_what_the_file_does_not_hold_as_unknown() -> None:
    after = people_3d_from_json(people_3d_to_json(random_people((1,))), 'coco_18')
    assert (after.cameras, after.sources.shape) == ((), (1, 0))
    assert np.isnan(after.body.reprojection_errors).all()
    assert np.isnan(after.body.covariances).all()
    assert not after.body.views.any()
    found = after.body.scores[0] > 0
    assert after.scores[0] == pytest.approx(after.body.scores[0, found].mean())


WRONG = [
    ([], 'no OpenPose file'),
    ({'people': [{'pose_keypoints_3d': [0.0] * 54}]}, "'pose_keypoints_3d' holds 54 .* 72"),
    ({'people': [{'pose_keypoints_3d': ['a'] * 72}]}, 'holds more than numbers'),
]


@pytest.mark.parametrize(('document', 'text'), WRONG)
def test_people_3d_from_json_wrong_content_raises(document: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        people_3d_from_json(document, 'coco_18')


def test_write_people_3d_then_read_people_3d(tmp_path: Path) -> None:
    people = random_people((3,))
    path = write_people_3d(people, tmp_path, 'frame_000000000005')
    assert path == tmp_path / 'frame_000000000005_keypoints.json'
    np.testing.assert_array_equal(read_people_3d(path, 'coco_18').body.xyz, people.body.xyz)
    path.write_text('{"people": ')
    with pytest.raises(ValueError, match=r'frame_000000000005_keypoints\.json'):
        read_people_3d(path, 'coco_18')
