# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The latched topic ``skeletons``: what a node uses, and what others use that it must know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rclpy.node import Node

from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import latched_subscription_qos
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons import SKELETONS


class HeardSkeletons:
    """
    Knows, besides the package's own, the skeletons that others publish.

    :param node: Node to subscribe with.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._heard: dict[str, Skeleton] = {}
        self._subscription = node.create_subscription(
            SkeletonArray, 'skeletons', self._hear, latched_subscription_qos()
        )

    def find(self, name: str) -> Skeleton:
        """
        Return a skeleton.

        :param name: Name of the skeleton.
        :raises ValueError: If neither the package nor anybody on the topic knows it.
        """
        known = {**self._heard, **SKELETONS}
        if name not in known:
            raise ValueError(
                f"the skeleton '{name}' is unknown, expected one of {', '.join(sorted(known))}, "
                'or one published on skeletons'
            )
        return known[name]

    def close(self) -> None:
        """Stop listening."""
        self._node.destroy_subscription(self._subscription)

    def _hear(self, message: Any) -> None:
        try:
            skeletons = skeletons_from_msg(message)
        except ValueError as error:
            self._node.get_logger().warning(f'skeletons not understood: {error}')
            return
        self._heard |= {skeleton.name: skeleton for skeleton in skeletons}


class SkeletonTopic:
    """
    Publishes skeletons and knows, besides the package's own, those heard.

    :param node: Node to subscribe with.
    :param publisher: Active publisher of ``SkeletonArray``, latched.
    :param skeletons: Skeletons used from the start.
    """

    def __init__(self, node: Node, publisher: Any, skeletons: Iterable[Skeleton]) -> None:
        self._publisher = publisher
        self._used = {skeleton.name: skeleton for skeleton in skeletons}
        self._heard = HeardSkeletons(node)
        self._publish()

    def use(self, name: str) -> Skeleton:
        """
        Return a skeleton, from now on among those published.

        :param name: Name of the skeleton.
        :raises ValueError: If neither the package nor anybody on the topic knows it.
        """
        skeleton = self._heard.find(name)
        if name not in self._used:
            self._used[name] = skeleton
            self._publish()
        return skeleton

    def close(self) -> None:
        """Stop listening."""
        self._heard.close()

    def _publish(self) -> None:
        self._publisher.publish(skeletons_to_msg(tuple(self._used.values())))
