# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Who is who in several views: the steps of the association."""
