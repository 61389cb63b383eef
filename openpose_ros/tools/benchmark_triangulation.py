# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How fast points in space are found and how good they are, with cameras in a ring."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import least_squares

from openpose_ros.pose3d.points.outlier_views import select_all
from openpose_ros.pose3d.points.refinement import refine_points
from openpose_ros.pose3d.points.sightings import lay_out
from openpose_ros.pose3d.points.sightings import Sightings
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_points import error_over_bound
from openpose_ros.pose3d.synthetic.synthetic_points import scatter_points
from openpose_ros.pose3d.triangulation import triangulate_points
from openpose_ros.pose3d.triangulation import TriangulationParameters
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.types import Array

_PARTS = 25
_PEOPLE = (10, 20, 50, 100)
_CAMERAS = (4, 8, 16, 31)
_NOISE_PX = 2.0
_OUTLIERS = 0.1
# What the accuracy is measured with; of so many points the rms error is known to 0.7 %.
_RINGS = (3, 4, 8, 31)
_NOISES_PX = (1.0, 2.0, 4.0)
_POINTS = 4000
# Rays that end at the border are a matter of taste, not of accuracy.
_PARAMETERS = TriangulationParameters(border_px=0.0)
_HUBER_PX = 4.0
_COMPARED_POINTS = 50


def measure_triangulation(repetitions: int) -> Iterator[Row]:
    """
    Measure the triangulation.

    :param repetitions: Number of times each thing is done.
    :return: Rows as they are measured.
    """
    yield from _durations(repetitions)
    yield from _compared_with_scipy(repetitions)
    yield from _accuracy()


def _durations(repetitions: int) -> Iterator[Row]:
    by_people = [_duration(8, people, repetitions) for people in _PEOPLE]
    by_cameras = [_duration(cameras, 10, repetitions) for cameras in _CAMERAS]
    note = f'{_NOISE_PX:g} px noise'
    yield Row('triangulation.people_10', by_people[0], repetitions, note)
    outliers = _duration(8, 10, repetitions, _OUTLIERS)
    yield Row('triangulation.outliers', outliers, repetitions, f'{_OUTLIERS:.0%} outliers')
    times = ', '.join(f'{value:.1f}' for value in by_people)
    exponent = _exponent(_PEOPLE, by_people)
    yield Row('triangulation.growth_people', exponent, repetitions, f'{times} ms')
    times = ', '.join(f'{value:.1f}' for value in by_cameras)
    exponent = _exponent(_CAMERAS, by_cameras)
    yield Row('triangulation.growth_cameras', exponent, repetitions, f'{times} ms')


def _duration(
    cameras: int, people: int, repetitions: int, outlier_fraction: float = 0.0
) -> float:
    points = scatter_points(
        ring_of_cameras(cameras),
        people * _PARTS,
        noise_px=_NOISE_PX,
        outlier_fraction=outlier_fraction,
    )
    return median_ms(partial(triangulate_points, points.observations, _PARAMETERS), repetitions)


def _exponent(counts: tuple[int, ...], times_ms: list[float]) -> float:
    return float(np.polyfit(np.log(counts), np.log(times_ms), 1)[0])


def _compared_with_scipy(repetitions: int) -> Iterator[Row]:
    """Refine the same points by the same loss, one after the other, with SciPy."""
    points = scatter_points(
        ring_of_cameras(8), 10 * _PARTS, noise_px=_NOISE_PX, outlier_fraction=_OUTLIERS
    )
    sightings = lay_out(points.observations)
    weights = points.observations.scores * np.isfinite(points.xy_image[..., 0])
    # Gross outliers have optima of their own: both start from where the clean views lead.
    start = select_all(sightings, weights * points.clean, np.full(len(points.xyz), 20.0)).xyz
    refine = partial(refine_points, sightings, weights, start, huber_px=_HUBER_PX)
    ours_ms = median_ms(refine, repetitions) / len(points.xyz)
    compared = range(_COMPARED_POINTS)
    reference = partial(_scipy_points, sightings, weights, start, compared)
    theirs_ms = median_ms(reference, max(1, repetitions // 10)) / len(compared)
    difference = np.linalg.norm(refine()[:, compared] - reference(), axis=0)
    note = f'{theirs_ms:.1f} ms against {1000 * ours_ms:.0f} us per point'
    yield Row('triangulation.scipy_speedup', theirs_ms / ours_ms, repetitions, note)
    yield Row('triangulation.scipy_difference', 1e6 * float(difference.max()), len(compared))


def _scipy_points(
    sightings: Sightings, weights: Array, start: Array, points: range
) -> Array:
    return np.stack([_scipy_point(sightings, weights, start, point) for point in points], axis=1)


def _scipy_point(sightings: Sightings, weights: Array, start: Array, point: int) -> Array:
    seen = np.flatnonzero(weights[:, point] > 0)
    rotations, translations = sightings.rotations[seen], sightings.translations[seen, :, 0]
    matrices = sightings.jacobians[:, seen, point].T.reshape(-1, 2, 2)
    pixels = sightings.xy_pixels[:, seen, point].T

    def distances(xyz: Array) -> Array:
        in_cameras = rotations @ xyz + translations
        normalized = in_cameras[:, :2] / in_cameras[:, 2:]
        offsets = np.einsum('cij,cj->ci', matrices, normalized) - pixels
        found: Array = np.hypot(offsets[:, 0], offsets[:, 1])
        return found

    tight = {'xtol': 1e-12, 'ftol': 1e-15, 'gtol': 1e-12}
    fit = least_squares(distances, start[:, point], loss='huber', f_scale=_HUBER_PX, **tight)
    solution: Array = fit.x
    return solution


def _accuracy() -> Iterator[Row]:
    """Compare the errors with the Cramer-Rao bound; the worst of all rings and noises counts."""
    clean = [_against_bound(ring, noise, 0.0) for ring in _RINGS for noise in _NOISES_PX]
    note = f'rings of {", ".join(map(str, _RINGS))}; {", ".join(map(str, _NOISES_PX))} px'
    yield Row('triangulation.error_over_bound', max(ratio for ratio, _ in clean), _POINTS, note)
    spoilt = [_against_bound(ring, noise, _OUTLIERS) for ring in _RINGS for noise in _NOISES_PX]
    note = f'{_OUTLIERS:.0%} outliers, bound of the clean views'
    worst = max(ratio for ratio, _ in spoilt)
    yield Row('triangulation.outlier_error_over_bound', worst, _POINTS, note)
    accepted = min(accepted for _, accepted in spoilt)
    yield Row('triangulation.outlier_accepted', 100 * accepted, _POINTS)


def _against_bound(ring: int, noise_px: float, outliers: float) -> tuple[float, float]:
    """Return rms error over bound and share accepted, of points with three clean views."""
    points = scatter_points(
        ring_of_cameras(ring), _POINTS, noise_px=noise_px, outlier_fraction=outliers
    )
    found = triangulate_points(points.observations, _PARAMETERS)
    return error_over_bound(points, found.xyz)
