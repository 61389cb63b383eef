# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space for the tests: random ones, some keypoints missing."""

from __future__ import annotations

import numpy as np

from openpose_ros.skeletons import get_skeleton
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

CAMERAS = ('left', 'middle', 'right')


def random_keypoints(count: int, parts: int, generator: np.random.Generator) -> Keypoints3D:
    """Return keypoints of which a third is missing, all numbers exact in float32."""
    keypoints = Keypoints3D.missing(count, parts)
    found = generator.random((count, parts)) > 0.33
    n = int(found.sum())
    keypoints.xyz[found] = generator.uniform(-9, 9, (n, 3)).astype(np.float32)
    keypoints.scores[found] = generator.uniform(0.1, 1, n)
    keypoints.reprojection_errors[found] = generator.uniform(0, 20, n)
    keypoints.views[found] = generator.integers(2, 4, n)
    keypoints.covariances[found] = generator.random((n, 6))
    return keypoints


def random_people(
    ids: tuple[int, ...], seed: int = 0, *, skeleton: str = 'coco_18', details: bool = False
) -> People3D:
    """Return a person per identity, with face and hands if wanted."""
    generator = np.random.default_rng(seed)
    count = len(ids)
    face, hand = (70, 21) if details else (0, 0)
    return People3D(
        CAMERAS,
        generator.integers(-1, 3, (count, len(CAMERAS))),
        generator.random(count).astype(np.float32),
        np.array(ids, np.int64),
        skeleton,
        random_keypoints(count, len(get_skeleton(skeleton).parts), generator),
        'face_70' if details else '',
        'hand_21' if details else '',
        random_keypoints(count, face, generator),
        random_keypoints(count, hand, generator),
        random_keypoints(count, hand, generator),
    )


def random_recording(*ids: tuple[int, ...], details: bool = False) -> Recording3D:
    """Return a recording with the identities given per frame; every second frame, 60 Hz."""
    numbers = np.arange(len(ids), dtype=np.int64) * 2 + 10
    people = tuple(random_people(row, seed, details=details) for seed, row in enumerate(ids))
    return Recording3D(numbers, numbers / 60.0, people)
