# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space for the tests: random ones, and ones that cameras see without error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
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


def standing(parts: int, at: tuple[float, float] = (0.0, 0.0), seed: int = 0) -> np.ndarray:
    """Return a cloud of points of the size of a body around a place on the floor, ``(P, 3)``."""
    generator = np.random.default_rng(seed)
    return generator.uniform((-0.25, -0.25, 0.1), (0.25, 0.25, 1.7), (parts, 3)) + (*at, 0)


def seen_by(
    cameras: Sequence[Camera], xyz: np.ndarray, skeleton: str = 'coco_18', score: float = 0.8
) -> tuple[View, ...]:
    """Return views that see people without error, in the same order: ``(N, P, 3)`` in metres."""
    views = []
    for camera in cameras:
        xy = camera.project(xyz).astype(np.float32)
        scores = np.full(xy.shape[:2], score, np.float32)
        scores[np.isnan(xy[..., 0])] = 0
        people = People2D.from_body(
            skeleton, Keypoints2D(xy, scores), scores.max(axis=1), camera.image_size
        )
        views.append(View(camera, people))
    return tuple(views)


def people_of(
    cameras: Sequence[Camera], xyz: np.ndarray, ids: tuple[int, ...], skeleton: str = 'coco_18'
) -> People3D:
    """Return people in space who are the people of the same index in each view."""
    count, parts = xyz.shape[:2]
    keypoints = Keypoints3D.missing(count, parts)
    found = np.isfinite(xyz).all(axis=2)
    keypoints.xyz[found] = xyz[found]
    keypoints.scores[found] = 0.8
    keypoints.reprojection_errors[found] = 0.0
    keypoints.views[found] = len(cameras)
    names = tuple(camera.name for camera in cameras)
    sources = np.tile(np.arange(count)[:, None], (1, len(cameras)))
    scores = np.full(count, 0.8, np.float32)
    people = People3D.from_body(skeleton, keypoints, scores, names, sources)
    return replace(people, ids=np.array(ids, np.int64))
