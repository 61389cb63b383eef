# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That each row of the triangulation is measured; the times themselves are no test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openpose_ros.tools import benchmark
from openpose_ros.tools import benchmark_triangulation
from openpose_ros.tools.benchmark_rows import QUANTITIES


def test_benchmark_triangulation_reports_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {
        '_PEOPLE': (1, 2), '_CAMERAS': (3, 4), '_RINGS': (4, 8), '_NOISES_PX': (2.0,),
        '_POINTS': 500, '_COMPARED_POINTS': 3,
    }  # fmt: skip
    for name, value in small.items():
        monkeypatch.setattr(benchmark_triangulation, name, value)
    report = tmp_path / 'report.json'
    arguments = ['triangulation', '--repetitions', '1', '--report', str(report)]
    assert benchmark.main(arguments) == 0
    rows = {row['name']: row for row in json.loads(report.read_text())['rows']}
    assert list(rows) == [name for name in QUANTITIES if name.startswith('triangulation.')]
    # What does not depend on how busy the machine is.
    assert rows['triangulation.scipy_difference']['value'] < 1.0
    assert 0.9 < rows['triangulation.error_over_bound']['value'] < 1.08
    assert 0.9 < rows['triangulation.outlier_error_over_bound']['value'] < 1.15
    assert 99 <= rows['triangulation.outlier_accepted']['value'] <= 100
    assert rows['triangulation.people_10']['value'] > 0
    assert rows['triangulation.growth_people']['note'].endswith(' ms')
