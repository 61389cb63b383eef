# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in space to what RViz draws: markers, points, and a place for each person.

A marker is known by its namespace, which is its kind, and its number, which is the identity of the
person. Left is blue, right is orange, the middle white: no green and red, which not all can tell
apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import TypeAlias

import numpy as np

from openpose_ros.conversions.message_types import pack_array
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

MarkerKey: TypeAlias = tuple[str, int]

_LEFT = (0.13, 0.47, 0.9, 1.0)
_RIGHT = (1.0, 0.55, 0.1, 1.0)
_MIDDLE = (0.95, 0.95, 0.95, 1.0)
# Diameter of joints and width of limbs in metres: bodies, and hands and faces.
_BODY_SIZES = (0.05, 0.02)
_SMALL_SIZES = (0.012, 0.006)
_TEXT_HEIGHT_M = 0.15
_TEXT_ABOVE_M = 0.2
_POINT = np.dtype(
    [('x', '<f4'), ('y', '<f4'), ('z', '<f4'), ('score', '<f4'), ('person', '<u4'),
     ('part', '<u4')]
)


@dataclass(frozen=True)
class MarkerMessages:
    """
    Message classes for markers.

    :param marker_array: ``visualization_msgs/MarkerArray``.
    :param marker: ``visualization_msgs/Marker``.
    :param point: ``geometry_msgs/Point``.
    :param color: ``std_msgs/ColorRGBA``.
    :param duration: ``builtin_interfaces/Duration``.
    """

    marker_array: Any
    marker: Any
    point: Any
    color: Any
    duration: Any


def people_to_markers(
    people: People3D,
    header: Any,
    messages: MarkerMessages,
    *,
    skeletons: Mapping[str, Skeleton],
    lifetime_sec: float,
    previous: frozenset[MarkerKey] = frozenset(),
) -> tuple[Any, frozenset[MarkerKey]]:
    """
    Return people as a ``visualization_msgs/MarkerArray``.

    :param people: People, metres in the world frame; who has no id gets no number above the head.
    :param header: Header with the stamp of the view set and the name of the world frame.
    :param messages: Message classes.
    :param skeletons: The skeletons of the people, by name; others are drawn without limbs.
    :param lifetime_sec: Seconds after which RViz takes a marker away by itself.
    :param previous: What the array before showed; what is not there any more is deleted.
    :return: The markers, and what they show.
    """
    whole, fraction = divmod(lifetime_sec, 1.0)
    lifetime = messages.duration(sec=int(whole), nanosec=int(fraction * 1e9))
    markers = []
    for key, marker in _markers_of(people, skeletons, messages):
        marker.header, marker.ns, marker.id = header, *key
        marker.action, marker.lifetime = marker.ADD, lifetime
        marker.pose.orientation.w = 1.0
        markers.append(marker)
    shown = frozenset((marker.ns, marker.id) for marker in markers)
    gone = [
        messages.marker(header=header, ns=kind, id=number, action=messages.marker.DELETE)
        for kind, number in sorted(previous - shown)
    ]
    return messages.marker_array(markers=[*gone, *markers]), shown


def people_to_cloud(people: People3D, header: Any, point_cloud: Any, point_field: Any) -> Any:
    """
    Return all keypoints as a ``sensor_msgs/PointCloud2`` with score, person and part.

    Parts count through body, face, left and right hand.

    :param people: People, metres in the world frame.
    :param header: As for the markers.
    :param point_cloud: ``sensor_msgs/PointCloud2``.
    :param point_field: ``sensor_msgs/PointField``.
    """
    kinds = (people.body, people.face, people.left_hand, people.right_hand)
    xyz = np.concatenate([kind.xyz for kind in kinds], axis=1)
    scores = np.concatenate([kind.scores for kind in kinds], axis=1)
    rows, parts = np.nonzero(~np.isnan(xyz).any(axis=2))
    points = np.empty(len(rows), _POINT)
    for axis, name in enumerate('xyz'):
        points[name] = xyz[rows, parts, axis]
    points['score'] = scores[rows, parts]
    points['person'], points['part'] = people.ids[rows], parts
    types = {'f': point_field.FLOAT32, 'u': point_field.UINT32}
    return point_cloud(
        header=header,
        height=1,
        width=len(points),
        fields=[
            point_field(name=name, offset=offset, datatype=types[kind.kind], count=1)
            for name, (kind, offset) in dict(_POINT.fields or {}).items()
        ],
        is_bigendian=False,
        point_step=_POINT.itemsize,
        row_step=_POINT.itemsize * len(points),
        data=pack_array(points.view(np.uint8)),
        is_dense=True,
    )


def people_to_transforms(people: People3D, header: Any, transform: Any) -> list[Any]:
    """
    Return where each person is, as ``geometry_msgs/TransformStamped`` to ``person_ID``.

    The origin is the middle of the body's keypoints, the axes are parallel to the world's.

    :param people: People, metres in the world frame; who has no id has no frame.
    :param header: As for the markers.
    :param transform: ``geometry_msgs/TransformStamped``.
    """
    found = []
    for number, centre in zip(people.ids.tolist(), body_centres(people.body), strict=True):
        if number and np.isfinite(centre).all():
            one = transform(header=header, child_frame_id=f'person_{number}')
            place = one.transform.translation
            place.x, place.y, place.z = centre.tolist()
            one.transform.rotation.w = 1.0
            found.append(one)
    return found


def body_centres(body: Keypoints3D) -> Array:
    """
    Return the middle of each person's keypoints, NaN without any, shape ``(N, 3)``.

    :param body: Keypoints of the bodies.
    """
    there = ~np.isnan(body.xyz).any(axis=2, keepdims=True)
    counts = there.sum(axis=1)
    total = np.where(there, body.xyz, 0.0).sum(axis=1)
    centres: Array = np.where(counts > 0, total / np.maximum(counts, 1), np.nan)
    return centres


def people_to_pose_array(people: People3D, header: Any, pose_array: Any, pose: Any) -> Any:
    """
    Return where each person is, as ``geometry_msgs/PoseArray``, in the order of the people.

    A pose is the middle of the body's keypoints with axes parallel to the world's, as in
    :func:`people_to_transforms`; somebody of whom no body was found has none.

    :param people: People, metres in the world frame.
    :param header: As for the markers.
    :param pose_array: ``geometry_msgs/PoseArray``.
    :param pose: ``geometry_msgs/Pose``.
    """
    poses = []
    for centre in body_centres(people.body):
        if np.isfinite(centre).all():
            one = pose()
            one.position.x, one.position.y, one.position.z = centre.tolist()
            one.orientation.w = 1.0
            poses.append(one)
    return pose_array(header=header, poses=poses)


def _markers_of(
    people: People3D, skeletons: Mapping[str, Skeleton], messages: MarkerMessages
) -> Iterator[tuple[MarkerKey, Any]]:
    kinds = (
        ('body', people.body, people.skeleton, None, _BODY_SIZES),
        ('face', people.face, people.face_skeleton, _MIDDLE, _SMALL_SIZES),
        ('left_hand', people.left_hand, people.hand_skeleton, _LEFT, _SMALL_SIZES),
        ('right_hand', people.right_hand, people.hand_skeleton, _RIGHT, _SMALL_SIZES),
    )
    for kind, keypoints, name, colour, (joint_m, limb_m) in kinds:
        skeleton = skeletons.get(name)
        parts = keypoints.scores.shape[1]
        if skeleton is not None and len(skeleton.parts) == parts:
            ends = skeleton.limb_pairs[[limb.drawn for limb in skeleton.limbs]].reshape(-1, 2)
        else:
            skeleton, ends = None, np.zeros((0, 2), np.int64)
        colours = _colours(skeleton, parts, colour, messages)
        for number, xyz in zip(_numbered(people.ids).tolist(), keypoints.xyz, strict=True):
            there = ~np.isnan(xyz).any(axis=1)
            lines = ends[there[ends].all(axis=1)].reshape(-1)
            for ns, marker_type, rows, scale in (
                (kind, messages.marker.SPHERE_LIST, np.flatnonzero(there), (joint_m,) * 3),
                (f'{kind}_limbs', messages.marker.LINE_LIST, lines, (limb_m, 0.0, 0.0)),
            ):
                # RViz calls a list without points an error.
                if len(rows):
                    marker = messages.marker(type=marker_type)
                    marker.points = [
                        messages.point(x=x, y=y, z=z) for x, y, z in xyz[rows].tolist()
                    ]
                    marker.colors = [colours[row] for row in rows.tolist()]
                    marker.scale.x, marker.scale.y, marker.scale.z = scale
                    yield (ns, number), marker
    yield from _texts(people, messages)


def _numbered(ids: IntArray) -> IntArray:
    """Return the ids, and numbers behind them for people without: markers need one each."""
    behind = ids.max(initial=0) + 1 + np.arange(len(ids))
    numbers: IntArray = np.where(ids > 0, ids, behind)
    return numbers


def _colours(
    skeleton: Skeleton | None,
    parts: int,
    colour: tuple[float, ...] | None,
    messages: MarkerMessages,
) -> list[Any]:
    """Return the colour of each part: the one given, or that of its side."""
    sides = dict.fromkeys(range(parts), colour or _MIDDLE)
    if skeleton is not None and colour is None:
        for left, right in skeleton.mirror:
            sides |= {skeleton.index(left): _LEFT, skeleton.index(right): _RIGHT}
    made = {
        values: messages.color(r=values[0], g=values[1], b=values[2], a=values[3])
        for values in set(sides.values())
    }
    return [made[sides[part]] for part in range(parts)]


def _texts(people: People3D, messages: MarkerMessages) -> Iterator[tuple[MarkerKey, Any]]:
    for number, xyz, centre in zip(
        people.ids.tolist(), people.body.xyz, body_centres(people.body), strict=True
    ):
        if number and np.isfinite(centre).all():
            marker = messages.marker(type=messages.marker.TEXT_VIEW_FACING, text=str(number))
            place = marker.pose.position
            place.x, place.y = centre[:2].tolist()
            place.z = float(np.nanmax(xyz[:, 2])) + _TEXT_ABOVE_M
            marker.scale.z = _TEXT_HEIGHT_M
            marker.color = messages.color(r=1.0, g=1.0, b=1.0, a=1.0)
            yield ('id', number), marker
