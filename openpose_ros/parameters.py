# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Parameters with their default, description and range in one place.

A group of parameters is a frozen dataclass derived from :class:`ParameterGroup` whose fields are
made by :func:`param`. The core takes such a group as an argument; the nodes declare their ROS
parameters from it and the documentation tables are generated from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from dataclasses import MISSING
import math
from typing import Any
from typing import ClassVar
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | tuple[str, ...]


def param(
    default: Any,
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    dynamic: bool = False,
) -> Any:
    """
    Make a dataclass field that is a parameter.

    :param default: Default value; its type is the type of the parameter.
    :param description: One sentence for ``ros2 param describe`` and the documentation.
    :param low: Lowest value allowed, for numbers.
    :param high: Highest value allowed, for numbers.
    :param choices: Values allowed, for strings.
    :param dynamic: Whether the value may change while the node is active.
    """
    metadata = {
        'description': description,
        'low': low,
        'high': high,
        'choices': choices,
        'dynamic': dynamic,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class ParameterInfo:
    """
    What is known of one parameter.

    :param name: Full name, for example ``peaks.min_score``.
    :param attribute: Name of the dataclass field, for example ``min_score``.
    :param default: Default value.
    :param description: One sentence.
    :param low: Lowest value allowed or ``None``.
    :param high: Highest value allowed or ``None``.
    :param choices: Values allowed or ``None``.
    :param dynamic: Whether the value may change while the node is active.
    """

    name: str
    attribute: str
    default: Value
    description: str
    low: float | None
    high: float | None
    choices: tuple[str, ...] | None
    dynamic: bool

    def check(self, value: Any) -> Value:
        """
        Return the value in the parameter's own type.

        :param value: Value to check; an integer is accepted for a float parameter, because a YAML
            file may say ``1`` where ``1.0`` is meant, and a list for a tuple.
        :raises ValueError: If type, range or choice is wrong; names parameter, value and allowed.
        """
        converted = self._convert(value)
        if self.choices is not None and converted not in self.choices:
            raise ValueError(
                f"parameter '{self.name}' is {value!r}, expected one of {', '.join(self.choices)}"
            )
        if isinstance(converted, (int, float)) and not isinstance(converted, bool):
            self._check_range(converted)
        return converted

    def range_text(self) -> str:
        """Return the allowed values as text: ``0.0 .. 1.0``, ``a, b, c``, or an empty text."""
        if self.choices is not None:
            return ', '.join(self.choices)
        if self.low is None and self.high is None:
            return ''
        low = '-inf' if self.low is None else str(self.low)
        high = 'inf' if self.high is None else str(self.high)
        return f'{low} .. {high}'

    def type_name(self) -> str:
        """Return the name of the type as ROS users know it."""
        names = {bool: 'bool', int: 'int', float: 'double', str: 'string', tuple: 'string[]'}
        return names[type(self.default)]

    def _convert(self, value: Any) -> Value:
        expected = type(self.default)
        if expected is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if expected is tuple and isinstance(value, (list, tuple)):
            if all(isinstance(item, str) for item in value):
                return tuple(value)
        elif type(value) is expected:
            return value
        raise ValueError(
            f"parameter '{self.name}' is {value!r}, expected a value of type {self.type_name()}"
        )

    def _check_range(self, value: float) -> None:
        too_low = self.low is not None and value < self.low
        too_high = self.high is not None and value > self.high
        if too_low or too_high or not math.isfinite(value):
            raise ValueError(
                f"parameter '{self.name}' is {value!r}, expected {self.range_text() or 'a number'}"
            )


@dataclass(frozen=True)
class ParameterGroup:
    """Base of the parameter dataclasses: checks every value when it is made."""

    group: ClassVar[str] = ''

    def __post_init__(self) -> None:
        """
        Check all values.

        :raises ValueError: Names the parameter, the value found and what was expected.
        """
        for info in self.infos():
            object.__setattr__(self, info.attribute, info.check(getattr(self, info.attribute)))

    @classmethod
    def infos(cls) -> Iterator[ParameterInfo]:
        """Yield what is known of each parameter, in the order of declaration."""
        prefix = f'{cls.group}.' if cls.group else ''
        for item in fields(cls):
            if item.default is MISSING or 'description' not in item.metadata:
                raise TypeError(f'{cls.__name__}.{item.name} is not made by param()')
            yield ParameterInfo(
                name=prefix + item.name,
                attribute=item.name,
                default=item.default,
                **item.metadata,
            )
