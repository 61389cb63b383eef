# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People to the topics of a bag, named and with the qualities of service that the nodes have."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

from rosbags.interfaces import Connection

from openpose_ros.conversions.bag_messages import bag_header
from openpose_ros.conversions.bag_messages import bag_people_3d_messages
from openpose_ros.conversions.bag_messages import bag_pose_messages
from openpose_ros.conversions.people_3d import people_3d_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.io.bag_writer import BagWriter
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.bag_topics import ImageTopic
from openpose_ros.tools.bag_topics import SPACE_SKELETONS
from openpose_ros.tools.bag_topics import SPACE_TOPIC
from openpose_ros.types import People2D
from openpose_ros.types_3d import People3D

_POSE_ARRAY = 'openpose_ros/msg/PoseArray'
_POSE_ARRAY_3D = 'openpose_ros/msg/PoseArray3D'
_SKELETON_ARRAY = 'openpose_ros/msg/SkeletonArray'


def result_topics(images: Sequence[ImageTopic], *, full: bool, space: bool) -> dict[str, str]:
    """
    Return the type of each topic that is written.

    :param images: Image topics.
    :param full: Whether more than bodies are looked for.
    :param space: Whether people in space are wanted.
    """
    topics = {}
    for image in images:
        topics[image.keypoints] = _POSE_ARRAY
        if full:
            topics[image.keypoints_full] = _POSE_ARRAY
        topics[image.skeletons] = _SKELETON_ARRAY
    if space:
        topics |= {SPACE_TOPIC: _POSE_ARRAY_3D, SPACE_SKELETONS: _SKELETON_ARRAY}
    return topics


class BagResults:
    """
    Writes people.

    :param writer: Bag.
    :param topics: Types of the topics by name, see :func:`result_topics`.
    :param frame_id: World frame of people in space.
    """

    def __init__(self, writer: BagWriter, topics: dict[str, str], frame_id: str) -> None:
        self._writer = writer
        self._frame_id = frame_id
        self._types = writer.store.types
        self._poses = bag_pose_messages(self._types)
        self._poses_3d = bag_people_3d_messages(self._types)
        self._latched: set[str] = set()
        self._topics: dict[str, Connection] = {
            name: writer.add_topic(name, kind, latched=kind == _SKELETON_ARRAY)
            for name, kind in topics.items()
        }

    def write_skeletons(self, topic: str, time_ns: int, skeletons: Iterable[Skeleton]) -> None:
        """
        Write the skeletons of people, once for each topic: players keep it for who comes late.

        :param topic: Latched topic.
        :param time_ns: Time within the bag.
        :param skeletons: The skeletons.
        """
        if topic not in self._latched:
            self._latched.add(topic)
            message = skeletons_to_msg(skeletons, self._poses)
            self._writer.write(self._topics[topic], time_ns, message)

    def write(self, topic: str, time_ns: int, people: People2D, header: Any) -> None:
        """
        Write the people of an image.

        :param topic: Topic of the people.
        :param time_ns: Time within the bag: that of the image, so that they are played together.
        :param people: The people.
        :param header: Header of the image.
        """
        message = people_to_msg(people, header, self._poses)
        self._writer.write(self._topics[topic], time_ns, message)

    def write_3d(self, time_ns: int, stamp_ns: int, people: People3D) -> None:
        """
        Write people in space.

        :param time_ns: Time within the bag.
        :param stamp_ns: Stamp of the view set.
        :param people: The people.
        """
        header = bag_header(self._types, stamp_ns, self._frame_id)
        message = people_3d_to_msg(people, header, self._poses_3d)
        self._writer.write(self._topics[SPACE_TOPIC], time_ns, message)
