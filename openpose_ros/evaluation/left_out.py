# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The error in a camera that had no say: people are reconstructed without it and projected into it.

Unlike the error in the views used, it does not get smaller by throwing views away.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence

import numpy as np

from openpose_ros.evaluation.space import observations_of
from openpose_ros.evaluation.space import SEEN_SCORE
from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D

# With fewer there is nothing to reconstruct from once one is left out.
MIN_VIEWS = 3


def left_out_errors(
    people: People3D,
    views: Sequence[View],
    reconstruct: Callable[[Sequence[View]], People3D],
) -> dict[str, Array]:
    """
    Return the errors of one frame in each camera, of people reconstructed without it.

    :param people: The people reconstructed from all views; says who is who in the camera left
        out.
    :param views: All views of the frame.
    :param reconstruct: Makes people of views.
    :return: By name of the camera: pixels, of each keypoint scored above 0.3 in it, shape
        ``(k,)``. Empty with fewer than three views.
    """
    if len(views) < MIN_VIEWS:
        return {}
    xy, scores = observations_of(people, views)
    errors = {}
    for column, view in enumerate(views):
        others = [other for other in views if other is not view]
        found = reconstruct(others)
        same = same_people(people.sources[:, np.arange(len(views)) != column], found.sources)
        rows = np.flatnonzero(same != NOT_SEEN)
        projected = view.camera.project(found.body.xyz[same[rows]])
        distances = np.linalg.norm(projected - xy[rows, column], axis=-1)
        counted = np.isfinite(distances) & (scores[rows, column] > SEEN_SCORE)
        errors[view.camera.name] = distances[counted]
    return errors


def same_people(sources: IntArray, other_sources: IntArray) -> IntArray:
    """
    Return who of the others is made of the same people of the views, in more views than not.

    :param sources: Index of each person in each view, ``NOT_SEEN`` for none, ``(N, C)``.
    :param other_sources: The same of other people, shape ``(M, C)``.
    :return: Index of the other person, ``NOT_SEEN`` for none, shape ``(N,)``.
    """
    if not len(other_sources):
        return np.full(len(sources), NOT_SEEN, np.int64)
    mine, theirs = sources[:, None], other_sources[None]
    agreeing = ((mine == theirs) & (theirs != NOT_SEEN)).sum(axis=2)
    best = agreeing.argmax(axis=1)
    seen_in = (other_sources != NOT_SEEN).sum(axis=1)[best]
    agrees = 2 * agreeing[np.arange(len(sources)), best] > seen_in
    return np.where(agrees, best, NOT_SEEN).astype(np.int64)
