# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How well it goes with the frames, the input and the networks of a node, judged by limits."""

from __future__ import annotations

from collections.abc import Mapping

from openpose_ros.nodes.diagnostic_status import above
from openpose_ros.nodes.diagnostic_status import below
from openpose_ros.nodes.diagnostic_status import Finding
from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostic_status import status_of
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.frame_statistics import FrameReport

FRAMES = 'frames'
INPUT = 'input'
MODEL = 'model'


def frame_status(
    report: FrameReport, limits: FrameLimits, *, awaited: bool = True
) -> Status:
    """
    Judge what becomes of the frames.

    :param report: Counts and times.
    :param limits: From where on to warn.
    :param awaited: Whether frames are to come at all: whether anybody wants a result.
    """
    findings = _bad_frames(report, limits)
    if isinstance(limits, DiagnosticsParameters):
        findings += _slow_frames(report, limits)
    if awaited and report.settled:
        findings += below(
            report.fps_out, limits.warn_fps, limits.error_fps,
            f'{report.fps_out:.1f} frames per second, fewer than {{limit}}',
        )
    rates = f'{report.fps_out:.1f} of {report.fps_in:.1f} frames per second'
    return status_of(FRAMES, findings, otherwise=rates, values=report.values())


def input_status(
    starving: str,
    silent_sec: float,
    limits: DiagnosticsParameters,
    *,
    values: Mapping[str, str],
    stamp_problem: str = '',
) -> Status:
    """
    Judge whether input comes.

    :param starving: What does not come, an empty text if all does.
    :param silent_sec: Seconds since the last of it.
    :param limits: From where on to warn.
    :param values: Topics, and what waits.
    :param stamp_problem: What is wrong with the stamps of what comes, empty if nothing is.
    """
    findings = [Finding(stale_level(silent_sec, limits), starving)] if starving else []
    if stamp_problem:
        findings.append(Finding(Level.WARN, stamp_problem))
    values = {**values, 'silent_sec': f'{silent_sec:.1f}'}
    return status_of(INPUT, findings, otherwise='input comes', values=values)


def stale_level(silent_sec: float, limits: DiagnosticsParameters) -> Level:
    """
    Return how bad it is that nothing comes.

    :param silent_sec: Seconds since the last input; longer than the node's patience.
    :param limits: From where on it is an error.
    """
    is_error = 0 < limits.error_stale_sec <= silent_sec
    return Level.ERROR if is_error else Level.WARN


def _bad_frames(report: FrameReport, limits: FrameLimits) -> list[Finding]:
    if report.bad_ratio <= limits.warn_bad_ratio:
        return []
    # The first frames of a graph that starts may lack what the other nodes do not send yet.
    is_error = report.settled and report.bad_ratio > limits.error_bad_ratio
    level = Level.ERROR if is_error else Level.WARN
    worked_on = report.newly_bad + report.newly_done
    return [
        Finding(level, f'{report.newly_bad} of {worked_on} frames bad: {report.last_problem}')
    ]


def _slow_frames(report: FrameReport, limits: DiagnosticsParameters) -> list[Finding]:
    findings: list[Finding] = []
    for name in ('latency', 'age'):
        if name in report.times_ms:
            p95 = report.times_ms[name].p95
            findings += above(
                p95, getattr(limits, f'warn_{name}_ms'), getattr(limits, f'error_{name}_ms'),
                f'{name} of {p95:.0f} ms (95th percentile), more than {{limit}} ms',
            )
    return findings
