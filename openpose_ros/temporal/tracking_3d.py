# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Identities over time for people in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

_NS_PER_SEC = 1_000_000_000
# Fewer parts in common say less about the distance of two people than their centres do.
_MIN_COMMON_PARTS = 3
# A walk is predicted no further than this: people turn round.
_MAX_PREDICTION_SEC = 0.5
# Of the velocity, the share that each view set renews.
_VELOCITY_GAIN = 0.5


@dataclass(frozen=True)
class Tracking3DParameters(ParameterGroup):
    """How people in space keep their identity."""

    group: ClassVar[str] = 'tracking'

    max_distance_m: float = param(
        0.6,
        'Metres, median over the parts, that a person may be from where the person was expected.',
        low=0.01, high=10.0, dynamic=True,
    )
    max_lost_sec: float = param(
        1.0, 'Seconds after which a person who is not seen is forgotten.',
        low=0.0, high=60.0, dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class _Track:
    """
    One identity.

    :param track_id: Its number, from 1.
    :param body: The keypoints as seen last, N = 1.
    :param score: Score of the person then.
    :param velocity: Metres per second, shape ``(3,)``.
    :param seen_ns: Stamp of that view set in nanoseconds.
    """

    track_id: int
    body: Keypoints3D
    score: float
    velocity: Array
    seen_ns: int

    def expected(self, stamp_ns: int) -> Array:
        """Return where the keypoints should be, shape ``(P, 3)``."""
        ahead_sec = min((stamp_ns - self.seen_ns) / _NS_PER_SEC, _MAX_PREDICTION_SEC)
        xyz: Array = self.body.xyz[0] + self.velocity * ahead_sec
        return xyz


class PersonTracker3D:
    """
    Gives the people of each view set the ids they had before.

    People are matched to where they were expected by the assignment with the least sum of
    distances. An id is never given twice, also not after the stamps jumped back.

    :param parameters: How far a person may be and how long one is remembered.
    """

    def __init__(self, parameters: Tracking3DParameters) -> None:
        self.parameters = parameters
        self._tracks: list[_Track] = []
        self._next_id = 1
        self._last_ns: int | None = None
        self._skeleton = ''

    def reset(self) -> None:
        """Forget everybody; ids go on from where they are."""
        self._tracks = []
        self._last_ns = None

    def previous(self, stamp_ns: int) -> People3D | None:
        """
        Return the people that are remembered, where they should be now, or None for nobody.

        :param stamp_ns: Stamp of the view set that they are wanted for, in nanoseconds.
        """
        tracks = self._remembered(stamp_ns)
        if not tracks:
            return None
        xyz = np.stack([track.expected(stamp_ns) for track in tracks])
        body = replace(Keypoints3D.concatenate([track.body for track in tracks]), xyz=xyz)
        scores = np.array([track.score for track in tracks], np.float32)
        nowhere = np.zeros((len(tracks), 0), np.int64)
        people = People3D.from_body(self._skeleton, body, scores, (), nowhere)
        return replace(people, ids=np.array([track.track_id for track in tracks]))

    def update(self, people: People3D, stamp_ns: int) -> People3D:
        """
        Return the people with their ids.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param people: Everybody in a view set.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        tracks = self._remembered(stamp_ns) if people.skeleton == self._skeleton else []
        matched = _match(tracks, people.body.xyz, stamp_ns, self.parameters.max_distance_m)
        rows = [
            self._renewed(tracks[match] if match >= 0 else None, people, row, stamp_ns)
            for row, match in enumerate(matched)
        ]
        lost = [track for index, track in enumerate(tracks) if index not in matched]
        self._tracks, self._last_ns, self._skeleton = [*rows, *lost], stamp_ns, people.skeleton
        return replace(people, ids=np.array([track.track_id for track in rows], np.int64))

    def _remembered(self, stamp_ns: int) -> list[_Track]:
        if self._last_ns is not None and stamp_ns < self._last_ns:
            return []
        longest_ns = self.parameters.max_lost_sec * _NS_PER_SEC
        return [track for track in self._tracks if stamp_ns - track.seen_ns <= longest_ns]

    def _renewed(
        self, track: _Track | None, people: People3D, row: int, stamp_ns: int
    ) -> _Track:
        body, score = people.body.take(np.array([row])), float(people.scores[row])
        if track is not None:
            velocity = _velocity(track, body.xyz[0], stamp_ns)
            return _Track(track.track_id, body, score, velocity, stamp_ns)
        self._next_id += 1
        return _Track(self._next_id - 1, body, score, np.zeros(3), stamp_ns)


def _match(
    tracks: Sequence[_Track], xyz: Array, stamp_ns: int, max_distance_m: float
) -> IntArray:
    """Return for each person the index of the track, -1 for none, shape ``(N,)``."""
    matched = np.full(len(xyz), -1)
    if not tracks or not len(xyz):
        return matched
    expected = np.stack([track.expected(stamp_ns) for track in tracks])
    distances = distances_between(xyz, expected)
    # Beyond the gate all are alike: no bad pair may be paid for with a good one.
    rows, columns = linear_sum_assignment(np.minimum(distances, max_distance_m))
    near = distances[rows, columns] < max_distance_m
    matched[rows[near]] = columns[near]
    return matched


def distances_between(xyz_a: Array, xyz_b: Array) -> Array:
    """
    Return the median distance over common parts; of the centres if too few are common.

    :param xyz_a: Metres, NaN where missing, shape ``(A, P, 3)``.
    :param xyz_b: The same, shape ``(B, P, 3)``.
    :return: Metres, infinite where somebody has no keypoint, shape ``(A, B)``.
    """
    distances = np.linalg.norm(xyz_a[:, None] - xyz_b[None], axis=-1)
    common = np.isfinite(distances)
    counts = common.sum(axis=-1)
    # The lower median of a sorted row whose missing parts stand at its end.
    ordered = np.sort(np.where(common, distances, np.inf), axis=-1)
    middle = np.maximum(counts - 1, 0) // 2
    median = np.take_along_axis(ordered, middle[..., None], axis=-1)[..., 0]
    between_centres = np.linalg.norm(_centres(xyz_a)[:, None] - _centres(xyz_b)[None], axis=-1)
    distances = np.where(counts >= _MIN_COMMON_PARTS, median, between_centres)
    return np.where(np.isfinite(distances), distances, np.inf)


def _centres(xyz: Array) -> Array:
    found = np.isfinite(xyz).all(axis=-1, keepdims=True)
    counts = found.sum(axis=-2)
    total = np.where(found, xyz, 0.0).sum(axis=-2)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)


def _velocity(track: _Track, xyz: Array, stamp_ns: int) -> Array:
    """Return the renewed velocity: of the middle of the parts, as limbs swing to and fro."""
    passed_sec = (stamp_ns - track.seen_ns) / _NS_PER_SEC
    moved = xyz - track.body.xyz[0]
    moved = moved[np.isfinite(moved).all(axis=-1)]
    if passed_sec <= 0 or len(moved) < _MIN_COMMON_PARTS:
        return track.velocity
    measured = np.median(moved, axis=0) / passed_sec
    velocity: Array = track.velocity + _VELOCITY_GAIN * (measured - track.velocity)
    return velocity
