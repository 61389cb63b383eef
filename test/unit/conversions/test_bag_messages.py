# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People through the classes of the library for bags, to bytes and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bags_or_skip  # noqa: F401 - rosbags may be missing
from named_bodies import people
import numpy as np
from people_3d import random_people
import pytest

from openpose_ros.conversions.bag_messages import bag_header
from openpose_ros.conversions.bag_messages import bag_people_3d_messages
from openpose_ros.conversions.bag_messages import bag_pose_messages
from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.people_3d import people_3d_to_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.io.bag_types import read_typestore
from openpose_ros.skeletons import SKELETONS

STORE = read_typestore(Path(__file__).parents[3] / 'msg', 'openpose_ros')


def through_bytes(message: Any) -> Any:
    kind = message.__msgtype__
    return STORE.deserialize_cdr(STORE.serialize_cdr(message, kind), kind)


def assert_same(found: object, truth: object, names: tuple[str, ...]) -> None:
    for name in names:
        np.testing.assert_array_equal(getattr(found, name), getattr(truth, name), name)


def test_people_come_back() -> None:
    places = {'nose': (10.25, 20.5), 'neck': (11.0, 40.0)}
    truth = people(places, {'nose': (200.0, 30.0), 'neck': (201.0, 50.0)})
    header = bag_header(STORE.types, 5_000_000_007, 'camera')
    message = through_bytes(people_to_msg(truth, header, bag_pose_messages(STORE.types)))
    assert (stamp_ns(message), message.header.frame_id) == (5_000_000_007, 'camera')
    found = people_from_msg(message)
    assert (found.skeleton, found.image_size) == (truth.skeleton, truth.image_size)
    assert_same(found, truth, ('ids', 'scores'))
    assert_same(found.body, truth.body, ('xy', 'scores'))


def test_nobody_comes_back() -> None:
    header = bag_header(STORE.types, 0, '')
    message = through_bytes(people_to_msg(people(), header, bag_pose_messages(STORE.types)))
    assert len(people_from_msg(message)) == 0


def test_people_in_space_come_back() -> None:
    truth = random_people((3, 4), details=True)
    header = bag_header(STORE.types, 1, 'world')
    messages = bag_people_3d_messages(STORE.types)
    found = people_3d_from_msg(through_bytes(people_3d_to_msg(truth, header, messages)))
    assert (found.skeleton, found.cameras) == (truth.skeleton, truth.cameras)
    assert_same(found, truth, ('ids', 'sources', 'scores'))
    for kind in ('body', 'face', 'left_hand', 'right_hand'):
        own, theirs = getattr(truth, kind), getattr(found, kind)
        assert_same(theirs, own, ('xyz', 'scores', 'reprojection_errors', 'views'))
        np.testing.assert_allclose(theirs.covariances, own.covariances, rtol=1e-6)


def test_skeletons_come_back() -> None:
    messages = bag_pose_messages(STORE.types)
    found = skeletons_from_msg(through_bytes(skeletons_to_msg(SKELETONS.values(), messages)))
    assert [(one.name, one.parts) for one in found] == [
        (one.name, one.parts) for one in SKELETONS.values()
    ]
    assert [[limb.drawn for limb in one.limbs] for one in found] == [
        [limb.drawn for limb in one.limbs] for one in SKELETONS.values()
    ]


@pytest.mark.parametrize('stamp', [0, 1, 1_700_000_000_999_999_999, -1])
def test_header_has_the_stamp(stamp: int) -> None:
    header = bag_header(STORE.types, stamp, 'world')
    message = STORE.types['openpose_ros/msg/PoseArray3D'](
        header, 'coco_18', '', '', ['cam0'], []
    )
    assert stamp_ns(through_bytes(message)) == stamp


def test_bytes_are_understood_by_ros() -> None:
    generated = pytest.importorskip('openpose_ros.msg', reason='the interfaces are not built')
    serialization = pytest.importorskip('rclpy.serialization')
    truth = random_people((3, 4), details=True)
    header = bag_header(STORE.types, 7, 'world')
    message = people_3d_to_msg(truth, header, bag_people_3d_messages(STORE.types))
    data = bytes(STORE.serialize_cdr(message, message.__msgtype__))
    found = serialization.deserialize_message(data, generated.PoseArray3D)
    people_found = people_3d_from_msg(found)
    assert_same(people_found, truth, ('ids', 'sources', 'scores'))
    assert_same(people_found.body, truth.body, ('xyz', 'scores'))
