# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Networks: metadata, finding and reading them, importers that turn other formats into ONNX."""
