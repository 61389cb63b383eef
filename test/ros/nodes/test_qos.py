# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time

import pytest
from rclpy.qos import DurabilityPolicy
from rclpy.qos import qos_check_compatible
from rclpy.qos import QoSCompatibility
from rclpy.qos import ReliabilityPolicy
from ros_peers import Peer

from openpose_ros.msg import Skeleton
from openpose_ros.msg import SkeletonArray
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


def test_latched_messages_of_several_nodes_all_reach_who_comes_late(peer: Peer) -> None:
    publishers = [
        peer.node.create_publisher(SkeletonArray, 'several', qos.latched_qos()) for _ in range(3)
    ]
    for number, publisher in enumerate(publishers):
        publisher.publish(SkeletonArray(skeletons=[Skeleton(name=str(number))]))
    heard = peer.hear(SkeletonArray, 'several', qos.latched_subscription_qos())
    time.sleep(0.5)  # all are there before the first is taken
    peer.spin_until(lambda: len(heard) == 3)
    assert {message.skeletons[0].name for message in heard} == {'0', '1', '2'}
