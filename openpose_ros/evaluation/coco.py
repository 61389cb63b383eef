# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""COCO's files of the people annotated in images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

from openpose_ros.skeletons.coco_17 import COCO_PARTS

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
