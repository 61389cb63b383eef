# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How long it takes to draw a crowd with faces, hands and identities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_SIZE = (1280, 720)
_PEOPLE = 10
_SPACING_PX = 120.0
_FACE, _HAND = 'face_70', 'hand_21'
_FACE_PX, _HAND_PX = 36.0, 28.0
# The right side and the middle of a standing person, in pixels from the nose.
_BODY = {
    'nose': (0, 0), 'right_eye': (-6, -6), 'right_ear': (-14, -3), 'neck': (0, 40),
    'right_shoulder': (-30, 42), 'right_elbow': (-42, 95), 'right_wrist': (-48, 150),
    'mid_hip': (0, 150), 'right_hip': (-18, 150), 'right_knee': (-22, 230),
    'right_ankle': (-24, 310), 'right_heel': (-22, 318), 'right_big_toe': (-34, 324),
    'right_small_toe': (-38, 322),
}


def measure_drawing(repetitions: int) -> Iterator[Row]:
    """
    Measure ten people in an image of noise.

    :param repetitions: Number of images drawn.
    :return: Rows.
    """
    people = drawn_people()
    image = np.random.default_rng(0).integers(0, 256, (_SIZE[1], _SIZE[0], 3), np.uint8)
    draw = partial(draw_people, image, people, get_skeleton(people.skeleton))
    kinds = (people.body, people.face, people.left_hand, people.right_hand)
    count = sum(int((keypoints.scores > 0).sum()) for keypoints in kinds)
    yield Row('drawing.people_10', median_ms(draw, repetitions), repetitions, f'{count} keypoints')


def drawn_people() -> People2D:
    """Return ten people side by side in an image of 1280 x 720, nothing of them missing."""
    skeleton = get_skeleton('body_25')
    noses = np.array([(100 + _SPACING_PX * n, 60.0 + 120 * (n % 3)) for n in range(_PEOPLE)])
    body = noses[:, None] + _body_offsets(skeleton)
    random = np.random.default_rng(1)

    def scattered(name: str, middles: Array, size_px: float) -> Keypoints2D:
        parts = len(get_skeleton(name).parts)
        offsets = random.uniform(-size_px / 2, size_px / 2, (_PEOPLE, parts, 2))
        return _found(middles[:, None] + offsets)

    people = People2D.from_body(
        skeleton.name, _found(body), np.ones(_PEOPLE, np.float32), _SIZE
    )
    return replace(
        people,
        ids=np.arange(1, _PEOPLE + 1),
        face_skeleton=_FACE,
        hand_skeleton=_HAND,
        face=scattered(_FACE, noses, _FACE_PX),
        left_hand=scattered(_HAND, body[:, skeleton.index('left_wrist')], _HAND_PX),
        right_hand=scattered(_HAND, body[:, skeleton.index('right_wrist')], _HAND_PX),
    )


def _body_offsets(skeleton: Skeleton) -> Array:
    """Return where each part is, from the nose, shape ``(P, 2)``."""
    sides = {part.replace('right', 'left'): (-x, y) for part, (x, y) in _BODY.items()}
    both = sides | _BODY
    return np.array([both[part] for part in skeleton.parts], np.float64)


def _found(xy: Array) -> Keypoints2D:
    return Keypoints2D(xy.astype(np.float32), np.ones(xy.shape[:2], np.float32))
