# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Markers of people in an image: where they stand in front of the camera, and who they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from openpose_ros.conversions.image_markers import people_to_image_markers
from openpose_ros.conversions.markers import MarkerMessages
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

geometry = pytest.importorskip('geometry_msgs.msg')
visualization = pytest.importorskip('visualization_msgs.msg')
ColorRGBA = pytest.importorskip('std_msgs.msg').ColorRGBA
Header = pytest.importorskip('std_msgs.msg').Header
Duration = pytest.importorskip('builtin_interfaces.msg').Duration

Marker = visualization.Marker
MESSAGES = MarkerMessages(visualization.MarkerArray, Marker, geometry.Point, ColorRGBA, Duration)
HEADER = Header(frame_id='front_optical_frame')


def people(ids: Sequence[int]) -> People2D:
    """Return people in an image of 201 x 101, their first keypoints in its corners and middle."""
    body = Keypoints2D.missing(len(ids), 18)
    body.xy[:, :4] = ((0, 0), (200, 100), (100, 50), (150, 20))
    body.scores[:, :4] = 1.0
    one = People2D.from_body('coco_18', body, np.ones(len(ids), np.float32), (201, 101))
    one.ids[:] = ids
    return one


def markers_of(some: People2D, previous: Any = frozenset()) -> tuple[dict[Any, Any], Any]:
    message, shown = people_to_image_markers(
        some, HEADER, MESSAGES, skeletons=SKELETONS, width_m=2.01, lifetime_sec=0.5,
        previous=previous,
    )
    assert all(marker.header == HEADER for marker in message.markers)
    return {(marker.ns, marker.id): marker for marker in message.markers}, shown


def test_keypoints_are_on_a_plane_as_far_as_it_is_wide() -> None:
    markers, _ = markers_of(people([7]))
    xyz = [(point.x, point.y, point.z) for point in markers['body', 7].points]
    expected = [(-1.0, -0.5, 2.01), (1.0, 0.5, 2.01), (0.0, 0.0, 2.01), (0.5, -0.3, 2.01)]
    np.testing.assert_allclose(xyz, expected, atol=1e-6)
    lifetime = markers['body', 7].lifetime
    assert (lifetime.sec, lifetime.nanosec) == (0, 500_000_000)


def test_identity_stands_above_the_highest_keypoint() -> None:
    text = markers_of(people([7]))[0]['id', 7]
    place = text.pose.position
    assert text.text == '7'
    np.testing.assert_allclose((place.x, place.y, place.z), (-1.0, -0.6, 2.01), atol=1e-6)


def test_people_without_identity_have_markers_but_no_text() -> None:
    markers, shown = markers_of(people([0, 5, 0]))
    assert [key for key in sorted(markers) if key[0] == 'id'] == [('id', 5)]
    assert len([key for key in markers if key[0] == 'body']) == 3
    assert set(markers) == shown


def test_what_is_gone_is_deleted() -> None:
    _, shown = markers_of(people([1, 2]))
    markers, shown_now = markers_of(people([2]), previous=shown)
    gone = {key for key, marker in markers.items() if marker.action == Marker.DELETE}
    assert gone == {('body', 1), ('body_limbs', 1), ('id', 1)} == shown - shown_now


def test_nobody_has_no_markers() -> None:
    assert markers_of(people([])) == ({}, frozenset())
