# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A clock that no pause of the machine moves."""

from __future__ import annotations


class HandSetClock:
    """A steady clock that goes on only when a test says so."""

    nanoseconds = 0

    def now(self) -> HandSetClock:
        return self
