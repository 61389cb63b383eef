# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies given by the names of their parts, for the tests of regions."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

Places = dict[str, tuple[float, float]]

# A person 300 px tall who stands upright and faces the camera: the right side is on the left.
STANDING: Places = {
    'nose': (200, 100), 'neck': (200, 140), 'right_eye': (190, 90), 'left_eye': (210, 90),
    'right_ear': (180, 95), 'left_ear': (220, 95),
    'right_shoulder': (170, 140), 'right_elbow': (160, 190), 'right_wrist': (150, 230),
    'left_shoulder': (230, 140), 'left_elbow': (240, 190), 'left_wrist': (250, 230),
    'right_hip': (180, 240), 'right_knee': (180, 310), 'right_ankle': (180, 380),
    'left_hip': (220, 240), 'left_knee': (220, 310), 'left_ankle': (220, 380),
}


def keypoints(*bodies: Places, skeleton: str = 'coco_18', score: float = 0.8) -> Keypoints2D:
    """
    Return the keypoints of people.

    :param bodies: Image pixels of the parts that are there, one person each.
    :param skeleton: Name of the skeleton.
    :param score: Of all keypoints.
    """
    parts = get_skeleton(skeleton).parts
    result = Keypoints2D.missing(len(bodies), len(parts))
    for row, places in enumerate(bodies):
        for part, xy in places.items():
            result.xy[row, parts.index(part)] = xy
            result.scores[row, parts.index(part)] = score
    return result


def body_parts(*bodies: Places, skeleton: str = 'coco_18', score: float = 0.8) -> BodyParts:
    """Return the same as the region rules take it."""
    return BodyParts(
        keypoints(*bodies, skeleton=skeleton, score=score), get_skeleton(skeleton), 0.03
    )


def people(
    *bodies: Places,
    skeleton: str = 'coco_18',
    score: float = 0.8,
    scores: tuple[float, ...] | None = None,
    image_size: tuple[int, int] = (640, 480),
) -> People2D:
    """Return people of an image; the person scores are 0.9, 0.8, ... if not given."""
    found = scores or tuple(0.9 - 0.1 * row for row in range(len(bodies)))
    return People2D.from_body(
        skeleton,
        keypoints(*bodies, skeleton=skeleton, score=score),
        np.array(found, np.float32),
        image_size,
    )


def moved(places: Places, x: float, y: float = 0.0) -> Places:
    """Return somebody elsewhere."""
    return {part: (xy[0] + x, xy[1] + y) for part, xy in places.items()}


def only(places: Places, *parts: str) -> Places:
    """Return somebody of whom only some parts are seen."""
    return {part: places[part] for part in parts}
