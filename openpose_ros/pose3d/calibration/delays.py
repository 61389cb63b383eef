# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Finds which camera is late, by the person who moves before all of them.

The views of two cameras fit best at equal times. What a small error of the calibration explains,
a linear function of the positions in both images, is taken out before, so that a camera that was
turned does not look like one that is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.calibration.person_track import pair_distances
from openpose_ros.pose3d.calibration.person_track import PersonTrack
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array

_FEWEST_POINTS = 50
_MOST_POINTS = 4000


@dataclass(frozen=True)
class Delays:
    """
    How late each camera is.

    :param frames: Frames per camera, of the median camera 0.
    :param spread_px: What is left between pairs of cameras as they are, in pixels.
    :param spread_without_px: What is left once the delays are taken out.
    """

    frames: tuple[float, ...]
    spread_px: float
    spread_without_px: float


def find_delays(cameras: Sequence[Camera], track: PersonTrack, most_frames: int = 5) -> Delays:
    """
    Find how late each camera is.

    :param cameras: C cameras.
    :param track: The person.
    :param most_frames: Largest difference tried between two cameras.
    """
    shifts = np.arange(-most_frames, most_frames + 1)
    normalized = np.stack([
        camera.normalize(xy) for camera, xy in zip(cameras, track.xy_image)
    ])  # fmt: skip
    count = len(cameras)
    spreads = np.full((count, count, len(shifts)), np.nan)
    for a in range(count):
        for b in range(a + 1, count):
            for number, shift in enumerate(shifts):
                spread = _spread(cameras[a], cameras[b], normalized[a], normalized[b], int(shift))
                spreads[a, b, number] = spread
                spreads[b, a, -1 - number] = spread
    late = _fit(spreads, most_frames)
    now, then = _total(spreads, np.zeros(count, int)), _total(spreads, late)
    return Delays(_with_fractions(spreads, late), now, then)


def _spread(camera_a: Camera, camera_b: Camera, a: Array, b: Array, shift: int) -> float:
    """Return what two cameras differ by if b is late by a number of frames, in pixels."""
    count = len(a)
    a = a[max(0, -shift) : count - max(0, shift)]
    b = b[max(0, shift) : count - max(0, -shift)]
    distances = pair_distances(camera_a, camera_b, a, b)
    seen = np.isfinite(distances)
    if seen.sum() < _FEWEST_POINTS:
        return float('nan')
    distances = distances[seen]
    linear = np.concatenate([np.ones((len(distances), 1)), a[seen], b[seen]], 1)
    step = max(1, len(distances) // _MOST_POINTS)
    distances, linear = distances[::step], linear[::step]
    # Twice, the second time without what lies far out.
    kept = np.ones(len(distances), bool)
    for _ in range(2):
        fit = np.linalg.lstsq(linear[kept], distances[kept], rcond=None)[0]
        left = np.abs(distances - linear @ fit)
        kept = left <= 4 * np.median(left)
    return float(np.median(left))


def _fit(spreads: Array, most: int) -> Array:
    """Return the whole numbers of frames that leave least, by trying one camera after another."""
    late = np.zeros(len(spreads), int)
    for _ in range(4 * len(spreads)):
        totals = {}
        for camera in range(len(late)):
            for frames in range(-most, most + 1):
                tried = late.copy()
                tried[camera] = frames
                totals[camera, frames] = _total(spreads, tried)
        camera, frames = min(totals, key=lambda one: totals[one])
        if not totals[camera, frames] < _total(spreads, late):
            break
        late[camera] = frames
    return np.asarray(late - int(np.median(late)))


def _total(spreads: Array, late: Array) -> float:
    """Return the mean spread of the pairs, of the largest shift where it is larger than that."""
    count, most = len(late), spreads.shape[2] // 2
    values = [
        spreads[a, b, int(np.clip(late[b] - late[a], -most, most)) + most]
        for a in range(count)
        for b in range(a + 1, count)
    ]
    return float(np.nanmean(values)) if np.isfinite(values).any() else float('nan')


def _with_fractions(spreads: Array, late: Array) -> tuple[float, ...]:
    """Return the delays with the minimum of a parabola through the three totals around each."""
    found = []
    for camera in range(len(late)):
        around = []
        for step in (-1, 0, 1):
            tried = late.copy()
            tried[camera] += step
            around.append(_total(spreads, tried))
        bend = around[0] - 2 * around[1] + around[2]
        part = 0.5 * (around[0] - around[2]) / bend if bend > 0 else 0.0
        found.append(float(late[camera]) + float(np.clip(part, -0.5, 0.5)))
    middle = float(np.median(found))
    return tuple(one - middle for one in found)
