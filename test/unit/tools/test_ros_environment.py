# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The environment of the nodes that the tools start."""

from __future__ import annotations

from pathlib import Path

import pytest

from openpose_ros.tools.ros_environment import ros_environment

NEW = 'FASTDDS_DEFAULT_PROFILES_FILE'
OLD = 'FASTRTPS_DEFAULT_PROFILES_FILE'


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NEW, OLD, 'FASTDDS_BUILTIN_TRANSPORTS', 'ROS_DISTRO'):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(('distribution', 'variable'), [('kilted', NEW), ('jazzy', OLD)])
def test_ros_environment_names_the_profile_as_the_distribution_does(
    monkeypatch: pytest.MonkeyPatch, distribution: str, variable: str
) -> None:
    monkeypatch.setenv('ROS_DISTRO', distribution)
    environment = ros_environment()
    assert Path(environment[variable]).name == 'shared_memory.xml'
    assert Path(environment[variable]).is_file()
    assert len({NEW, OLD} & set(environment)) == 1


@pytest.mark.parametrize('variable', [NEW, OLD, 'FASTDDS_BUILTIN_TRANSPORTS'])
def test_ros_environment_leaves_the_users_choice(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, 'mine')
    environment = ros_environment()
    assert environment[variable] == 'mine'
    assert {NEW, OLD} & set(environment) == {NEW, OLD} & {variable}
