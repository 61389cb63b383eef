# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
OpenPose's JSON files, version 1.3: people in, file out, and back.

A missing keypoint is 0, 0, 0 in the file and NaN, NaN, score 0 in :class:`People2D`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from openpose_ros.io.openpose_persons import FILE_SUFFIX
from openpose_ros.io.openpose_persons import ids_of
from openpose_ros.io.openpose_persons import KEYS_2D
from openpose_ros.io.openpose_persons import KEYS_3D
from openpose_ros.io.openpose_persons import lists_of
from openpose_ros.io.openpose_persons import mean_scores
from openpose_ros.io.openpose_persons import person_id_of
from openpose_ros.io.openpose_persons import persons_of
from openpose_ros.io.openpose_persons import skeletons_of
from openpose_ros.io.openpose_persons import table_of
from openpose_ros.io.openpose_persons import VERSION
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# OpenPose's `keypoint_scale`
SOURCE_PIXELS = 0
NETWORK_PIXELS = 1
OUTPUT_PIXELS = 2
ZERO_TO_ONE = 3
MINUS_ONE_TO_ONE = 4


def people_to_json(
    people: People2D, *, keypoint_scale: int = SOURCE_PIXELS, size: tuple[int, int] | None = None
) -> dict[str, Any]:
    """
    Return people as the content of an OpenPose file.

    :param people: People, in pixels of the source image.
    :param keypoint_scale: OpenPose's number: 0 pixels of the source image, 1 of the network
        input, 2 of the output image, 3 the range [0, 1], 4 the range [-1, 1]; the ends of the
        ranges are the centres of the first and the last pixel, as in OpenPose.
    :param size: Width and height in pixels of the network's or the output image, for 1 and 2.
    :return: Dictionary that :func:`json.dumps` takes.
    :raises ValueError: If the scale is none of these, or its size is missing.
    """
    scale, offset = _scale(people.image_size, keypoint_scale, size)
    numbers = {
        key: _numbers_of(getattr(people, name), scale, offset) for name, key in KEYS_2D.items()
    }
    persons = []
    for row, person_id in enumerate(people.ids.tolist()):
        person: dict[str, Any] = {'person_id': person_id_of(person_id)}
        person |= {key: values[row] for key, values in numbers.items()}
        person |= {key: [] for key in KEYS_3D.values()}
        persons.append(person)
    return {'version': VERSION, 'people': persons}


def people_from_json(
    document: dict[str, Any],
    skeleton: str,
    *,
    image_size: tuple[int, int] = (0, 0),
    face_skeleton: str = 'face_70',
    hand_skeleton: str = 'hand_21',
    keypoint_scale: int = SOURCE_PIXELS,
    size: tuple[int, int] | None = None,
) -> People2D:
    """
    Return the people of an OpenPose file, in pixels of the source image.

    A file says neither which body skeleton it holds, nor the scale of its coordinates, nor how
    sure it is of a person: the person scores are the mean scores of the body keypoints found.

    :param document: Content of the file.
    :param skeleton: Name of the body skeleton.
    :param image_size: Width and height of the source image, which the file does not hold either.
    :param face_skeleton: Name of the face skeleton, used if the file holds a face.
    :param hand_skeleton: Name of the hand skeleton, used if the file holds a hand.
    :param keypoint_scale: The ``keypoint_scale`` the file was written with, see
        :func:`people_to_json`; all but 0 need the size of the source image.
    :param size: Width and height in pixels of the network's or the output image, for 1 and 2.
    :raises ValueError: If it is no such content; names the person, the key and the lengths. Or if
        the scale is none of these, or a size is missing.
    """
    scale, offset = _scale(image_size, keypoint_scale, size)
    persons = persons_of(document)
    names = skeletons_of(persons, KEYS_2D, (skeleton, face_skeleton, hand_skeleton))
    keypoints = {
        name: _keypoints_of(table_of(persons, KEYS_2D[name], names[name], 3), scale, offset)
        for name in names
    }
    return People2D(
        skeleton,
        keypoints['body'],
        mean_scores(keypoints['body'].scores),
        ids_of(persons),
        image_size,
        names['face'],
        names['left_hand'],
        keypoints['face'],
        keypoints['left_hand'],
        keypoints['right_hand'],
    )


def write_people(
    people: People2D,
    folder: Path,
    name: str,
    *,
    keypoint_scale: int = SOURCE_PIXELS,
    size: tuple[int, int] | None = None,
) -> Path:
    """
    Write ``<name>_keypoints.json``.

    :param people: People, in pixels of the source image.
    :param folder: Existing folder.
    :param name: Name of the image, without suffix.
    :param keypoint_scale: See :func:`people_to_json`.
    :param size: See :func:`people_to_json`.
    :return: The file written.
    :raises OSError: If the file cannot be written.
    """
    path = folder / (name + FILE_SUFFIX)
    document = people_to_json(people, keypoint_scale=keypoint_scale, size=size)
    path.write_text(json.dumps(document, separators=(',', ':')), encoding='utf-8')
    return path


def read_people(
    path: Path,
    skeleton: str,
    *,
    image_size: tuple[int, int] = (0, 0),
    face_skeleton: str = 'face_70',
    hand_skeleton: str = 'hand_21',
    keypoint_scale: int = SOURCE_PIXELS,
    size: tuple[int, int] | None = None,
) -> People2D:
    """
    Read an OpenPose file.

    :param path: File.
    :param skeleton: Name of the body skeleton.
    :param image_size: Width and height of the source image in pixels.
    :param face_skeleton: Name of the face skeleton, used if the file holds a face.
    :param hand_skeleton: Name of the hand skeleton, used if the file holds a hand.
    :param keypoint_scale: See :func:`people_from_json`.
    :param size: See :func:`people_from_json`.
    :raises ValueError: If it is no such file; names it and what is wrong.
    :raises OSError: If it cannot be read.
    """
    try:
        return people_from_json(
            json.loads(path.read_text(encoding='utf-8')),
            skeleton,
            image_size=image_size,
            face_skeleton=face_skeleton,
            hand_skeleton=hand_skeleton,
            keypoint_scale=keypoint_scale,
            size=size,
        )
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error


def _scale(
    image_size: tuple[int, int], keypoint_scale: int, size: tuple[int, int] | None
) -> tuple[Array, float]:
    """Return factor per axis and offset from source pixels to the scale wanted."""
    width_height = np.array(image_size, np.float64)
    if keypoint_scale == SOURCE_PIXELS:
        return np.ones(2), 0.0
    if not width_height.all():
        raise ValueError(f'keypoint_scale {keypoint_scale} needs the size of the source image')
    if keypoint_scale in (NETWORK_PIXELS, OUTPUT_PIXELS):
        if size is None or min(size) < 1:
            raise ValueError(f'keypoint_scale {keypoint_scale} needs the size of the other image')
        return np.array(size, np.float64) / width_height, 0.0
    if keypoint_scale in (ZERO_TO_ONE, MINUS_ONE_TO_ONE):
        unit = 1.0 / np.maximum(width_height - 1.0, 1.0)
        return (unit, 0.0) if keypoint_scale == ZERO_TO_ONE else (2.0 * unit, -1.0)
    raise ValueError(f'keypoint_scale is {keypoint_scale}, expected 0, 1, 2, 3 or 4')


def _numbers_of(keypoints: Keypoints2D, scale: Array, offset: float) -> list[list[float]]:
    """Return x, y, score, x, y, score, ... of each person."""
    return lists_of(keypoints.xy * scale + offset, keypoints.scores)


def _keypoints_of(table: FloatArray, scale: Array, offset: float) -> Keypoints2D:
    scores = table[..., 2]
    missing = ~((scores > 0) & np.isfinite(table).all(axis=2))
    xy = ((table[..., :2] - offset) / scale).astype(np.float32)
    return Keypoints2D(
        np.where(missing[..., None], np.float32(np.nan), xy),
        np.where(missing, np.float32(0), scores),
    )
