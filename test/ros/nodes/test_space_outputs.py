# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is published of people in space, by a node in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hand_set_clock import HandSetClock
import numpy as np
import pytest
from rclpy.lifecycle import LifecycleNode
from ros_camera import header
from ros_optional import import_or_stand_in
from ros_optional import is_installed
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import COCO
from ros_rig import NAMES
from visualization_msgs.msg import MarkerArray

from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes import space_outputs
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.space_outputs import SpaceOutputs
from openpose_ros.nodes.triangulation_parameters import OutputParameters
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

ANYBODY = 2


def people() -> People3D:
    body = Keypoints3D.missing(ANYBODY, len(COCO.parts))
    body.xyz[:] = bodies_at(0.0)
    scores, sources = np.ones(ANYBODY, np.float32), np.zeros((ANYBODY, 4), np.int64)
    some = People3D.from_body('coco_18', body, scores, NAMES, sources)
    some.ids[:] = [4, 7]
    return some


@pytest.fixture
def node(peer: Peer) -> Iterator[LifecycleNode]:
    one = LifecycleNode('space', context=peer.context)
    yield one
    one.destroy_node()


def activated(node: LifecycleNode, **parameters: Any) -> SpaceOutputs:
    outputs = SpaceOutputs(node, OutputParameters(**parameters))
    node.trigger_configure()
    node.trigger_activate()
    return outputs


def test_markers_are_neither_made_for_nobody_nor_more_often_than_wanted(
    peer: Peer, node: LifecycleNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandSetClock()
    monkeypatch.setattr(space_outputs, 'Clock', lambda clock_type: clock)
    outputs = activated(node, markers_rate_hz=2.0)
    heard = peer.hear(PoseArray3D, 'keypoints_3d', result_qos())
    peer.spin_until(lambda: peer.node.count_publishers('keypoints_3d'))
    peer.spin_for(0.3)
    for number in range(3):
        outputs.publish(people(), header(number))
    peer.spin_until(lambda: len(heard) == 3)
    markers = peer.hear(MarkerArray, 'markers', result_qos())
    peer.spin_until(lambda: peer.node.count_publishers('markers'))
    peer.spin_for(0.3)
    for number in range(3):
        outputs.publish(people(), header(number))
        clock.nanoseconds += 200_000_000
    peer.spin_until(lambda: len(heard) == 6 and markers)
    peer.spin_for(0.5)
    assert len(markers) == 1, 'only the first of three in less than half a second'
    outputs.publish(people(), header(9))
    peer.spin_until(lambda: len(markers) == 2)
    assert {one.id for one in markers[1].markers} == {4, 7}
    outputs.close()


def test_each_person_gets_a_frame(
    node: LifecycleNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_installed('tf2_ros'):
        with pytest.raises(ValueError, match="'publish.transforms' is true, but tf2_ros is not"):
            SpaceOutputs(node, OutputParameters(transforms=True))
    tf2_ros = import_or_stand_in('tf2_ros', monkeypatch)
    sent: list[Any] = []
    monkeypatch.setattr(
        tf2_ros.TransformBroadcaster, 'sendTransform', lambda self, found: sent.extend(found)
    )
    outputs = activated(node, transforms=True)
    outputs.publish(people(), header(5, 'room'))
    assert [one.child_frame_id for one in sent] == ['person_4', 'person_7']
    assert {one.header.frame_id for one in sent} == {'room'}
    centre = bodies_at(0.0)[1].mean(axis=0)
    place = sent[1].transform.translation
    np.testing.assert_allclose((place.x, place.y, place.z), centre)
    assert node.count_publishers('/tf') == 1
    outputs.close()
    assert node.count_publishers('/tf') == 0, 'each cleanup would leave one behind'
