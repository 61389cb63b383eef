# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""State across frames; time is always an argument."""
