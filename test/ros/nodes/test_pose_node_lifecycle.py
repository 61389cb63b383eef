# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The lifecycle of pose_node: each transition twice in a row, failed, and under load."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager

from lifecycle_msgs.msg import State
from lifecycle_msgs.msg import Transition
import numpy as np
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_lifecycle import Manager
from ros_lifecycle import streaming
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos

StartNode = Callable[..., NodeProcess]
SMALL = {'autostart': False, 'input__height_px': 96}


@contextmanager
def images(peer: Peer) -> Iterator[None]:
    """Publish frames faster than the node works them off."""
    publisher = peer.node.create_publisher(Image, 'image', image_publisher_qos())
    message = image_to_msg(np.zeros((96, 128, 3), np.uint8), Header(), Image)

    def send(now: int) -> None:
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(now, 1_000_000_000)
        publisher.publish(message)

    with streaming(send, period_sec=0.005):
        yield


def test_lifecycle_waits_for_its_manager(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    manager = Manager(peer, 'pose_node')
    assert manager.state() == State.PRIMARY_STATE_UNCONFIGURED
    skeletons = peer.hear(SkeletonArray, 'skeletons', latched_qos())
    assert manager.configure()
    assert manager.state() == State.PRIMARY_STATE_INACTIVE
    peer.spin_for(0.3)
    assert not skeletons, 'nothing goes out before the node is active'
    assert manager.activate()
    peer.spin_until(lambda: skeletons)
    assert node.interrupt() == 0


def test_lifecycle_each_transition_twice_under_load(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    manager = Manager(peer, 'pose_node')
    people = peer.hear(PoseArray, 'keypoints', result_qos())
    with images(peer):
        for _ in range(2):
            assert manager.configure()
            for _ in range(2):
                assert manager.activate()
                heard = len(people)
                peer.spin_until(lambda heard=heard: len(people) > heard)
                assert manager.deactivate()
            peer.spin_for(0.3)
            heard = len(people)
            peer.spin_for(0.3)
            assert len(people) == heard, 'an inactive node publishes nothing'
            assert manager.cleanup()
        assert manager.state() == State.PRIMARY_STATE_UNCONFIGURED
        assert manager.change(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN)
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_lifecycle_wrong_order_is_refused(start_node: StartNode, peer: Peer) -> None:
    start_node('pose_node', **SMALL)
    manager = Manager(peer, 'pose_node')
    assert not manager.activate()
    assert manager.configure()
    assert not manager.configure()
    assert manager.state() == State.PRIMARY_STATE_INACTIVE


def test_lifecycle_shutdown_while_active_under_load(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    manager = Manager(peer, 'pose_node')
    with images(peer):
        assert manager.configure()
        assert manager.activate()
        peer.spin_for(0.3)
        assert manager.change(Transition.TRANSITION_ACTIVE_SHUTDOWN)
        assert manager.state() == State.PRIMARY_STATE_FINALIZED
    assert node.interrupt() == 0


def test_lifecycle_failed_configure_can_be_mended(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', model__name='no_such_model', **SMALL)
    manager = Manager(peer, 'pose_node')
    for _ in range(2):
        assert not manager.configure()
        assert manager.state() == State.PRIMARY_STATE_UNCONFIGURED
    assert 'no_such_model' in node.output()
    request = SetParameters.Request(
        parameters=[Parameter('model.name', value='body_mobilenet_thin').to_parameter_msg()]
    )
    results = peer.call(SetParameters, '/pose_node/set_parameters', request).results
    assert results[0].successful, 'an unconfigured node may be configured'
    assert manager.configure()
    assert manager.activate()
