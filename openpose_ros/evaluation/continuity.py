# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How steady people are over time: identities, left and right, jitter and lag.

Who is who comes from the positions alone: in a video at full rate a person hardly moves between
two frames. These links are the measure for ids given at any lower rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import IntArray

# Of the size of a person: who is nearer in the next frame, and nobody nearer still, is the same.
_LINK_SHARE = 0.2
# A person is looked for in so many frames before.
_LINK_FRAMES = 10
_MIN_COMMON_PARTS = 3
# Of the size: a pair changes places if it moved by this much, and by half as much when swapped.
_SWAP_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class PeopleFrame:
    """
    People of one frame.

    :param time_sec: Time of the frame in seconds.
    :param points: Keypoints in pixels, NaN where missing, shape ``(N, P, 2)``.
    :param chains: Who is who, shape ``(N,)``.
    """

    time_sec: float
    points: Array
    chains: IntArray


def link_people(frames: Sequence[Array]) -> list[IntArray]:
    """
    Return the number of each person's chain, from 1: those who are the same beyond doubt.

    :param frames: Keypoints of the people in each frame of a video at full rate, NaN where
        missing, shape ``(N, P, 2)`` each.
    """
    chains: list[IntArray] = []
    newest = 0
    for index, points in enumerate(frames):
        numbers = np.zeros(len(points), np.int64)
        for back in range(1, min(_LINK_FRAMES, index) + 1):
            before = frames[index - back]
            for row, other in _mutual(points, before):
                number = int(chains[index - back][other])
                if numbers[row] == 0 and number not in numbers:
                    numbers[row] = number
        for row in np.flatnonzero(numbers == 0).tolist():
            newest += 1
            numbers[row] = newest
        chains.append(numbers)
    return chains


def count_switches(chains: Sequence[IntArray], ids: Sequence[IntArray]) -> int:
    """
    Return how often the id of a chain changes.

    :param chains: Chain of each person, per frame.
    :param ids: The ids to judge, the same shapes.
    """
    last: dict[int, int] = {}
    switches = 0
    for numbers, given in zip(chains, ids, strict=True):
        for number, one in zip(numbers.tolist(), given.tolist(), strict=True):
            switches += last.get(number, one) != one
            last[number] = one
    return switches


def count_side_swaps(
    frames: Sequence[PeopleFrame], mirrored_parts: IntArray
) -> tuple[int, int]:
    """
    Return how often left and right change places between two frames, and in how many they could.

    :param frames: People with their chains.
    :param mirrored_parts: For each part, the part it is in a mirrored image, shape ``(P,)``.
    """
    left = np.flatnonzero(mirrored_parts > np.arange(len(mirrored_parts)))
    right = mirrored_parts[left]
    swaps = seen = 0
    for now, before in _steps(frames):
        same = _between(now[left], before[left]) + _between(now[right], before[right])
        other = _between(now[left], before[right]) + _between(now[right], before[left])
        seen += int(np.isfinite(same).sum())
        swaps += int(((same > _SWAP_SHARE * _size(now)) & (other < 0.5 * same)).sum())
    return swaps, seen


def jitter_px(frames: Sequence[PeopleFrame]) -> tuple[float, float]:
    """
    Return how far keypoints are from their median place in a still scene: median and 95 %.

    :param frames: People with their chains; those seen in less than half of the frames are left
        out.
    """
    deviations = [np.zeros(0)]
    for points in _trajectories(frames):
        if 2 * len(points) < len(frames):
            continue
        for part in range(points.shape[1]):
            places = points[np.isfinite(points[:, part]).all(axis=-1), part]
            if len(places):
                deviations.append(_between(places, np.median(places, axis=0)))
    found = np.concatenate(deviations)
    if not len(found):
        return float('nan'), float('nan')
    return float(np.median(found)), float(np.percentile(found, 95))


def lag_sec(raw: Sequence[PeopleFrame], smoothed: Sequence[PeopleFrame]) -> float:
    """
    Return by how much time keypoints that move are late: least squares over all of them.

    :param raw: People as they are seen.
    :param smoothed: The same people in the same frames.
    """
    products = squares = 0.0
    for first, second, third, late in zip(raw, raw[1:], raw[2:], smoothed[1:]):
        span_sec = third.time_sec - first.time_sec
        for row, number in enumerate(second.chains.tolist()):
            if number not in first.chains or number not in third.chains:
                continue
            ends = [one.points[one.chains.tolist().index(number)] for one in (first, third)]
            size = _size(second.points[row])
            velocity = (ends[1] - ends[0]) / span_sec / size
            behind = (second.points[row] - late.points[row]) / size
            # What jumps across the body within two frames is a mistake, not a motion.
            good = np.linalg.norm(velocity * span_sec, axis=-1) < 3 * _SWAP_SHARE
            good &= np.isfinite(behind).all(axis=-1)
            products += float((velocity[good] * behind[good]).sum())
            squares += float((velocity[good] ** 2).sum())
    return products / squares if squares else float('nan')


def _mutual(points: Array, before: Array) -> list[tuple[int, int]]:
    """Return the pairs of people who are nearest to each other, and near enough."""
    shares = np.full((len(points), len(before)), np.inf)
    for row, one in enumerate(points):
        for column, other in enumerate(before):
            distances = _between(one, other)
            distances = distances[np.isfinite(distances)]
            if len(distances) >= _MIN_COMMON_PARTS:
                # Of two pieces of a body, the larger one is nearer to the whole.
                common = len(distances) / max(_count(one), _count(other))
                shares[row, column] = np.median(distances) / _size(other) + 0.1 * (1 - common)
    pairs = []
    for row in range(len(points)):
        column = int(shares[row].argmin()) if len(before) else 0
        nearest = len(before) > 0 and int(shares[:, column].argmin()) == row
        if nearest and shares[row, column] < _LINK_SHARE:
            pairs.append((row, column))
    return pairs


def _steps(frames: Sequence[PeopleFrame]) -> list[tuple[Array, Array]]:
    """Return the keypoints of each person in a frame and in the last one before that has them."""
    last: dict[int, Array] = {}
    steps = []
    for frame in frames:
        for number, points in zip(frame.chains.tolist(), frame.points):
            if number in last:
                steps.append((points, last[number]))
            last[number] = points
    return steps


def _trajectories(frames: Sequence[PeopleFrame]) -> list[Array]:
    """Return the keypoints of each chain in the frames that have it, shape ``(T, P, 2)`` each."""
    found: dict[int, list[Array]] = {}
    for frame in frames:
        for number, points in zip(frame.chains.tolist(), frame.points):
            found.setdefault(number, []).append(points)
    return [np.stack(points) for points in found.values()]


def _between(one: Array, other: Array) -> Array:
    distances: Array = np.linalg.norm(one - other, axis=-1)
    return distances


def _count(points: Array) -> int:
    return int(np.isfinite(points).all(axis=-1).sum())


def _size(points: Array) -> float:
    """Return the longest side of the box around the keypoints of a person."""
    return float(max((np.nanmax(points, axis=0) - np.nanmin(points, axis=0)).max(), 1.0))
