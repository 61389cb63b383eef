# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Topics of REP-155, through the bytes of hri_msgs as its interface defines them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from named_bodies import keypoints
from named_bodies import Places
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.conversions.humans import HRI_PARTS
from openpose_ros.conversions.humans import HriMessages
from openpose_ros.conversions.humans import people_to_humans
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

typesys = pytest.importorskip('rosbags.typesys')

PACKAGE = 'hri_msgs/msg/'
POINT = 'hri_msgs/NormalizedPointOfInterest2D'
DEFINITIONS = {
    'NormalizedPointOfInterest2D': 'float32 x\nfloat32 y\nfloat32 c',
    'NormalizedRegionOfInterest2D': (
        'std_msgs/Header header\nfloat32 xmin\nfloat32 ymin\nfloat32 xmax\nfloat32 ymax\nfloat32 c'
    ),
    'IdsList': 'std_msgs/Header header\nstring[] ids',
    'Skeleton2D': f'std_msgs/Header header\n{POINT}[18] skeleton',
    'FacialLandmarks': (
        f'std_msgs/Header header\n{POINT}[70] landmarks\nuint32 height\nuint32 width'
    ),
}
# Some of hri_msgs' own constants: the left eye and ear come first, unlike in coco_18.
BODY_CONSTANTS = {
    'nose': 0, 'neck': 1, 'right_shoulder': 2, 'left_shoulder': 5, 'right_hip': 8, 'left_hip': 11,
    'left_ankle': 13, 'left_eye': 14, 'right_eye': 15, 'left_ear': 16, 'right_ear': 17,
}
# RIGHT_EAR, MENTON, LEFT_EAR, RIGHT_EYEBROW_OUTSIDE, LEFT_EYEBROW_OUTSIDE, NOSE,
# RIGHT_EYE_OUTSIDE, LEFT_EYE_OUTSIDE, MOUTH_OUTER_RIGHT, MOUTH_INNER_LEFT and the pupils.
FACE_CONSTANTS = {
    'jaw_1': 0, 'jaw_9': 8, 'jaw_17': 16, 'right_brow_1': 17, 'left_brow_5': 26,
    'nose_bridge_4': 30, 'right_eye_1': 36, 'left_eye_4': 45, 'outer_lip_1': 48, 'inner_lip_5': 64,
    'right_pupil': 68, 'left_pupil': 69,
}
WIDTH, HEIGHT = 640, 480


@pytest.fixture(scope='module')
def store() -> Any:
    found = typesys.get_typestore(typesys.Stores.ROS2_JAZZY)
    for name, text in DEFINITIONS.items():
        found.register(typesys.get_types_from_msg(text, PACKAGE + name))
    return found


def humans(store: Any, some: People2D, margin: float = 0.0) -> dict[str, Any]:
    """Return the messages as somebody receives them."""
    names = (
        'IdsList', 'Skeleton2D', 'FacialLandmarks', 'NormalizedRegionOfInterest2D',
        'NormalizedPointOfInterest2D',
    )
    messages = HriMessages(*(store.types[PACKAGE + name] for name in names))
    stamp = store.types['builtin_interfaces/msg/Time'](sec=5, nanosec=6)
    header = store.types['std_msgs/msg/Header'](stamp=stamp, frame_id='camera')
    topics = people_to_humans(
        some, header, messages, skeleton=get_skeleton(some.skeleton),
        parameters=BoxParameters(margin=margin),
    )
    return {
        topic: store.deserialize_cdr(
            store.serialize_cdr(message, message.__msgtype__), message.__msgtype__
        )
        for topic, message in topics.items()
    }


def people(ids: tuple[int, ...], *bodies: Places, skeleton: str = 'coco_18') -> People2D:
    found = People2D.from_body(
        skeleton, keypoints(*bodies, skeleton=skeleton), np.full(len(ids), 0.75, np.float32),
        (WIDTH, HEIGHT),
    )
    return replace(found, ids=np.array(ids, np.int64))


def with_faces(some: People2D) -> People2D:
    """Return people of whom the first one has a face; point i is at (100 + i, 50 + i)."""
    face = Keypoints2D.missing(len(some), 70)
    if len(some):
        face.xy[0] = np.arange(70)[:, None] + (100, 50)
        face.scores[0] = 0.5
    return replace(some, face_skeleton='face_70', face=face)


@pytest.mark.parametrize('skeleton', ['coco_18', 'body_25'])
def test_parts_are_where_the_constants_of_hri_msgs_say(store: Any, skeleton: str) -> None:
    points = humans(store, people((3,), STANDING, skeleton=skeleton))[
        '/humans/bodies/b3/skeleton2d'
    ].skeleton
    assert len(points) == 18
    for part, number in BODY_CONSTANTS.items():
        x, y = STANDING[part]
        found = (points[number].x, points[number].y, points[number].c)
        assert found == pytest.approx(((x + 0.5) / WIDTH, (y + 0.5) / HEIGHT, 0.8)), part


def test_left_and_right_of_the_face_are_not_those_of_coco_18() -> None:
    parts = get_skeleton('coco_18').parts
    assert HRI_PARTS[:14] == parts[:14]
    assert HRI_PARTS[14:] == tuple(parts[number] for number in (15, 14, 17, 16))


def test_missing_part_is_zero_with_confidence_zero(store: Any) -> None:
    some = people((3,), {'nose': (200, 100)})
    points = humans(store, some)['/humans/bodies/b3/skeleton2d'].skeleton
    assert [point.c > 0 for point in points] == [True] + [False] * 17
    assert all((point.x, point.y) == (0, 0) for point in points[1:])
    # body_25b has no neck, mpii_15 no eyes
    points = humans(store, people((3,), {'nose': (1, 1)}, skeleton='body_25b'))[
        '/humans/bodies/b3/skeleton2d'
    ].skeleton
    assert (points[0].c > 0, points[1].c) == (True, 0)


def test_coordinates_stay_within_0_and_1(store: Any) -> None:
    some = people((3,), {'nose': (-5, -9), 'neck': (WIDTH + 3, HEIGHT + 3)})
    topics = humans(store, some, margin=0.5)
    first, second = topics['/humans/bodies/b3/skeleton2d'].skeleton[:2]
    assert (first.x, first.y, second.x, second.y) == (0, 0, 1, 1)
    region = topics['/humans/bodies/b3/roi']
    assert (region.xmin, region.ymin, region.xmax, region.ymax) == (0, 0, 1, 1)


def test_region_is_the_box_of_the_body(store: Any) -> None:
    region = humans(store, people((3,), STANDING))['/humans/bodies/b3/roi']
    assert (region.xmin, region.xmax) == pytest.approx((150.5 / WIDTH, 250.5 / WIDTH))
    assert (region.ymin, region.ymax) == pytest.approx((90.5 / HEIGHT, 380.5 / HEIGHT))
    assert (region.c, region.header.stamp.sec, region.header.frame_id) == (0.75, 5, 'camera')


def test_topics_of_bodies_alone(store: Any) -> None:
    topics = humans(store, people((3, 0, 12), STANDING, STANDING, STANDING))
    assert list(topics['/humans/bodies/tracked'].ids) == ['b3', 'b12'], 'no identity: left out'
    assert set(topics) == {'/humans/bodies/tracked'} | {
        f'/humans/bodies/{name}/{kind}' for name in ('b3', 'b12') for kind in ('roi', 'skeleton2d')
    }


def test_face_points_are_where_the_constants_of_hri_msgs_say(store: Any) -> None:
    topics = humans(store, with_faces(people((3, 4), STANDING, STANDING)))
    assert list(topics['/humans/faces/tracked'].ids) == ['f3']
    message = topics['/humans/faces/f3/landmarks']
    assert (message.width, message.height, len(message.landmarks)) == (WIDTH, HEIGHT, 70)
    for part, number in FACE_CONSTANTS.items():
        index = get_skeleton('face_70').index(part)
        point = message.landmarks[number]
        expected = ((100.5 + index) / WIDTH, (50.5 + index) / HEIGHT, 0.5)
        assert (point.x, point.y, point.c) == pytest.approx(expected), part
    region = topics['/humans/faces/f3/roi']
    assert (region.xmin, region.xmax) == pytest.approx((100.5 / WIDTH, 169.5 / WIDTH))
    assert '/humans/faces/f4/roi' not in topics


def test_nobody_is_said_on_the_lists(store: Any) -> None:
    topics = humans(store, with_faces(people((),)))
    assert set(topics) == {'/humans/bodies/tracked', '/humans/faces/tracked'}
    assert all(len(message.ids) == 0 for message in topics.values())


def test_unknown_image_size_or_other_skeleton_raises(store: Any) -> None:
    with pytest.raises(ValueError, match='image size'):
        humans(store, replace(people((3,), STANDING), image_size=(0, 480)))
    with pytest.raises(ValueError, match="18 keypoints, the skeleton 'body_25' has 25"):
        humans(store, replace(people((3,), STANDING), skeleton='body_25'))
