# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""That the programs measure and report; the times themselves are no test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
import json
from pathlib import Path
import subprocess
from typing import Any

import pytest

from openpose_ros.tools import benchmark
from openpose_ros.tools.benchmark_nodes import run_measurement
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import medians_ms
from openpose_ros.tools.benchmark_rows import QUANTITIES
from openpose_ros.tools.benchmark_rows import Row

QUICK = ('--repetitions', '1', '--height', '64')


def rows_of(report: Path) -> dict[str, dict[str, Any]]:
    return {row['name']: row for row in json.loads(report.read_text())['rows']}


@pytest.mark.parametrize(
    ('name', 'value', 'ok'),
    [
        ('parse.noise', 60.0, True),  # at most
        ('parse.noise', 60.1, False),
        ('node.throughput_ratio', 0.95, True),  # at least
        ('node.throughput_ratio', 0.94, False),
        ('pipeline.inference', 1e6, None),  # without a budget
    ],
)
def test_row_is_ok_within_its_budget(name: str, value: float, ok: bool | None) -> None:
    row = Row(name, value, 3, 'how')
    assert row.ok is ok
    quantity = QUANTITIES[name]
    assert row.as_report() == {
        'name': name, 'value': value, 'repetitions': 3, 'note': 'how', 'unit': quantity.unit,
        'budget': quantity.budget, 'at_least': quantity.at_least, 'ok': ok,
    }  # fmt: skip


def test_row_of_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ValueError, match="unknown row 'x', expected one of parse.maps_to_people"):
        Row('x', 1.0, 1)


def test_median_ms_leaves_the_first_call_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each call takes as many seconds as it says here; the clock is read twice per timed call.
    durations = iter([100.0, 1.0, 2.0, 30.0])
    now = 0.0

    def work() -> None:
        nonlocal now
        now += next(durations)

    monkeypatch.setattr('time.perf_counter', lambda: now)
    assert median_ms(work, 3) == pytest.approx(2000.0)


def test_medians_ms_lets_functions_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    now = 0.0

    def work(name: str, duration_sec: float) -> None:
        nonlocal now
        calls.append(name)
        now += duration_sec * len(calls)

    monkeypatch.setattr('time.perf_counter', lambda: now)
    functions = [partial(work, 'a', 1.0), partial(work, 'b', 10.0)]
    # the first two calls are not timed; a's are the third, fifth and seventh of all
    assert medians_ms(functions, 3) == pytest.approx([5000.0, 60000.0])
    assert calls == ['a', 'b'] * 4


def test_benchmark_parse_without_photos_draws_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(benchmark, 'PHOTOS', tmp_path / 'gone')
    report = tmp_path / 'new' / 'report.json'
    assert benchmark.main(['parse', '--repetitions', '1', '--report', str(report)]) == 0
    rows = rows_of(report)
    assert list(rows) == [name for name in QUANTITIES if name.startswith('parse.')]
    assert all(row['value'] > 0 for row in rows.values())
    assert rows['parse.maps_to_people']['note'] == '20 drawn images'
    assert rows['parse.people_9']['note'] == '9 found'
    shown = capsys.readouterr().out
    assert all(name in shown for name in rows)
    met = sum(row['ok'] for row in rows.values())
    assert f'{met} of {len(rows)} budgets met' in shown


def test_benchmark_parse_of_images_says_which(
    make_image: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_image('in/1.png').parent
    make_image('in/2.png')
    monkeypatch.setattr('openpose_ros.tools.benchmark_parse._CROWDS', (1, 2))
    report = tmp_path / 'report.json'
    arguments = ['parse', '--images', str(folder), '--report', str(report), *QUICK]
    assert benchmark.main(arguments) == 0
    assert rows_of(report)['parse.maps_to_people']['note'] == f'2 images of {tmp_path.name}/in'


def test_benchmark_pipeline_reports_the_stages(
    run_tool: Callable[..., subprocess.CompletedProcess[str]],
    make_image: Callable[..., Path],
    tmp_path: Path,
) -> None:
    folder = make_image('in/1.png').parent
    report = tmp_path / 'report.json'
    done = run_tool(
        'benchmark', 'pipeline', '--images', folder, '--report', report, '--provider', 'cpu',
        *QUICK,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = rows_of(report)
    assert list(rows) == [name for name in QUANTITIES if name.startswith('pipeline.')]
    # A 16:9 image at height 64 is 113.8 wide, padded to the next multiple of 8.
    assert rows['pipeline.inference']['note'] == 'body_mobilenet_thin, cpu, 120x64'
    stages = rows['pipeline.preprocess_720p']['value'] + rows['pipeline.inference']['value']
    assert rows['pipeline.total']['value'] > stages
    found = json.loads(report.read_text())
    assert (found['model'], found['height_px'], found['not_measured']) == (
        'body_mobilenet_thin', 64, {},
    )  # fmt: skip


def test_benchmark_drawing_draws_ten_people(tmp_path: Path) -> None:
    report = tmp_path / 'report.json'
    assert benchmark.main(['drawing', '--report', str(report), *QUICK]) == 0
    rows = rows_of(report)
    assert [(name, row['note'], row['budget']) for name, row in rows.items()] == [
        ('drawing.people_10', '1370 keypoints', 8.0)
    ]
    assert rows['drawing.people_10']['value'] > 0


def test_benchmark_face_hand_looks_at_everything_once(tmp_path: Path) -> None:
    report = tmp_path / 'report.json'
    assert benchmark.main(['face_hand', '--report', str(report), *QUICK]) == 0
    rows = rows_of(report)
    growth = rows.pop('face_hand.growth_per_person')
    assert [(name, row['note'], row['budget']) for name, row in rows.items()] == [
        ('face_hand.people_1', '3 crops, irises of 1', 30.0),
        ('face_hand.people_5', '15 crops, irises of 5', 135.0),
    ]
    assert all(row['value'] > 0 for row in rows.values())
    one, five = (row['value'] for row in rows.values())
    assert growth['value'] == pytest.approx((five - one) / 4 / one)
    assert growth['note'] == f'{(five - one) / 4:.1f} ms'
    assert growth['budget'] == 1.0


def test_benchmark_of_what_cannot_be_measured_says_so_and_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / 'report.json'
    arguments = ['pipeline', '--images', str(tmp_path / 'gone'), '--report', str(report)]
    assert benchmark.main(arguments) == 1
    assert 'benchmark: pipeline could not be measured: ' in capsys.readouterr().err
    found = json.loads(report.read_text())
    assert found['rows'] == []
    assert 'gone' in found['not_measured']['pipeline']


def test_run_measurement_that_fails_gives_its_words() -> None:
    with pytest.raises(ValueError, match=r'measuring\.nothing failed: .*No module named'):
        run_measurement('nothing')


@pytest.mark.parametrize('arguments', [[], ['other'], ['parse', '--repetitions', '0']])
def test_benchmark_with_wrong_arguments_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        benchmark.main(arguments)
    assert caught.value.code == 2
    assert 'usage:' in capsys.readouterr().err
