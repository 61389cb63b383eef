# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Keypoints without jitter: the One-Euro filter.

Géry Casiez, Nicolas Roussel, Daniel Vogel: "1€ Filter: A Simple Speed-based Low-pass Filter for
Noisy Input in Interactive Systems", CHI 2012. A low-pass filter whose cutoff frequency rises with
the speed: who stands still does not tremble, who moves does not lag behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar
from typing import TypeVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.identities import sizes_of
from openpose_ros.temporal.rows_by_id import rows_by_id
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import People2D
from openpose_ros.types_3d import People3D

People = TypeVar('People', People2D, People3D)

_KEYPOINTS = ('body', 'face', 'left_hand', 'right_hand')
_NS_PER_SEC = 1e9
# Of the speed; the value of the paper.
_SPEED_CUTOFF_HZ = 1.0
# Two images with one stamp: no time to move, but none to divide by either.
_MIN_STEP_SEC = 1e-6
# A body of one keypoint has no size: it moves as fast as can be, and is not smoothed.
_MIN_SIZE = 1e-6


@dataclass(frozen=True)
class SmoothingParameters(ParameterGroup):
    """How keypoints are smoothed over time."""

    group: ClassVar[str] = 'smoothing'

    enabled: bool = param(False, 'Smooth the keypoints of each person over time.', dynamic=True)
    min_cutoff_hz: float = param(
        1.0, 'Cutoff frequency at rest: lower trembles less and lags more.',
        low=0.01, high=100.0, dynamic=True,
    )
    beta: float = param(
        3.0, 'Hz by which the cutoff rises at a speed of one body size per second: higher lags '
        'less and trembles more.',
        low=0.0, high=1000.0, dynamic=True,
    )
    max_gap_sec: float = param(
        0.25, 'Seconds after which a keypoint that was missing starts afresh.',
        low=0.0, high=10.0, dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class _Memory:
    """
    What is known of the keypoints of M people.

    :param ids: Their ids, shape ``(M,)``.
    :param points: Smoothed positions, shape ``(M, P, D)``.
    :param velocities: Smoothed velocities, per second, shape ``(M, P, D)``.
    :param seen_ns: When each keypoint was seen last, in nanoseconds, shape ``(M, P)``.
    """

    ids: IntArray
    points: Array
    velocities: Array
    seen_ns: IntArray


class OneEuroFilter:
    """
    Smooths the keypoints of people who have ids, each keypoint for itself.

    A keypoint that is missing stays missing. Soon after, it is smoothed from where it was, for the
    time that has passed; later, it starts afresh. A stamp that jumps back starts all afresh.

    :param parameters: How much.
    """

    def __init__(self, parameters: SmoothingParameters) -> None:
        self.parameters = parameters
        self._memory: _Memory | None = None
        self._last_ns: int | None = None

    def reset(self) -> None:
        """Forget everybody."""
        self._memory = self._last_ns = None

    def update(self, points: Array, ids: IntArray, stamp_ns: int) -> Array:
        """
        Return where the keypoints are, smoothed; speeds count by the size of the person.

        :param points: NaN where missing, shape ``(N, P, D)``.
        :param ids: Identities of the people, no two the same, shape ``(N,)``.
        :param stamp_ns: When they were seen, in nanoseconds.
        :return: The same shape, NaN where missing, float64.
        """
        if self._last_ns is not None and stamp_ns < self._last_ns:
            self.reset()
        self._last_ns = stamp_ns
        raw = points.astype(float)
        if not len(ids):
            return raw
        before = self._recalled(ids, raw.shape)
        smoothed, velocities = self._smoothed(raw, before, stamp_ns)
        found = np.isfinite(raw).all(axis=-1)
        self._remember(_Memory(
            ids,
            np.where(found[..., None], smoothed, before.points),
            np.where(found[..., None], velocities, before.velocities),
            np.where(found, stamp_ns, before.seen_ns),
        ))
        return smoothed

    def _smoothed(self, raw: Array, before: _Memory, stamp_ns: int) -> tuple[Array, Array]:
        """Return positions and velocities: algorithm 1 of the paper, speeds by body size."""
        passed_sec = (stamp_ns - before.seen_ns) / _NS_PER_SEC
        fresh = passed_sec > self.parameters.max_gap_sec
        fresh |= ~np.isfinite(before.points).all(axis=-1)
        step_sec = np.maximum(passed_sec, _MIN_STEP_SEC)[..., None]
        measured = (raw - before.points) / step_sec
        weight = _weight(np.asarray(_SPEED_CUTOFF_HZ), step_sec)
        velocities = _blend(before.velocities, measured, weight)
        speeds = np.linalg.norm(velocities, axis=-1, keepdims=True)
        sizes = np.maximum(sizes_of(raw), _MIN_SIZE)[:, None, None]
        cutoffs_hz = self.parameters.min_cutoff_hz + self.parameters.beta * speeds / sizes
        smoothed = _blend(before.points, raw, _weight(cutoffs_hz, step_sec))
        fresh = fresh[..., None]
        return np.where(fresh, raw, smoothed), np.where(fresh, 0.0, velocities)

    def _recalled(self, ids: IntArray, shape: tuple[int, ...]) -> _Memory:
        """Return what is known of these people; NaN where nothing is."""
        memory = self._memory
        if memory is None or memory.points.shape[1:] != shape[1:]:
            self._memory = None
            return _Memory(
                ids, np.full(shape, np.nan), np.zeros(shape), np.zeros(shape[:2], np.int64)
            )
        rows = rows_by_id(ids, memory.ids)
        known = (rows >= 0)[:, None]
        return _Memory(
            ids,
            np.where(known[..., None], memory.points[rows], np.nan),
            np.where(known[..., None], memory.velocities[rows], 0.0),
            np.where(known, memory.seen_ns[rows], 0),
        )

    def _remember(self, new: _Memory) -> None:
        """Keep those seen now, and who is missing for a while."""
        old = self._memory
        if old is None or not len(old.ids):
            self._memory = new
            return
        oldest_ns = (self._last_ns or 0) - self.parameters.max_gap_sec * _NS_PER_SEC
        kept = (rows_by_id(old.ids, new.ids) < 0) & (old.seen_ns >= oldest_ns).any(axis=1)
        self._memory = _Memory(*(
            np.concatenate([getattr(new, name), getattr(old, name)[kept]])
            for name in ('ids', 'points', 'velocities', 'seen_ns')
        ))


class PeopleSmoother:
    """
    Smooths bodies, faces and hands of people who have ids, in the image or in space.

    :param parameters: How much, and whether at all.
    """

    def __init__(self, parameters: SmoothingParameters) -> None:
        self._parameters = parameters
        self._filters = {name: OneEuroFilter(parameters) for name in _KEYPOINTS}

    @property
    def parameters(self) -> SmoothingParameters:
        """How much people are smoothed, and whether at all."""
        return self._parameters

    @parameters.setter
    def parameters(self, parameters: SmoothingParameters) -> None:
        """Smooth otherwise from now on."""
        self._parameters = parameters
        for one in self._filters.values():
            one.parameters = parameters

    def update(self, people: People, stamp_ns: int) -> People:
        """
        Return the people, smoothed if that is wanted; all that is not a position stays.

        :param people: Everybody, with ids.
        :param stamp_ns: When they were seen, in nanoseconds.
        """
        if not self._parameters.enabled:
            for one in self._filters.values():
                one.reset()
            return people
        coordinates = 'xy' if isinstance(people, People2D) else 'xyz'
        changed = {}
        for name, one in self._filters.items():
            keypoints = getattr(people, name)
            raw = getattr(keypoints, coordinates)
            smoothed = one.update(raw, people.ids, stamp_ns).astype(raw.dtype)
            changed[name] = replace(keypoints, **{coordinates: smoothed})
        return replace(people, **changed)


def _weight(cutoff_hz: Array, step_sec: Array) -> Array:
    """Return the weight of the newest value, alpha in the paper."""
    weight: Array = 1.0 / (1.0 + 1.0 / (2.0 * np.pi * cutoff_hz * step_sec))
    return weight


def _blend(old: Array, new: Array, weight: Array) -> Array:
    blended: Array = old + weight * (new - old)
    return blended
