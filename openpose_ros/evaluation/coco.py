# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""COCO's files: the people annotated in images, and our people in its format of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import People2D

# COCO's 17 parts in its order.
COCO_PARTS = (
    'nose',
    'left_eye',
    'right_eye',
    'left_ear',
    'right_ear',
    'left_shoulder',
    'right_shoulder',
    'left_elbow',
    'right_elbow',
    'left_wrist',
    'right_wrist',
    'left_hip',
    'right_hip',
    'left_knee',
    'right_knee',
    'left_ankle',
    'right_ankle',
)
PERSON = 1  # COCO's category

_NEEDED = ('id', 'image_id', 'keypoints', 'num_keypoints', 'area', 'bbox')


@dataclass(frozen=True, eq=False)
class CocoAnnotations:
    """
    The people annotated in some images.

    :param images: File name of each image by COCO's number of it, in the order of the file.
    :param labelled: Numbers of the images in which somebody has labelled keypoints.
    :param empty: Numbers of the images without any annotation of a person.
    :param document: Content of the file, in COCO's format.
    """

    images: Mapping[int, str]
    labelled: frozenset[int]
    empty: frozenset[int]
    document: Mapping[str, Any]


def read_annotations(path: Path) -> CocoAnnotations:
    """
    Read a file in the format of COCO's ``person_keypoints_*.json``.

    :param path: File.
    :raises ValueError: If it is no such file or nobody in it has keypoints; names it.
    :raises OSError: If it cannot be read.
    """
    try:
        document = json.loads(path.read_text(encoding='utf-8'))
        images = {int(image['id']): str(image['file_name']) for image in document['images']}
        for one in document['annotations']:
            _check_annotation(one, images)
        labelled = frozenset(
            one['image_id'] for one in document['annotations'] if one['num_keypoints'] > 0
        )
        somebody = {one['image_id'] for one in document['annotations']}
    except KeyError as error:
        raise ValueError(f"'{path}' is no file of keypoint annotations: {error} is missing") from (
            error
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{path}' is no file of keypoint annotations: {error}") from error
    if not labelled:
        raise ValueError(f"'{path}' labels nobody's keypoints, expected some people who have them")
    return CocoAnnotations(images, labelled, frozenset(images) - somebody, document)


def people_to_coco(people: People2D, image_id: int, skeleton: Skeleton) -> list[dict[str, Any]]:
    """
    Return people in COCO's format of results.

    A keypoint that is missing, or whose part the skeleton does not have, is 0, 0, 0; a part that
    COCO does not have is left out. Coordinates stay as they are.

    :param people: People, in pixels of the source image.
    :param image_id: COCO's number of the image.
    :param skeleton: Skeleton of the people's bodies.
    """
    table = np.zeros((len(people), len(COCO_PARTS), 3))
    for column, part in enumerate(COCO_PARTS):
        if part in skeleton.parts:
            index = skeleton.index(part)
            table[:, column, :2] = people.body.xy[:, index]
            table[:, column, 2] = people.body.scores[:, index]
    table[~(table[:, :, 2] > 0)] = 0.0
    return [
        {
            'image_id': image_id,
            'category_id': PERSON,
            'keypoints': keypoints.reshape(-1).tolist(),
            'score': score,
        }
        for keypoints, score in zip(table, people.scores.tolist())
    ]


def _check_annotation(annotation: dict[str, Any], images: Mapping[int, str]) -> None:
    for key in _NEEDED:
        annotation[key]
    numbers = len(annotation['keypoints'])
    if numbers != 3 * len(COCO_PARTS):
        raise ValueError(
            f"annotation {annotation['id']} has {numbers} numbers in 'keypoints', "
            f'expected {3 * len(COCO_PARTS)}'
        )
    if annotation['image_id'] not in images:
        raise ValueError(
            f"annotation {annotation['id']} is of image {annotation['image_id']}, "
            "which is not among the 'images'"
        )
