# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Image to people: the stages of 2D pose estimation."""
