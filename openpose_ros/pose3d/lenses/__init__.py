# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What lenses do to directions: models of distortion."""
