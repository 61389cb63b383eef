# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known bodies in a room, z up: people who stand or walk, for tests and benchmarks."""

from __future__ import annotations

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array

# The right half of a standing person: to the right, forward, up; in units of the body height.
_STANDING = {
    'head': (0.0, 0.0, 1.0),
    'head_top': (0.0, 0.0, 1.0),
    'nose': (0.0, 0.06, 0.93),
    'upper_neck': (0.0, 0.0, 0.87),
    'neck': (0.0, 0.0, 0.82),
    'chest': (0.0, 0.03, 0.70),
    'mid_hip': (0.0, 0.0, 0.53),
    'right_eye': (0.02, 0.05, 0.95),
    'right_ear': (0.045, 0.0, 0.93),
    'right_shoulder': (0.11, 0.0, 0.82),
    'right_elbow': (0.14, 0.0, 0.64),
    'right_wrist': (0.15, 0.06, 0.49),
    'right_hip': (0.06, 0.0, 0.53),
    'right_knee': (0.065, 0.01, 0.29),
    'right_ankle': (0.07, -0.01, 0.05),
    'right_heel': (0.07, -0.04, 0.01),
    'right_big_toe': (0.065, 0.11, 0.01),
    'right_small_toe': (0.095, 0.09, 0.01),
}
# How far parts swing forward in a stride, in units of the body height; arms against legs.
_SWING = {
    'elbow': -0.05,
    'wrist': -0.12,
    'knee': 0.08,
    'ankle': 0.15,
    'heel': 0.15,
    'big_toe': 0.15,
    'small_toe': 0.15,
}
_HEIGHTS_M = (1.5, 1.95)
_STRIDES_PER_M = 0.7
_PLACES_TRIED = 10_000


def bodies_at(
    skeleton: Skeleton, places_m: Array, headings_rad: Array, heights_m: Array, swing: Array
) -> Array:
    """
    Return the keypoints of people.

    :param skeleton: Body skeleton with P parts.
    :param places_m: Where N people stand, shape ``(N, 2)``, metres.
    :param headings_rad: Where they look, 0 along x, shape ``(N,)``.
    :param heights_m: Body heights, shape ``(N,)``.
    :param swing: Phase of the stride, -1 .. 1; 0 stands, 1 has the right leg forward; ``(N,)``.
    :return: Metres in the world, shape ``(N, P, 3)``.
    :raises ValueError: If the skeleton has a part that is not known here.
    """
    body = np.array([_standing(skeleton, part) for part in skeleton.parts])
    strides = np.array([_swing(part) for part in skeleton.parts])
    right = np.broadcast_to(body[:, 0], (len(places_m), len(body)))
    forward = body[:, 1] + swing[:, None] * strides
    cosine, sine = np.cos(headings_rad)[:, None], np.sin(headings_rad)[:, None]
    x = forward * cosine + right * sine
    y = forward * sine - right * cosine
    xyz = np.stack([x, y, np.broadcast_to(body[:, 2], x.shape)], axis=-1)
    xyz = xyz * heights_m[:, None, None]
    xyz[..., :2] += places_m[:, None, :]
    return xyz


def people_in_room(
    count: int,
    skeleton: Skeleton,
    *,
    seed: int = 0,
    room_m: float = 4.0,
    spacing_m: float = 0.6,
    distance_m: float = 0.0,
) -> Array:
    """
    Return people who stand anywhere in a square room, in mid-stride, looking anywhere.

    :param count: Number N of people.
    :param skeleton: Body skeleton with P parts.
    :param seed: Same seed, same people.
    :param room_m: Side of the room around the world's origin.
    :param spacing_m: Least distance between two people.
    :param distance_m: How far everybody has walked ahead; the same seed gives the same walk.
    :return: Metres in the world, shape ``(N, P, 3)``.
    :raises ValueError: If the room has no place for so many.
    """
    rng = np.random.default_rng(seed)
    places = _places(count, rng, room_m, spacing_m)
    headings = rng.uniform(0, 2 * np.pi, count)
    heights = rng.uniform(*_HEIGHTS_M, count)
    phases = rng.uniform(0, 2 * np.pi, count)
    places = places + distance_m * np.stack([np.cos(headings), np.sin(headings)], axis=-1)
    swing = np.sin(phases + 2 * np.pi * _STRIDES_PER_M * distance_m)
    return bodies_at(skeleton, places, headings, heights, swing)


def _places(count: int, rng: np.random.Generator, room_m: float, spacing_m: float) -> Array:
    places = np.zeros((0, 2))
    for _ in range(_PLACES_TRIED):
        if len(places) == count:
            break
        place = rng.uniform(-room_m / 2, room_m / 2, 2)
        if (np.linalg.norm(places - place, axis=1) >= spacing_m).all():
            places = np.concatenate([places, place[None]])
    if len(places) < count:
        raise ValueError(
            f'no place for {count} people {spacing_m} m apart in a room of {room_m} m'
        )
    return places


def _standing(skeleton: Skeleton, part: str) -> tuple[float, float, float]:
    left = part.startswith('left_')
    known = 'right_' + part[len('left_'):] if left else part
    if known not in _STANDING:
        raise ValueError(
            f"skeleton '{skeleton.name}' has part '{part}', expected one of {', '.join(_STANDING)}"
            ' or its left counterpart'
        )
    right, forward, up = _STANDING[known]
    return (-right if left else right, forward, up)


def _swing(part: str) -> float:
    side, _, name = part.partition('_')
    return (-1 if side == 'left' else 1) * _SWING.get(name, 0.0)
