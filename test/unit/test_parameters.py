# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import FrozenInstanceError
from dataclasses import replace
from typing import Any
from typing import ClassVar

import pytest

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.parser import MAXIMIZE_POSITIVES
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.pose2d.preprocess import InputParameters

GROUPS = (EngineParameters, InputParameters, LimbParameters, PeakParameters, PeopleParameters)


@dataclass(frozen=True)
class Sample(ParameterGroup):
    """One parameter of each kind."""

    group: ClassVar[str] = 'sample'

    ratio: float = param(0.5, 'A ratio.', low=0.0, high=1.0, dynamic=True)
    count: int = param(3, 'A count.', low=1)
    kind: str = param('a', 'A kind.', choices=('a', 'b'))
    on: bool = param(True, 'A switch.')
    names: tuple[str, ...] = param((), 'Some names.')
    free: float = param(0.0, 'Any number.')


@dataclass(frozen=True)
class Nameless(ParameterGroup):
    """A group without a name."""

    size: int = param(1, 'A size.')


def test_group_with_defaults_is_made() -> None:
    assert Sample() == Sample(0.5, 3, 'a', True, (), 0.0)


@pytest.mark.parametrize(
    ('change', 'expected'),
    [
        ({'ratio': 1}, 1.0),  # a YAML file may say 1 for 1.0
        ({'ratio': 0.0}, 0.0),  # both ends of a range are allowed
        ({'ratio': 1.0}, 1.0),
        ({'count': 1}, 1),
        ({'count': 10**9}, 10**9),  # no upper end
        ({'kind': 'b'}, 'b'),
        ({'names': ['x', 'y']}, ('x', 'y')),  # a ROS parameter comes as a list
        ({'on': False}, False),
        ({'free': -1e9}, -1e9),
    ],
)
def test_group_takes_right_value_in_own_type(change: dict[str, Any], expected: Any) -> None:
    value = getattr(Sample(**change), next(iter(change)))
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        ({'ratio': 1.01}, "'sample.ratio' is 1.01, expected 0.0 .. 1.0"),
        ({'ratio': -0.001}, "'sample.ratio' is -0.001, expected 0.0 .. 1.0"),
        ({'ratio': float('nan')}, "'sample.ratio' is nan, expected 0.0 .. 1.0"),
        ({'free': float('inf')}, "'sample.free' is inf, expected a number"),
        ({'free': float('nan')}, "'sample.free' is nan, expected a number"),
        ({'ratio': '0.5'}, "'sample.ratio' is '0.5', expected a value of type double"),
        ({'ratio': True}, "'sample.ratio' is True, expected a value of type double"),
        ({'ratio': None}, "'sample.ratio' is None, expected a value of type double"),
        ({'count': 0}, "'sample.count' is 0, expected 1 .. inf"),
        ({'count': 1.5}, "'sample.count' is 1.5, expected a value of type int"),
        ({'count': True}, "'sample.count' is True, expected a value of type int"),
        ({'kind': 'c'}, "'sample.kind' is 'c', expected one of a, b"),
        ({'kind': 1}, "'sample.kind' is 1, expected a value of type string"),
        ({'on': 1}, "'sample.on' is 1, expected a value of type bool"),
        ({'names': 'x'}, r"'sample.names' is 'x', expected a value of type string\[\]"),
        ({'names': [1]}, r"'sample.names' is \[1\], expected a value of type string\[\]"),
    ],
)
def test_group_refuses_wrong_value_and_names_it(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Sample(**change)


def test_group_checks_a_replaced_value_too() -> None:
    with pytest.raises(ValueError, match=r'sample.ratio'):
        replace(Sample(), ratio=2.0)


def test_group_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Sample().ratio = 0.1  # type: ignore[misc]


def test_infos_tell_everything_in_order() -> None:
    infos = list(Sample.infos())
    assert [info.name for info in infos] == [
        'sample.ratio', 'sample.count', 'sample.kind', 'sample.on', 'sample.names', 'sample.free'
    ]
    assert [info.type_name() for info in infos] == [
        'double', 'int', 'string', 'bool', 'string[]', 'double'
    ]
    assert [info.range_text() for info in infos] == [
        '0.0 .. 1.0', '1 .. inf', 'a, b', '', '', ''
    ]
    assert [info.dynamic for info in infos] == [True] + 5 * [False]
    assert infos[0].description == 'A ratio.'
    assert infos[0].default == 0.5


def test_infos_of_a_group_without_name_have_no_prefix() -> None:
    assert [info.name for info in Nameless.infos()] == ['size']


def test_infos_of_a_field_that_is_no_parameter_raise() -> None:
    @dataclass(frozen=True)
    class Wrong(ParameterGroup):
        value: int = 1

    with pytest.raises(TypeError, match=r'Wrong.value is not made by param'):
        list(Wrong.infos())


@pytest.mark.parametrize('group', GROUPS)
def test_default_of_every_parameter_is_allowed(group: type[ParameterGroup]) -> None:
    group()
    for info in group.infos():
        assert info.name.startswith(f'{group.group}.')
        assert info.description.endswith('.')


def limits() -> list[tuple[type[ParameterGroup], str, Any]]:
    """Return every end of a range with the nearest value beyond it."""
    beyond = []
    for group in GROUPS:
        for info in group.infos():
            step = 1 if isinstance(info.default, int) else 1e-6
            if info.low is not None:
                beyond.append((group, info.attribute, info.low, info.low - step))
            if info.high is not None:
                beyond.append((group, info.attribute, info.high, info.high + step))
    return beyond


@pytest.mark.parametrize(('group', 'attribute', 'last', 'beyond'), limits())
def test_range_of_every_parameter_ends_where_it_says(
    group: type[ParameterGroup], attribute: str, last: Any, beyond: Any
) -> None:
    assert getattr(group(**{attribute: last}), attribute) == last
    with pytest.raises(ValueError, match=rf"'{group.group}.{attribute}' is .*expected"):
        group(**{attribute: beyond})


def test_parser_defaults_are_openposes_but_for_the_score_of_people() -> None:
    defaults = ParserParameters()
    assert (defaults.peaks.min_score, defaults.peaks.max_per_part) == (0.05, 127)
    assert (defaults.limbs.min_score, defaults.limbs.min_inlier_ratio) == (0.05, 0.95)
    # 0.4 there; more finds fewer people who are not there and as many of the others
    assert (defaults.people.min_parts, defaults.people.min_score) == (3, 0.64)
    assert defaults.people.max_people == 0


def test_maximize_positives_is_openposes() -> None:
    loose = MAXIMIZE_POSITIVES
    assert loose.peaks.min_score == 0.02
    assert (loose.limbs.min_score, loose.limbs.min_inlier_ratio) == (0.01, 0.75)
    assert (loose.people.min_parts, loose.people.min_score) == (2, 0.05)
