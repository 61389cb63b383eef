# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Image annotations, through the bytes of foxglove_msgs as its interface defines them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from openpose_ros.conversions.annotations import AnnotationMessages
from openpose_ros.conversions.annotations import people_to_annotations
from openpose_ros.pose2d.drawing import limb_colours
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

typesys = pytest.importorskip('rosbags.typesys')

PACKAGE = 'foxglove_msgs/msg/'
DEFINITIONS = {
    'Point2': 'float64 x\nfloat64 y',
    'Color': 'float64 r\nfloat64 g\nfloat64 b\nfloat64 a',
    'CircleAnnotation': (
        'builtin_interfaces/Time timestamp\nfoxglove_msgs/Point2 position\nfloat64 diameter\n'
        'float64 thickness\nfoxglove_msgs/Color fill_color\nfoxglove_msgs/Color outline_color'
    ),
    'PointsAnnotation': (
        'builtin_interfaces/Time timestamp\nuint8 UNKNOWN=0\nuint8 POINTS=1\nuint8 LINE_LOOP=2\n'
        'uint8 LINE_STRIP=3\nuint8 LINE_LIST=4\nuint8 type\nfoxglove_msgs/Point2[] points\n'
        'foxglove_msgs/Color outline_color\nfoxglove_msgs/Color[] outline_colors\n'
        'foxglove_msgs/Color fill_color\nfloat64 thickness'
    ),
    'TextAnnotation': (
        'builtin_interfaces/Time timestamp\nfoxglove_msgs/Point2 position\nstring text\n'
        'float64 font_size\nfoxglove_msgs/Color text_color\nfoxglove_msgs/Color background_color'
    ),
    'ImageAnnotations': (
        'foxglove_msgs/CircleAnnotation[] circles\nfoxglove_msgs/PointsAnnotation[] points\n'
        'foxglove_msgs/TextAnnotation[] labels'
    ),
}
COCO = SKELETONS['coco_18']
POINTS, LINE_LIST = 1, 4


@pytest.fixture(scope='module')
def store() -> Any:
    found = typesys.get_typestore(typesys.Stores.ROS2_JAZZY)
    for name, text in DEFINITIONS.items():
        found.register(typesys.get_types_from_msg(text, PACKAGE + name))
    return found


def people(ids: Sequence[int], *, hands: bool = False) -> People2D:
    count = len(ids)
    body = Keypoints2D.missing(count, 18)
    body.xy[:, :3] = ((10, 20), (30, 40), (50.5, 60))
    body.scores[:, :3] = 1.0
    hand = Keypoints2D(np.ones((count, 21, 2), np.float32), np.ones((count, 21), np.float32))
    nothing = Keypoints2D.missing(count, 0)
    return People2D(
        'coco_18', body, np.ones(count, np.float32), np.array(ids, np.int64), (640, 480), '',
        'hand_21' if hands else '', nothing, hand if hands else nothing,
        Keypoints2D.missing(count, 21) if hands else nothing,
    )


def annotations(store: Any, some: People2D) -> Any:
    """Return the message as somebody receives it."""
    names = ('ImageAnnotations', 'PointsAnnotation', 'TextAnnotation', 'Point2', 'Color')
    messages = AnnotationMessages(*(store.types[PACKAGE + name] for name in names))
    header = SimpleNamespace(stamp=store.types['builtin_interfaces/msg/Time'](sec=5, nanosec=6))
    message = people_to_annotations(
        some, header, messages, skeletons=SKELETONS, limb_colours=limb_colours
    )
    name = PACKAGE + 'ImageAnnotations'
    return store.deserialize_cdr(store.serialize_cdr(message, name), name)


def test_points_are_counted_from_the_corner_of_the_first_pixel(store: Any) -> None:
    message = annotations(store, people([0]))
    lines, points = message.points
    assert (lines.type, points.type) == (LINE_LIST, POINTS)
    assert [(point.x, point.y) for point in points.points] == [
        (10.5, 20.5), (30.5, 40.5), (51.0, 60.5)
    ]
    assert (lines.timestamp.sec, points.timestamp.nanosec) == (5, 6)
    assert not message.circles and not message.labels


def test_lines_are_the_drawn_limbs_in_their_colours(store: Any) -> None:
    lines = annotations(store, people([0])).points[0]
    parts = COCO.parts[:3]
    limbs = [
        (limb, colour) for limb, colour in zip(COCO.limbs, limb_colours(COCO), strict=True)
        if limb.drawn and {limb.start, limb.end} <= set(parts)
    ]
    assert limbs
    xy = people([0]).body.xy[0] + 0.5
    ends = [(point.x, point.y) for point in lines.points]
    assert ends == [
        tuple(xy[COCO.index(part)].tolist()) for limb, _ in limbs
        for part in (limb.start, limb.end)
    ]
    colours = [(colour.b, colour.g, colour.r) for colour in lines.outline_colors]
    np.testing.assert_allclose(colours, np.array([colour for _, colour in limbs]) / 255)
    assert all(colour.a == 1.0 for colour in lines.outline_colors)


def test_identities_are_labels_above(store: Any) -> None:
    (label,) = annotations(store, people([0, 12])).labels
    assert label.text == '12'
    assert (label.position.x, label.position.y) == (10.5, 16.0), 'within the image'


def test_hands_are_drawn_if_they_were_looked_for(store: Any) -> None:
    assert len(annotations(store, people([1])).points) == 2
    assert len(annotations(store, people([1], hands=True)).points) == 4


def test_nobody_gives_an_empty_message(store: Any) -> None:
    message = annotations(store, people([]))
    assert not len(message.points) and not len(message.labels)
