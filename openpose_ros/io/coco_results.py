# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
COCO's JSON of keypoint results: a list with an object per person, known by the image's number.

A missing keypoint is 0, 0, 0 in the file and NaN, NaN, score 0 in :class:`People2D`. The file has
no place for faces, hands, identities and the size of the image, and an image without people is not
in it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any

import numpy as np

from openpose_ros.io.openpose_persons import lists_of
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.coco_17 import COCO_PARTS
from openpose_ros.skeletons.coco_17 import PERSON
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_NUMBERS = 3 * len(COCO_PARTS)


def people_to_coco(people: People2D, image_id: int, skeleton: Skeleton) -> list[dict[str, Any]]:
    """
    Return people in COCO's format of results.

    A keypoint that is missing, or whose part the skeleton does not have, is 0, 0, 0; a part that
    COCO does not have is left out. Coordinates stay as they are.

    :param people: People, in pixels of the source image.
    :param image_id: COCO's number of the image.
    :param skeleton: Skeleton of the people's bodies.
    """
    body = Keypoints2D.missing(len(people), len(COCO_PARTS))
    for column, part in enumerate(COCO_PARTS):
        if part in skeleton.parts:
            index = skeleton.index(part)
            body.xy[:, column] = people.body.xy[:, index]
            body.scores[:, column] = people.body.scores[:, index]
    return [
        {
            'image_id': image_id,
            'category_id': PERSON,
            'keypoints': keypoints,
            'score': float(score),
        }
        for keypoints, score in zip(lists_of(body.xy, body.scores), people.scores.astype(str))
    ]


def people_from_coco(
    results: Any,
    skeleton: str = 'coco_18',
    *,
    image_sizes: Mapping[int, tuple[int, int]] | None = None,
) -> dict[int, People2D]:
    """
    Return the people of results, by COCO's number of their image.

    Parts are found by their names. Where the skeleton has a neck, it is put midway between the
    shoulders of whom has both, as the training data of OpenPose does, with the lower score.

    :param results: Content of a file: a list. Other categories than people are left out.
    :param skeleton: Name of the body skeleton wanted.
    :param image_sizes: Width and height in pixels of the images that are known, by number.
    :raises ValueError: If it is no such content; names the entry and what is wrong.
    """
    target = get_skeleton(skeleton)
    if not isinstance(results, list):
        raise ValueError(f'no COCO results: expected a list, found a {type(results).__name__}')
    entries: dict[int, list[tuple[Array, float]]] = {}
    for row, entry in enumerate(results):
        image_id, category, table, score = _entry_of(row, entry)
        if category == PERSON:
            entries.setdefault(image_id, []).append((table, score))
    sizes = image_sizes or {}
    return {
        image_id: People2D.from_body(
            skeleton,
            _body_of(np.stack([table for table, _ in found]), target),
            np.array([score for _, score in found], np.float32),
            sizes.get(image_id, (0, 0)),
        )
        for image_id, found in entries.items()
    }


def read_coco_results(
    path: Path,
    skeleton: str = 'coco_18',
    *,
    image_sizes: Mapping[int, tuple[int, int]] | None = None,
) -> dict[int, People2D]:
    """
    Read a file of keypoint results.

    :param path: File.
    :param skeleton: See :func:`people_from_coco`.
    :param image_sizes: See :func:`people_from_coco`.
    :raises ValueError: If it is no such file; names it and what is wrong.
    :raises OSError: If it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
        return people_from_coco(content, skeleton, image_sizes=image_sizes)
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error


def image_id_of(name: str) -> int:
    """
    Return the last number in the name of an image, which is how COCO and OpenPose number images.

    :param name: For example ``000000000139`` or ``clip_000000000012``.
    :raises ValueError: If there is none.
    """
    numbers = re.findall(r'[0-9]+', name)
    if not numbers:
        raise ValueError(
            f"'{name}' has no number, expected one such as '000000000139': COCO's results know "
            'images by number'
        )
    return int(numbers[-1])


class CocoResultsWriter:
    """
    Writes a file of results, image by image: a long video's people need not fit into memory.

    :param path: File, overwritten.
    :raises OSError: If it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open('w', encoding='utf-8')
        self._file.write('[')
        self._written: set[int] = set()
        self._separator = '\n'

    def write(self, people: People2D, image_id: int, skeleton: Skeleton) -> None:
        """
        Write the people of an image.

        :param people: People, in pixels of the source image.
        :param image_id: COCO's number of the image.
        :param skeleton: Skeleton of the people's bodies.
        :raises ValueError: If an image of that number was written before.
        :raises OSError: If it cannot be written.
        """
        if image_id in self._written:
            raise ValueError(f"'{self._path}' has an image {image_id} already, expected another")
        self._written.add(image_id)
        for entry in people_to_coco(people, image_id, skeleton):
            self._file.write(self._separator + json.dumps(entry, separators=(',', ':')))
            self._separator = ',\n'

    def close(self) -> None:
        """Complete the file; more than once is harmless."""
        if not self._file.closed:
            self._file.write('\n]\n')
            self._file.close()


def _entry_of(row: int, entry: Any) -> tuple[int, int, Array, float]:
    try:
        image_id, category = entry['image_id'], entry['category_id']
        table = np.array(entry['keypoints'], np.float64)
        score = float(entry['score'])
    except KeyError as error:
        raise ValueError(f'entry {row} of the results has no {error}') from error
    except (TypeError, ValueError) as error:
        raise ValueError(f'entry {row} is no COCO result: {error}') from error
    if not isinstance(image_id, int):
        raise ValueError(f"entry {row}: 'image_id' is {image_id!r}, expected an integer")
    if table.shape != (_NUMBERS,):
        raise ValueError(
            f"entry {row}: 'keypoints' holds {table.size} numbers, expected {_NUMBERS}"
        )
    return image_id, category, table.reshape(-1, 3), score


def _body_of(table: Array, skeleton: Skeleton) -> Keypoints2D:
    """Return bodies of COCO's parts, ``(N, 17, 3)``."""
    body = Keypoints2D.missing(len(table), len(skeleton.parts))
    found = (table[..., 2] > 0) & np.isfinite(table).all(axis=2)
    for column, part in enumerate(COCO_PARTS):
        if part in skeleton.parts:
            _put(body, skeleton.index(part), found[:, column], table[:, column])
    if 'neck' in skeleton.parts:
        ends = [COCO_PARTS.index('left_shoulder'), COCO_PARTS.index('right_shoulder')]
        middle = np.concatenate(
            (table[:, ends, :2].mean(axis=1), table[:, ends, 2].min(axis=1, keepdims=True)), axis=1
        )
        both = found[:, ends[0]] & found[:, ends[1]]
        _put(body, skeleton.index('neck'), both, middle)
    return body


def _put(body: Keypoints2D, index: int, found: Array, values: Array) -> None:
    body.xy[found, index] = values[found, :2]
    body.scores[found, index] = values[found, 2]
