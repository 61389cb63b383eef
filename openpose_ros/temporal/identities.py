# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Who is who over time, by where the keypoints should be: in pixels or in metres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from openpose_ros.temporal.assignment import assign
from openpose_ros.types import Array

_NS_PER_SEC = 1_000_000_000
# Fewer parts in common say less about the distance of two people than their centres do.
_MIN_COMMON_PARTS = 3
# A walk is predicted no further than this: people turn round.
_MAX_PREDICTION_SEC = 0.5
# Of the velocity, the share that each update renews.
_VELOCITY_GAIN = 0.5

# From where people are and where the known ones are expected, (N, P, D) and (M, P, D), to how far
# apart they may be at most, shape (N, M) or a number.
Gates = Callable[[Array, Array], Array | float]


@dataclass(frozen=True, eq=False)
class Track:
    """
    One identity.

    :param track_id: Its number, from 1.
    :param points: Where the keypoints were seen last, NaN where missing, shape ``(P, D)``.
    :param velocity: Of the person as a whole, per second, shape ``(D,)``.
    :param seen_ns: Stamp at which the person was seen last, in nanoseconds.
    """

    track_id: int
    points: Array
    velocity: Array
    seen_ns: int

    def expected(self, stamp_ns: int) -> Array:
        """
        Return where the keypoints should be, shape ``(P, D)``.

        :param stamp_ns: When, in nanoseconds.
        """
        ahead_sec = min((stamp_ns - self.seen_ns) / _NS_PER_SEC, _MAX_PREDICTION_SEC)
        points: Array = self.points + self.velocity * ahead_sec
        return points

    def seen(self, points: Array, stamp_ns: int) -> Track:
        """
        Return the same person as seen now.

        :param points: The keypoints, shape ``(P, D)``.
        :param stamp_ns: When, in nanoseconds.
        """
        return Track(self.track_id, points, self._velocity(points, stamp_ns), stamp_ns)

    def _velocity(self, points: Array, stamp_ns: int) -> Array:
        """Return the renewed velocity: of the middle of the parts, as limbs swing to and fro."""
        passed_sec = (stamp_ns - self.seen_ns) / _NS_PER_SEC
        moved = points - self.points
        moved = moved[np.isfinite(moved).all(axis=-1)]
        if passed_sec <= 0 or len(moved) < _MIN_COMMON_PARTS:
            return self.velocity
        measured = np.median(moved, axis=0) / passed_sec
        velocity: Array = self.velocity + _VELOCITY_GAIN * (measured - self.velocity)
        return velocity


class Identities:
    """
    Gives people the ids they had before.

    People are matched to where they were expected by the assignment with the least sum of
    distances. An id is never given twice, also not after the stamps jumped back.

    :param gates: How far people may be from where they were expected.
    """

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self._tracks: list[Track] = []
        self._next_id = 1
        self._last_ns: int | None = None

    def reset(self) -> None:
        """Forget everybody; ids go on from where they are."""
        self._tracks = []
        self._last_ns = None

    def remembered(self, stamp_ns: int, max_lost_sec: float) -> list[Track]:
        """
        Return the people who are remembered; nobody if the stamps jump back.

        :param stamp_ns: Now, in nanoseconds.
        :param max_lost_sec: Seconds after which somebody not seen is forgotten.
        """
        if self._last_ns is not None and stamp_ns < self._last_ns:
            return []
        longest_ns = max_lost_sec * _NS_PER_SEC
        return [track for track in self._tracks if stamp_ns - track.seen_ns <= longest_ns]

    def update(self, points: Array, stamp_ns: int, max_lost_sec: float) -> list[Track]:
        """
        Return the track of each person.

        :param points: Keypoints of everybody, NaN where missing, shape ``(N, P, D)``.
        :param stamp_ns: When they were seen, in nanoseconds.
        :param max_lost_sec: Seconds after which somebody not seen is forgotten.
        """
        tracks = [
            track for track in self.remembered(stamp_ns, max_lost_sec)
            if track.points.shape == points.shape[1:]  # a skeleton may be replaced
        ]
        matches = self._match(tracks, points, stamp_ns)
        found = [
            tracks[match].seen(one, stamp_ns) if match >= 0 else self._new(one, stamp_ns)
            for one, match in zip(points, matches)
        ]
        lost = [track for index, track in enumerate(tracks) if index not in matches]
        self._tracks, self._last_ns = [*found, *lost], stamp_ns
        return found

    def _new(self, points: Array, stamp_ns: int) -> Track:
        self._next_id += 1
        return Track(self._next_id - 1, points, np.zeros(points.shape[-1]), stamp_ns)

    def _match(self, tracks: list[Track], points: Array, stamp_ns: int) -> list[int]:
        """Return for each person the index of the track, -1 for none."""
        if not tracks or not len(points):
            return [-1] * len(points)
        expected = np.stack([track.expected(stamp_ns) for track in tracks])
        shares = distances_between(points, expected) / self._gates(points, expected)
        # Beyond the gate all are alike: no bad pair may be paid for with a good one.
        nearness = 1.0 - np.minimum(shares, 1.0)
        columns = assign(1.0 - nearness * _shares_in_common(points, expected))
        return [
            int(column) if column >= 0 and nearness[row, column] > 0.0 else -1
            for row, column in enumerate(columns)
        ]


def distances_between(points_a: Array, points_b: Array) -> Array:
    """
    Return the median distance over common parts; of the centres if too few are common.

    :param points_a: NaN where missing, shape ``(A, P, D)``.
    :param points_b: The same, shape ``(B, P, D)``.
    :return: In the unit of the points, infinite where somebody has no keypoint, shape ``(A, B)``.
    """
    distances = np.linalg.norm(points_a[:, None] - points_b[None], axis=-1)
    common = np.isfinite(distances)
    counts = common.sum(axis=-1)
    # The lower median of a sorted row whose missing parts stand at its end.
    ordered = np.sort(np.where(common, distances, np.inf), axis=-1)
    middle = np.maximum(counts - 1, 0) // 2
    median = np.take_along_axis(ordered, middle[..., None], axis=-1)[..., 0]
    between_centres = np.linalg.norm(_centres(points_a)[:, None] - _centres(points_b), axis=-1)
    distances = np.where(counts >= _MIN_COMMON_PARTS, median, between_centres)
    return np.where(np.isfinite(distances), distances, np.inf)


def sizes_of(points: Array) -> Array:
    """
    Return the longest side of the box around each person's keypoints, 0 without any.

    :param points: NaN where missing, shape ``(N, P, D)``.
    :return: In the unit of the points, shape ``(N,)``.
    """
    missing = ~np.isfinite(points)
    low = np.where(missing, np.inf, points).min(axis=1, initial=np.inf)
    high = np.where(missing, -np.inf, points).max(axis=1, initial=-np.inf)
    return np.asarray(np.maximum(high - low, 0.0).max(axis=1, initial=0.0))


def _shares_in_common(points_a: Array, points_b: Array) -> Array:
    """
    Return how many of the parts that either has both have, shape ``(A, B)``.

    Where a body is found in two pieces, the larger one stays who it was.
    """
    found_a = np.isfinite(points_a[:, None]).all(axis=-1)
    found_b = np.isfinite(points_b[None]).all(axis=-1)
    common, either = (found_a & found_b).sum(axis=-1), (found_a | found_b).sum(axis=-1)
    # Centres may be near without a part in common: better than nobody at all.
    return np.asarray(np.maximum(common, 1) / np.maximum(either, 1))


def _centres(points: Array) -> Array:
    found = np.isfinite(points).all(axis=-1, keepdims=True)
    counts = found.sum(axis=-2)
    total = np.where(found, points, 0.0).sum(axis=-2)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)
