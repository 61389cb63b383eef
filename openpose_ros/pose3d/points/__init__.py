# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Points from several views: the steps of the triangulation."""
