# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How well it goes with the view sets and with each camera, judged by limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar

from openpose_ros.nodes.diagnostic_status import above
from openpose_ros.nodes.diagnostic_status import Finding
from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostic_status import status_of
from openpose_ros.nodes.diagnostics_parameters import check_order
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_status import stale_level
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.view_sets import CameraReport

VIEW_SETS = 'view sets'


@dataclass(frozen=True)
class CameraLimits(ParameterGroup):
    """From where on a node warns of a camera."""

    group: ClassVar[str] = 'diagnostics'

    warn_missing_ratio: float = param(
        0.8,
        'Warn if a camera is missing in a larger share of the last hundred view sets; one at half '
        'the rate of the others is missing in half of them; 1: never.',
        low=0.0, high=1.0, dynamic=True,
    )
    error_missing_ratio: float = param(
        1.0, 'The same as an error.', low=0.0, high=1.0, dynamic=True
    )
    warn_skew_ms: float = param(
        0.0,
        "Warn if a camera's stamps are further than this from those of the view sets, in the "
        'median; 0: never.',
        low=0.0, high=1000.0, dynamic=True,
    )
    error_skew_ms: float = param(
        0.0, 'The same as an error.', low=0.0, high=1000.0, dynamic=True
    )

    def __post_init__(self) -> None:
        """
        Check each value, and that warnings come before errors.

        :raises ValueError: Names the parameter, the value found and what was expected.
        """
        super().__post_init__()
        check_order(self, 'skew_ms')
        if self.error_missing_ratio < self.warn_missing_ratio:
            raise ValueError(
                f"parameter 'diagnostics.error_missing_ratio' is {self.error_missing_ratio}, "
                f'expected at least diagnostics.warn_missing_ratio, {self.warn_missing_ratio}'
            )


@dataclass(frozen=True)
class LeftOut:
    """
    Views of a camera that were in a set and could not be used.

    :param counts: How many in all, by reason.
    :param newly: How many since the report before.
    :param problem: What was wrong with the last one.
    """

    counts: Mapping[str, int]
    newly: int
    problem: str


@dataclass(frozen=True)
class CameraState:
    """
    What is known of the views of a camera.

    :param report: What became of them.
    :param arrivals: Rate and ages, as values of a status.
    :param silent_sec: Seconds since the last one.
    :param left_out: Those that could not be used.
    """

    report: CameraReport
    arrivals: Mapping[str, str]
    silent_sec: float
    left_out: LeftOut = LeftOut({}, 0, '')


@dataclass(frozen=True)
class InputState:
    """
    What is known of the input of all cameras.

    :param problem: Why there are no view sets, an empty text if there are.
    :param silent_sec: Seconds since the last set.
    :param counts: Counts of sets, by name.
    :param cameras: By name.
    """

    problem: str
    silent_sec: float
    counts: Mapping[str, int]
    cameras: Mapping[str, CameraState]


def with_left_out(state: InputState, left_out: Mapping[str, LeftOut]) -> InputState:
    """
    Return a state that knows of the views that could not be used.

    :param state: The state.
    :param left_out: These views, by camera.
    """
    cameras = {
        name: replace(camera, left_out=left_out.get(name, camera.left_out))
        for name, camera in state.cameras.items()
    }
    return replace(state, cameras=cameras)


def view_statuses(
    state: InputState, limits: DiagnosticsParameters, camera_limits: CameraLimits
) -> list[Status]:
    """
    Judge the view sets and each camera.

    :param state: What is known of them.
    :param limits: From where on it is an error that nothing comes.
    :param camera_limits: From where on to warn of a camera.
    """
    problem = state.problem
    findings = [Finding(stale_level(state.silent_sec, limits), problem)] if problem else []
    values = {key: str(count) for key, count in state.counts.items()}
    values['silent_sec'] = f'{state.silent_sec:.1f}'
    return [
        status_of(VIEW_SETS, findings, otherwise='view sets come', values=values),
        *(
            _camera_status(name, camera, limits, camera_limits)
            for name, camera in state.cameras.items()
        ),
    ]


def _camera_status(
    name: str, camera: CameraState, limits: DiagnosticsParameters, own: CameraLimits
) -> Status:
    report, left_out = camera.report, camera.left_out
    findings = _missing(report, own)
    findings += above(
        abs(report.skew_ms), own.warn_skew_ms, own.error_skew_ms,
        f'its stamps are {report.skew_ms:.1f} ms off, more than {{limit}} ms',
    )
    if report.trouble:
        level = stale_level(camera.silent_sec, limits)
        findings.append(Finding(level, report.trouble))
    if left_out.newly:
        text = f'{left_out.newly} views could not be used: {left_out.problem}'
        findings.append(Finding(Level.WARN, text))
    return status_of(
        f'camera {name}', findings, otherwise='its views are used', hardware_id=name,
        values={**camera.arrivals, **_values(report, left_out)},
    )


def _missing(report: CameraReport, limits: CameraLimits) -> list[Finding]:
    if report.missing_ratio <= limits.warn_missing_ratio:
        return []
    is_error = report.missing_ratio > limits.error_missing_ratio
    text = f'it is missing in {100 * report.missing_ratio:.0f} % of the view sets'
    return [Finding(Level.ERROR if is_error else Level.WARN, text)]


def _values(report: CameraReport, left_out: LeftOut) -> dict[str, str]:
    dropped = {**report.dropped, **left_out.counts}
    return {
        'received': str(report.received),
        'in_sets': str(report.in_sets),
        'missed': str(report.missed),
        'missing_ratio': f'{report.missing_ratio:.2f}',
        'skew_ms': f'{report.skew_ms:.1f}',
        'skew_ms_p95': f'{report.skew_ms_p95:.1f}',
        'clock_off_sec': f'{report.off_sec:.2f}',
        'trouble': report.trouble,
        **{f'dropped_{reason}': str(count) for reason, count in dropped.items()},
    }
