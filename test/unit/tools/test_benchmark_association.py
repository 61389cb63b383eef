# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That the association is measured; its times are no test, that it is right is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openpose_ros.tools import benchmark
from openpose_ros.tools.benchmark_rows import QUANTITIES


def test_benchmark_association_measures_times_growth_and_pairs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr('openpose_ros.tools.benchmark_association._MORE_PEOPLE', (2, 4))
    monkeypatch.setattr('openpose_ros.tools.benchmark_association._MORE_CAMERAS', (3, 5))
    report = tmp_path / 'report.json'
    assert benchmark.main(['association', '--repetitions', '2', '--report', str(report)]) == 0
    rows = {row['name']: row for row in json.loads(report.read_text())['rows']}
    assert sorted(rows) == sorted(name for name in QUANTITIES if name.startswith('association.'))
    assert rows['association.people_10']['value'] > 0
    assert rows['association.people_10']['budget'] == 15.0
    for name in ('pair_precision', 'pair_recall'):
        row = rows[f'association.{name}']
        assert row['ok'] and row['value'] <= 1
        assert row['note'].startswith('2 rooms, ')
    assert rows['association.growth_people']['note'].startswith('2: ')
    assert rows['association.growth_cameras']['note'].startswith('3: ')
