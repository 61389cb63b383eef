# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from rclpy.qos import DurabilityPolicy
from rclpy.qos import qos_check_compatible
from rclpy.qos import QoSCompatibility
from rclpy.qos import ReliabilityPolicy

from openpose_ros.nodes import qos


@pytest.mark.parametrize('reliability', ['auto', 'reliable', 'best_effort'])
def test_image_publisher_reaches_every_image_subscription(reliability: str) -> None:
    subscription = qos.image_subscription_qos(reliability)
    compatibility, reason = qos_check_compatible(qos.image_publisher_qos(), subscription)
    assert compatibility != QoSCompatibility.ERROR, reason
    assert subscription.depth == 5


def test_image_subscription_auto_starts_reliable() -> None:
    assert qos.image_subscription_qos('auto').reliability == ReliabilityPolicy.RELIABLE
    best_effort = qos.image_subscription_qos('best_effort')
    assert best_effort.reliability == ReliabilityPolicy.BEST_EFFORT


def test_image_subscription_unknown_reliability_raises() -> None:
    with pytest.raises(ValueError, match="'maybe', expected one of auto, reliable, best_effort"):
        qos.image_subscription_qos('maybe')


def test_results_are_reliable_and_latched_ones_kept() -> None:
    assert qos.result_qos().reliability == ReliabilityPolicy.RELIABLE
    assert qos.result_qos().depth == 10
    assert qos.latched_qos().durability == DurabilityPolicy.TRANSIENT_LOCAL
    assert qos.latched_qos().depth == 1
