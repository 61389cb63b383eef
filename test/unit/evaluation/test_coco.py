# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import pytest

from openpose_ros.evaluation.coco import read_annotations


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
