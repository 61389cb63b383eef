# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""View sets and cameras judged by limits, each limit at both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.view_status import CameraLimits
from openpose_ros.nodes.view_status import CameraState
from openpose_ros.nodes.view_status import InputState
from openpose_ros.nodes.view_status import LeftOut
from openpose_ros.nodes.view_status import view_statuses
from openpose_ros.nodes.view_status import with_left_out
from openpose_ros.temporal.view_sets import CameraReport

WELL = CameraReport(
    received=100, in_sets=98, dropped={'late': 2}, missed=1, skew_ms=-3.0, skew_ms_p95=5.0,
    missing_ratio=0.01, off_sec=0.0, trouble='',
)


def state(silent_sec: float = 0.1, **changes: Any) -> InputState:
    camera = CameraState(replace(WELL, **changes), {'fps': '30.00'}, silent_sec)
    return InputState('', 0.1, {'sets_complete': 98}, {'left': camera})


def camera_status(found: InputState, **limits: float) -> Status:
    _, status = view_statuses(found, DiagnosticsParameters(), CameraLimits(**limits))
    return status


def test_cameras_that_do_well() -> None:
    sets, left = view_statuses(state(), DiagnosticsParameters(), CameraLimits())
    assert (sets.task, sets.level, sets.message) == ('view sets', Level.OK, 'view sets come')
    assert sets.values == {'sets_complete': '98', 'silent_sec': '0.1'}
    assert (left.task, left.hardware_id, left.level) == ('camera left', 'left', Level.OK)
    assert left.values == {
        'fps': '30.00', 'received': '100', 'in_sets': '98', 'missed': '1',
        'missing_ratio': '0.01', 'skew_ms': '-3.0', 'skew_ms_p95': '5.0', 'clock_off_sec': '0.00',
        'trouble': '', 'dropped_late': '2',
    }


@pytest.mark.parametrize(
    ('problem', 'silent_sec', 'level'),
    [('', 99.0, Level.OK), ('no view set', 29.9, Level.WARN), ('no view set', 30.0, Level.ERROR)],
)
def test_no_view_sets_at_the_limits(problem: str, silent_sec: float, level: Level) -> None:
    found = replace(state(), problem=problem, silent_sec=silent_sec)
    sets, left = view_statuses(found, DiagnosticsParameters(), CameraLimits())
    assert sets.level == level
    assert left.level == Level.OK


@pytest.mark.parametrize(
    ('silent_sec', 'level'), [(29.9, Level.WARN), (30.0, Level.ERROR)]
)
def test_camera_that_is_not_waited_for(silent_sec: float, level: Level) -> None:
    status = camera_status(state(silent_sec, trouble='it sends nothing'))
    assert status.level == level
    assert status.message == 'it sends nothing'


@pytest.mark.parametrize(
    ('ratio', 'level'),
    [(0.5, Level.OK), (0.51, Level.WARN), (0.9, Level.WARN), (0.91, Level.ERROR)],
)
def test_missing_camera_at_the_limits(ratio: float, level: Level) -> None:
    found = state(missing_ratio=ratio)
    status = camera_status(found, warn_missing_ratio=0.5, error_missing_ratio=0.9)
    assert status.level == level
    assert ('it is missing in' in status.message) == (level > Level.OK)
    assert camera_status(found, warn_missing_ratio=1.0).level == Level.OK


@pytest.mark.parametrize('sign', [1, -1])
@pytest.mark.parametrize(
    ('skew_ms', 'level'),
    [(5.0, Level.OK), (5.1, Level.WARN), (9.0, Level.WARN), (9.1, Level.ERROR)],
)
def test_skew_at_the_limits(sign: int, skew_ms: float, level: Level) -> None:
    found = state(skew_ms=sign * skew_ms)
    assert camera_status(found, warn_skew_ms=5.0, error_skew_ms=9.0).level == level
    assert camera_status(found).level == Level.OK, 'no limit'


def test_views_that_could_not_be_used_are_a_warning_while_they_come() -> None:
    counts = {'size': 3}
    found = with_left_out(state(), {'left': LeftOut(counts, 2, 'it is 640x480')})
    status = camera_status(found)
    assert status.level == Level.WARN
    assert status.message == '2 views could not be used: it is 640x480'
    assert status.values['dropped_size'] == '3'
    later = camera_status(with_left_out(state(), {'left': LeftOut(counts, 0, 'it is 640x480')}))
    assert later.level == Level.OK
    assert later.values['dropped_size'] == '3'


def test_error_before_its_warning_is_refused() -> None:
    with pytest.raises(ValueError, match='diagnostics.error_missing_ratio'):
        CameraLimits(warn_missing_ratio=0.5, error_missing_ratio=0.4)
    with pytest.raises(ValueError, match='diagnostics.error_skew_ms'):
        CameraLimits(warn_skew_ms=5.0, error_skew_ms=4.0)
