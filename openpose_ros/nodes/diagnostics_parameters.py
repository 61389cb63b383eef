# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How often a node reports, and from where on it warns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup


@dataclass(frozen=True)
class FrameLimits(ParameterGroup):
    """How often a node reports, and at which rate and share of bad frames it warns."""

    group: ClassVar[str] = 'diagnostics'

    period_sec: float = param(
        1.0, 'Seconds between two reports; rates and times are those of the last five.',
        low=0.1, high=60.0, dynamic=True,
    )
    warn_fps: float = param(
        0.0, 'Warn at fewer frames processed per second; 0: never.',
        low=0.0, high=1000.0, dynamic=True,
    )
    error_fps: float = param(
        0.0, 'The same as an error.', low=0.0, high=1000.0, dynamic=True
    )
    warn_bad_ratio: float = param(
        0.0,
        'Warn if a larger share of the frames that were worked on is bad: cannot be used, failed, '
        'or is passed on as it came; 1: never.',
        low=0.0, high=1.0, dynamic=True,
    )
    error_bad_ratio: float = param(
        0.5, 'The same as an error.', low=0.0, high=1.0, dynamic=True
    )

    def __post_init__(self) -> None:
        """
        Check each value, and that warnings come before errors.

        :raises ValueError: Names the parameter, the value found and what was expected.
        """
        super().__post_init__()
        if 0 < self.warn_fps < self.error_fps:
            raise ValueError(
                f"parameter 'diagnostics.error_fps' is {self.error_fps}, expected at most "
                f'diagnostics.warn_fps, {self.warn_fps}'
            )
        if self.error_bad_ratio < self.warn_bad_ratio:
            raise ValueError(
                f"parameter 'diagnostics.error_bad_ratio' is {self.error_bad_ratio}, expected at "
                f'least diagnostics.warn_bad_ratio, {self.warn_bad_ratio}'
            )


@dataclass(frozen=True)
class DiagnosticsParameters(FrameLimits):
    """How often a node that works on frames reports, and from where on it warns."""

    warn_latency_ms: float = param(
        5000.0,
        'Warn if more than one in twenty frames takes longer from arrival to publication; 0: '
        'never.',
        low=0.0, high=3600000.0, dynamic=True,
    )
    error_latency_ms: float = param(
        0.0, 'The same as an error.', low=0.0, high=3600000.0, dynamic=True
    )
    warn_age_ms: float = param(
        0.0,
        'Warn if more than one in twenty frames is older than this when it is published, by its '
        'stamp, which needs clocks in step; 0: never.',
        low=0.0, high=3600000.0, dynamic=True,
    )
    error_age_ms: float = param(
        0.0, 'The same as an error.', low=0.0, high=3600000.0, dynamic=True
    )
    error_stale_sec: float = param(
        30.0,
        'Seconds without input after which the warning becomes an error; 0: never.',
        low=0.0, high=3600.0, dynamic=True,
    )

    def __post_init__(self) -> None:
        """
        Check each value, and that warnings come before errors.

        :raises ValueError: Names the parameter, the value found and what was expected.
        """
        super().__post_init__()
        check_order(self, 'latency_ms')
        check_order(self, 'age_ms')


def check_order(parameters: ParameterGroup, name: str) -> None:
    """
    Check that a warning comes no later than the error.

    :param parameters: Has ``warn_NAME`` and ``error_NAME``; 0 as a limit of errors means none.
    :param name: The name.
    :raises ValueError: If the error comes first.
    """
    warn, error = getattr(parameters, f'warn_{name}'), getattr(parameters, f'error_{name}')
    if 0 < error < warn:
        raise ValueError(
            f"parameter 'diagnostics.error_{name}' is {error}, expected at least "
            f'diagnostics.warn_{name}, {warn}'
        )
