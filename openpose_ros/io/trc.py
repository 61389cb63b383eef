# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
OpenSim's .trc files: the markers of one person over time.

In the file Y is up; our world has Z up, so X, Y, Z of the file are Y, Z, X of the world. Positions
are written in metres, a missing one as empty cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import require_shape
from openpose_ros.types_3d import Recording3D

# world axis of X, Y and Z of the file
AXES = (1, 2, 0)
UNITS_M = {'m': 1.0, 'mm': 0.001, 'cm': 0.01}
_FIRST_MARKER = 2  # frame and time come first


@dataclass(frozen=True, eq=False)
class Markers:
    """
    M markers over T frames.

    :param names: Name of each marker.
    :param frame_numbers: Number of each frame, shape ``(T,)``, int64.
    :param times_sec: Time of each frame in seconds, shape ``(T,)``.
    :param xyz: Metres in the world frame (Z up), NaN where missing, shape ``(T, M, 3)``.
    """

    names: tuple[str, ...]
    frame_numbers: IntArray
    times_sec: Array
    xyz: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit each other."""
        require_shape('xyz', self.xyz, (None, len(self.names), 3))
        require_shape('frame_numbers', self.frame_numbers, self.xyz.shape[:1])
        require_shape('times_sec', self.times_sec, self.xyz.shape[:1])

    @property
    def rate_hz(self) -> float:
        """Frames per second, 0 if there are fewer than two."""
        if len(self.times_sec) < 2:
            return 0.0
        return float((len(self.times_sec) - 1) / (self.times_sec[-1] - self.times_sec[0]))


def markers_of(recording: Recording3D, person_id: int) -> Markers:
    """
    Return the body of one person as markers named like the parts.

    :param recording: People over time.
    :param person_id: Identity of the person.
    :raises ValueError: If the recording lacks that person.
    """
    xyz = recording.trajectory(person_id)
    names = get_skeleton(recording.people[0].skeleton).parts
    return Markers(names, recording.frame_numbers, recording.times_sec, xyz)


def write_trc(path: Path, markers: Markers) -> None:
    """
    Write a file.

    :param path: File.
    :param markers: At least one marker.
    :raises OSError: If it cannot be written.
    """
    rate = f'{markers.rate_hz:.6g}'
    count = len(markers.times_sec)
    first = markers.frame_numbers[0] if count else 0
    keys = 'DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame'
    values = (rate, rate, count, len(markers.names), 'm', rate, first, count)
    numbers = range(1, len(markers.names) + 1)
    lines = [
        f'PathFileType\t4\t(X/Y/Z)\t{path.name}',
        '\t'.join((*keys.split(), 'OrigNumFrames')),
        '\t'.join(map(str, values)),
        'Frame#\tTime\t' + '\t\t\t'.join(markers.names) + '\t\t',
        '\t\t' + '\t'.join(f'X{number}\tY{number}\tZ{number}' for number in numbers),
        '',
    ]
    for frame, time_sec, xyz in zip(markers.frame_numbers, markers.times_sec, markers.xyz):
        # micrometres: beyond what any camera gives
        cells = ['' if np.isnan(one) else f'{one:.6f}' for one in xyz[:, AXES].reshape(-1)]
        lines.append('\t'.join((str(frame), f'{time_sec:.6f}', *cells)))
    path.write_text('\n'.join(lines) + '\n', encoding='utf-8')


def read_trc(path: Path) -> Markers:
    """
    Read a file, in metres, centimetres or millimetres.

    :param path: File.
    :raises ValueError: If it is no such file; names it and what is wrong.
    :raises OSError: If it cannot be read.
    """
    try:
        return _markers_of(path.read_text(encoding='utf-8').splitlines())
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error


def _markers_of(lines: list[str]) -> Markers:
    if len(lines) < 5 or not lines[0].startswith('PathFileType'):
        raise ValueError("no .trc file: expected five lines of header, 'PathFileType' first")
    header = dict(zip(lines[1].split('\t'), lines[2].split('\t')))
    unit = header.get('Units', '').strip()
    if unit not in UNITS_M:
        raise ValueError(f"units are '{unit}', expected one of {', '.join(UNITS_M)}")
    names = tuple(cell.strip() for cell in lines[3].split('\t')[_FIRST_MARKER:] if cell.strip())
    rows = [line.split('\t') for line in lines[5:] if line.strip()]
    table = np.full((len(rows), _FIRST_MARKER + 3 * len(names)), np.nan)
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        if any(cells[table.shape[1]:]):
            raise ValueError(
                f'row {number + 1} has {len(cells)} cells, expected {table.shape[1]} '
                f'for {len(names)} markers'
            )
        for column, cell in enumerate(cells[:table.shape[1]]):
            if cell:
                table[number, column] = float(cell)
    if np.isnan(table[:, :_FIRST_MARKER]).any():
        raise ValueError('a row lacks its frame number or its time')
    in_file = table[:, _FIRST_MARKER:].reshape(len(rows), len(names), 3) * UNITS_M[unit]
    xyz = np.empty_like(in_file)
    xyz[..., AXES] = in_file
    return Markers(names, table[:, 0].astype(np.int64), table[:, 1], xyz)
