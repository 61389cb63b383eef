# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The keypoints of several cameras, put together by ROS's own message_filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rclpy.node import Node

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import RESULT_DEPTH
from openpose_ros.nodes.qos import view_subscription_qos
from openpose_ros.nodes.view_input import header_at
from openpose_ros.nodes.view_input import OnSet
from openpose_ros.nodes.view_input import ViewMessages
from openpose_ros.temporal.view_sets import ViewSyncParameters


def import_message_filters() -> Any:
    """
    Return the module.

    :raises ValueError: If it is not installed; names parameter and package.
    """
    try:
        import message_filters
    except ImportError as error:
        raise ValueError(
            "parameter 'sync.policy' is 'message_filters', which is not installed "
            '(ros-<distribution>-message-filters), expected own'
        ) from error
    return message_filters


class FilteredViews:
    """
    Views put together by ``ApproximateTimeSynchronizer``: complete sets only, without a timeout.

    :param node: Node to subscribe with.
    :param topics: Topic of each camera's ``PoseArray``.
    :param parameters: The slop; the other limits have no meaning here.
    :param frame_id: World frame, for the headers.
    :param on_set: Called with each set, in the executor's thread.
    """

    def __init__(
        self,
        node: Node,
        topics: Mapping[str, str],
        parameters: ViewSyncParameters,
        *,
        frame_id: str,
        on_set: OnSet,
    ) -> None:
        filters = import_message_filters()
        self._node = node
        self._names = tuple(topics)
        self._frame_id = frame_id
        self._on_set = on_set
        self._sets = 0
        self._subscribers = [
            filters.Subscriber(node, PoseArray, topic, qos_profile=view_subscription_qos())
            for topic in topics.values()
        ]
        self._filter = filters.ApproximateTimeSynchronizer(
            self._subscribers, RESULT_DEPTH, parameters.slop_sec
        )
        self._filter.registerCallback(self._receive)

    def update_parameters(self, parameters: ViewSyncParameters) -> None:
        """
        Say that the filter keeps the slop that it was made with.

        :param parameters: The new limits.
        """
        self._node.get_logger().warning(
            "with 'sync.policy' message_filters, 'sync' parameters count from the next activation"
        )

    def problem(self) -> str:
        """Return nothing: the filter does not say what it waits for."""
        return ''

    def facts(self) -> dict[str, str]:
        """Return the number of sets."""
        return {'sets_complete': str(self._sets)}

    def close(self) -> None:
        """Undo the subscriptions."""
        for subscriber in self._subscribers:
            self._node.destroy_subscription(subscriber.sub)

    def _receive(self, *messages: Any) -> None:
        self._sets += 1
        middle_ns = sorted(map(stamp_ns, messages))[(len(messages) - 1) // 2]
        views = dict(zip(self._names, messages, strict=True))
        self._on_set(ViewMessages(header_at(middle_ns, self._frame_id), views))
