# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One line of the diagnostics as a value: how well it goes with one thing that a node does."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; the numbers are those of ``diagnostic_msgs/DiagnosticStatus``."""

    OK = 0
    WARN = 1
    ERROR = 2


@dataclass(frozen=True)
class Finding:
    """
    Something that is not as it should be.

    :param level: How bad it is.
    :param text: What it is, for a person.
    """

    level: Level
    text: str


@dataclass(frozen=True)
class Status:
    """
    How well it goes with one thing.

    :param task: The thing, behind the name of the node.
    :param level: How bad it is.
    :param message: The same in words.
    :param values: All that is known, by name.
    :param hardware_id: The device that it is about.
    """

    task: str
    level: Level
    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    hardware_id: str = 'none'


def status_of(
    task: str,
    findings: Iterable[Finding],
    *,
    otherwise: str,
    values: Mapping[str, str],
    hardware_id: str = 'none',
) -> Status:
    """
    Return a status as bad as the worst that was found; its message says all, the worst first.

    :param task: What it is about.
    :param findings: What is not as it should be.
    :param otherwise: The message if there are none.
    :param values: All that is known, by name.
    :param hardware_id: The device that it is about.
    """
    ordered = sorted(findings, key=lambda finding: -finding.level)
    level = ordered[0].level if ordered else Level.OK
    message = '; '.join(finding.text for finding in ordered) or otherwise
    return Status(task, level, message, values, hardware_id)


def above(value: float, warn: float, error: float, text: str) -> list[Finding]:
    """
    Return a finding if a value is above its limits.

    :param value: The value.
    :param warn: Limit of a warning, 0: none.
    :param error: Limit of an error, 0: none.
    :param text: What the value is, with ``{limit}`` for the one it is above.
    """
    if error > 0 and value > error:
        return [Finding(Level.ERROR, text.format(limit=f'{error:g}'))]
    if warn > 0 and value > warn:
        return [Finding(Level.WARN, text.format(limit=f'{warn:g}'))]
    return []


def below(value: float, warn: float, error: float, text: str) -> list[Finding]:
    """
    Return a finding if a value is below its limits.

    :param value: The value.
    :param warn: Limit of a warning, 0: none.
    :param error: Limit of an error, 0: none.
    :param text: What the value is, with ``{limit}`` for the one it is below.
    """
    if value < error:
        return [Finding(Level.ERROR, text.format(limit=f'{error:g}'))]
    if value < warn:
        return [Finding(Level.WARN, text.format(limit=f'{warn:g}'))]
    return []
