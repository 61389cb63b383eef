# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that measure the nodes, for the benchmark; what they start and watch is here, too."""
