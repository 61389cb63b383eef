# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in the image for REP-155: ``keypoints`` in, ``/humans/...`` of ``hri_msgs`` out.

The topics are absolute because REP-155 says so, and latched because libhri subscribes to the
regions of bodies in no other way, and to any of them only after it has heard of the person.
"""

from __future__ import annotations

from collections.abc import Iterable
import sys
from typing import Any

from rclpy.publisher import Publisher
from std_msgs.msg import Header

from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.conversions.humans import BODIES_TRACKED
from openpose_ros.conversions.humans import FACES_TRACKED
from openpose_ros.conversions.humans import HriMessages
from openpose_ros.conversions.humans import people_to_humans
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.message_bridge import MessageBridge
from openpose_ros.nodes.message_bridge import missing_package
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.parameters import ParameterGroup
from openpose_ros.skeletons import get_skeleton

NAME = 'hri_bridge_node'
GROUPS: tuple[type[ParameterGroup], ...] = (BoxParameters, FrameLimits)

# Who is gone for less keeps the topics: making them anew costs every subscriber a discovery.
_KEPT_NS = 2_000_000_000
_CHECK_PERIOD_SEC = 0.2
_LISTS = (BODIES_TRACKED, FACES_TRACKED)


class HriBridgeNode(MessageBridge):
    """
    Publishes bodies and faces as REP-155 wants them.

    :raises ValueError: If hri_msgs is missing or a parameter is wrong.
    """

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        self._messages = _installed_messages()
        super().__init__(NAME, PoseArray, 'keypoints', GROUPS, surroundings=surroundings)
        self._topics: dict[str, Publisher] = {}
        self._seen_ns: dict[str, int] = {}
        self._frame_id = ''
        # When people were published last; None: nobody is said to be there.
        self._published_ns: int | None = None
        # Steady: the node's clock may stand still once keypoints stop.
        self.create_timer(_CHECK_PERIOD_SEC, self._end_all_in_silence, clock=self.steady)
        self.log_start('/humans/bodies and /humans/faces')

    def convert(self, message: Any) -> None:
        """
        Publish the people of a message, and end the topics of those long gone.

        :param message: ``openpose_ros/PoseArray``.
        :raises ValueError: If it contradicts itself or its skeleton is unknown.
        """
        people = people_from_msg(message)
        if not people.ids.all():
            self.warn('people without an identity are left out: set tracking.enabled of pose_node')
        topics = people_to_humans(
            people,
            message.header,
            self._messages,
            skeleton=get_skeleton(people.skeleton),
            parameters=self.parameters.get(BoxParameters),
        )
        if FACES_TRACKED in self._topics:
            # Faces may be looked for no longer: the last list of them would go on to stand.
            topics.setdefault(FACES_TRACKED, self._messages.ids_list(header=message.header))
        now_ns = stamp_ns(message)
        for topic, content in topics.items():
            if topic not in self._topics:
                self._topics[topic] = self.create_publisher(type(content), topic, latched_qos())
            self._seen_ns[topic] = now_ns
            self._topics[topic].publish(content)
        self._frame_id = message.header.frame_id
        self._published_ns = self.steady.now().nanoseconds
        # A recording that starts over jumps back: what was seen then is as old as any.
        self._end_topics(
            [name for name, seen in self._seen_ns.items() if abs(now_ns - seen) > _KEPT_NS]
        )

    def _end_all_in_silence(self) -> None:
        """Say that nobody is there when nobody says any more who is."""
        if self._published_ns is None:
            return
        if self.steady.now().nanoseconds - self._published_ns <= _KEPT_NS:
            return
        self._published_ns = None
        header = Header(stamp=self.get_clock().now().to_msg(), frame_id=self._frame_id)
        # The lists stay, empty: who comes later hears of nobody.
        for topic in self._topics.keys() & _LISTS:
            self._topics[topic].publish(self._messages.ids_list(header=header))
        self._end_topics(self._topics.keys() - _LISTS)

    def _end_topics(self, gone: Iterable[str]) -> None:
        for topic in gone:
            self.destroy_publisher(self._topics.pop(topic))
            del self._seen_ns[topic]


def _installed_messages() -> HriMessages:
    try:
        from hri_msgs.msg import FacialLandmarks
        from hri_msgs.msg import IdsList
        from hri_msgs.msg import NormalizedPointOfInterest2D
        from hri_msgs.msg import NormalizedRegionOfInterest2D
        from hri_msgs.msg import Skeleton2D
    except ImportError as error:
        raise missing_package('hri_msgs') from error
    return HriMessages(
        IdsList, Skeleton2D, FacialLandmarks, NormalizedRegionOfInterest2D,
        NormalizedPointOfInterest2D,
    )


def main(args: list[str] | None = None) -> int:
    """
    Run hri_bridge_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node(NAME, HriBridgeNode, args)


if __name__ == '__main__':
    sys.exit(main())
