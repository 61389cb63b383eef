# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest
import yaml

from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.nodes.run_all_arguments import split_command_line

KNOWN = ('camera_node', 'pose_node')

WORDS = st.text(st.characters(codec='utf-8', exclude_characters='\0'), max_size=8).filter(
    lambda word: word not in ('--', '--ros-args', *KNOWN) and not word.startswith('-')
)
# What may be in a path or a name; YAML has no use for control characters.
TEXTS = st.text(st.characters(codec='utf-8', exclude_categories=('C', 'Zl', 'Zp')), max_size=8)
NODES = st.builds(ChosenNode, st.sampled_from(KNOWN), st.lists(WORDS, max_size=3).map(tuple))
GROUPS = st.lists(st.lists(WORDS, max_size=3), max_size=2)


def of_process(groups: list[list[str]]) -> list[str]:
    return [word for group in groups for word in ('--ros-args', *group, '--')]


@given(GROUPS, st.lists(NODES, min_size=1, max_size=4), GROUPS)
def test_split_gives_back_what_was_put_together(
    before: list[list[str]], nodes: list[ChosenNode], behind: list[list[str]]
) -> None:
    middle = [word for node in nodes for word in node.words]
    line = split_command_line([*of_process(before), *middle, *of_process(behind)], KNOWN)
    assert line.nodes == tuple(nodes)
    assert line.process == tuple(of_process([*before, *behind]))


# Command line, arguments of the process, nodes.
LINES = [
    ('pose_node', (), [('pose_node', ())]),
    ('pose_node camera_node', (), [('pose_node', ()), ('camera_node', ())]),
    # Unfinished, as a person may write it.
    ('pose_node --ros-args -p a:=1', (), [('pose_node', ('-p', 'a:=1'))]),
    # What launch_ros appends.
    (
        'pose_node --ros-args -r a:=b -- --ros-args --log-level info --ros-args',
        ('--ros-args', '--log-level', 'info', '--'),
        [('pose_node', ('-r', 'a:=b'))],
    ),
    # The same name twice.
    (
        'pose_node --ros-args -r __ns:=/a -- pose_node --ros-args -r __ns:=/b --',
        (),
        [('pose_node', ('-r', '__ns:=/a')), ('pose_node', ('-r', '__ns:=/b'))],
    ),
]  # fmt: skip


@pytest.mark.parametrize(('text', 'process', 'nodes'), LINES)
def test_split_command_lines(
    text: str, process: tuple[str, ...], nodes: list[tuple[str, tuple[str, ...]]]
) -> None:
    line = split_command_line(text.split(), KNOWN)
    assert line.process == process
    assert [(node.name, node.ros_arguments) for node in line.nodes] == nodes


@pytest.mark.parametrize(
    ('text', 'reason'),
    [
        ('', 'no node is named, expected some of camera_node, pose_node'),
        ('--ros-args --log-level info', 'no node is named'),
        ('pose_nod', "'pose_nod' is no node, expected one of camera_node, pose_node"),
        ('pose_node -p a:=1', "'-p' is no node"),
        ('pose_node --ros-args -r a:=b camera_node',
         "'camera_node' is among ROS arguments, expected '--' before it"),
        (
            'pose_node --ros-args --log-level debug --',
            "'--log-level' is among the arguments of pose_node, expected before the first node",
        ),
    ],
)
def test_split_wrong_command_line_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        split_command_line(text.split(), KNOWN)


@pytest.mark.parametrize(
    ('arguments', 'label'),
    [
        ((), 'pose_node'),
        (('-r', '__ns:=/a', '-r', '__ns:=/b/c'), '/b/c/pose_node'),
        (('-r', '__ns:=/'), '/pose_node'),
    ],
)
def test_label_names_the_namespace(arguments: tuple[str, ...], label: str) -> None:
    assert ChosenNode('pose_node', arguments).label == label


@given(
    st.dictionaries(
        st.sampled_from(('source.uri', 'rate_hz', 'cameras')),
        st.one_of(
            st.booleans(), st.integers(-(2**31), 2**31), st.floats(0.001, 1e3), TEXTS,
            st.lists(TEXTS, min_size=1),
        ),
    )
)  # fmt: skip
def test_arguments_keep_the_type_of_a_parameter(values: dict[str, object]) -> None:
    words = arguments_of(('a.yaml',), values, {'image': '/camera/image', '__ns': '/people'})
    assert words[:2] == ('--params-file', 'a.yaml')
    assert words[-4:] == ('-r', 'image:=/camera/image', '-r', '__ns:=/people')
    given_words = [word.partition(':=') for word in words[2:-4] if word != '-p']
    found = {name: yaml.safe_load(value) for name, _, value in given_words}
    assert found == values
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in values.items()
    }


OVERRIDES = [
    ('a:=true', {'a': True}),
    ('a.b:=1', {'a.b': 1}),
    ('a:=1e-3', {'a': 1e-3}),
    ('a:="on"', {'a': 'on'}),
    ('a:=["left", "right"]', {'a': ['left', 'right']}),
    # Read by rcl alone.
    ('a:=on', {}),
    ('a:=0x10', {}),
    ('a:=text', {}),
    ('a:=[1, 2.5]', {}),
    ('a:=[]', {}),
    ('a:=null', {}),
    ('a', {}),
]


@pytest.mark.parametrize('flag', ['-p', '--param'])
@pytest.mark.parametrize(('word', 'expected'), OVERRIDES)
def test_values_in_json_go_over_files(flag: str, word: str, expected: dict[str, object]) -> None:
    node = ChosenNode('pose_node', (flag, word, '-r', 'b:=1', '--params-file', 'c:=2'))
    assert node.overrides == expected


NAMES = st.from_regex('[a-z_.]{1,8}', fullmatch=True)


@given(st.dictionaries(NAMES, st.one_of(st.booleans(), st.integers(), TEXTS)))
def test_all_parameters_of_a_launch_file_go_over_files(parameters: dict[str, object]) -> None:
    node = ChosenNode('pose_node', arguments_of(['own.yaml'], parameters, {'a': 'b'}))
    assert node.overrides == parameters
