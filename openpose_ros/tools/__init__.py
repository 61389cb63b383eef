# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Command-line programs on the core; each runs with ``python -m openpose_ros.tools.NAME``."""
