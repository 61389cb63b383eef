# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space beside the markers that another program, or motion capture, gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import re

import numpy as np

from openpose_ros.evaluation.space import Distribution
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types_3d import Recording3D

# Names of OpenSim's OpenPose marker sets that are not R or L and a part, by our part. Their Neck
# is the upper neck of BODY_25B, not the point between the shoulders that BODY_25 calls so.
_PARTS = {
    'Nose': 'nose',
    'Neck': 'upper_neck',
    'Head': 'head_top',
    'Hip': 'mid_hip',
    'CHip': 'mid_hip',
}
_SIDES = {'R': 'right', 'L': 'left'}


@dataclass(frozen=True)
class MarkerComparison:
    """
    Distances between a person and markers.

    :param person_id: Identity of the person nearest to the markers.
    :param distances_m: Over all frames and common points, metres.
    :param parts_m: The same of each part.
    """

    person_id: int
    distances_m: Distribution
    parts_m: dict[str, Distribution]


def part_of_marker(marker: str) -> str:
    """
    Return the part a marker stands for: ``right_big_toe`` for ``RBigToe``.

    A part's own name stands for itself; an unknown name becomes one that no skeleton has.

    :param marker: Name of the marker.
    """
    if marker in _PARTS:
        return _PARTS[marker]
    found = re.fullmatch(r'([RL])((?:[A-Z][a-z]+)+)', marker)
    if found is None:
        return marker
    words = re.findall(r'[A-Z][a-z]+', found[2])
    return '_'.join((_SIDES[found[1]], *words)).lower()


def compare_with_markers(
    recording: Recording3D,
    parts: Sequence[str],
    *,
    markers: Sequence[str],
    frame_numbers: IntArray,
    xyz: Array,
) -> MarkerComparison:
    """
    Compare the person nearest to the markers with them.

    The first frames of both are taken as the same instant, the others by their numbers: programs
    count from 0 or from 1.

    :param recording: People over time.
    :param parts: Names of the parts of the body.
    :param markers: Names of M markers.
    :param frame_numbers: Frame number of each of the F frames of the markers, ascending.
    :param xyz: Markers in metres in the same world frame, shape ``(F, M, 3)``.
    :raises ValueError: If they have no person, part or frame in common.
    """
    names = [part_of_marker(marker) for marker in markers]
    columns = [(parts.index(name), column) for column, name in enumerate(names) if name in parts]
    if not columns:
        raise ValueError(f'no marker stands for a part of the body: {", ".join(markers)}')
    own, theirs = _common_frames(recording.frame_numbers, frame_numbers)
    best = None
    for person_id in recording.person_ids:
        trajectory = recording.trajectory(person_id)[own]
        distances = np.stack(
            [
                np.linalg.norm(trajectory[:, part] - xyz[theirs, column], axis=-1)
                for part, column in columns
            ],
            axis=1,
        )
        total = Distribution.of(distances)
        if total.count and (best is None or total.median < best.distances_m.median):
            by_part = {
                parts[part]: Distribution.of(distances[:, row])
                for row, (part, _) in enumerate(columns)
            }
            best = MarkerComparison(person_id, total, by_part)
    if best is None:
        raise ValueError('the recording and the markers have no frame with a person in common')
    return best


def _common_frames(own: IntArray, theirs: IntArray) -> tuple[IntArray, IntArray]:
    """Return the indices of the frames that both have, counted from the first of each."""
    if not len(own) or not len(theirs):
        raise ValueError('no frame to compare')
    _, rows, columns = np.intersect1d(own - own[0], theirs - theirs[0], return_indices=True)
    return rows, columns
