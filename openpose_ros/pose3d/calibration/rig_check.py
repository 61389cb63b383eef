# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Tells which camera of a rig is off, by a person who walks before all of them.

A camera is off if the others agree better without it. How well cameras agree is the noise that
their keypoints would need to have: unlike a reprojection error it does not shrink by itself when
there are fewer views to fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from openpose_ros.pose3d.calibration.camera_correction import CameraCorrection
from openpose_ros.pose3d.calibration.camera_correction import fit_correction
from openpose_ros.pose3d.calibration.delays import Delays
from openpose_ros.pose3d.calibration.delays import find_delays
from openpose_ros.pose3d.calibration.person_track import pair_distances
from openpose_ros.pose3d.calibration.person_track import PersonTrack
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.points.triangulation_parameters import KEEP
from openpose_ros.pose3d.points.triangulation_parameters import TriangulationParameters
from openpose_ros.pose3d.triangulation import triangulate_points
from openpose_ros.types import Array

# All views count: who throws views away looks exact whatever the calibration.
_ALL_VIEWS = TriangulationParameters(
    outlier_views=KEEP, max_reprojection_error_px=10000.0, min_parallax_deg=0.5, border_px=0.0
)
_MOST_POINTS = 8000
_FEWEST_POINTS = 30
# A camera is off if the others agree so much better without it, and only without it, and if a
# change of its calibration mends that: keypoints that are hard to find in one camera stay so.
_BETTER_WITHOUT = 0.9
_MENDED = 0.8
# A delay counts from this many frames on, if it explains so much of what is left between cameras.
_LEAST_DELAY = 0.6
_LESS_SPREAD = 0.93


@dataclass(frozen=True, eq=False)
class RigCheck:
    """
    What the walking person says of the cameras.

    :param names: Names of the C cameras.
    :param points: Number of keypoints of one instant that two or more cameras see.
    :param delays: How late each camera is.
    :param is_late: Which of them count, shape ``(C,)``, bool; these are taken out of the rest.
    :param left_out_px: Median distance in each camera between the keypoints and the points that
        the others make, shape ``(C,)``, NaN without two others.
    :param pair_px: Median distance between the views of each pair, shape ``(C, C)``.
    :param noise_px: Noise of the keypoints with which all cameras would agree.
    :param noise_without_px: The same without each camera, shape ``(C,)``.
    :param corrections: Small change of each camera that fits it best to the others.
    :param suspect: Number of the camera that is off, ``None`` if none stands out.
    """

    names: tuple[str, ...]
    points: int
    delays: Delays
    is_late: Array
    left_out_px: Array
    pair_px: Array
    noise_px: float
    noise_without_px: Array
    corrections: tuple[CameraCorrection | None, ...]
    suspect: int | None


def check_rig(
    cameras: Sequence[Camera], track: PersonTrack, *, most_delay_frames: int = 5
) -> RigCheck:
    """
    Check the calibration of cameras.

    :param cameras: C cameras.
    :param track: A person who walks before them.
    :param most_delay_frames: Largest delay looked for.
    :raises ValueError: If too few keypoints are seen by two or more cameras.
    """
    delays = find_delays(cameras, track, most_delay_frames)
    is_late = np.abs(delays.frames) >= _LEAST_DELAY
    is_late &= delays.spread_without_px < _LESS_SPREAD * delays.spread_px
    late = [round(frames) * bool(counts) for frames, counts in zip(delays.frames, is_late)]
    xy, scores = _points_of(track.shifted(late))
    count = len(cameras)
    noise_px = _noise(cameras, xy, scores)
    noise_without = np.array([
        _noise(_without(cameras, row), np.delete(xy, row, 0), np.delete(scores, row, 0))
        for row in range(count)
    ])  # fmt: skip
    left_out = np.full(count, np.nan)
    corrections: list[CameraCorrection | None] = []
    for row, camera in enumerate(cameras):
        others = np.delete(xy, row, 0), np.delete(scores, row, 0)
        xyz = _triangulate(_without(cameras, row), *others)
        both = np.isfinite(xyz[:, 0]) & (scores[row] > 0)
        correction = None
        if both.sum() >= _FEWEST_POINTS:
            errors = np.linalg.norm(camera.project(xyz[both]) - xy[row, both], axis=-1)
            left_out[row] = np.nanmedian(errors)
            correction = fit_correction(camera, xyz[both], xy[row, both])
        corrections.append(correction)
    return RigCheck(
        tuple(camera.name for camera in cameras),
        xy.shape[1],
        delays,
        is_late,
        left_out,
        _pairs(cameras, xy),
        noise_px,
        noise_without,
        tuple(corrections),
        _suspect(noise_px, noise_without, corrections),
    )


def _points_of(track: PersonTrack) -> tuple[Array, Array]:
    """Return the keypoints that two or more cameras see, (C, K, 2) and (C, K)."""
    count = len(track.scores)
    xy, scores = track.xy_image.reshape(count, -1, 2), track.scores.reshape(count, -1)
    shared = np.flatnonzero((scores > 0).sum(0) >= 2)
    if len(shared) < _FEWEST_POINTS:
        raise ValueError(
            f'{len(shared)} keypoints are seen by two or more cameras at once, expected at least '
            f'{_FEWEST_POINTS}: do the folders belong to the cameras, and the files to one time?'
        )
    shared = shared[:: max(1, len(shared) // _MOST_POINTS)]
    return xy[:, shared], scores[:, shared]


def _without(cameras: Sequence[Camera], row: int) -> list[Camera]:
    return [camera for number, camera in enumerate(cameras) if number != row]


def _triangulate(cameras: Sequence[Camera], xy: Array, scores: Array) -> Array:
    """Return points in space, shape (K, 3), NaN where fewer than two cameras see them."""
    xyz = np.full((xy.shape[1], 3), np.nan)
    if len(cameras) >= 2:
        xyz = triangulate_points(observe(cameras, xy, scores), _ALL_VIEWS).xyz
    return xyz


def _noise(cameras: Sequence[Camera], xy: Array, scores: Array) -> float:
    """Return the noise per coordinate that explains what is left after triangulation, pixels."""
    xyz = _triangulate(cameras, xy, scores)
    if len(cameras) < 2 or np.isfinite(xyz[:, 0]).sum() < _FEWEST_POINTS:
        return float('nan')
    squares = np.stack([
        np.sum((camera.project(xyz) - own) ** 2, -1) for camera, own in zip(cameras, xy)
    ])  # fmt: skip
    views = np.isfinite(squares).sum(0)
    kept = views >= 2
    # The median, because some keypoints are wrong; that of chi squared, to be fair to few views.
    usual = chi2.median(2 * views[kept] - 3)
    return float(np.sqrt(np.median(np.nansum(squares, 0)[kept] / usual)))


def _pairs(cameras: Sequence[Camera], xy: Array) -> Array:
    normalized = [camera.normalize(own) for camera, own in zip(cameras, xy)]
    pairs = np.full((len(cameras), len(cameras)), np.nan)
    for a in range(len(cameras)):
        for b in range(a + 1, len(cameras)):
            distances = np.abs(
                pair_distances(cameras[a], cameras[b], normalized[a], normalized[b])
            )
            if np.isfinite(distances).sum() >= _FEWEST_POINTS:
                pairs[a, b] = pairs[b, a] = np.nanmedian(distances)
    return pairs


def _suspect(
    noise_px: float, without: Array, corrections: Sequence[CameraCorrection | None]
) -> int | None:
    """Return the one camera without which the others agree clearly better, if there is one."""
    if np.isfinite(without).sum() < 3:
        return None
    order = np.argsort(np.where(np.isfinite(without), without, np.inf))
    best, second = int(order[0]), int(order[1])
    correction = corrections[best]
    stands_out = without[best] < _BETTER_WITHOUT * min(noise_px, float(without[second]))
    if correction is None or not stands_out:
        return None
    return best if correction.after_px < _MENDED * correction.before_px else None
