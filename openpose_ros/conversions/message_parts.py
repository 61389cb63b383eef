# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How many parts each kind of keypoints of a message has, in the image as in space."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpose_ros.skeletons import SKELETONS

# Kinds of keypoints of a person, in the order of the messages' fields.
FIELDS = ('body', 'face', 'left_hand', 'right_hand')


def parts_of_message(message: Any) -> dict[str, int]:
    """
    Return the number of parts of each of ``FIELDS``.

    A skeleton that is not registered gets its number of parts from the longest keypoints.

    :param message: ``PoseArray`` or ``PoseArray3D``.
    """
    people = message.people
    hands = (hand for person in people for hand in (person.left_hand, person.right_hand))
    hand_parts = _parts_of(message.hand_skeleton, hands)
    return {
        'body': _parts_of(message.skeleton, (person.body for person in people)),
        'face': _parts_of(message.face_skeleton, (person.face for person in people)),
        'left_hand': hand_parts,
        'right_hand': hand_parts,
    }


def _parts_of(skeleton: str, keypoints: Iterable[Any]) -> int:
    if skeleton in SKELETONS:
        return len(SKELETONS[skeleton].parts)
    return max((len(one.x) for one in keypoints), default=0)
