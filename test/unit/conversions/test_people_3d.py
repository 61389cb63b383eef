# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.people_3d import people_3d_to_msg
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D

pytest.importorskip('openpose_ros.msg', reason='the interfaces are not built')
Header = pytest.importorskip('std_msgs.msg').Header
serialization = pytest.importorskip('rclpy.serialization')

FIELDS = ('body', 'face', 'left_hand', 'right_hand')
ARRAYS = ('xyz', 'scores', 'reprojection_errors', 'views', 'covariances')
CAMERAS = ('cam0', 'cam1', 'cam2')


def keypoints(found: np.ndarray, rng: np.random.Generator) -> Keypoints3D:
    """Return keypoints with numbers that float32 holds; those not found are missing."""
    shape = found.shape
    values = rng.random((*shape, 11), np.float32)
    nan = np.float32(np.nan)
    return Keypoints3D(
        np.where(found[..., None], 10 * values[..., :3] - 5, nan).astype(np.float64),
        np.where(found, values[..., 3], 0).astype(np.float32),
        np.where(found, 4 * values[..., 4], nan).astype(np.float32),
        np.where(found, rng.integers(2, 4, shape), 0),
        np.where(found[..., None], 1e-3 * values[..., 5:], nan).astype(np.float32).astype(float),
    )


def some_people(count: int, seed: int = 0, chance: float = 1.0) -> People3D:
    rng = np.random.default_rng(seed)

    def part(parts: int) -> Keypoints3D:
        return keypoints(rng.random((count, parts)) < chance, rng)

    return People3D(
        CAMERAS,
        rng.integers(NOT_SEEN, 3, (count, 3)),
        rng.random(count, np.float32),
        np.arange(count) + 1,
        'body_25',
        part(25),
        'face_70',
        'hand_21',
        part(70),
        part(21),
        part(21),
    )


def over_the_wire(message: Any) -> Any:
    data = serialization.serialize_message(message)
    return serialization.deserialize_message(data, type(message))


def assert_same(found: People3D, expected: People3D) -> None:
    for name in ('skeleton', 'face_skeleton', 'hand_skeleton', 'cameras'):
        assert getattr(found, name) == getattr(expected, name)
    for name in ('ids', 'scores', 'sources'):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    for name in FIELDS:
        for array in ARRAYS:
            one = getattr(getattr(found, name), array)
            other = getattr(getattr(expected, name), array)
            np.testing.assert_array_equal(one, other, err_msg=f'{name}.{array}')
            assert one.dtype == other.dtype


@given(st.integers(0, 4), st.integers(0, 100), st.sampled_from([0.05, 0.5, 1.0]))
def test_people_come_back_over_the_wire(count: int, seed: int, chance: float) -> None:
    people = some_people(count, seed, chance)
    found = np.concatenate(
        [~np.isnan(getattr(people, name).xyz[..., 0]) for name in FIELDS], axis=1
    ).any(axis=1)
    header = Header(frame_id='world')
    header.stamp.sec = 7
    message = over_the_wire(people_3d_to_msg(people, header))
    assert message.header == header
    assert_same(people_3d_from_msg(message), people.take(found))


def test_nobody_is_an_empty_array_with_cameras_and_skeleton() -> None:
    message = over_the_wire(people_3d_to_msg(People3D.nobody(CAMERAS, 'coco_18', 18), Header()))
    assert len(message.people) == 0
    assert list(message.cameras) == list(CAMERAS)
    back = people_3d_from_msg(message)
    assert back.body.xyz.shape == (0, 18, 3)
    assert back.sources.shape == (0, 3)


def test_missing_keypoint_is_nan_with_score_and_views_0() -> None:
    people = some_people(1)
    people.body.xyz[0, 3] = np.nan
    people.body.scores[0, 3] = 0
    people.body.views[0, 3] = 0
    people.body.reprojection_errors[0, 3] = np.nan
    body = people_3d_to_msg(people, Header()).people[0].body
    assert np.isnan([body.x[3], body.y[3], body.z[3], body.reprojection_error[3]]).all()
    assert (body.score[3], body.views[3]) == (0, 0)
    assert body.views[2] in (2, 3)
    assert len(body.covariance) == 6 * 25


def test_keypoints_not_found_at_all_are_empty_and_so_is_no_covariance() -> None:
    people = replace(some_people(2), face=Keypoints3D.missing(2, 70))
    people.body.covariances[1] = np.nan
    first, second = people_3d_to_msg(people, Header()).people
    assert len(first.face.x) == len(first.face.views) == 0
    assert len(first.body.covariance) == 150
    assert (len(second.body.x), len(second.body.covariance)) == (25, 0)


def test_more_views_than_a_byte_holds_are_its_most() -> None:
    people = some_people(1)
    people.body.views[0, 0] = 300
    assert people_3d_to_msg(people, Header()).people[0].body.views[0] == 255


def test_unknown_skeleton_has_as_many_parts_as_come() -> None:
    message = people_3d_to_msg(some_people(2), Header())
    message.skeleton = 'robot'
    assert people_3d_from_msg(message).body.xyz.shape == (2, 25, 3)


@pytest.mark.parametrize('field', ['x', 'score', 'reprojection_error', 'views', 'covariance'])
def test_wrong_length_is_named(field: str) -> None:
    message = people_3d_to_msg(some_people(2), Header())
    keypoints = message.people[1].left_hand
    setattr(keypoints, field, getattr(keypoints, field)[:-1])
    with pytest.raises(ValueError, match=f"the 'left_hand' of person 1 has .*{field}"):
        people_3d_from_msg(message)


def test_wrong_number_of_sources_is_named() -> None:
    message = people_3d_to_msg(some_people(2), Header())
    message.cameras = ['cam0', 'cam1']
    with pytest.raises(ValueError, match='person 0 has 3 sources, expected one for each of 2'):
        people_3d_from_msg(message)
