# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Left stays left: what a network swaps for a few frames is swapped back.

An arm does not jump to where the other one was. Where two arms, two legs or the sides of a face
seem to have changed places between two frames, their names are kept with their ways, until the
network has said the other for longer. They change as a whole: pair by pair, fewer frames would
differ, but limbs would cross from one side to the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.mirror_units import limb_units
from openpose_ros.temporal.identities import sizes_of
from openpose_ros.temporal.rows_by_id import rows_by_id
from openpose_ros.types import Array
from openpose_ros.types import IntArray

_NS_PER_SEC = 1e9
# One way round fits if the sum of both distances is less than this share of the other way's.
_CLEAR_SHARE = 0.5
# Nearer to each other than this share of the size of the person, two keypoints are as one.
_MIN_APART = 0.05
# Velocities are smoothed over this time: a keypoint's last step is half noise at 30 Hz, and one
# that follows a wrong step once does so for long.
_VELOCITY_SEC = 0.05


@dataclass(frozen=True, eq=False)
class _Memory:
    """
    What is known of M people.

    :param ids: Their ids, shape ``(M,)``.
    :param points: Where the keypoints were, NaN where missing, shape ``(M, P, D)``.
    :param velocities: Per second, shape ``(M, P, D)``.
    :param votes: Of the network for the names as they are, from -1 to 1, shape ``(M, U)``.
    :param seen_ns: When the person was seen, in nanoseconds, shape ``(M,)``.
    """

    ids: IntArray
    points: Array
    velocities: Array
    votes: Array
    seen_ns: IntArray


class SideKeeper:
    """
    Finds the arms, legs and faces whose names are swapped.

    :param skeleton: Of the bodies; it has U pairs of arms, legs and so on, of Q mirror pairs.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        mirrored = skeleton.mirrored_parts
        self._left = np.flatnonzero(mirrored > np.arange(len(mirrored)))
        self._right = mirrored[self._left]
        # Which pairs each of the units has, (U, Q).
        self._units = limb_units(skeleton)[:, self._left]
        self._memory: _Memory | None = None

    def update(
        self, points: Array, ids: IntArray, stamp_ns: int, *, period_sec: float
    ) -> IntArray:
        """
        Return the part that each keypoint should be taken from.

        Who is missing once is begun anew: the names are the network's then.

        :param points: NaN where missing, shape ``(N, P, D)``.
        :param ids: Identities of the people, no two the same, shape ``(N,)``.
        :param stamp_ns: When they were seen, in nanoseconds; not before the last time.
        :param period_sec: Time that the network's votes of the past count, in seconds.
        :return: Part indices, shape ``(N, P)``, int64.
        """
        order = np.tile(np.arange(points.shape[1]), (len(points), 1))
        before = self._recalled(ids, points, stamp_ns)
        passed_sec = np.maximum((stamp_ns - before.seen_ns) / _NS_PER_SEC, 0.0)
        expected = before.points + before.velocities * passed_sec[:, None, None]
        heard = self._heard(points, expected)
        gains = (1.0 - np.exp(-passed_sec / period_sec))[:, None]
        votes = before.votes + gains * (heard - before.votes)
        swapped = (heard < 0) & (votes > 0)
        # Who is outvoted gives the names up; the votes are for the new ones then.
        votes = np.where((heard < 0) & (votes <= 0), -votes, votes)
        rows, pairs = np.nonzero(swapped @ self._units)
        order[rows, self._left[pairs]] = self._right[pairs]
        order[rows, self._right[pairs]] = self._left[pairs]
        self._memory = _following(before, points, order, passed_sec, votes, stamp_ns)
        return order

    def _heard(self, points: Array, expected: Array) -> Array:
        """Return 1 where the names fit the ways, -1 where the swapped ones do, else 0, (N, U)."""
        left, right = points[:, self._left], points[:, self._right]
        was_left, was_right = expected[:, self._left], expected[:, self._right]
        same = _distances(left, was_left) + _distances(right, was_right)
        other = _distances(left, was_right) + _distances(right, was_left)
        apart = np.minimum(_distances(left, right), _distances(was_left, was_right))
        # NaN, where one of the four is missing, compares as false.
        is_clear = apart > _MIN_APART * sizes_of(points)[:, None]
        same = np.where(is_clear, same, 0.0) @ self._units.T
        other = np.where(is_clear, other, 0.0) @ self._units.T
        fits: Array = (same < _CLEAR_SHARE * other).astype(float)
        return np.asarray(fits - (other < _CLEAR_SHARE * same))

    def _recalled(self, ids: IntArray, points: Array, stamp_ns: int) -> _Memory:
        count, shape = len(ids), points.shape
        memory = self._memory
        if memory is None or not len(memory.ids) or memory.points.shape[1:] != shape[1:]:
            self._memory = None
            return _Memory(
                ids, np.full(shape, np.nan), np.zeros(shape),
                np.zeros((count, len(self._units))), np.full(count, stamp_ns),
            )
        rows = rows_by_id(ids, memory.ids)
        known = rows >= 0
        return _Memory(
            ids,
            np.where(known[:, None, None], memory.points[rows], np.nan),
            np.where(known[:, None, None], memory.velocities[rows], 0.0),
            np.where(known[:, None], memory.votes[rows], 0.0),
            np.where(known, memory.seen_ns[rows], stamp_ns),
        )


def _following(
    before: _Memory, points: Array, order: IntArray, passed_sec: Array, votes: Array, stamp_ns: int
) -> _Memory:
    """Return what is known after this update."""
    kept = np.take_along_axis(points, order[..., None], axis=1)
    steps_sec = np.maximum(passed_sec, 1e-6)[:, None, None]
    measured = (kept - before.points) / steps_sec
    gains = 1.0 - np.exp(-steps_sec / _VELOCITY_SEC)
    velocities = before.velocities + gains * (measured - before.velocities)
    velocities = np.where(np.isfinite(measured), velocities, 0.0)
    seen_ns = np.full(len(points), stamp_ns)
    return _Memory(before.ids, kept, velocities, votes, seen_ns)


def _distances(points_a: Array, points_b: Array) -> Array:
    distances: Array = np.linalg.norm(points_a - points_b, axis=-1)
    return distances
