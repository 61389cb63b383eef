# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node that a launch file is to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any


@dataclass(frozen=True)
class PlannedNode:
    """
    A node to start.

    :param executable: Its executable, the name of the node too.
    :param namespace: Its namespace.
    :param parameters: What it is given beyond its parameter file.
    :param remappings: Topics by the node's own names.
    """

    executable: str
    namespace: str
    parameters: Mapping[str, Any]
    remappings: Mapping[str, str] = field(default_factory=dict)
