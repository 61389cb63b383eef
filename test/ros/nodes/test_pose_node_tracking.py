# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ids and smoothing of pose_node, switched while it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_camera import Camera
from ros_camera import header
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_to_msg

STEP = 50_000_000


def test_ids_and_smoothing_change_while_the_node_works(
    start_node: Callable[..., NodeProcess], peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', input__height_px=256)
    camera = Camera(peer)
    camera.wait_for_node()
    now = STEP

    def ask(shift_px: int = 0) -> dict[int, np.ndarray]:
        """Send the photo, moved, and return x of the keypoints of each person by id."""
        nonlocal now
        now += STEP
        count = len(camera.people)
        moved = np.ascontiguousarray(np.roll(photo, shift_px, axis=1))
        camera.send(image_to_msg(moved, header(now, 'camera'), Image))
        peer.spin_until(lambda: len(camera.people) > count)
        return {one.id: np.array(one.body.x) for one in camera.people[-1].people}

    def set_parameter(name: str, value: Any) -> Any:
        message = Parameter(name, value=value).to_parameter_msg()
        request = SetParameters.Request(parameters=[message])
        return peer.call(SetParameters, '/pose_node/set_parameters', request).results[0]

    assert ask().keys() == ask().keys() == {1, 2}
    raw = ask(12)
    refused = set_parameter('tracking.max_distance', -1.0)
    assert not refused.successful
    assert 'tracking.max_distance' in refused.reason and '0.01' in refused.reason
    assert set_parameter('smoothing.enabled', True).successful
    ask()
    smoothed = ask(12)
    for person in (1, 2):
        behind = np.nanmedian(raw[person] - smoothed[person])
        assert 0.5 < behind < 11.5, 'between where the person was and is'
    assert set_parameter('tracking.enabled', False).successful
    assert ask().keys() == {0}
    assert set_parameter('smoothing.enabled', False).successful
    assert set_parameter('tracking.enabled', True).successful
    assert ask().keys() <= {1, 2, 3, 4}
    now = 0
    assert min(ask()) > 2, 'a recording that starts over: nobody is who somebody else was'
    assert node.interrupt() == 0
