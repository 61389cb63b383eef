# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Images, videos, cameras and OpenPose's files: what comes from and goes to the outside."""
