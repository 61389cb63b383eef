# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Converters of other frameworks' network files to ONNX; only these modules need ``onnx``."""
