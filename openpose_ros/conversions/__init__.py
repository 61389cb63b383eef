# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Messages to values and values to messages; nothing here needs a node."""
