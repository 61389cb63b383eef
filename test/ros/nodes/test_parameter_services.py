# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""All parameters of all nodes as `ros2 param` sees them, through the services of real nodes."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lifecycle_msgs.msg import State
import pytest
from rcl_interfaces.srv import DescribeParameters
from rcl_interfaces.srv import GetParameters
from rcl_interfaces.srv import ListParameters
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.parameter import parameter_value_to_python
from ros_lifecycle import Manager
from ros_optional import is_installed
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import calibration_file

from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.nodes.parameter_docs import NODE_GROUPS
from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.parameters import ParameterInfo

# Of every node, none of ours.
OTHERS = {'use_sim_time', 'start_type_description_service'}
NEEDS = {'detection_bridge_node': 'vision_msgs', 'hri_bridge_node': 'hri_msgs'}
# run_all, which starts all of them here, leaves viewer_node out: it is a program for a terminal.
NODES = {
    name: [info for group in groups for info in group.infos()]
    for name, groups in NODE_GROUPS.items()
    if name != 'viewer_node' and is_installed(NEEDS.get(name, 'rclpy'))
}
MANAGED = [name for name, groups in NODE_GROUPS.items() if LifecycleParameters in groups]
INTEGER, DOUBLE = Parameter.Type.INTEGER.value, Parameter.Type.DOUBLE.value


class Services:
    """
    What `ros2 param` uses.

    :param peer: Who asks.
    :param node: Name of the node.
    """

    def __init__(self, peer: Peer, node: str) -> None:
        self._peer = peer
        self._node = node

    def names(self) -> set[str]:
        found = self._call(ListParameters, 'list_parameters', ListParameters.Request())
        return set(found.result.names) - OTHERS

    def describe(self, names: list[str]) -> list[Any]:
        request = DescribeParameters.Request(names=names)
        return list(self._call(DescribeParameters, 'describe_parameters', request).descriptors)

    def get(self, names: list[str]) -> list[Any]:
        found = self._call(GetParameters, 'get_parameters', GetParameters.Request(names=names))
        return [parameter_value_to_python(value) for value in found.values]

    def set(self, values: list[tuple[str, Any]]) -> list[Any]:
        """Set each for itself."""
        messages = [Parameter(name, value=value).to_parameter_msg() for name, value in values]
        request = SetParameters.Request(parameters=messages)
        return list(self._call(SetParameters, 'set_parameters', request).results)

    def _call(self, kind: type, name: str, request: Any) -> Any:
        return self._peer.call(kind, f'/{self._node}/{name}', request)


@pytest.fixture(scope='module')
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.fixture(scope='module')
def running(
    peer: Peer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Services]]:
    """Run all nodes, those with a lifecycle active, in one process."""
    folder = tmp_path_factory.mktemp('nodes')
    given = {
        'triangulation_node': {'calibration.file': str(calibration_file(folder))},
        'camera_node': {'source.uri': str(Path(__file__).parents[2] / 'data' / 'park.jpg'),
                        'wait_for_subscriber_sec': 3600.0, 'wait_for_subscribers': 100},
    }  # fmt: skip
    words = [
        word for name in NODES
        for word in ChosenNode(name, arguments_of((), given.get(name, {}), {})).words
    ]
    with NodeProcess('run_all', folder / 'log', {}, '--', *words) as process:
        for name in MANAGED:
            manager = Manager(peer, name)
            peer.spin_until(
                lambda manager=manager: manager.state() == State.PRIMARY_STATE_ACTIVE, 60.0
            )
        yield lambda name: Services(peer, name)
    assert 'Traceback' not in process.output()


every_node = pytest.mark.parametrize('name', NODES)


@every_node
def test_every_parameter_describes_itself(
    running: Callable[[str], Services], name: str
) -> None:
    infos, services = NODES[name], running(name)
    assert services.names() == {info.name for info in infos}
    for info, found in zip(infos, services.describe([info.name for info in infos]), strict=True):
        assert found.name == info.name
        assert found.description == info.description and len(info.description) > 10, info.name
        assert found.read_only == (name not in MANAGED and not info.dynamic), info.name
        for choice in info.choices or ():
            assert choice in found.additional_constraints, info.name
        if type(info.default) in (int, float):
            ranges = [*found.floating_point_range, *found.integer_range]
            (allowed,) = ranges
            assert allowed.from_value == info.low, info.name
            assert allowed.to_value == (info.high or allowed.to_value), info.name
            assert allowed.from_value < allowed.to_value, info.name


def wrong_values(info: ParameterInfo) -> list[Any]:
    """Return a value below and one above what is allowed, or one that is no choice."""
    if info.choices:
        return ['nonsense']
    kind = type(info.default)
    if kind not in (int, float):
        return []
    below = [] if info.low is None else [kind(info.low) - 1]
    return below if info.high is None else [*below, kind(info.high) + 1]


@every_node
def test_values_out_of_range_are_refused_with_the_reason(
    running: Callable[[str], Services], name: str
) -> None:
    services = running(name)
    settable = [info for info in NODES[name] if info.dynamic or name in MANAGED]
    wrong = [(info, value) for info in settable for value in wrong_values(info)]
    assert wrong or not settable
    names = [info.name for info in settable]
    before = services.get(names)
    results = services.set([(info.name, value) for info, value in wrong])
    for (info, value), result in zip(wrong, results, strict=True):
        assert not result.successful, (info.name, value)
        assert info.name in result.reason and str(value) in result.reason
        kind = type(info.default)
        limits = [kind(one) for one in (info.low, info.high) if one is not None]
        for one in info.choices or limits:
            assert str(one) in result.reason, result.reason
    assert services.get(names) == before


def other_value(info: ParameterInfo, value: Any) -> Any:
    """Return another value that is allowed, or would be."""
    if info.choices:
        return next(choice for choice in info.choices if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [*value, 'another']
    if isinstance(value, str):
        return f'{value}_another'
    return info.low if value != info.low else value + 1


@every_node
def test_what_cannot_change_now_is_refused_with_what_to_do(
    running: Callable[[str], Services], name: str
) -> None:
    services = running(name)
    fixed = [info for info in NODES[name] if not info.dynamic]
    names = [info.name for info in fixed]
    before = services.get(names)
    values = [other_value(info, value) for info, value in zip(fixed, before, strict=True)]
    results = services.set(list(zip(names, values, strict=True)))
    for info, value, result in zip(fixed, values, results, strict=True):
        assert not result.successful, info.name
        if name in MANAGED:
            assert f"parameter '{info.name}' cannot become {value!r}" in result.reason
            assert 'clean it up first' in result.reason
        else:
            assert 'read-only' in result.reason and info.name in result.reason
    assert services.get(names) == before
