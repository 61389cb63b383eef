# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Boxes of people, through the bytes of vision_msgs as its interface defines them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from named_bodies import keypoints
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.conversions.detections import DetectionMessages
from openpose_ros.conversions.detections import people_to_detections
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

typesys = pytest.importorskip('rosbags.typesys')

PACKAGE = 'vision_msgs/msg/'
DEFINITIONS = {
    'Point2D': 'float64 x\nfloat64 y',
    'Pose2D': 'vision_msgs/Point2D position\nfloat64 theta',
    'BoundingBox2D': 'vision_msgs/Pose2D center\nfloat64 size_x\nfloat64 size_y',
    'ObjectHypothesis': 'string class_id\nfloat64 score',
    'ObjectHypothesisWithPose': (
        'vision_msgs/ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose'
    ),
    'Detection2D': (
        'std_msgs/Header header\nvision_msgs/ObjectHypothesisWithPose[] results\n'
        'vision_msgs/BoundingBox2D bbox\nstring id'
    ),
    'Detection2DArray': 'std_msgs/Header header\nvision_msgs/Detection2D[] detections',
}


@pytest.fixture(scope='module')
def store() -> Any:
    found = typesys.get_typestore(typesys.Stores.ROS2_JAZZY)
    for name, text in DEFINITIONS.items():
        found.register(typesys.get_types_from_msg(text, PACKAGE + name))
    return found


def detections(store: Any, some: People2D) -> Any:
    """Return the message as somebody receives it."""
    types = {name: store.types[PACKAGE + name] for name in DEFINITIONS}
    geometry = {
        name: store.types[f'geometry_msgs/msg/{name}']
        for name in ('PoseWithCovariance', 'Pose', 'Point', 'Quaternion')
    }
    # These classes have no defaults, those of ROS do.
    unset = geometry['PoseWithCovariance'](
        geometry['Pose'](geometry['Point'](0, 0, 0), geometry['Quaternion'](0, 0, 0, 1)),
        np.zeros(36),
    )
    messages = DetectionMessages(
        types['Detection2DArray'],
        types['Detection2D'],
        lambda hypothesis: types['ObjectHypothesisWithPose'](hypothesis, unset),
        types['ObjectHypothesis'],
        types['BoundingBox2D'],
        types['Pose2D'],
        types['Point2D'],
    )
    stamp = store.types['builtin_interfaces/msg/Time'](sec=5, nanosec=6)
    header = store.types['std_msgs/msg/Header'](stamp=stamp, frame_id='camera')
    message = people_to_detections(some, header, messages, BoxParameters(margin=0.0))
    name = PACKAGE + 'Detection2DArray'
    return store.deserialize_cdr(store.serialize_cdr(message, name), name)


def people(ids: tuple[int, ...], *bodies: dict[str, tuple[float, float]]) -> People2D:
    scores = np.full(len(ids), 0.75, np.float32)
    found = People2D.from_body('coco_18', keypoints(*bodies), scores, (640, 480))
    return replace(found, ids=np.array(ids, np.int64))


def test_detection_is_the_box_around_a_person(store: Any) -> None:
    message = detections(store, people((12, 0), STANDING, {'nose': (10, 20)}))
    first, second = message.detections
    assert (message.header.stamp.sec, message.header.frame_id) == (5, 'camera')
    assert first.header == message.header
    place = first.bbox.center.position
    assert (place.x, place.y, first.bbox.center.theta) == (200.5, 235.5, 0.0)
    assert (first.bbox.size_x, first.bbox.size_y) == (100.0, 290.0)
    (result,) = first.results
    assert (result.hypothesis.class_id, result.hypothesis.score) == ('person', 0.75)
    assert (first.id, second.id) == ('12', '')
    assert (second.bbox.size_x, second.bbox.center.position.x) == (0.0, 10.5)


def test_person_without_keypoints_is_left_out(store: Any) -> None:
    message = detections(store, people((1, 2), {}, STANDING))
    assert [one.id for one in message.detections] == ['2']


def test_nobody_gives_an_empty_message(store: Any) -> None:
    some = People2D.from_body(
        'coco_18', Keypoints2D.missing(0, 18), np.zeros(0, np.float32), (640, 480)
    )
    message = detections(store, some)
    assert len(message.detections) == 0 and message.header.frame_id == 'camera'
