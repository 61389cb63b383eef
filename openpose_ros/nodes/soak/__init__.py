# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The soak: all nodes for as long as you like, under disturbances and with corrupt input."""
