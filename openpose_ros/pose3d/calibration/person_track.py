# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One person through a recording of several cameras, and how far pairs of cameras disagree."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array
from openpose_ros.types import People2D
from openpose_ros.types import require_shape

_SWEEPS = 3
# Whoever is further from where the other cameras see the person is somebody else, in parts of the
# image's diagonal. A camera that is turned by 1 degree is off by a quarter of this.
_SOMEBODY_ELSE = 0.05


@dataclass(frozen=True, eq=False)
class PersonTrack:
    """
    The keypoints of one person in T frames of C cameras.

    :param xy_image: Pixels, NaN where not seen, shape ``(C, T, P, 2)``, float64.
    :param scores: In [0, 1], 0 where not seen, shape ``(C, T, P)``, float64.
    """

    xy_image: Array
    scores: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit."""
        require_shape('xy_image', self.xy_image, (*self.scores.shape, 2))

    def shifted(self, frames: Sequence[int]) -> PersonTrack:
        """
        Return the track with each camera that many frames earlier, as if it had not been late.

        :param frames: Frames per camera.
        """
        xy = np.full_like(self.xy_image, np.nan)
        scores = np.zeros_like(self.scores)
        count = self.scores.shape[1]
        for camera, shift in enumerate(frames):
            to = slice(max(0, -shift), min(count, count - shift))
            start = slice(max(0, shift), min(count, count + shift))
            xy[camera, to] = self.xy_image[camera, start]
            scores[camera, to] = self.scores[camera, start]
        return PersonTrack(xy, scores)


def pair_distances(
    camera_a: Camera, camera_b: Camera, xy_a: Array, xy_b: Array
) -> Array:
    """
    Return how far two views are from showing the same point, first order, with a sign.

    :param camera_a: First camera.
    :param camera_b: Second camera.
    :param xy_a: Points of the first camera on its plane z = 1, shape ``(..., 2)``.
    :param xy_b: Those of the second camera, shape ``(..., 2)``.
    :return: Sampson's distances in pixels, shape ``(...)``, NaN where either is NaN.
    """
    b_T_a = camera_b.cam_T_world @ camera_a.world_T_cam
    x, y, z = b_T_a[:3, 3]
    essential = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]) @ b_T_a[:3, :3]
    line_b = _homogeneous(xy_a) @ essential.T
    line_a = _homogeneous(xy_b) @ essential
    product = np.sum(_homogeneous(xy_b) * line_b, -1)
    slope = np.sum(line_b[..., :2] ** 2, -1) / focal_px(camera_b) ** 2
    slope = slope + np.sum(line_a[..., :2] ** 2, -1) / focal_px(camera_a) ** 2
    distances: Array = product / np.sqrt(slope)
    return distances


def focal_px(camera: Camera) -> float:
    """
    Return the mean focal length of a camera in pixels.

    :param camera: The camera.
    """
    return float(camera.camera_matrix[[0, 1], [0, 1]].mean())


def follow_person(
    cameras: Sequence[Camera],
    people: Sequence[Mapping[int, People2D]],
    *,
    min_score: float = 0.3,
    most_frames: int = 600,
) -> PersonTrack:
    """
    Pick the person whom most cameras see, frame by frame: the largest, where they agree on one.

    :param cameras: C cameras.
    :param people: People by frame number, of each camera.
    :param min_score: Keypoints with lower scores are not used.
    :param most_frames: Most frames, the first ones.
    :raises ValueError: If there is nobody.
    """
    numbers = sorted(set().union(*people))
    first = numbers[0]
    # Frames nobody was seen in count too: time goes on.
    count = min(numbers[-1] - first + 1, most_frames)
    seen = [own for frames in people for own in frames.values() if len(own)]
    if not seen:
        raise ValueError('there is nobody in any of the files')
    parts = seen[0].body.xy.shape[1]
    xy = np.full((len(cameras), count, parts, 2), np.nan)
    scores = np.zeros((len(cameras), count, parts))
    for frame in range(count):
        views = [
            _usable(own[first + frame], min_score) if first + frame in own else []
            for own in people
        ]
        for camera, chosen in enumerate(_agreed(cameras, views)):
            if chosen is not None:
                xy[camera, frame], scores[camera, frame] = views[camera][chosen]
    return PersonTrack(xy, scores)


def _usable(people: People2D, min_score: float) -> list[tuple[Array, Array]]:
    """Return keypoints and scores of each person, the largest first."""
    found = []
    for xy, scores in zip(people.body.xy, people.body.scores):
        used = (scores >= min_score) & np.isfinite(xy).all(-1)
        if used.sum() < 3:
            continue
        kept = np.where(used[:, None], xy, np.nan).astype(np.float64)
        found.append((kept, np.where(used, scores, 0.0)))
    found.sort(key=lambda one: -float(np.prod(np.nanmax(one[0], 0) - np.nanmin(one[0], 0))))
    return found


def _agreed(
    cameras: Sequence[Camera], views: Sequence[Sequence[tuple[Array, Array]]]
) -> list[int | None]:
    """Return the number of the person in each view, None where it is not seen."""
    normalized = [
        [camera.normalize(xy) for xy, _ in people] for camera, people in zip(cameras, views)
    ]
    limit = _SOMEBODY_ELSE * float(np.mean([np.hypot(*one.image_size) for one in cameras]))
    chosen: list[int | None] = [0 if people else None for people in views]
    for _ in range(_SWEEPS):
        before = list(chosen)
        for number, people in enumerate(normalized):
            others = [(i, row) for i, row in enumerate(chosen) if i != number and row is not None]
            if not people or not others:
                continue
            errors = [
                np.median([
                    _disagreement(cameras[number], cameras[i], one, normalized[i][row], limit)
                    for i, row in others
                ])
                for one in people
            ]
            best = int(np.argmin(errors))
            chosen[number] = best if errors[best] < limit else None
        if chosen == before:
            break
    return chosen


def _disagreement(camera_a: Camera, camera_b: Camera, a: Array, b: Array, limit: float) -> float:
    distances = np.abs(pair_distances(camera_a, camera_b, a, b))
    distances = distances[np.isfinite(distances)]
    return min(float(np.median(distances)), 2 * limit) if len(distances) else 2 * limit


def _homogeneous(xy: Array) -> Array:
    return np.concatenate([xy, np.ones((*xy.shape[:-1], 1))], -1)
