# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Points in space as a tidy table: a row per point, as statistics programs like to read it.

Missing points have no row. Points of face and hands are named ``face.<part>``,
``left_hand.<part>`` and ``right_hand.<part>``.
"""

from __future__ import annotations

from collections.abc import Iterator
import csv
from pathlib import Path
from typing import NamedTuple
from typing import TypeAlias

import numpy as np

from openpose_ros.skeletons import get_skeleton
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D


class PointRow(NamedTuple):
    """
    One point in space.

    :param frame: Number of the frame.
    :param time: Seconds.
    :param id: Identity of the person, 0 for none.
    :param part: Name of the part.
    :param x: Metres in the world frame.
    :param y: Metres.
    :param z: Metres.
    :param score: In [0, 1].
    :param error: Reprojection error in pixels, root mean square over the views used.
    :param views: Number of views used.
    """

    frame: int
    time: float
    id: int
    part: str
    x: float
    y: float
    z: float
    score: float
    error: float
    views: int


_Values: TypeAlias = tuple[float, float, float, float, float, int]  # x to views

# How each column is read; field by field as above.
_TYPES = (int, float, int, str, float, float, float, float, float, int)


def write_points_csv(path: Path, recording: Recording3D) -> None:
    """
    Write a table with a header.

    :param path: File.
    :param recording: People over time.
    :raises OSError: If it cannot be written.
    """
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(PointRow._fields)
        for row in rows_of(recording):
            time, *xyz = (f'{value:.6f}' for value in (row.time, row.x, row.y, row.z))
            numbers = (f'{row.score:.4f}', f'{row.error:.3f}', row.views)
            writer.writerow((row.frame, time, row.id, row.part, *xyz, *numbers))


def read_points_csv(path: Path) -> list[PointRow]:
    """
    Read a table.

    :param path: File.
    :raises ValueError: If it is no such table; names the file, the line and what is wrong.
    :raises OSError: If it cannot be read.
    """
    with path.open(encoding='utf-8', newline='') as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if tuple(header) != PointRow._fields:
            expected = ','.join(PointRow._fields)
            raise ValueError(f"'{path}': columns are '{','.join(header)}', expected '{expected}'")
        return [_row_of(cells, f"'{path}', line {reader.line_num}") for cells in reader]


def rows_of(recording: Recording3D) -> Iterator[PointRow]:
    """
    Yield the points of a recording, frame by frame, person by person.

    :param recording: People over time.
    """
    for number, time_sec, people in zip(
        recording.frame_numbers.tolist(), recording.times_sec.tolist(), recording.people
    ):
        for person, identity in enumerate(people.ids.tolist()):
            for part, values in _points_of(people, person):
                yield PointRow(number, time_sec, identity, part, *values)


def _points_of(people: People3D, person: int) -> Iterator[tuple[str, _Values]]:
    for prefix, skeleton, keypoints in (
        ('', people.skeleton, people.body),
        ('face.', people.face_skeleton, people.face),
        ('left_hand.', people.hand_skeleton, people.left_hand),
        ('right_hand.', people.hand_skeleton, people.right_hand),
    ):
        names = get_skeleton(skeleton).parts if skeleton else ()
        for part in np.flatnonzero(keypoints.scores[person] > 0):
            yield prefix + names[part], _values_of(keypoints, person, int(part))


def _values_of(keypoints: Keypoints3D, person: int, part: int) -> _Values:
    x, y, z = keypoints.xyz[person, part].tolist()
    return (
        x,
        y,
        z,
        float(keypoints.scores[person, part]),
        float(keypoints.reprojection_errors[person, part]),
        int(keypoints.views[person, part]),
    )


def _row_of(cells: list[str], place: str) -> PointRow:
    if len(cells) != len(_TYPES):
        raise ValueError(f'{place}: {len(cells)} cells, expected {len(_TYPES)}')
    try:
        return PointRow(*(kind(cell) for kind, cell in zip(_TYPES, cells)))
    except ValueError as error:
        raise ValueError(f'{place}: {error}') from error
