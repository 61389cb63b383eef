# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What `make test` sets in the environment, for whoever starts pytest by hand."""
from __future__ import annotations

import os
from pathlib import Path
import sys

# A virtual environment with the ROS 2 wheels is a prefix that nothing has announced yet.
if (Path(sys.prefix) / 'share' / 'ament_index').is_dir():
    os.environ.setdefault('AMENT_PREFIX_PATH', sys.prefix)

# Nodes of the tests neither hear nor disturb other runs and other machines.
os.environ.setdefault('ROS_DOMAIN_ID', str(os.getpid() % 100 + 1))
# Nor do those of tests that run side by side.
if worker := os.environ.get('PYTEST_XDIST_WORKER', '').removeprefix('gw'):
    domain = int(os.environ['ROS_DOMAIN_ID']) - 1 + 37 * int(worker)
    os.environ['ROS_DOMAIN_ID'] = str(domain % 100 + 1)
os.environ.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
# Its threads wait for each other: on a busy machine the small matrices of a calibration take
# twenty times as long in two threads as in one.
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
