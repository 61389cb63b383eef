# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The message classes of a library that reads and writes bags, as the converters call them.

Its arrays are NumPy arrays, and its classes want every field, where the generated ones have
defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from openpose_ros.conversions.message_types import PoseMessages
from openpose_ros.conversions.people_3d import People3DMessages
from openpose_ros.types import Array

_NS_PER_SEC = 1_000_000_000
_NO_FLOATS = np.zeros(0, np.float32)


def bag_pose_messages(types: Mapping[str, Any]) -> PoseMessages:
    """
    Return the classes for people in images.

    :param types: Classes by the names of their types, as ``openpose_ros/msg/Person``.
    """
    skeleton = types['openpose_ros/msg/Skeleton']
    keypoints = types['openpose_ros/msg/Keypoints']
    return PoseMessages(
        types['openpose_ros/msg/PoseArray'],
        types['openpose_ros/msg/Person'],
        partial(keypoints, x=_NO_FLOATS, y=_NO_FLOATS, score=_NO_FLOATS),
        types['openpose_ros/msg/SkeletonArray'],
        lambda drawn, **fields: skeleton(drawn=np.array(drawn, bool), **fields),
        _flat,
    )


def bag_people_3d_messages(types: Mapping[str, Any]) -> People3DMessages:
    """
    Return the classes for people in space.

    :param types: As for :func:`bag_pose_messages`.
    """
    keypoints = partial(
        types['openpose_ros/msg/Keypoints3D'],
        x=_NO_FLOATS,
        y=_NO_FLOATS,
        z=_NO_FLOATS,
        score=_NO_FLOATS,
        reprojection_error=_NO_FLOATS,
        views=np.zeros(0, np.uint8),
        covariance=_NO_FLOATS,
    )
    return People3DMessages(
        types['openpose_ros/msg/PoseArray3D'], types['openpose_ros/msg/Person3D'], keypoints, _flat
    )


def bag_header(types: Mapping[str, Any], stamp_ns: int, frame_id: str) -> Any:
    """
    Return a ``std_msgs/Header``.

    :param types: As for :func:`bag_pose_messages`.
    :param stamp_ns: Stamp in nanoseconds.
    :param frame_id: Name of the frame.
    """
    sec, nanosec = divmod(stamp_ns, _NS_PER_SEC)
    stamp = types['builtin_interfaces/msg/Time'](sec=sec, nanosec=nanosec)
    return types['std_msgs/msg/Header'](stamp=stamp, frame_id=frame_id)


def _flat(values: Array) -> Array:
    return np.ascontiguousarray(values).reshape(-1)
