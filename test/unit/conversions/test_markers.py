# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from openpose_ros.conversions.markers import MarkerMessages
from openpose_ros.conversions.markers import people_to_cloud
from openpose_ros.conversions.markers import people_to_markers
from openpose_ros.conversions.markers import people_to_pose_array
from openpose_ros.conversions.markers import people_to_transforms
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

geometry = pytest.importorskip('geometry_msgs.msg')
visualization = pytest.importorskip('visualization_msgs.msg')
sensor = pytest.importorskip('sensor_msgs.msg')
ColorRGBA = pytest.importorskip('std_msgs.msg').ColorRGBA
Header = pytest.importorskip('std_msgs.msg').Header
Duration = pytest.importorskip('builtin_interfaces.msg').Duration
serialization = pytest.importorskip('rclpy.serialization')

Marker = visualization.Marker
MESSAGES = MarkerMessages(visualization.MarkerArray, Marker, geometry.Point, ColorRGBA, Duration)
COCO = SKELETONS['coco_18']
BLUE, ORANGE, WHITE = (0.13, 0.47, 0.9), (1.0, 0.55, 0.1), (0.95, 0.95, 0.95)


def keypoints(count: int, parts: int) -> Keypoints3D:
    """Return keypoints that say in x and y which person and part they are."""
    one = Keypoints3D.missing(count, parts)
    one.xyz[..., 0] = np.arange(count)[:, None]
    one.xyz[..., 1] = 0.01 * np.arange(parts)
    one.xyz[..., 2] = 1.0
    one.scores[:] = 0.5
    return one


def people(ids: Sequence[int], *, hands: bool = False) -> People3D:
    count = len(ids)
    hand = keypoints(count, 21 if hands else 0)
    return People3D(
        ('cam0', 'cam1'), np.zeros((count, 2), np.int64), np.ones(count, np.float32),
        np.array(ids, np.int64), 'coco_18', keypoints(count, 18), '', 'hand_21' if hands else '',
        Keypoints3D.missing(count, 0), hand, hand,
    )


def markers_of(some: People3D, previous: Any = frozenset()) -> tuple[dict[Any, Any], Any]:
    header = Header(frame_id='world')
    message, shown = people_to_markers(
        some, header, MESSAGES, skeletons=SKELETONS, lifetime_sec=1.5, previous=previous
    )
    data = serialization.serialize_message(message)
    message = serialization.deserialize_message(data, type(message))
    assert all(marker.header == header for marker in message.markers)
    return {(marker.ns, marker.id): marker for marker in message.markers}, shown


def test_person_has_joints_limbs_and_a_text_under_the_id() -> None:
    markers, shown = markers_of(people([7]))
    assert set(markers) == {('body', 7), ('body_limbs', 7), ('id', 7)} == shown
    joints, limbs, text = (markers[kind, 7] for kind in ('body', 'body_limbs', 'id'))
    assert (joints.type, limbs.type) == (Marker.SPHERE_LIST, Marker.LINE_LIST)
    assert [round(100 * point.y) for point in joints.points] == list(range(18))
    assert all((point.x, point.z) == (0, 1) for point in joints.points)
    drawn = [limb for limb in COCO.limbs if limb.drawn]
    ends = [round(100 * point.y) for point in limbs.points]
    assert ends == [COCO.index(part) for limb in drawn for part in (limb.start, limb.end)]
    assert (text.type, text.text) == (Marker.TEXT_VIEW_FACING, '7')
    assert text.pose.position.z == pytest.approx(1.2)
    for marker in markers.values():
        assert marker.action == Marker.ADD
        assert (marker.lifetime.sec, marker.lifetime.nanosec) == (1, 500_000_000)
        assert marker.pose.orientation.w == 1.0, 'RViz refuses a rotation of length 0'
        assert len(marker.colors) == len(marker.points)
        assert marker.scale.z > 0 or (marker.type == Marker.LINE_LIST and marker.scale.x > 0)


def test_people_without_ids_have_markers_of_their_own_but_no_text() -> None:
    _, shown = markers_of(people([0, 3, 0]))
    assert {number for kind, number in shown if kind == 'body'} == {3, 4, 6}
    assert {number for kind, number in shown if kind == 'id'} == {3}


def test_sides_have_colours() -> None:
    joints = markers_of(people([1]))[0]['body', 1]
    for part, colour in (('left_wrist', BLUE), ('right_ankle', ORANGE), ('neck', WHITE)):
        found = joints.colors[COCO.index(part)]
        assert (found.r, found.g, found.b, found.a) == pytest.approx((*colour, 1.0))


def test_hands_have_the_colour_of_their_side() -> None:
    markers, _ = markers_of(people([1], hands=True))
    for kind, colour in (('left_hand', BLUE), ('right_hand', ORANGE)):
        assert len(markers[kind, 1].points) == 21
        assert len(markers[f'{kind}_limbs', 1].points) == 40
        assert {round(one.b, 2) for one in markers[kind, 1].colors} == {colour[2]}


def test_missing_keypoint_takes_its_limbs_along() -> None:
    some = people([1])
    some.body.xyz[0, COCO.index('left_elbow')] = np.nan
    markers, _ = markers_of(some)
    assert len(markers['body', 1].points) == 17
    whole = markers_of(people([1]))[0]
    assert len(markers['body_limbs', 1].points) == len(whole['body_limbs', 1].points) - 4


def test_who_has_left_is_deleted_once_and_who_stays_keeps_the_id() -> None:
    _, shown = markers_of(people([3, 9]))
    markers, shown = markers_of(people([9]), shown)
    gone = {key for key, marker in markers.items() if marker.action == Marker.DELETE}
    assert gone == {('body', 3), ('body_limbs', 3), ('id', 3)}
    assert markers['body', 9].action == Marker.ADD
    markers, shown = markers_of(people([]), shown)
    assert {key[1] for key in markers} == {9}
    assert all(marker.action == Marker.DELETE for marker in markers.values())
    assert markers_of(people([]), shown) == ({}, frozenset())


def test_person_without_keypoints_has_no_marker() -> None:
    some = people([1, 2])
    some.body.xyz[0] = np.nan
    markers, _ = markers_of(some)
    assert {number for _, number in markers} == {2}


def test_unknown_skeleton_is_drawn_without_limbs() -> None:
    message, _ = people_to_markers(
        people([1]), Header(), MESSAGES, skeletons={}, lifetime_sec=1.0
    )
    assert [marker.ns for marker in message.markers] == ['body', 'id']


def test_cloud_holds_every_keypoint_that_is_found() -> None:
    some = people([4, 6], hands=True)
    some.body.xyz[0, 2] = np.nan
    cloud = people_to_cloud(some, Header(), sensor.PointCloud2, sensor.PointField)
    assert cloud.width == 2 * (18 + 42) - 1
    assert (cloud.height, cloud.row_step) == (1, cloud.width * cloud.point_step)
    assert len(cloud.data) == cloud.row_step
    kinds = {sensor.PointField.FLOAT32: '<f4', sensor.PointField.UINT32: '<u4'}
    names = [field.name for field in cloud.fields]
    points = np.frombuffer(cloud.data, np.dtype({
        'names': names,
        'formats': [kinds[field.datatype] for field in cloud.fields],
        'offsets': [field.offset for field in cloud.fields],
        'itemsize': cloud.point_step,
    }))
    assert names == ['x', 'y', 'z', 'score', 'person', 'part']
    assert points['person'].tolist() == [4] * 59 + [6] * 60
    assert points['part'][:18].tolist() == [0, 1, *range(3, 18), 18]
    np.testing.assert_array_equal(points['x'], [0.0] * 59 + [1.0] * 60)
    np.testing.assert_array_equal(points['score'], np.float32(0.5))


def test_cloud_of_nobody_is_empty() -> None:
    cloud = people_to_cloud(people([]), Header(), sensor.PointCloud2, sensor.PointField)
    assert (cloud.width, len(cloud.data)) == (0, 0)
    assert len(cloud.fields) == 6


def test_transform_leads_to_the_middle_of_a_person() -> None:
    some = people([5, 8])
    some.body.xyz[1] = np.nan
    (one,) = people_to_transforms(some, Header(frame_id='world'), geometry.TransformStamped)
    assert (one.header.frame_id, one.child_frame_id) == ('world', 'person_5')
    place = one.transform.translation
    assert (place.x, place.y, place.z) == pytest.approx((0.0, 0.085, 1.0))
    assert one.transform.rotation.w == 1.0


def test_transform_needs_an_id_for_its_name() -> None:
    assert people_to_transforms(people([0, 0]), Header(), geometry.TransformStamped) == []


def test_pose_array_holds_the_middle_of_each_person() -> None:
    some = people([5, 8, 0])
    some.body.xyz[1] = np.nan
    message = people_to_pose_array(
        some, Header(frame_id='world'), geometry.PoseArray, geometry.Pose
    )
    assert message.header.frame_id == 'world'
    places = [(pose.position.x, pose.position.y, pose.position.z) for pose in message.poses]
    assert places == [pytest.approx((0.0, 0.085, 1.0)), pytest.approx((2.0, 0.085, 1.0))]
    turn = message.poses[0].orientation
    assert (turn.x, turn.y, turn.z, turn.w) == (0, 0, 0, 1)


def test_pose_array_of_nobody_is_empty() -> None:
    message = people_to_pose_array(people([]), Header(), geometry.PoseArray, geometry.Pose)
    assert len(message.poses) == 0
