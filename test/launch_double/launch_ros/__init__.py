# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What launch_ros adds to launch."""
