# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
ROS parameters declared from parameter groups, so that a default exists once.

The dataclasses of :mod:`openpose_ros.parameters` say name, default, range and whether a value may
change while the node is active; this module carries that to rclpy and hands out frozen groups.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
import sys
from typing import Any
from typing import TypeVar

from rcl_interfaces.msg import FloatingPointRange
from rcl_interfaces.msg import IntegerRange
from rcl_interfaces.msg import ParameterDescriptor
from rcl_interfaces.msg import SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from openpose_ros.parameters import ParameterGroup
from openpose_ros.parameters import ParameterInfo
from openpose_ros.parameters import Value

Group = TypeVar('Group', bound=ParameterGroup)

_ROS_TYPES = {
    bool: Parameter.Type.BOOL,
    int: Parameter.Type.INTEGER,
    float: Parameter.Type.DOUBLE,
    str: Parameter.Type.STRING,
    tuple: Parameter.Type.STRING_ARRAY,
}
_INT64_MAX = 2**63 - 1


class NodeParameters:
    """
    The parameters of a node, as frozen groups.

    :param node: Node to declare them on.
    :param groups: Parameter groups.
    :param writable: Says whether the parameters that are not dynamic may be set now, for example
        while a lifecycle node is unconfigured; ``None``: never, and they are declared read-only.
    :param on_change: Called with each new group after it took effect.
    :raises ValueError: If values given at start are wrong; names each with value and range.
    """

    def __init__(
        self,
        node: Node,
        groups: Iterable[type[ParameterGroup]],
        *,
        writable: Callable[[], bool] | None = None,
        on_change: Callable[[ParameterGroup], None] | None = None,
    ) -> None:
        """Declare all parameters and read the values given at start."""
        self._writable = writable
        self._on_change = on_change
        self._owners: dict[str, tuple[type[ParameterGroup], ParameterInfo]] = {}
        self._current: dict[type[ParameterGroup], ParameterGroup] = {}
        problems = []
        for group in groups:
            try:
                self._current[group] = group(**self._declare_group(node, group))
            except ValueError as error:
                problems.append(str(error))
        if problems:
            raise ValueError('; '.join(problems))
        node.add_on_set_parameters_callback(self._check)
        node.add_post_set_parameters_callback(self._apply)

    def get(self, group: type[Group]) -> Group:
        """
        Return the current values of a group; they never change, a later call may give others.

        :param group: One of the groups declared.
        """
        return self._current[group]  # type: ignore[return-value]

    def _declare_group(self, node: Node, group: type[ParameterGroup]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        problems = []
        for info in group.infos():
            self._owners[info.name] = (group, info)
            try:
                values[info.attribute] = self._declare(node, info)
            except ValueError as error:
                problems.append(str(error))
        if problems:
            raise ValueError('; '.join(problems))
        return values

    def _declare(self, node: Node, info: ParameterInfo) -> Value:
        """
        Declare one parameter and return its value.

        The type is dynamic for rclpy, because it takes no integer for a float otherwise; types
        and ranges of values given at start are checked here, which names what rclpy does not.
        """
        default = list(info.default) if isinstance(info.default, tuple) else info.default
        loose = ParameterDescriptor(dynamic_typing=True)
        given = node.declare_parameter(info.name, default, loose)
        value = _check_value(info, given.value)
        ros_type = _ROS_TYPES[type(info.default)]
        if given.type_ != ros_type:
            plain = list(value) if isinstance(value, tuple) else value
            node.set_parameters([Parameter(info.name, ros_type, plain)])
        node.set_descriptor(info.name, self._describe(info))
        return value

    def _describe(self, info: ParameterInfo) -> ParameterDescriptor:
        descriptor = ParameterDescriptor(
            description=info.description,
            additional_constraints=f'one of {info.range_text()}' if info.choices else '',
            read_only=self._writable is None and not info.dynamic,
            dynamic_typing=True,
        )
        if info.low is None and info.high is None:
            return descriptor
        if isinstance(info.default, float):
            low = -sys.float_info.max if info.low is None else float(info.low)
            high = sys.float_info.max if info.high is None else float(info.high)
            descriptor.floating_point_range = [FloatingPointRange(from_value=low, to_value=high)]
        else:
            first = -_INT64_MAX if info.low is None else int(info.low)
            last = _INT64_MAX if info.high is None else int(info.high)
            descriptor.integer_range = [IntegerRange(from_value=first, to_value=last, step=1)]
        return descriptor

    def _check(self, parameters: list[Parameter[Any]]) -> SetParametersResult:
        """Accept all values of one request, or none."""
        try:
            for parameter in parameters:
                self._check_writable(parameter)
            self._changed_groups(parameters)
        except ValueError as error:
            return SetParametersResult(successful=False, reason=str(error))
        return SetParametersResult(successful=True)

    def _check_writable(self, parameter: Parameter[Any]) -> None:
        if parameter.name not in self._owners:
            return
        group, info = self._owners[parameter.name]
        if parameter.value is None:
            raise ValueError(f"parameter '{info.name}' is None, expected a value")
        if info.dynamic or (self._writable is not None and self._writable()):
            return
        if info.check(parameter.value) == getattr(self._current[group], info.attribute):
            return  # a node takes its own dump back
        allowed = f' (allowed: {info.range_text()})' if info.range_text() else ''
        raise ValueError(
            f"parameter '{info.name}' cannot become {parameter.value!r} while the node is "
            f'configured; clean it up first{allowed}'
        )

    def _apply(self, parameters: list[Parameter[Any]]) -> None:
        changed = self._changed_groups(parameters)
        # All of one request first: who reads several groups must not see half of it.
        self._current.update((type(group), group) for group in changed)
        if self._on_change is not None:
            for group in changed:
                self._on_change(group)

    def _changed_groups(self, parameters: list[Parameter[Any]]) -> list[ParameterGroup]:
        """
        Return the groups as they are with the new values.

        :raises ValueError: If a value is wrong, alone or together with the others of its group.
        """
        changes: dict[type[ParameterGroup], dict[str, Value]] = {}
        for parameter in parameters:
            if parameter.name in self._owners:
                group, info = self._owners[parameter.name]
                changes.setdefault(group, {})[info.attribute] = _check_value(info, parameter.value)
        return [
            group(**{**vars(self._current[group]), **values}) for group, values in changes.items()
        ]


def _check_value(info: ParameterInfo, value: Any) -> Value:
    """
    Return the value in the parameter's type.

    YAML reads the text ``0`` as an integer, and rcl the empty list as no value at all.
    """
    if isinstance(info.default, str) and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(info.default, tuple) and value is None:
        value = ()
    return info.check(value)
