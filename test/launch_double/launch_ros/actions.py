# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The action that starts a node."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launch import Action
from launch import LaunchContext
from launch import Substitution
from launch import text_of
from launch_ros.substitutions import ExecutableInPackage
import yaml

_OUTPUTS = ('screen', 'log', 'both', 'own_log', 'full')


class Node(Action):
    """A node of its own process."""

    def __init__(
        self,
        *,
        executable: Any,
        package: Any = None,
        name: Any = None,
        namespace: Any = None,
        parameters: list[Any] | None = None,
        remappings: Iterable[tuple[Any, Any]] | None = None,
        ros_arguments: list[Any] | None = None,
        arguments: Iterable[Any] | None = None,
        output: str = 'log',
        additional_env: dict[Any, Any] | None = None,
        respawn: bool = False,
        respawn_delay: float | None = None,
    ) -> None:
        for kind, value in (('parameters', parameters), ('ros_arguments', ros_arguments)):
            if value is not None and not isinstance(value, list):
                raise TypeError(f'{kind} is {value!r}, expected a list')
        for kind, value, type_ in (
            ('respawn', respawn, bool), ('respawn_delay', respawn_delay, float)
        ):
            if value is not None and type(value) is not type_:
                raise TypeError(f'{kind} is {value!r}, expected {type_.__name__}')
        if output not in _OUTPUTS:
            raise ValueError(f'output is {output!r}, expected one of {", ".join(_OUTPUTS)}')
        self._executable = (
            executable if package is None else ExecutableInPackage(executable, package)
        )
        self._name = name
        self._namespace = namespace
        self._parameters = parameters or []
        self._remappings = list(remappings or ())
        self._ros_arguments = ros_arguments
        self._arguments = list(arguments or ())
        self._additional_env = additional_env or {}
        self._respawn_delay_sec = (respawn_delay or 0.0) if respawn else None

    def execute(self, context: LaunchContext) -> None:
        command: list[Any] = [self._executable, *self._arguments]
        if self._ros_arguments is not None:
            command += ['--ros-args', *self._ros_arguments]
        command += ['--ros-args']
        full_name = '/**'
        if self._name is not None:
            command += ['-r', f'__node:={text_of(self._name, context)}']
        if self._namespace is not None:
            namespace = _prefixed(
                context.launch_configurations.get('ros_namespace', ''),
                text_of(self._namespace, context),
            )
            command += ['-r', f'__ns:={namespace}']
            if self._name is not None:
                full_name = f'{namespace.rstrip("/")}/{text_of(self._name, context)}'
        for item in self._parameters:
            command += ['--params-file', _parameter_file(item, full_name, context)]
        for source, target in self._remappings:
            command += ['-r', f'{text_of(source, context)}:={text_of(target, context)}']
        added = {
            text_of(key, context): text_of(value, context)
            for key, value in self._additional_env.items()
        }
        words = [text_of(word, context) for word in command]
        environment = {**context.environment, **added}
        context.started.append((words, environment, self._respawn_delay_sec))


def _prefixed(pushed: str, namespace: str) -> str:
    """Return a namespace from the root, behind the one that PushRosNamespace has set."""
    if namespace.startswith('/'):
        pushed = ''
    return f'{pushed}/{namespace.strip("/")}'.rstrip('/') or '/'


def _parameter_file(item: Any, full_name: str, context: LaunchContext) -> str:
    if not isinstance(item, Mapping):
        path = text_of(item, context)
        # launch_ros warns and goes on without it.
        if not Path(path).is_file():
            raise FileNotFoundError(f'parameter file {path} does not exist')
        return path
    if not item:
        raise ValueError('empty dictionary of parameters: rcl cannot read its file')
    values = {
        text_of(name, context): _parameter_value(value, context) for name, value in item.items()
    }
    path = context.folder / f'launch_params_{len(list(context.folder.iterdir()))}'
    path.write_text(yaml.dump({full_name: {'ros__parameters': values}}), encoding='utf-8')
    return str(path)


def _parameter_value(value: Any, context: LaunchContext) -> Any:
    """Return a value as the node gets it: a text stays one, a substitution is read as YAML."""
    if isinstance(value, Substitution):
        text = value.perform(context)
        return yaml.safe_load(text) if text else ''
    if isinstance(value, (str, bool, int, float)):
        return value
    # A list of substitutions would become one text; a list of texts stays a list.
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        return list(value)
    raise TypeError(f'{value!r} is no value that the double knows')


__all__ = ['Node']
