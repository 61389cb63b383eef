# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How good people in space are, judged by the views they come from.

The reprojection error alone rewards throwing views away. So it stands beside the number of views
per point, the error in all views that see the point, and the share of points that came out at all;
``left_out`` and ``bones`` judge without looking at the views used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

# A keypoint of at least this score counts as seen.
SEEN_SCORE = 0.3
_SEEN_VIEWS = 2


@dataclass(frozen=True)
class Distribution:
    """
    Median and 90th percentile.

    :param median: Median, NaN if there is nothing.
    :param p90: 90th percentile, NaN if there is nothing.
    :param count: Number of values.
    """

    median: float
    p90: float
    count: int

    @classmethod
    def of(cls, values: Array) -> Distribution:
        """
        Return the distribution of the finite values.

        :param values: Any shape.
        """
        finite = np.asarray(values)[np.isfinite(values)]
        if not len(finite):
            return cls(float('nan'), float('nan'), 0)
        median, p90 = np.percentile(finite, (50, 90)).tolist()
        return cls(median, p90, len(finite))


@dataclass(frozen=True)
class SpaceFigures:
    """
    The figures of a recording.

    :param seen_points: Points with a score above 0.3 in at least two views of their person.
    :param reconstructed_points: Those of them that are in space.
    :param reprojection_px: Error per point, root mean square over the views used.
    :param all_views_px: Error per point and view that sees it, used or not.
    :param views_per_point: Mean number of views used.
    :param points_of_part: Points in space of each part of the body.
    """

    seen_points: int
    reconstructed_points: int
    reprojection_px: Distribution
    all_views_px: Distribution
    views_per_point: float
    points_of_part: dict[str, int]

    @property
    def coverage(self) -> float:
        """Share of the points seen that are in space, NaN if none is seen."""
        if not self.seen_points:
            return float('nan')
        return self.reconstructed_points / self.seen_points


def observations_of(people: People3D, views: Sequence[View]) -> tuple[Array, Array]:
    """
    Return the keypoints in the image of the people in space.

    :param people: N people in space.
    :param views: The views they come from, C of them.
    :return: Pixels, shape ``(N, C, P, 2)``, NaN where missing, and scores, ``(N, C, P)``.
    :raises ValueError: If the views are not those of the people's cameras.
    """
    cameras = tuple(view.camera.name for view in views)
    if cameras != people.cameras:
        raise ValueError(f'views of cameras {cameras}, expected {people.cameras}')
    shape = (len(people), len(views), people.body.xyz.shape[1])
    xy, scores = np.full((*shape, 2), np.nan), np.zeros(shape)
    for column, view in enumerate(views):
        rows = np.flatnonzero(people.sources[:, column] != NOT_SEEN)
        sources = people.sources[rows, column]
        xy[rows, column] = view.people.body.xy[sources]
        scores[rows, column] = view.people.body.scores[sources]
    return xy, scores


def view_errors(people: People3D, views: Sequence[View]) -> Array:
    """
    Return how far each point, projected, is from where each view sees it.

    :param people: N people in space.
    :param views: The views they come from, C of them.
    :return: Pixels, NaN where there is no point or the view does not see it, ``(N, C, P)``.
    """
    xy, scores = observations_of(people, views)
    projected = np.full_like(xy, np.nan)
    for column, view in enumerate(views):
        projected[:, column] = view.camera.project(people.body.xyz)
    errors: Array = np.linalg.norm(projected - xy, axis=-1)
    return np.where(scores > SEEN_SCORE, errors, np.nan)


def measure_space(
    recording: Recording3D, view_sets: Sequence[Sequence[View]], parts: Sequence[str]
) -> SpaceFigures:
    """
    Measure a recording against the views it comes from.

    :param recording: People in space over time.
    :param view_sets: The views of each frame.
    :param parts: Names of the parts of the body.
    :raises ValueError: If recording and view sets differ in length.
    """
    if len(view_sets) != len(recording):
        raise ValueError(f'{len(view_sets)} view sets, expected {len(recording)} as frames')
    seen = reconstructed = 0
    for people, views in zip(recording.people, view_sets):
        _, scores = observations_of(people, views)
        visible = (scores > SEEN_SCORE).sum(axis=1) >= _SEEN_VIEWS
        seen += int(visible.sum())
        reconstructed += int((visible & (people.body.scores > 0)).sum())
    everybody = recording.people
    counts = _joined([people.body.views[people.body.scores > 0] for people in everybody])
    return SpaceFigures(
        seen,
        reconstructed,
        Distribution.of(_joined([people.body.reprojection_errors for people in everybody])),
        Distribution.of(_joined([view_errors(*pair) for pair in zip(everybody, view_sets)])),
        float(counts.mean()) if len(counts) else float('nan'),
        _points_of_part(everybody, parts),
    )


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate([np.zeros(0), *(array.reshape(-1) for array in arrays)])


def _points_of_part(everybody: Sequence[People3D], parts: Sequence[str]) -> dict[str, int]:
    counts = sum(
        ((people.body.scores > 0).sum(axis=0) for people in everybody), np.zeros(len(parts), int)
    )
    return dict(zip(parts, np.asarray(counts).tolist()))
