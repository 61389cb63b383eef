# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Frames, input and networks judged by limits, each limit at both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_statistics import Percentiles
from openpose_ros.nodes.frame_status import frame_status
from openpose_ros.nodes.frame_status import input_status
from openpose_ros.nodes.model_status import model_status
from openpose_ros.nodes.model_status import UsedModel


def report(**changes: Any) -> FrameReport:
    """Return what is known of a node that does 10 of 30 frames per second."""
    values: dict[str, Any] = {
        'fps_in': 30.0, 'fps_out': 10.0, 'received': 300, 'processed': 100,
        'dropped': {'replaced': 200}, 'passed_on': {}, 'newly_bad': 0, 'newly_done': 50,
        'last_problem': '', 'times_ms': {}, 'settled': True,
    }
    return FrameReport(**{**values, **changes})


def limits(**values: float) -> DiagnosticsParameters:
    return DiagnosticsParameters(**values)


def test_frames_replaced_by_newer_ones_are_no_reason_to_warn() -> None:
    status = frame_status(report(), limits())
    assert (status.task, status.level) == ('frames', Level.OK)
    assert status.message == '10.0 of 30.0 frames per second'
    assert status.values['dropped_replaced'] == '200'


@pytest.mark.parametrize(
    ('fps', 'level'),
    [(10.0, Level.OK), (9.9, Level.WARN), (5.0, Level.WARN), (4.9, Level.ERROR),
     (0.0, Level.ERROR)],
)
def test_rate_at_its_limits(fps: float, level: Level) -> None:
    own = limits(warn_fps=10.0, error_fps=5.0)
    status = frame_status(report(fps_out=fps), own)
    assert status.level == level
    assert (f'{fps} frames per second, fewer than' in status.message) == (level > Level.OK)
    assert frame_status(report(fps_out=fps), own, awaited=False).level == Level.OK
    assert frame_status(report(fps_out=fps, settled=False), own).level == Level.OK, 'it starts'
    assert frame_status(report(fps_out=fps), limits()).level == Level.OK, 'no limit'


@pytest.mark.parametrize('name', ['latency', 'age'])
@pytest.mark.parametrize(
    ('p95', 'level'),
    [(100.0, Level.OK), (100.1, Level.WARN), (400.0, Level.WARN), (400.1, Level.ERROR)],
)
def test_times_at_their_limits(name: str, p95: float, level: Level) -> None:
    own = limits(**{f'warn_{name}_ms': 100.0, f'error_{name}_ms': 400.0})
    slow = report(times_ms={name: Percentiles(50.0, p95, 900.0)})
    status = frame_status(slow, own)
    assert status.level == level
    if level > Level.OK:
        limit = {Level.WARN: 100, Level.ERROR: 400}[level]
        words = f'{name} of {p95:.0f} ms (95th percentile), more than {limit} ms'
        assert status.message == words
    other = {'latency': 'age', 'age': 'latency'}[name]
    assert frame_status(report(times_ms={other: slow.times_ms[name]}), own).level == Level.OK
    off = limits(warn_latency_ms=0.0)
    assert frame_status(slow, off).level == Level.OK


@pytest.mark.parametrize(
    ('bad', 'done', 'level'),
    [(0, 10, Level.OK), (1, 9, Level.OK), (2, 8, Level.WARN), (5, 5, Level.WARN),
     (6, 4, Level.ERROR), (1, 0, Level.ERROR)],
)
def test_bad_frames_at_their_limits(bad: int, done: int, level: Level) -> None:
    found = report(newly_bad=bad, newly_done=done, last_problem='it is black')
    status = frame_status(found, limits(warn_bad_ratio=0.1, error_bad_ratio=0.5))
    assert status.level == level
    if level > Level.OK:
        assert status.message == f'{bad} of {bad + done} frames bad: it is black'
    assert frame_status(found, limits()).level >= min(bad, 1), 'one is enough by default'
    starting = frame_status(replace(found, settled=False), limits())
    assert starting.level == (Level.WARN if bad else Level.OK)
    assert frame_status(found, limits(warn_bad_ratio=1.0, error_bad_ratio=1.0)).level == Level.OK


def test_message_says_the_worst_first() -> None:
    found = report(newly_bad=1, last_problem='it is black', fps_out=1.0)
    status = frame_status(found, limits(error_fps=2.0))
    assert status.level == Level.ERROR
    assert status.message == (
        '1.0 frames per second, fewer than 2; 1 of 51 frames bad: it is black'
    )


@pytest.mark.parametrize(
    ('starving', 'silent_sec', 'error_stale_sec', 'level'),
    [
        ('', 100.0, 30.0, Level.OK),  # not awaited
        ('no image', 29.9, 30.0, Level.WARN),
        ('no image', 30.0, 30.0, Level.ERROR),
        ('no image', 1e6, 0.0, Level.WARN),
    ],
)
def test_input_at_its_limits(
    starving: str, silent_sec: float, error_stale_sec: float, level: Level
) -> None:
    own = limits(error_stale_sec=error_stale_sec)
    status = input_status(starving, silent_sec, own, values={'image_topic': '/image'})
    assert (status.task, status.level) == ('input', level)
    assert status.message == (starving or 'input comes')
    assert status.values == {'image_topic': '/image', 'silent_sec': f'{silent_sec:.1f}'}


def test_stamps_that_do_not_move_are_a_warning_though_input_comes() -> None:
    status = input_status('', 0.1, limits(), values={}, stamp_problem='they stand still')
    assert (status.level, status.message) == (Level.WARN, 'they stand still')
    starving = input_status('no keypoints', 40.0, limits(), values={}, stamp_problem='they stand')
    assert (starving.level, starving.message) == (Level.ERROR, 'no keypoints; they stand')


def test_network_on_another_provider_than_asked_for_is_a_warning() -> None:
    models = [UsedModel('face', 'ab12', 'cpu', 'cpu'), UsedModel('hand', 'cd34', 'cpu', 'cuda')]
    status = model_status(models[:1], {'looks_for': 'face'})
    assert (status.task, status.level) == ('model', Level.OK)
    assert status.message == 'face on cpu'
    assert status.values == {
        'models': 'face', 'provider': 'cpu', 'looks_for': 'face', 'face_sha256': 'ab12'
    }
    fallen = model_status(models, {})
    assert fallen.level == Level.WARN
    assert fallen.message == "model 'hand': provider 'cuda' was asked for, 'cpu' is used"
    assert fallen.values['hand_sha256'] == 'cd34'


@pytest.mark.parametrize(
    ('values', 'words'),
    [
        ({'warn_fps': 5.0, 'error_fps': 6.0}, "'diagnostics.error_fps' is 6.0, expected at most"),
        ({'warn_age_ms': 2.0, 'error_age_ms': 1.0}, "'diagnostics.error_age_ms' is 1.0"),
        ({'warn_latency_ms': 2.0, 'error_latency_ms': 1.0}, 'diagnostics.warn_latency_ms, 2.0'),
        ({'warn_bad_ratio': 0.6}, "'diagnostics.error_bad_ratio' is 0.5, expected at least"),
        ({'warn_bad_ratio': 1.1}, "'diagnostics.warn_bad_ratio' is 1.1, expected 0.0 .. 1.0"),
    ],
)
def test_error_before_its_warning_is_refused(values: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace('.', r'\.')):
        DiagnosticsParameters(**values)


def test_limit_that_is_off_contradicts_nothing() -> None:
    DiagnosticsParameters(warn_fps=0.0, error_fps=6.0)
    DiagnosticsParameters(warn_fps=6.0, error_fps=0.0)
    DiagnosticsParameters(warn_age_ms=100.0, error_age_ms=0.0)
    DiagnosticsParameters(warn_age_ms=0.0, error_age_ms=100.0)
