# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The environment in which the tools start nodes."""

from __future__ import annotations

import os
from pathlib import Path
import sys

from openpose_ros.networks.loading import share_directories

# Since Kilted Fast DDS reads the first and warns of the second.
_NEW_VARIABLE = 'FASTDDS_DEFAULT_PROFILES_FILE'
_OLD_VARIABLE = 'FASTRTPS_DEFAULT_PROFILES_FILE'
_OLD_DISTRIBUTIONS = ('humble', 'iron', 'jazzy')
_USERS_CHOICES = {_NEW_VARIABLE, _OLD_VARIABLE, 'FASTDDS_BUILTIN_TRANSPORTS'}


def ros_environment() -> dict[str, str]:
    """
    Return this process's environment, completed for nodes.

    Fast DDS gets the shared-memory profile, unless the user has set a profile or transports: with
    the default ones, images of 640x480 and more arrive late or not at all.
    """
    environment = dict(os.environ)
    # A virtual environment with the ROS 2 wheels is a prefix that nobody has announced.
    if (Path(sys.prefix) / 'share' / 'ament_index').is_dir():
        environment.setdefault('AMENT_PREFIX_PATH', sys.prefix)
    profiles = (folder / 'dds' / 'shared_memory.xml' for folder in share_directories('config'))
    profile = next((path for path in profiles if path.is_file()), None)
    if profile is not None and not _USERS_CHOICES & set(environment):
        is_old = environment.get('ROS_DISTRO') in _OLD_DISTRIBUTIONS
        environment[_OLD_VARIABLE if is_old else _NEW_VARIABLE] = str(profile)
    return environment
