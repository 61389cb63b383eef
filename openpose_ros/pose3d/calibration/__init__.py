# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the cameras of a rig are, from boards; which of them is off, from people."""
