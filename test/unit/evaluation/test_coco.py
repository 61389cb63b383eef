# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openpose_ros.evaluation.coco import COCO_PARTS
from openpose_ros.evaluation.coco import people_to_coco
from openpose_ros.evaluation.coco import read_annotations
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


def one_person(name: str) -> People2D:
    """Return a person whose part i is at (10 i, 10 i + 1) with score (i + 1) / 100."""
    parts = np.arange(len(get_skeleton(name).parts))
    xy = np.stack((10 * parts, 10 * parts + 1), axis=1)[None].astype(np.float32)
    scores = ((parts + 1) / 100)[None].astype(np.float32)
    score = np.array([0.7], np.float32)
    return People2D.from_body(name, Keypoints2D(xy, scores), score, (640, 480))


@pytest.mark.parametrize('name', ['coco_18', 'body_25', 'mpii_15'])
def test_people_to_coco_finds_each_part_by_name(name: str) -> None:
    skeleton = get_skeleton(name)
    (result,) = people_to_coco(one_person(name), 7, skeleton)
    assert (result['image_id'], result['category_id']) == (7, 1)
    assert result['score'] == pytest.approx(0.7)
    table = np.reshape(result['keypoints'], (17, 3))
    for part, row in zip(COCO_PARTS, table):
        if part in skeleton.parts:
            index = skeleton.index(part)
            assert row == pytest.approx((10 * index, 10 * index + 1, (index + 1) / 100))
        else:
            assert row.tolist() == [0, 0, 0]


def test_people_to_coco_of_coco_18_is_in_the_order_of_coco() -> None:
    (result,) = people_to_coco(one_person('coco_18'), 1, get_skeleton('coco_18'))
    # nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left first; no neck
    order = [0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10]
    assert result['keypoints'][::3] == [10 * index for index in order]


def test_people_to_coco_missing_keypoint_is_zeros() -> None:
    people = one_person('coco_18')
    people.body.xy[0, 0] = np.nan
    people.body.scores[0, 0] = 0
    (result,) = people_to_coco(people, 1, get_skeleton('coco_18'))
    assert result['keypoints'][:3] == [0, 0, 0]
    assert np.isfinite(result['keypoints']).all()


def test_people_to_coco_of_nobody_is_empty() -> None:
    nobody = one_person('coco_18').body.take(np.zeros(0, np.int64))
    people = People2D.from_body('coco_18', nobody, np.zeros(0, np.float32), (640, 480))
    assert people_to_coco(people, 1, get_skeleton('coco_18')) == []


def test_read_annotations_sorts_the_images(
    annotate: Callable[..., Any], annotated_person: Callable[..., Any]
) -> None:
    found = annotate(
        annotated_person(1, 1), annotated_person(2, 2, parts=()), annotated_person(3, 1), images=3
    )
    assert dict(found.images) == {1: '1.png', 2: '2.png', 3: '3.png'}
    assert found.labelled == {1}
    assert found.empty == {3}


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        ('{"images"', ['Expecting']),  # cut off
        ('[]', ['list']),
        ('{"images": []}', ["'annotations' is missing"]),
        ('{"images": [{"id": 1}], "annotations": []}', ["'file_name' is missing"]),
        ('{"images": [], "annotations": []}', ["labels nobody's keypoints"]),
        ('{"images": [], "annotations": [{"id": 4}]}', ["'image_id' is missing"]),
        (
            '{"images": [], "annotations": [{"id": 4, "image_id": 1, "keypoints": [1, 2, 3], '
            '"num_keypoints": 1, "area": 1, "bbox": [0, 0, 1, 1]}]}',
            ['annotation 4', '3 numbers', 'expected 51'],
        ),
    ],
)
def test_read_annotations_of_another_file_names_what_is_wrong(
    tmp_path: Path, content: str, words: list[str]
) -> None:
    path = tmp_path / 'other.json'
    path.write_text(content, encoding='utf-8')
    with pytest.raises(ValueError, match=str(path)) as caught:
        read_annotations(path)
    for word in words:
        assert word in str(caught.value)


def test_read_annotations_of_an_image_not_listed_says_so(
    tmp_path: Path, annotated_person: Callable[..., Any]
) -> None:
    path = tmp_path / 'other.json'
    document = {'images': [], 'annotations': [annotated_person(1, 5)]}
    path.write_text(json.dumps(document), encoding='utf-8')
    with pytest.raises(ValueError, match='image 5, which is not among'):
        read_annotations(path)
