# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space: cameras, association of the views, triangulation, reconstructor."""
