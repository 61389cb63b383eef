# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path

import pytest

from openpose_ros.tools import evaluate

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'


def test_evaluate_tracking_prints_and_reports_the_figures(
    capsys: pytest.CaptureFixture[str], pan: Path, tmp_path: Path
) -> None:
    report = tmp_path / 'report.json'
    arguments = ['tracking', '--video', str(pan), '--still', str(PHOTO), '--still-frames', '4']
    assert evaluate.main([*arguments, '--height', '256', '--report', str(report)]) == 0
    figures = json.loads(report.read_text())
    each, third, sixth = figures['moving']
    assert [row['frames'] for row in (each, third, sixth)] == [12, 4, 2]
    assert each['chains'] >= 2 and each['ids'] >= 2
    assert each['id_switches'] == third['id_switches'] == 0
    assert 0 < each['smoothing_lag_ms'] < 1000 / 15
    assert each['side_pairs'] > 50
    still = figures['still']
    assert still['frames'] == 4
    assert still['smoothed_jitter_px_median'] < still['raw_jitter_px_median'] < 5
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(':')[0] for line in lines[-4:]] == ['moving'] * 3 + ['still']
    assert f'id_switches {each["id_switches"]}, ' in lines[-4]


def test_evaluate_tracking_without_a_video_says_which(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert evaluate.main(['tracking', '--video', str(tmp_path / 'gone.mp4')]) == 1
    assert 'gone.mp4' in capsys.readouterr().err


def test_evaluate_tracking_of_a_damaged_image_says_which(
    capsys: pytest.CaptureFixture[str], make_clip: Callable[..., Path], tmp_path: Path
) -> None:
    still = tmp_path / 'x.png'
    still.write_bytes(b'no image')
    arguments = ['--video', str(make_clip('a.avi', 1)), '--height', '64', '--still', str(still)]
    assert evaluate.main(['tracking', *arguments]) == 1
    assert f"'{still}'" in capsys.readouterr().err


@pytest.mark.parametrize('wrong', ['0', 'many'])
def test_evaluate_tracking_with_wrong_arguments_ends_with_2(
    capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluate.main(['tracking', '--still-frames', wrong])
    assert caught.value.code == 2
    assert wrong in capsys.readouterr().err
