# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which environment variable gives Fast DDS the profile that makes room for raw images."""

from __future__ import annotations

from collections.abc import Mapping

_VARIABLE = 'FASTDDS_DEFAULT_PROFILES_FILE'
# Before Fast DDS 3, which came with Kilted.
_OLD_VARIABLE = 'FASTRTPS_DEFAULT_PROFILES_FILE'
_OLD_DISTRIBUTIONS = ('humble', 'iron', 'jazzy')
_TRANSPORTS = 'FASTDDS_BUILTIN_TRANSPORTS'


def dds_profile_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """
    Return the variables to set to the path of the profile: none if the user has set one.

    :param environment: Environment of the launch.
    """
    if {_VARIABLE, _OLD_VARIABLE, _TRANSPORTS} & set(environment):
        return ()
    is_old = environment.get('ROS_DISTRO') in _OLD_DISTRIBUTIONS
    return (_OLD_VARIABLE if is_old else _VARIABLE,)
