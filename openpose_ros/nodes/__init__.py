# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ROS 2 nodes, a thin shell around the core."""
