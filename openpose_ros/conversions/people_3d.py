# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in space to messages and back.

As for images: in a message the keypoints of a person that were all not found have length 0, and a
person of whom nothing was found is not written at all.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from openpose_ros.conversions.message_parts import FIELDS
from openpose_ros.conversions.message_parts import parts_of_message
from openpose_ros.conversions.message_types import pack_array
from openpose_ros.types import Array
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

# Fields of Keypoints3D in the message: name, type, numbers per part.
_COLUMNS = (
    ('x', np.float32, 1),
    ('y', np.float32, 1),
    ('z', np.float32, 1),
    ('score', np.float32, 1),
    ('reprojection_error', np.float32, 1),
    ('views', np.uint8, 1),
    ('covariance', np.float32, 6),
)


@dataclass(frozen=True)
class People3DMessages:
    """
    Message classes for people in space.

    :param pose_array: ``openpose_ros/PoseArray3D``.
    :param person: ``openpose_ros/Person3D``.
    :param keypoints: ``openpose_ros/Keypoints3D``.
    :param pack: Makes an array field from a NumPy array.
    """

    pose_array: Any
    person: Any
    keypoints: Any
    pack: Callable[[Array], Any] = pack_array


@lru_cache(maxsize=1)
def generated_people_3d_messages() -> People3DMessages:
    """
    Return the classes generated from this package's interfaces.

    :raises ImportError: If the interfaces are not built.
    """
    from openpose_ros.msg import Keypoints3D as Keypoints3DMessage
    from openpose_ros.msg import Person3D
    from openpose_ros.msg import PoseArray3D

    return People3DMessages(PoseArray3D, Person3D, Keypoints3DMessage)


def people_3d_to_msg(
    people: People3D, header: Any, messages: People3DMessages | None = None
) -> Any:
    """
    Return people as an ``openpose_ros/PoseArray3D``.

    :param people: People, metres in the world frame.
    :param header: Header with the stamp of the view set and the name of the world frame.
    :param messages: Message classes; the generated ones if none are given.
    """
    messages = messages or generated_people_3d_messages()
    columns = [_keypoints_to_msgs(getattr(people, name), messages) for name in FIELDS]
    sources = people.sources.astype(np.int32)
    persons = [
        messages.person(
            id=person_id,
            score=score,
            body=body,
            face=face,
            left_hand=left,
            right_hand=right,
            sources=messages.pack(source),
        )
        for person_id, score, source, body, face, left, right in zip(
            people.ids.tolist(), people.scores.tolist(), sources, *columns, strict=True
        )
        if len(body.x) or len(face.x) or len(left.x) or len(right.x)
    ]
    return messages.pose_array(
        header=header,
        skeleton=people.skeleton,
        face_skeleton=people.face_skeleton,
        hand_skeleton=people.hand_skeleton,
        cameras=list(people.cameras),
        people=persons,
    )


def people_3d_from_msg(message: Any) -> People3D:
    """
    Return the people of an ``openpose_ros/PoseArray3D``.

    A skeleton that is not registered gets its number of parts from the longest keypoints.

    :param message: The message.
    :raises ValueError: If the lengths within a person, or between people, do not fit; names the
        person and the field.
    """
    persons = message.people
    for row, person in enumerate(persons):
        if len(person.sources) != len(message.cameras):
            raise ValueError(
                f'person {row} has {len(person.sources)} sources, expected one for each of '
                f'{len(message.cameras)} cameras'
            )
    sources = np.array([person.sources for person in persons], np.int64)
    parts = parts_of_message(message)
    body, face, left_hand, right_hand = (
        _keypoints_from_msgs(name, [getattr(person, name) for person in persons], parts[name])
        for name in FIELDS
    )
    return People3D(
        tuple(message.cameras),
        sources.reshape(len(persons), len(message.cameras)),
        np.array([person.score for person in persons], np.float32),
        np.array([person.id for person in persons], np.int64),
        message.skeleton,
        body,
        message.face_skeleton,
        message.hand_skeleton,
        face,
        left_hand,
        right_hand,
    )


def _keypoints_to_msgs(keypoints: Keypoints3D, messages: People3DMessages) -> list[Any]:
    """Return one message for each person, empty where nothing was found."""
    people, parts = keypoints.scores.shape
    missing: Array = np.isnan(keypoints.xyz)
    any_found = np.logical_not(np.logical_or.reduce(missing, axis=2)).any(axis=1)
    unknown: Array = np.isnan(keypoints.covariances)
    any_known = np.logical_not(np.logical_and.reduce(unknown, axis=(1, 2)))
    values = (
        *np.moveaxis(keypoints.xyz, 2, 0),
        keypoints.scores,
        keypoints.reprojection_errors,
        np.minimum(keypoints.views, np.iinfo(np.uint8).max),
        keypoints.covariances,
    )
    # Packed once and sliced, as for images.
    packed = [
        (name, size, messages.pack(plane.astype(kind).reshape(-1)))
        for (name, kind, size), plane in zip(_COLUMNS, values, strict=True)
    ]
    result = []
    for row in range(people):
        fields = {
            name: column[row * parts * size : (row + 1) * parts * size]
            for name, size, column in packed
            if size == 1 or any_known[row]
        }
        result.append(messages.keypoints(**fields) if any_found[row] else messages.keypoints())
    return result


def _keypoints_from_msgs(name: str, keypoints: Sequence[Any], parts: int) -> Keypoints3D:
    result = Keypoints3D.missing(len(keypoints), parts)
    planes = {
        'x': result.xyz[..., 0],
        'y': result.xyz[..., 1],
        'z': result.xyz[..., 2],
        'score': result.scores,
        'reprojection_error': result.reprojection_errors,
        'views': result.views,
        'covariance': result.covariances,
    }
    for row, one in enumerate(keypoints):
        _check_lengths(name, row, one, parts)
        for field, kind, _ in _COLUMNS:
            values = getattr(one, field)
            if len(values):
                plane = planes[field]
                plane[row] = np.asarray(values, kind).reshape(plane[row].shape)
    return result


def _check_lengths(name: str, row: int, keypoints: Any, parts: int) -> None:
    lengths = {field: len(getattr(keypoints, field)) for field, _, _ in _COLUMNS}
    count = len(keypoints.x)
    covariance = lengths.pop('covariance')
    if (
        count not in (0, parts)
        or any(length != count for length in lengths.values())
        or covariance not in (0, 6 * count)
    ):
        found = ', '.join(f'{length} {field}' for field, length in lengths.items())
        raise ValueError(
            f"the '{name}' of person {row} has {found} and {covariance} covariance, expected "
            f'{parts} or 0 of each and {6 * parts} or 0 covariance'
        )
