# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from openpose_ros.conversions.message_types import generated_messages
from openpose_ros.conversions.message_types import PoseMessages
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

pytest.importorskip('openpose_ros.msg', reason='the interfaces are not built')
Header = pytest.importorskip('std_msgs.msg').Header
serialization = pytest.importorskip('rclpy.serialization')

FIELDS = ('body', 'face', 'left_hand', 'right_hand')


def keypoints_of(values: np.ndarray, found: np.ndarray) -> Keypoints2D:
    """Return keypoints from x, y, score in (N, P, 3), those not found missing."""
    xy = np.where(found[..., None], values[..., :2], np.float32(np.nan))
    return Keypoints2D(xy, np.where(found, values[..., 2], np.float32(0)))


def some_people(count: int, seed: int = 0) -> People2D:
    """Return people with every keypoint of body, face and hands."""
    rng = np.random.default_rng(seed)

    def keypoints(parts: int) -> Keypoints2D:
        values = rng.random((count, parts, 3), np.float32)
        return keypoints_of(values * np.float32((1280, 720, 1)), np.ones((count, parts), bool))

    return People2D(
        'body_25',
        keypoints(25),
        rng.random(count, np.float32),
        np.arange(count),
        (1280, 720),
        'face_70',
        'hand_21',
        keypoints(70),
        keypoints(21),
        keypoints(21),
    )


def assert_same(found: People2D, expected: People2D) -> None:
    for name in ('skeleton', 'face_skeleton', 'hand_skeleton', 'image_size'):
        assert getattr(found, name) == getattr(expected, name)
    np.testing.assert_array_equal(found.ids, expected.ids)
    np.testing.assert_array_equal(found.scores, expected.scores)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(found, name).xy, getattr(expected, name).xy)
        np.testing.assert_array_equal(getattr(found, name).scores, getattr(expected, name).scores)
        assert getattr(found, name).xy.dtype == np.float32


def over_the_wire(message: Any) -> Any:
    data = serialization.serialize_message(message)
    return serialization.deserialize_message(data, type(message))


@st.composite
def people_strategy(draw: st.DrawFn) -> People2D:
    count = draw(st.integers(0, 4))
    finite = st.floats(allow_nan=False, allow_infinity=False, width=32)

    def keypoints(parts: int) -> Keypoints2D:
        values = draw(hnp.arrays(np.float32, (count, parts, 3), elements=finite))
        return keypoints_of(values, draw(hnp.arrays(np.bool_, (count, parts))))

    face, hand = draw(st.sampled_from(('', 'face_70'))), draw(st.sampled_from(('', 'hand_21')))
    body = draw(st.sampled_from(('body_25', 'coco_18', 'mpii_15')))
    parts = {name: len(SKELETONS[name].parts) if name else 0 for name in (body, face, hand)}
    return People2D(
        body,
        keypoints(parts[body]),
        draw(hnp.arrays(np.float32, count, elements=finite)),
        draw(hnp.arrays(np.int64, count, elements=st.integers(0, 2**32 - 1))),
        (draw(st.integers(0, 2**32 - 1)), 480),
        face,
        hand,
        keypoints(parts[face]),
        keypoints(parts[hand]),
        keypoints(parts[hand]),
    )


def with_keypoints(people: People2D) -> np.ndarray:
    """Return which people have any keypoint, the slow way."""
    return np.array(
        [
            any(np.isfinite(getattr(people, name).xy[row]).any() for name in FIELDS)
            for row in range(len(people))
        ],
        bool,
    )


def take(people: People2D, rows: np.ndarray) -> People2D:
    changed = {name: getattr(people, name).take(rows) for name in FIELDS}
    rest = {name: getattr(people, name)[rows] for name in ('scores', 'ids')}
    return People2D(**{**vars(people), **changed, **rest})


@settings(max_examples=60, deadline=None)
@given(people_strategy())
def test_people_round_trip_is_exact(people: People2D) -> None:
    message = over_the_wire(people_to_msg(people, Header()))
    assert_same(people_from_msg(message), take(people, with_keypoints(people)))


def test_people_to_msg_known_values() -> None:
    header = Header(frame_id='camera')
    header.stamp.sec = 7
    people = some_people(2)
    message = people_to_msg(people, header)
    assert message.header is header
    assert (message.skeleton, message.face_skeleton) == ('body_25', 'face_70')
    assert message.hand_skeleton == 'hand_21'
    assert (message.image_width, message.image_height) == (1280, 720)
    person = message.people[1]
    assert person.id == 1
    assert person.score == pytest.approx(people.scores[1])
    assert person.body.x.tolist() == people.body.xy[1, :, 0].tolist()
    assert person.left_hand.y.tolist() == people.left_hand.xy[1, :, 1].tolist()
    assert person.right_hand.score.tolist() == people.right_hand.scores[1].tolist()


def test_people_to_msg_missing_face_has_length_zero() -> None:
    people = some_people(2)
    people.face.xy[0] = np.nan
    people.face.scores[0] = 0
    message = people_to_msg(people, Header())
    assert [len(person.face.x) for person in message.people] == [0, 70]
    assert [len(person.face.score) for person in message.people] == [0, 70]
    assert_same(people_from_msg(message), people)


def test_people_to_msg_person_of_hands_alone_has_empty_body() -> None:
    people = some_people(1)
    for name in ('body', 'face', 'right_hand'):
        getattr(people, name).xy[:] = np.nan
        getattr(people, name).scores[:] = 0
    (person,) = people_to_msg(people, Header()).people
    assert [len(getattr(person, name).x) for name in FIELDS] == [0, 0, 21, 0]


def test_people_to_msg_never_writes_a_person_without_keypoints() -> None:
    people = some_people(3)
    for name in FIELDS:
        getattr(people, name).xy[1] = np.nan
    message = people_to_msg(people, Header())
    assert [person.id for person in message.people] == [0, 2]


def test_people_to_msg_nobody() -> None:
    people = some_people(0)
    message = over_the_wire(people_to_msg(people, Header()))
    assert message.people == []
    assert_same(people_from_msg(message), people)


def test_people_to_msg_classes_of_other_libraries() -> None:
    """A bag library has classes of its own, with NumPy arrays as fields."""

    class Message:
        def __init__(self, **fields: Any) -> None:
            self.x = self.y = self.score = np.zeros(0, np.float32)
            vars(self).update(fields)

    own = PoseMessages(Message, Message, Message, Message, Message, pack=lambda values: values)
    people = some_people(2)
    people.face.xy[0] = np.nan
    people.face.scores[0] = 0
    message = people_to_msg(people, Header(), own)
    assert isinstance(message.people[0].body.x, np.ndarray)
    assert_same(people_from_msg(message), people)


def test_people_from_msg_unregistered_skeleton_takes_longest() -> None:
    messages = generated_messages()
    five = messages.keypoints(x=[1.0] * 5, y=[2.0] * 5, score=[0.5] * 5)
    message = messages.pose_array(
        skeleton='mine', people=[messages.person(body=five), messages.person()]
    )
    people = people_from_msg(message)
    assert people.body.xy.shape == (2, 5, 2)
    assert np.isnan(people.body.xy[1]).all()
    assert people.face.xy.shape == (2, 0, 2)


# Which lengths of x, y and score, for a body_25 body.
@pytest.mark.parametrize('lengths', [(25, 25, 24), (24, 24, 24), (25, 0, 25)])
def test_people_from_msg_wrong_lengths_raise(lengths: tuple[int, int, int]) -> None:
    messages = generated_messages()
    x, y, score = ([1.0] * length for length in lengths)
    person = messages.person(body=messages.keypoints(x=x, y=y, score=score))
    message = messages.pose_array(skeleton='body_25', people=[person])
    with pytest.raises(ValueError, match="'body' of person 0 has .* expected 25 or 0 of each"):
        people_from_msg(message)


def test_skeletons_round_trip() -> None:
    message = over_the_wire(skeletons_to_msg(SKELETONS.values()))
    found = skeletons_from_msg(message)
    assert [skeleton.name for skeleton in found] == list(SKELETONS)
    for skeleton, expected in zip(found, SKELETONS.values()):
        assert skeleton.parts == expected.parts
        np.testing.assert_array_equal(skeleton.limb_pairs, expected.limb_pairs)
        assert [limb.drawn for limb in skeleton.limbs] == [limb.drawn for limb in expected.limbs]
    body_25 = found[0]
    np.testing.assert_array_equal(
        body_25.mirrored_parts, SKELETONS['body_25'].mirrored_parts
    )


def test_skeletons_from_msg_wrong_limb_raises() -> None:
    message = skeletons_to_msg([SKELETONS['hand_21']])
    message.skeletons[0].limb_to[3] = 21
    with pytest.raises(ValueError, match="'hand_21' has a limb with end 21, .* one of 21 parts"):
        skeletons_from_msg(message)
    message.skeletons[0].limb_to.pop()
    with pytest.raises(ValueError, match='19 second ends'):
        skeletons_from_msg(message)
