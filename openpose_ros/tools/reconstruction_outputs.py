# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What ``reconstruct`` writes and prints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from openpose_ros.io.openpose_json_3d import write_people_3d
from openpose_ros.io.points_csv import write_points_csv
from openpose_ros.io.trc import markers_of
from openpose_ros.io.trc import write_trc
from openpose_ros.tools.report import prepare_folder
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report
from openpose_ros.types_3d import Recording3D

JSON_FOLDER = 'json'
REPORT_NAME = 'report.json'


@dataclass(frozen=True)
class ReconstructionOutputs:
    """
    Where the people and the report go; made ready before the work begins.

    :param folder: Gets ``json/`` and ``report.json``.
    :param trc: File for OpenSim, or ``None``.
    :param csv: File for a table of all points, or ``None``.
    :param picture: Image file that somebody else writes, or ``None``.
    :raises ValueError: If something cannot be written.
    """

    folder: Path
    trc: Path | None = None
    csv: Path | None = None
    picture: Path | None = None

    def __post_init__(self) -> None:
        """Make the folders and try to write into them."""
        prepare_folder(self.folder / JSON_FOLDER, '--out')
        for path in (self.trc, self.csv, self.picture):
            if path is not None:
                prepare_report(path)
        if self.picture is not None and not cv2.haveImageWriter(str(self.picture)):
            raise ValueError(f"--picture '{self.picture}', expected an image such as people.png")

    def write(self, recording: Recording3D, report: dict[str, Any]) -> list[Path]:
        """
        Write everything.

        :param recording: People in space over time.
        :param report: Figures.
        :return: What was written, the folder of the JSON files in place of these.
        :raises OSError: If something cannot be written.
        """
        folder = self.folder / JSON_FOLDER
        for number, people in zip(recording.frame_numbers.tolist(), recording.people):
            write_people_3d(people, folder, f'frame_{number:012d}')
        write_report(self.folder / REPORT_NAME, report)
        written = [folder, self.folder / REPORT_NAME, *self._write_trc(recording)]
        if self.csv is not None:
            write_points_csv(self.csv, recording)
            written.append(self.csv)
        return written

    def _write_trc(self, recording: Recording3D) -> list[Path]:
        """Write a file per person, for the format knows one only."""
        if self.trc is None:
            return []
        ids = recording.person_ids
        paths = [
            self.trc if len(ids) == 1 else self.trc.with_stem(f'{self.trc.stem}_person{one}')
            for one in ids
        ]
        for path, person_id in zip(paths, ids):
            write_trc(path, markers_of(recording, person_id))
        return paths


def summary_of(report: dict[str, Any]) -> str:
    """
    Return the main figures of a report as lines.

    :param report: From :func:`~openpose_ros.tools.offline_reconstruction.report_of`.
    """
    lines = [
        f'points: {_percent(report["coverage"])} of {report["points_seen_in_two_views"]} seen '
        f'above 0.3 in two views, {_number(report["views_per_point"], ".2f")} views each',
        f'reprojection error: {_spread(report["reprojection_error_px"], "px")}; in all views '
        f'that see the point {_spread(report["reprojection_error_all_views_px"], "px")}',
    ]
    if 'left_out_camera_px' in report:
        lines.append(f'in a camera left out: {_spread(report["left_out_camera_px"], "px")}')
    if 'distance_to_markers_m' in report:
        markers = report['distance_to_markers_m']
        lines.append(
            f'person {markers["person"]} to the markers: {_spread(markers, "mm", 1000.0)}'
        )
    lines.append(
        f'people: {report["people_per_frame"]:.2f} per frame, ghosts '
        f'{report["ghosts_per_frame"]:.2f} per frame'
    )
    for person_id, person in report['people'].items():
        spread = _percent(person['mean_robust_cv_of_bones'])
        lines.append(f'person {person_id}: {person["frames"]} frames, bones vary by {spread}')
    return '\n'.join(lines)


def _spread(numbers: dict[str, Any], unit: str, factor: float = 1.0) -> str:
    median, p90 = (
        None if numbers[key] is None else factor * numbers[key] for key in ('median', 'p90')
    )
    return f'median {_number(median, ".1f")} {unit}, 90 % below {_number(p90, ".1f")} {unit}'


def _percent(share: float | None) -> str:
    return '-' if share is None else f'{100 * share:.1f} %'


def _number(value: float | None, form: str) -> str:
    return '-' if value is None else format(value, form)
