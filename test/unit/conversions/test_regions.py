# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import fields
from dataclasses import replace

import numpy as np
import pytest

from openpose_ros.conversions.regions import regions_from_msg
from openpose_ros.conversions.regions import regions_to_msg
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

interfaces = pytest.importorskip('openpose_ros.msg', reason='the interfaces are not built')
Header = pytest.importorskip('std_msgs.msg').Header
serialization = pytest.importorskip('rclpy.serialization')


def regions(count: int = 4) -> Regions:
    return Regions(
        np.array([FACE, LEFT_HAND, RIGHT_HAND, FEET])[:count],
        np.array([0, 2, NO_PERSON, 1])[:count],
        np.array([[10.5, 20.25], [-3, 4], [0, 0], [1e5, 2]], np.float32)[:count],
        np.array([40, 20.5, 1, 300][:count], np.float32),
        np.array([0, -3.1, 1.5, 0.1][:count], np.float32),
        np.array([1, 0.5, 0.25, 0][:count], np.float32),
    )


def people(count: int = 3) -> People2D:
    """Return people with one keypoint each."""
    body = Keypoints2D.missing(count, 18)
    body.xy[:, 3] = 7.0
    body.scores[:, 3] = 1.0
    return People2D.from_body('coco_18', body, np.ones(count, np.float32), (640, 480))


def assert_equal(found: Regions, expected: Regions) -> None:
    for item in fields(Regions):
        one, other = getattr(found, item.name), getattr(expected, item.name)
        assert one.dtype == other.dtype, item.name
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize('count', [0, 1, 4])
def test_regions_through_a_message_and_its_bytes_are_the_same(count: int) -> None:
    header = Header(frame_id='camera')
    header.stamp.sec = 5
    message = regions_to_msg(regions(count), people(), header)
    again = serialization.deserialize_message(
        serialization.serialize_message(message), interfaces.RegionArray
    )
    assert again.header == header
    assert_equal(regions_from_msg(again), regions(count))


def test_regions_to_msg_kinds_are_the_constants_of_the_message() -> None:
    region = interfaces.Region
    found = [one.kind for one in regions_to_msg(regions(), people(), Header()).regions]
    assert found == [region.FACE, region.LEFT_HAND, region.RIGHT_HAND, region.FEET]
    assert region.NO_PERSON == NO_PERSON


def test_regions_to_msg_counts_only_people_who_are_in_the_message() -> None:
    everybody = people()
    body = everybody.body
    body.xy[0], body.scores[0] = np.nan, 0.0
    hand = Keypoints2D.missing(3, 21)
    hand.xy[1, 0], hand.scores[1, 0] = 4.0, 0.9
    body.xy[1], body.scores[1] = np.nan, 0.0  # known by a hand only
    message = regions_to_msg(
        regions(), replace(everybody, hand_skeleton='hand_21', left_hand=hand), Header()
    )
    # Row 0 is left out, row 1 is the first of the message, row 2 the second.
    assert [one.person for one in message.regions] == [NO_PERSON, 1, NO_PERSON, 0]


def test_regions_from_msg_unknown_kind_is_named() -> None:
    message = interfaces.RegionArray(regions=[interfaces.Region(), interfaces.Region(kind=9)])
    with pytest.raises(ValueError, match=r'region 1 is of kind 9, expected one of \(0, 1, 2, 3\)'):
        regions_from_msg(message)
