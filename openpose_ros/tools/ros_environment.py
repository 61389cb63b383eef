# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The environment in which the tools start nodes."""

from __future__ import annotations

import os
from pathlib import Path
import sys

from openpose_ros.networks.loading import share_directories

_PROFILE_VARIABLE = 'FASTDDS_DEFAULT_PROFILES_FILE'


def ros_environment() -> dict[str, str]:
    """
    Return this process's environment, completed for nodes.

    Fast DDS gets the shared-memory profile, unless the user has set a profile: with the default
    one, images of 640x480 and more arrive late or not at all.
    """
    environment = dict(os.environ)
    # A virtual environment with the ROS 2 wheels is a prefix that nobody has announced.
    if (Path(sys.prefix) / 'share' / 'ament_index').is_dir():
        environment.setdefault('AMENT_PREFIX_PATH', sys.prefix)
    profiles = (folder / 'dds' / 'shared_memory.xml' for folder in share_directories('config'))
    profile = next((path for path in profiles if path.is_file()), None)
    if profile is not None:
        environment.setdefault(_PROFILE_VARIABLE, str(profile))
    return environment
