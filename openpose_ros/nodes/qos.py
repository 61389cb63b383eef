# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The quality-of-service profiles of all nodes.

Images of 640x480 and more are nearly all lost best effort over the default transport (1 of 121
arrive), which is why our publishers of images are reliable and a subscription starts reliable.
"""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy

RELIABILITIES = ('auto', 'reliable', 'best_effort')

# Depth 5: with depth 1 only 25 to 57 of 100 reliable 720p images arrive, with 5 at least 98.
IMAGE_DEPTH = 5
RESULT_DEPTH = 10
LATCHED_DEPTH = 20
# Two seconds of a fast camera: a view lost while the node was busy would tear a view set apart.
VIEW_DEPTH = 60


def image_publisher_qos() -> QoSProfile:
    """Return the profile to publish images and camera calibrations with."""
    return _profile(IMAGE_DEPTH, ReliabilityPolicy.RELIABLE)


def image_subscription_qos(reliability: str) -> QoSProfile:
    """
    Return the profile to subscribe to images with.

    :param reliability: ``reliable``, ``best_effort``, or ``auto``, which starts reliable; the
        node changes to ``best_effort`` while there is a publisher that offers nothing else.
    :raises ValueError: If it is none of these.
    """
    if reliability not in RELIABILITIES:
        raise ValueError(
            f"the reliability is '{reliability}', expected one of {', '.join(RELIABILITIES)}"
        )
    if reliability == 'best_effort':
        return _profile(IMAGE_DEPTH, ReliabilityPolicy.BEST_EFFORT)
    return _profile(IMAGE_DEPTH, ReliabilityPolicy.RELIABLE)


def result_qos() -> QoSProfile:
    """Return the profile to publish and subscribe to results with: people, regions, markers."""
    return _profile(RESULT_DEPTH, ReliabilityPolicy.RELIABLE)


def view_subscription_qos() -> QoSProfile:
    """Return the profile to subscribe to results with of which none may be lost."""
    return _profile(VIEW_DEPTH, ReliabilityPolicy.RELIABLE)


def latched_qos() -> QoSProfile:
    """Return the profile of what late subscribers get too: the last message, kept."""
    return _profile(1, ReliabilityPolicy.RELIABLE, DurabilityPolicy.TRANSIENT_LOCAL)


def latched_subscription_qos() -> QoSProfile:
    """Return the profile to subscribe to what several nodes have latched on one topic."""
    # A reader keeps its depth over all writers: with 1, one node's message hides the others'.
    return _profile(LATCHED_DEPTH, ReliabilityPolicy.RELIABLE, DurabilityPolicy.TRANSIENT_LOCAL)


def _profile(
    depth: int,
    reliability: ReliabilityPolicy,
    durability: DurabilityPolicy = DurabilityPolicy.VOLATILE,
) -> QoSProfile:
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=depth,
        reliability=reliability,
        durability=durability,
    )
