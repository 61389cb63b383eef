# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in an image to markers on a picture plane in front of the camera.

The plane stands in the image's own frame (x right, y down, z forward) as far from the camera as it
is wide, so that no calibration is needed: that is a camera with a field of view of 53 degrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from openpose_ros.conversions.markers import MarkerKey
from openpose_ros.conversions.markers import MarkerMessages
from openpose_ros.conversions.markers import people_to_markers
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

_TEXT = 'id'
_TEXT_ABOVE_M = 0.1


def people_to_image_markers(
    people: People2D,
    header: Any,
    messages: MarkerMessages,
    *,
    skeletons: Mapping[str, Skeleton],
    width_m: float,
    lifetime_sec: float,
    previous: frozenset[MarkerKey] = frozenset(),
) -> tuple[Any, frozenset[MarkerKey]]:
    """
    Return people as a ``visualization_msgs/MarkerArray`` on a picture plane.

    :param people: People in pixels of the image, with or without ids.
    :param header: Header of the image.
    :param messages: Message classes.
    :param skeletons: The skeletons of the people, by name; others are drawn without limbs.
    :param width_m: Width of the plane in metres, and its distance from the camera.
    :param lifetime_sec: Seconds after which RViz takes a marker away by itself.
    :param previous: What the array before showed; what is not there any more is deleted.
    :return: The markers, and what they show.
    """
    on_plane = _on_plane(people, width_m)
    array, _ = people_to_markers(
        on_plane, header, messages, skeletons=skeletons, lifetime_sec=lifetime_sec
    )
    rows = {number: row for row, number in enumerate(people.ids.tolist())}
    markers = list(array.markers)
    for marker in markers:
        if marker.ns == _TEXT:
            xyz = on_plane.body.xyz[rows[marker.id]]
            place = marker.pose.position
            place.x, place.y, place.z = xyz[np.nanargmin(xyz[:, 1])].tolist()
            place.y -= _TEXT_ABOVE_M
    shown = frozenset((marker.ns, marker.id) for marker in markers)
    gone = [
        messages.marker(header=header, ns=kind, id=number, action=messages.marker.DELETE)
        for kind, number in sorted(previous - shown)
    ]
    return messages.marker_array(markers=[*gone, *markers]), shown


def _on_plane(people: People2D, width_m: float) -> People3D:
    count = len(people)

    def lifted(keypoints: Keypoints2D) -> Keypoints3D:
        width, height = people.image_size
        xy = (keypoints.xy - np.array((width - 1, height - 1)) / 2) * (width_m / width)
        empty = Keypoints3D.missing(*keypoints.scores.shape)
        depth = np.where(np.isnan(xy[..., :1]), np.nan, width_m)
        return replace(empty, xyz=np.concatenate([xy, depth], axis=2), scores=keypoints.scores)

    return People3D(
        ('image',),
        np.arange(count).reshape(count, 1),
        people.scores,
        people.ids,
        people.skeleton,
        lifted(people.body),
        people.face_skeleton,
        people.hand_skeleton,
        lifted(people.face),
        lifted(people.left_hand),
        lifted(people.right_hand),
    )
