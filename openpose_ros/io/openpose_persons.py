# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What OpenPose's JSON files of keypoints in the image and in space have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray

VERSION = 1.3
FILE_SUFFIX = '_keypoints.json'

# Of the values of a person; `_2d` or `_3d` follows in the file.
PREFIXES = {
    'body': 'pose_keypoints',
    'face': 'face_keypoints',
    'left_hand': 'hand_left_keypoints',
    'right_hand': 'hand_right_keypoints',
}
KEYS_2D = {name: f'{prefix}_2d' for name, prefix in PREFIXES.items()}
KEYS_3D = {name: f'{prefix}_3d' for name, prefix in PREFIXES.items()}


def persons_of(document: Any) -> list[dict[str, Any]]:
    """
    Return the persons of a file.

    :param document: Content of the file.
    :raises ValueError: If it is no OpenPose file.
    """
    persons = document.get('people') if isinstance(document, dict) else None
    if not isinstance(persons, list) or not all(isinstance(one, dict) for one in persons):
        raise ValueError("no OpenPose file: expected an object with a list of objects 'people'")
    return persons


def skeletons_of(
    persons: list[dict[str, Any]], keys: dict[str, str], names: tuple[str, str, str]
) -> dict[str, str]:
    """
    Return the skeleton of body, face and hands, empty where no person has any such keypoints.

    :param persons: Persons of a file.
    :param keys: Key of body, face and hands in the file.
    :param names: Skeletons of body, face and hand; a body is always expected.
    """
    body, face, hand = names
    has_face = any(one.get(keys['face']) for one in persons)
    has_hand = any(one.get(keys[name]) for one in persons for name in ('left_hand', 'right_hand'))
    face = face if has_face else ''
    hand = hand if has_hand else ''
    return {'body': body, 'face': face, 'left_hand': hand, 'right_hand': hand}


def table_of(persons: list[dict[str, Any]], key: str, skeleton: str, width: int) -> FloatArray:
    """
    Return the coordinates and scores of one key, 0 where a person lacks it.

    :param persons: Persons of a file.
    :param key: For example ``pose_keypoints_2d``.
    :param skeleton: Name of its skeleton, empty for one without parts.
    :param width: Numbers per keypoint, the last one is the score.
    :return: Shape ``(N, P, width)``, float32.
    :raises ValueError: If a person holds something else; names the person, the key, the lengths.
    """
    parts = len(get_skeleton(skeleton).parts) if skeleton else 0
    table = np.zeros((len(persons), parts, width), np.float32)
    for row, person in enumerate(persons):
        values = person.get(key) or []
        if not values:
            continue
        if not isinstance(values, list) or len(values) != width * parts:
            found = len(values) if isinstance(values, list) else repr(values)
            raise ValueError(
                f"person {row}: '{key}' holds {found} numbers, expected {width * parts} "
                f"for skeleton '{skeleton}'"
            )
        try:
            table[row] = np.array(values, np.float32).reshape(parts, width)
        except (TypeError, ValueError) as error:
            raise ValueError(f"person {row}: '{key}' holds more than numbers") from error
    return table


def lists_of(positions: Array, scores: Array) -> list[list[float]]:
    """
    Return the numbers of each person as the file holds them, zeros where a keypoint is missing.

    :param positions: NaN where missing, shape ``(N, P, 2)`` or ``(N, P, 3)``.
    :param scores: 0 where missing, shape ``(N, P)``.
    :return: Per person x, y, (z,) score, x, y, …
    """
    found = (scores > 0) & np.isfinite(positions).all(axis=2)
    table = np.concatenate((positions, scores[..., None]), axis=2, dtype=np.float32)
    table = np.where(found[..., None], table, np.float32(0))
    # The shortest text that gives the same float32 again: 0.9, not 0.8999999761581421.
    texts = table.reshape(len(table), table.shape[1] * table.shape[2]).astype(str)
    return [[float(text) for text in row] for row in texts]


def person_id_of(person_id: int) -> list[int]:
    """
    Return an identity as the file holds it.

    :param person_id: Identity, 0 for none.
    """
    return [person_id if person_id > 0 else -1]


def ids_of(persons: list[dict[str, Any]]) -> IntArray:
    """
    Return the identities of the persons, 0 for none, shape ``(N,)``.

    :param persons: Persons of a file.
    :raises ValueError: If one has an identity that is no number.
    """
    return np.array([_id_of(person) for person in persons], np.int64)


def mean_scores(scores: FloatArray) -> FloatArray:
    """
    Return the mean score of the keypoints found of each person, shape ``(N,)``, float32.

    :param scores: Shape ``(N, P)``, 0 where missing.
    """
    found = (scores > 0).sum(axis=1)
    means: FloatArray = (scores.sum(axis=1) / np.maximum(found, 1)).astype(np.float32)
    return means


def _id_of(person: dict[str, Any]) -> int:
    ids = person.get('person_id') or [-1]
    first = ids[0] if isinstance(ids, list) else ids
    if not isinstance(first, int):
        raise ValueError(f"'person_id' is {ids!r}, expected a list of one integer")
    return max(first, 0)
