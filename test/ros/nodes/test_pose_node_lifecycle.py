# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The lifecycle of pose_node: each transition twice in a row, failed, and under load."""

from __future__ import annotations

from collections.abc import Callable
import threading

from lifecycle_msgs.msg import State
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from lifecycle_msgs.srv import GetState
import numpy as np
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
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


class Manager:
    """Drives the lifecycle through its services, as a lifecycle manager does."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def change(self, transition: int) -> bool:
        request = ChangeState.Request(transition=Transition(id=transition))
        return self._peer.call(ChangeState, '/pose_node/change_state', request).success

    def state(self) -> int:
        request = GetState.Request()
        return self._peer.call(GetState, '/pose_node/get_state', request).current_state.id

    def configure(self) -> bool:
        return self.change(Transition.TRANSITION_CONFIGURE)

    def activate(self) -> bool:
        return self.change(Transition.TRANSITION_ACTIVATE)

    def deactivate(self) -> bool:
        return self.change(Transition.TRANSITION_DEACTIVATE)

    def cleanup(self) -> bool:
        return self.change(Transition.TRANSITION_CLEANUP)


class Stream:
    """Publishes frames from a thread, faster than the node works them off."""

    def __init__(self, peer: Peer) -> None:
        self._publisher = peer.node.create_publisher(Image, 'image', image_publisher_qos())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        message = image_to_msg(np.zeros((96, 128, 3), np.uint8), Header(), Image)
        number = 0
        while not self._stop.wait(0.005):
            number += 1
            message.header.stamp.nanosec = number
            self._publisher.publish(message)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


def test_lifecycle_waits_for_its_manager(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    manager = Manager(peer)
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
    manager = Manager(peer)
    people = peer.hear(PoseArray, 'keypoints', result_qos())
    stream = Stream(peer)
    try:
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
    finally:
        stream.close()
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_lifecycle_wrong_order_is_refused(start_node: StartNode, peer: Peer) -> None:
    start_node('pose_node', **SMALL)
    manager = Manager(peer)
    assert not manager.activate()
    assert manager.configure()
    assert not manager.configure()
    assert manager.state() == State.PRIMARY_STATE_INACTIVE


def test_lifecycle_shutdown_while_active_under_load(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', **SMALL)
    manager = Manager(peer)
    stream = Stream(peer)
    try:
        assert manager.configure()
        assert manager.activate()
        peer.spin_for(0.3)
        assert manager.change(Transition.TRANSITION_ACTIVE_SHUTDOWN)
        assert manager.state() == State.PRIMARY_STATE_FINALIZED
    finally:
        stream.close()
    assert node.interrupt() == 0


def test_lifecycle_failed_configure_can_be_mended(start_node: StartNode, peer: Peer) -> None:
    node = start_node('pose_node', model__name='no_such_model', **SMALL)
    manager = Manager(peer)
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
