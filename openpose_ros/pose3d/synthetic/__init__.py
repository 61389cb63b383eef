# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known people and points as known cameras see them, for tests and benchmarks."""
