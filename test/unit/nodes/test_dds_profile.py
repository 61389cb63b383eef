# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import pytest

from openpose_ros.nodes.dds_profile import dds_profile_variables

OLD = 'FASTRTPS_DEFAULT_PROFILES_FILE'
NEW = 'FASTDDS_DEFAULT_PROFILES_FILE'


@pytest.mark.parametrize(('environment', 'variables'), [
    ({}, (NEW,)),
    ({'ROS_DISTRO': 'jazzy'}, (OLD,)),
    ({'ROS_DISTRO': 'kilted'}, (NEW,)),
    ({NEW: '/own.xml'}, ()),
    ({'ROS_DISTRO': 'kilted', OLD: ''}, ()),  # set to nothing: none is wanted
    ({'FASTDDS_BUILTIN_TRANSPORTS': 'LARGE_DATA'}, ()),
])
def test_dds_profile_variables_none_if_the_user_has_chosen(
    environment: dict[str, str], variables: tuple[str, ...]
) -> None:
    assert dds_profile_variables(environment) == variables
