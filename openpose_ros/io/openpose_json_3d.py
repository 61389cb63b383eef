# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
OpenPose's JSON files with keypoints in space: ``pose_keypoints_3d`` and its like, x, y, z, score.

Metres in the world frame of the calibration; OpenPose's own unit is that of its calibration, too.
A missing keypoint is 0, 0, 0, 0 in the file and NaN, score 0 in :class:`People3D`. The file has no
place for reprojection errors, views and covariances: ``points_csv`` has.
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
from openpose_ros.types import FloatArray
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D


def people_3d_to_json(people: People3D) -> dict[str, Any]:
    """
    Return people in space as the content of an OpenPose file; the keys of the image are empty.

    :param people: People.
    :return: Dictionary that :func:`json.dumps` takes.
    """
    numbers = {
        key: lists_of(getattr(people, name).xyz, getattr(people, name).scores)
        for name, key in KEYS_3D.items()
    }
    persons = []
    for row, person_id in enumerate(people.ids.tolist()):
        person: dict[str, Any] = {'person_id': person_id_of(person_id)}
        person |= {key: [] for key in KEYS_2D.values()}
        person |= {key: values[row] for key, values in numbers.items()}
        persons.append(person)
    return {'version': VERSION, 'people': persons}


def people_3d_from_json(
    document: dict[str, Any],
    skeleton: str,
    *,
    face_skeleton: str = 'face_70',
    hand_skeleton: str = 'hand_21',
) -> People3D:
    """
    Return the people in space of an OpenPose file.

    What the file does not hold: cameras (none), reprojection errors and covariances (NaN), views
    (0), person scores (the mean scores of the body keypoints found).

    :param document: Content of the file.
    :param skeleton: Name of the body skeleton.
    :param face_skeleton: Name of the face skeleton, used if the file holds a face.
    :param hand_skeleton: Name of the hand skeleton, used if the file holds a hand.
    :raises ValueError: If it is no such content; names the person, the key and the lengths.
    """
    persons = persons_of(document)
    names = skeletons_of(persons, KEYS_3D, (skeleton, face_skeleton, hand_skeleton))
    keypoints = {
        name: _keypoints_of(table_of(persons, KEYS_3D[name], names[name], 4)) for name in names
    }
    return People3D(
        (),
        np.zeros((len(persons), 0), np.int64),
        mean_scores(keypoints['body'].scores),
        ids_of(persons),
        skeleton,
        keypoints['body'],
        names['face'],
        names['left_hand'],
        keypoints['face'],
        keypoints['left_hand'],
        keypoints['right_hand'],
    )


def write_people_3d(people: People3D, folder: Path, name: str) -> Path:
    """
    Write ``<name>_keypoints.json``.

    :param people: People.
    :param folder: Existing folder.
    :param name: Name of the frame, without suffix.
    :return: The file written.
    :raises OSError: If the file cannot be written.
    """
    path = folder / (name + FILE_SUFFIX)
    text = json.dumps(people_3d_to_json(people), separators=(',', ':'), allow_nan=False)
    path.write_text(text, encoding='utf-8')
    return path


def read_people_3d(path: Path, skeleton: str) -> People3D:
    """
    Read an OpenPose file with people in space.

    :param path: File.
    :param skeleton: Name of the body skeleton.
    :raises ValueError: If it is no such file; names it and what is wrong.
    :raises OSError: If it cannot be read.
    """
    try:
        return people_3d_from_json(json.loads(path.read_text(encoding='utf-8')), skeleton)
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error


def _keypoints_of(table: FloatArray) -> Keypoints3D:
    keypoints = Keypoints3D.missing(*table.shape[:2])
    found = (table[..., 3] > 0) & np.isfinite(table).all(axis=2)
    keypoints.xyz[found] = table[found, :3]
    keypoints.scores[found] = table[found, 3]
    return keypoints
