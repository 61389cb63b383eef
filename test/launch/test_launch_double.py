# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The double refuses what launch_ros would refuse, and builds its command lines."""

from __future__ import annotations

from pathlib import Path

from launch_session import execute
from launch_session import LaunchedProcess
import pytest

HEADER = """
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
"""


def launched(tmp_path: Path, body: str, **arguments: str) -> list[LaunchedProcess]:
    path = tmp_path / 'test.launch.py'
    path.write_text(f'{HEADER}\n\ndef generate_launch_description():\n    {body}\n')
    folder = tmp_path / 'parameters'
    folder.mkdir()
    return execute(path, folder, {'HOME': '/home/robot'}, **arguments).processes


def test_double_node_gives_the_command_line_of_launch_ros(tmp_path: Path) -> None:
    (process,) = launched(
        tmp_path,
        'return LaunchDescription([Node('
        "executable='/bin/talker', name='talker', namespace='robot/', arguments=['-v'], "
        "ros_arguments=['--log-level', 'debug'], remappings=[('chatter', ['/', 'speech'])], "
        "parameters=[{'text': '0', 'rate': 2}, __file__], additional_env={'LANGUAGE': 'C'})])",
    )
    first, second = process.values_of('--params-file')
    assert process.command == [
        '/bin/talker', '-v', '--ros-args', '--log-level', 'debug',
        '--ros-args', '-r', '__node:=talker', '-r', '__ns:=/robot',
        '--params-file', first, '--params-file', second, '-r', 'chatter:=/speech',
    ]  # fmt: skip
    assert second == str(tmp_path / 'test.launch.py')
    written = Path(first).read_text()
    assert written == "/robot/talker:\n  ros__parameters:\n    rate: 2\n    text: '0'\n"
    assert process.environment == {'HOME': '/home/robot', 'LANGUAGE': 'C'}


def test_double_substitution_as_parameter_is_read_as_yaml(tmp_path: Path) -> None:
    (process,) = launched(
        tmp_path,
        "return LaunchDescription([DeclareLaunchArgument('rate'), "
        "Node(executable='talker', parameters=[{'rate': LaunchConfiguration('rate')}])])",
        rate='30',
    )
    assert process.parameters() == {'rate': 30}


@pytest.mark.parametrize(
    ('body', 'error'),
    [
        ('return LaunchDescription([Node()])', TypeError),
        ("return LaunchDescription([Node(executable='a', node_name='b')])", TypeError),
        ("return LaunchDescription([Node(executable='a', parameters={'b': 1})])", TypeError),
        ("return LaunchDescription([Node(executable='a', parameters=[{'b': {}}])])", TypeError),
        ("return LaunchDescription([Node(executable='a', parameters=[{}])])", ValueError),
        ("return LaunchDescription([Node(executable='a', output='monitor')])", ValueError),
        ("return LaunchDescription([Node(executable='a', parameters=['b'])])", FileNotFoundError),
        ("return LaunchDescription([DeclareLaunchArgument('a')])", RuntimeError),
        ("return LaunchDescription([DeclareLaunchArgument('a', default='b')])", TypeError),
        ("return LaunchDescription([LaunchConfiguration('a')])", TypeError),
        ('from launch.actions import LaunchNode', ImportError),
        ('import launch_ros.events', ImportError),
    ],
)
def test_double_refuses_what_launch_does_not_know(
    tmp_path: Path, body: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        launched(tmp_path, body)


def test_double_argument_outside_its_choices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match='not valid'):
        launched(
            tmp_path,
            "return LaunchDescription([DeclareLaunchArgument('a', choices=['b'])])",
            a='c',
        )
