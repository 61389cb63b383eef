# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People and skeletons to messages and back.

In a message the keypoints of a person that were all not found have length 0, and a person of whom
nothing was found is not written at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np

from openpose_ros.conversions.message_parts import FIELDS
from openpose_ros.conversions.message_parts import parts_of_message
from openpose_ros.conversions.message_types import generated_messages
from openpose_ros.conversions.message_types import PoseMessages
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.skeleton import mirror_from_names
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


def people_to_msg(people: People2D, header: Any, messages: PoseMessages | None = None) -> Any:
    """
    Return people as an ``openpose_ros/PoseArray``.

    :param people: People, in pixels of the source image.
    :param header: Header of the source image, used as it is.
    :param messages: Message classes; the generated ones if none are given.
    """
    messages = messages or generated_messages()
    columns = [_keypoints_to_msgs(getattr(people, name), messages) for name in FIELDS]
    persons = [
        messages.person(
            id=person_id, score=score, body=body, face=face, left_hand=left, right_hand=right
        )
        for person_id, score, body, face, left, right in zip(
            people.ids.tolist(), people.scores.tolist(), *columns, strict=True
        )
        if len(body.x) or len(face.x) or len(left.x) or len(right.x)
    ]
    return messages.pose_array(
        header=header,
        skeleton=people.skeleton,
        face_skeleton=people.face_skeleton,
        hand_skeleton=people.hand_skeleton,
        image_width=people.image_size[0],
        image_height=people.image_size[1],
        people=persons,
    )


def people_from_msg(message: Any) -> People2D:
    """
    Return the people of an ``openpose_ros/PoseArray``.

    A skeleton that is not registered gets its number of parts from the longest keypoints.

    :param message: The message.
    :raises ValueError: If the lengths within a person, or between people, do not fit; names the
        person and the field.
    """
    persons = message.people
    parts = parts_of_message(message)
    keypoints = [
        _keypoints_from_msgs(name, [getattr(person, name) for person in persons], parts[name])
        for name in FIELDS
    ]
    body, face, left_hand, right_hand = keypoints
    return People2D(
        message.skeleton,
        body,
        np.array([person.score for person in persons], np.float32),
        np.array([person.id for person in persons], np.int64),
        (message.image_width, message.image_height),
        message.face_skeleton,
        message.hand_skeleton,
        face,
        left_hand,
        right_hand,
    )


def skeletons_to_msg(
    skeletons: Iterable[Skeleton], messages: PoseMessages | None = None
) -> Any:
    """
    Return skeletons as an ``openpose_ros/SkeletonArray``.

    :param skeletons: The skeletons used.
    :param messages: Message classes; the generated ones if none are given.
    """
    messages = messages or generated_messages()
    return messages.skeleton_array(
        skeletons=[_skeleton_to_msg(skeleton, messages) for skeleton in skeletons]
    )


def skeletons_from_msg(message: Any) -> tuple[Skeleton, ...]:
    """
    Return the skeletons of an ``openpose_ros/SkeletonArray``.

    Names, limbs and whether they are drawn travel in the message; PAF channels do not, and mirror
    pairs are found again from the names of the parts.

    :param message: The message.
    :raises ValueError: If a limb has an end that is no part, or the lengths differ.
    """
    return tuple(_skeleton_from_msg(skeleton) for skeleton in message.skeletons)


def _keypoints_to_msgs(keypoints: Keypoints2D, messages: PoseMessages) -> list[Any]:
    """Return one message for each person, empty where nothing was found."""
    people, parts = keypoints.scores.shape
    planes = (keypoints.xy[..., 0], keypoints.xy[..., 1], keypoints.scores)
    found: Array = ~(np.isnan(planes[0]) | np.isnan(planes[1]))
    any_found = np.logical_or.reduce(found, axis=1)
    # Packed once and sliced: packing each row on its own costs three times as much.
    x, y, score = (messages.pack(plane.astype(np.float32).reshape(-1)) for plane in planes)
    rows = [slice(row * parts, (row + 1) * parts) for row in range(people)]
    return [
        messages.keypoints(x=x[row], y=y[row], score=score[row])
        if is_found
        else messages.keypoints()
        for is_found, row in zip(any_found.tolist(), rows, strict=True)
    ]


def _keypoints_from_msgs(name: str, keypoints: Sequence[Any], parts: int) -> Keypoints2D:
    columns = [(one.x, one.y, one.score) for one in keypoints]
    for row, (x, y, score) in enumerate(columns):
        if not len(x) == len(y) == len(score) or len(x) not in (0, parts):
            raise ValueError(
                f"the '{name}' of person {row} has {len(x)} x, {len(y)} y and {len(score)} "
                f'scores, expected {parts} or 0 of each'
            )
    result = Keypoints2D.missing(len(columns), parts)
    rows = [row for row, (x, _, _) in enumerate(columns) if len(x)]
    if rows:
        x, y, scores = (_rows_of(columns, rows, axis) for axis in range(3))
        result.xy[rows, :, 0] = x
        result.xy[rows, :, 1] = y
        result.scores[rows] = scores
    return result


def _rows_of(columns: list[tuple[Any, Any, Any]], rows: list[int], axis: int) -> FloatArray:
    """Return one field of the people in rows, shape ``(n, P)``; one copy for all of them."""
    joined = b''.join([columns[row][axis] for row in rows])
    return np.frombuffer(joined, np.float32).reshape(len(rows), -1)


def _skeleton_to_msg(skeleton: Skeleton, messages: PoseMessages) -> Any:
    pairs = skeleton.limb_pairs.astype(np.uint16)
    return messages.skeleton(
        name=skeleton.name,
        parts=list(skeleton.parts),
        limb_from=messages.pack(pairs[:, 0]),
        limb_to=messages.pack(pairs[:, 1]),
        drawn=[limb.drawn for limb in skeleton.limbs],
    )


def _skeleton_from_msg(message: Any) -> Skeleton:
    parts = tuple(message.parts)
    if not len(message.limb_from) == len(message.limb_to) == len(message.drawn):
        raise ValueError(
            f"skeleton '{message.name}' has {len(message.limb_from)} first ends, "
            f'{len(message.limb_to)} second ends and {len(message.drawn)} drawn flags, expected '
            'the same number of each'
        )
    ends = [*message.limb_from, *message.limb_to]
    if any(end >= len(parts) for end in ends):
        raise ValueError(
            f"skeleton '{message.name}' has a limb with end {max(ends)}, expected the index of "
            f'one of {len(parts)} parts'
        )
    limbs = tuple(
        Limb(parts[start], parts[end], drawn=bool(drawn))
        for start, end, drawn in zip(
            message.limb_from, message.limb_to, message.drawn, strict=True
        )
    )
    return Skeleton(message.name, parts, limbs, mirror_from_names(parts))
