# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stamps of messages."""

from __future__ import annotations

from typing import Any

_NS_PER_SEC = 1_000_000_000


def stamp_ns(message: Any) -> int:
    """
    Return the stamp of a message in nanoseconds.

    Unlike ``rclpy.time.Time.from_msg`` it takes stamps before 1970, which a broken driver may
    send, for what they are.

    :param message: Any message with a header.
    """
    stamp = message.header.stamp
    return int(stamp.sec) * _NS_PER_SEC + int(stamp.nanosec)
