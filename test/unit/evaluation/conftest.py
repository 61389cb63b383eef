# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A small annotation file, written by hand in COCO's format."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openpose_ros.evaluation.coco import CocoAnnotations
from openpose_ros.evaluation.coco import read_annotations
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons.coco_17 import COCO_PARTS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# Somebody on a circle around (100, 100), one point per part.
ANGLES = np.linspace(0, 2 * np.pi, len(COCO_PARTS), endpoint=False)
CIRCLE = np.stack((100 + 50 * np.cos(ANGLES), 100 + 50 * np.sin(ANGLES)), axis=1)
AREA = 10000.0


def annotation(
    number: int,
    image_id: int,
    *,
    shift: tuple[float, float] = (0, 0),
    parts: tuple[str, ...] = COCO_PARTS,
    crowd: bool = False,
) -> dict[str, Any]:
    """Return one annotated person; parts left out are not labelled."""
    labelled = [part in parts for part in COCO_PARTS]
    table = [
        [x + shift[0], y + shift[1], 2] if is_labelled else [0, 0, 0]
        for (x, y), is_labelled in zip(CIRCLE.tolist(), labelled)
    ]
    return {
        'id': number,
        'image_id': image_id,
        'category_id': 1,
        'keypoints': [value for row in table for value in row],
        'num_keypoints': sum(labelled),
        'area': AREA,
        'bbox': [50 + shift[0], 50 + shift[1], 100, 100],
        'iscrowd': int(crowd),
        # What pycocotools wants of a crowd: run lengths of its mask.
        'segmentation': {'counts': [], 'size': [0, 0]} if crowd else [],
    }


def people(*shifts: tuple[float, float], scores: tuple[float, ...] | None = None) -> People2D:
    """Return people of skeleton coco_18, each the circle moved by a shift; the neck is missing."""
    skeleton = get_skeleton('coco_18')
    body = Keypoints2D.missing(len(shifts), len(skeleton.parts))
    for column, part in enumerate(COCO_PARTS):
        for row, shift in enumerate(shifts):
            body.xy[row, skeleton.index(part)] = CIRCLE[column] + shift
            body.scores[row, skeleton.index(part)] = 0.8
    found = scores or tuple(0.9 - 0.1 * row for row in range(len(shifts)))
    return People2D.from_body('coco_18', body, np.array(found, np.float32), (640, 480))


@pytest.fixture
def annotate(tmp_path: Path) -> Callable[..., CocoAnnotations]:
    def make(*annotations: dict[str, Any], images: int = 1) -> CocoAnnotations:
        path = tmp_path / 'annotations.json'
        document = {
            'images': [
                {'id': number, 'file_name': f'{number}.png', 'width': 640, 'height': 480}
                for number in range(1, images + 1)
            ],
            'annotations': list(annotations),
            'categories': [{'id': 1, 'name': 'person'}],
        }
        path.write_text(json.dumps(document), encoding='utf-8')
        return read_annotations(path)

    return make


@pytest.fixture
def annotated_person() -> Callable[..., dict[str, Any]]:
    return annotation


@pytest.fixture
def people_at() -> Callable[..., People2D]:
    return people
