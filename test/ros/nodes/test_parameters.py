# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
import rclpy
from rclpy.context import Context
from rclpy.node import Node
from rclpy.parameter import Parameter

from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup


@dataclass(frozen=True)
class PeakParameters(ParameterGroup):
    group: ClassVar[str] = 'peaks'

    min_score: float = param(0.05, 'Lowest score.', low=0.0, high=1.0, dynamic=True)
    max_score: float = param(0.9, 'Highest score.', low=0.0, dynamic=True)
    count: int = param(127, 'Most peaks.', low=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.min_score > self.max_score:
            raise ValueError(
                f"parameter 'peaks.min_score' is {self.min_score}, expected at most "
                f'peaks.max_score, {self.max_score}'
            )


@dataclass(frozen=True)
class ModelParameters(ParameterGroup):
    group: ClassVar[str] = 'model'

    name: str = param('thin', 'Model.', choices=('thin', 'wide'))
    label: str = param('', 'Any text.')
    providers: tuple[str, ...] = param(('auto',), 'Providers.')
    options: tuple[str, ...] = param((), 'Options.')
    strict: bool = param(False, 'Refuse others.')


GROUPS = (PeakParameters, ModelParameters)
MakeNode = Callable[..., Node]


@pytest.fixture
def make_node() -> Iterator[MakeNode]:
    context = Context()
    rclpy.init(context=context)
    nodes = []

    def make(**values: str) -> Node:
        """Return a node with values from the command line, in YAML notation."""
        arguments = ['--ros-args']
        for name, value in values.items():
            arguments += ['-p', f'{name.replace("__", ".")}:={value}']
        node = Node('tested', context=context, cli_args=arguments, use_global_arguments=False)
        nodes.append(node)
        return node

    yield make
    for node in nodes:
        node.destroy_node()
    context.shutdown()


def change(node: Node, **values: object) -> str:
    """Set parameters in one request; return the reason if it was refused."""
    parameters = [Parameter(name.replace('__', '.'), value=v) for name, v in values.items()]
    result = node.set_parameters_atomically(parameters)
    assert result.successful or result.reason
    return result.reason


def test_defaults_come_from_the_groups(make_node: MakeNode) -> None:
    node = make_node()
    parameters = NodeParameters(node, GROUPS)
    assert parameters.get(PeakParameters) == PeakParameters()
    assert parameters.get(ModelParameters) == ModelParameters()
    assert node.get_parameter('model.providers').value == ['auto']
    assert node.get_parameter('model.options').type_ == Parameter.Type.STRING_ARRAY


def test_values_at_start(make_node: MakeNode) -> None:
    node = make_node(
        peaks__min_score='0.5', model__providers='[cuda, cpu]', model__strict='true'
    )
    parameters = NodeParameters(node, GROUPS)
    assert parameters.get(PeakParameters) == PeakParameters(min_score=0.5)
    assert parameters.get(ModelParameters).providers == ('cuda', 'cpu')
    assert parameters.get(ModelParameters).strict is True


def test_integer_at_start_for_float_becomes_one(make_node: MakeNode) -> None:
    node = make_node(peaks__max_score='1')
    parameters = NodeParameters(node, GROUPS)
    assert parameters.get(PeakParameters).max_score == 1.0
    assert isinstance(parameters.get(PeakParameters).max_score, float)
    assert node.get_parameter('peaks.max_score').type_ == Parameter.Type.DOUBLE


def test_integer_at_start_for_text_becomes_text(make_node: MakeNode) -> None:
    node = make_node(model__label='0')
    parameters = NodeParameters(node, GROUPS)
    assert parameters.get(ModelParameters).label == '0'
    assert node.get_parameter('model.label').value == '0'


def test_empty_list_at_start_for_texts_is_none_of_them(make_node: MakeNode) -> None:
    node = make_node(model__providers='[]')
    parameters = NodeParameters(node, GROUPS)
    assert parameters.get(ModelParameters).providers == ()
    assert list(node.get_parameter('model.providers').value) == []


# Values at start, all the error must name.
WRONG_AT_START = [
    ({'peaks__min_score': '7.0'}, ["'peaks.min_score' is 7.0, expected 0.0 .. 1.0"]),
    ({'peaks__min_score': '7'}, ["'peaks.min_score' is 7.0, expected 0.0 .. 1.0"]),
    ({'peaks__min_score': 'high'}, ["'peaks.min_score' is 'high'", 'type double']),
    ({'peaks__min_score': '.nan'}, ["'peaks.min_score' is nan"]),
    ({'peaks__count': '0'}, ["'peaks.count' is 0, expected 1 .. inf"]),
    ({'peaks__count': '2.5'}, ["'peaks.count' is 2.5", 'type int']),
    ({'model__label': 'true'}, ["'model.label' is True", 'type string']),
    ({'model__name': 'tall'}, ["'model.name' is 'tall', expected one of thin, wide"]),
    ({'model__providers': '[1, 2]'}, ["'model.providers' is", 'type string[]']),
    ({'peaks__max_score': '0.01'}, ['expected at most peaks.max_score']),
    ({'peaks__count': '0', 'model__name': 'x'}, ["'peaks.count' is 0", "'model.name' is 'x'"]),
]


@pytest.mark.parametrize(('values', 'texts'), WRONG_AT_START)
def test_wrong_values_at_start_raise_and_name_all(
    make_node: MakeNode, values: dict[str, str], texts: list[str]
) -> None:
    with pytest.raises(ValueError, match='parameter') as caught:
        NodeParameters(make_node(**values), GROUPS)
    assert all(text in str(caught.value) for text in texts), str(caught.value)


@pytest.mark.parametrize('name', ['model.providers', 'model.label', 'peaks.min_score'])
def test_parameter_cannot_be_deleted(make_node: MakeNode, name: str) -> None:
    node = make_node()
    parameters = NodeParameters(node, GROUPS, writable=lambda: True)
    before = parameters.get(ModelParameters)
    (result,) = node.set_parameters([Parameter(name, Parameter.Type.NOT_SET)])
    assert not result.successful
    assert f"'{name}' is None, expected a value" in result.reason
    assert parameters.get(ModelParameters) == before
    assert node.has_parameter(name)


def test_descriptors_carry_description_range_and_choices(make_node: MakeNode) -> None:
    node = make_node()
    NodeParameters(node, GROUPS)
    score = node.describe_parameter('peaks.min_score')
    assert score.description == 'Lowest score.'
    assert (score.floating_point_range[0].from_value, score.floating_point_range[0].to_value) == (
        0.0,
        1.0,
    )
    assert not score.read_only
    count = node.describe_parameter('peaks.count')
    assert count.integer_range[0].from_value == 1
    assert count.read_only  # not dynamic, and no state in which it may be set
    name = node.describe_parameter('model.name')
    assert name.additional_constraints == 'one of thin, wide'


def test_dynamic_parameter_swaps_its_group(make_node: MakeNode) -> None:
    node = make_node()
    changes: list[ParameterGroup] = []
    parameters = NodeParameters(node, GROUPS, writable=lambda: False, on_change=changes.append)
    before = parameters.get(PeakParameters)
    assert change(node, peaks__min_score=0.3, peaks__max_score=1) == ''
    after = parameters.get(PeakParameters)
    assert after == PeakParameters(min_score=0.3, max_score=1.0)
    assert before == PeakParameters()
    assert changes == [after]
    assert change(node, use_sim_time=False) == ''  # others' parameters are none of ours
    assert changes == [after]


# Values at run time, what the reason must say; nothing may change.
WRONG_AT_RUN_TIME = [
    ({'peaks__min_score': 1.5}, ['peaks.min_score', '1.5', '1.0']),
    ({'peaks__min_score': 2}, ['peaks.min_score', '2', '0.0 .. 1.0']),
    ({'peaks__min_score': 'low'}, ['peaks.min_score', "'low'", 'double']),
    ({'peaks__min_score': float('nan')}, ['peaks.min_score', 'nan']),
    ({'peaks__min_score': None}, ['peaks.min_score', 'None']),
    ({'peaks__min_score': 0.2, 'peaks__max_score': 0.1}, ['expected at most peaks.max_score']),
    ({'peaks__min_score': 0.2, 'model__name': 'wide'}, ['model.name', "'wide'", 'thin, wide']),
]


@pytest.mark.parametrize(('values', 'texts'), WRONG_AT_RUN_TIME)
def test_wrong_values_at_run_time_change_nothing(
    make_node: MakeNode, values: dict[str, object], texts: list[str]
) -> None:
    node = make_node()
    parameters = NodeParameters(node, GROUPS, writable=lambda: False)
    reason = change(node, **values)
    assert all(text in reason for text in texts), reason
    assert parameters.get(PeakParameters) == PeakParameters()
    assert parameters.get(ModelParameters) == ModelParameters()
    assert node.get_parameter('peaks.min_score').value == 0.05


def test_others_are_writable_while_the_node_says_so(make_node: MakeNode) -> None:
    node = make_node()
    unconfigured = True
    parameters = NodeParameters(node, GROUPS, writable=lambda: unconfigured)
    assert change(node, model__name='wide', model__providers=['cpu'], peaks__count=5) == ''
    assert parameters.get(ModelParameters).name == 'wide'
    assert parameters.get(ModelParameters).providers == ('cpu',)
    assert parameters.get(PeakParameters).count == 5
    unconfigured = False
    reason = change(node, model__name='thin')
    assert "'model.name' cannot become 'thin'" in reason
    assert parameters.get(ModelParameters).name == 'wide'
