# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameter ``enable``: a node that is active stops at once, and goes on at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import time
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from face_hand_upstream import ALL
from face_hand_upstream import PATIENT
from face_hand_upstream import Upstream
from lifecycle_msgs.msg import State
import numpy as np
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_camera import header
from ros_lifecycle import Manager
from ros_lifecycle import streaming
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import NAMES
from ros_rig import Rig
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]


class Switch:
    """
    Sets ``enable`` of a node and looks at what it does.

    :param peer: Who asks.
    :param name: Name of the node.
    :param node: Its process.
    """

    def __init__(self, peer: Peer, name: str, node: NodeProcess) -> None:
        self._peer, self._name, self._node = peer, name, node
        self.state = Manager(peer, name).state
        self._diagnostics: list[Any] = peer.hear_diagnostics()
        self._stopped: list[dict[str, str]] = []

    def set(self, value: Any, name: str = 'enable') -> None:
        message = Parameter(name, value=value).to_parameter_msg()
        request = SetParameters.Request(parameters=[message])
        service = f'/{self._name}/set_parameters'
        assert self._peer.call(SetParameters, service, request).results[0].successful

    def wait_for_status(self, message: str) -> None:
        self._stopped += [
            {item.key: item.value for item in one.status[0].values}
            for one in self._diagnostics if one.status[0].message == 'stopped'
        ]
        self._diagnostics.clear()
        self._peer.spin_until(
            lambda: any(message in one.status[0].message for one in self._diagnostics)
        )

    def check_statuses(self, **keys: set[str]) -> None:
        """
        Check the statuses of the node at work, and that a limit counts at once.

        :param keys: Some of the keys of each.
        """
        names = [f'/{self._name}: {task.replace("_", " ")}' for task in keys]
        wanted = dict(zip(names, keys.values(), strict=True))

        def are_there() -> bool:
            statuses = self._diagnostics[-1].status
            return [one.name for one in statuses] == names and all(
                wanted[one.name] <= {item.key for item in one.values} for one in statuses
            )

        self._peer.spin_until(are_there)
        self._peer.spin_until(
            lambda: all(
                one.message and one.level == DiagnosticStatus.OK
                for one in self._diagnostics[-1].status
            )
        )
        self.set(1000.0, 'diagnostics.error_fps')
        self.wait_for_status('fewer than 1000')
        assert self._diagnostics[-1].status[0].level == DiagnosticStatus.ERROR

    def check_account(self) -> None:
        """Check that the last status of the node at work says what its last line says."""
        account = self._node.accounts()[-1]
        values = self._stopped[-1]
        assert int(values['received']) == account.received > 0
        assert int(values['processed']) == account.processed
        # Keypoints that come alone just after it was enabled are passed on.
        assert account.processed + account.passed_on > 0
        assert int(values['dropped']) == sum(account.dropped.values())

    def cpu_share(self, seconds: float) -> float:
        """Return how much of a core the node uses."""
        before, start = self._cpu_sec(), time.monotonic()
        self._peer.spin_for(seconds)
        return (self._cpu_sec() - before) / (time.monotonic() - start)

    def _cpu_sec(self) -> float:
        fields = Path(f'/proc/{self._node.process.pid}/stat').read_text().rpartition(')')[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / 100


def check(switch: Switch, peer: Peer, publishers: list[Any], heard: list[Any]) -> None:
    """Switch a node that gets input off and on, twice in a row."""
    for _ in range(2):
        before = len(heard)
        peer.spin_until(lambda before=before: len(heard) > before)
        switch.set(False)
        switch.set(False)
        peer.spin_until(lambda: not any(one.get_subscription_count() for one in publishers))
        peer.spin_for(0.3)  # what was under way
        before = len(heard)
        assert switch.cpu_share(1.0) < 0.2, 'a disabled node does nothing'
        assert len(heard) == before
        assert switch.state() == State.PRIMARY_STATE_ACTIVE
        switch.wait_for_status('disabled')
        switch.check_account()
        switch.set(True)
        switch.set(True)
    before = len(heard)
    peer.spin_until(lambda: len(heard) > before + 2)
    switch.wait_for_status('frames per second')


def ends_well(node: NodeProcess) -> None:
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()
    assert len(node.accounts()) == 3, 'one each time that it stopped'


def test_pose_node(start_node: StartNode, peer: Peer, photo: np.ndarray) -> None:
    node = start_node('pose_node', input__height_px=256, diagnostics__period_sec=0.1)
    images = peer.node.create_publisher(Image, 'image', image_publisher_qos())
    people = peer.hear(PoseArray, 'keypoints', result_qos())
    switch = Switch(peer, 'pose_node', node)
    with streaming(lambda now: images.publish(image_to_msg(photo, header(now, 'camera'), Image))):
        check(switch, peer, [images], people)
        switch.check_statuses(
            frames={'fps_in', 'dropped_replaced', 'inference_ms_p99', 'age_ms_p95', 'wait_ms_p95'},
            input={'image_topic', 'silent_sec'},
            model={'provider', 'body_mobilenet_thin_sha256', 'skeleton'},
        )
    # Who is there again is somebody new after so long, and not who somebody else was before.
    first, last = ({one.id for one in people[place].people} for place in (0, -1))
    assert first and last and max(first) < min(last)
    ends_well(node)


def test_face_hand_node(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    node = start_node('face_hand_node', **PATIENT, **ALL)
    switch = Switch(peer, 'face_hand_node', node)

    def send(now: int) -> None:
        upstream.send_image(photo, now)
        upstream.send_people(people, now)

    # Of faster ones, no image is kept until its keypoints come on a busy machine.
    with streaming(send, period_sec=0.1):
        check(switch, peer, [upstream.images, upstream.keypoints], upstream.full)
        switch.check_statuses(
            frames={'estimate_ms_median', 'latency_ms_p99', 'passed_on'},
            input={'keypoints_topic', 'keypoints_waiting_ms', 'images_waiting', 'silent_sec'},
            model={'models', 'provider', 'hand_mediapipe_full_sha256', 'looks_for'},
        )
    ends_well(node)


def test_triangulation_node(start_node: StartNode, peer: Peer, tmp_path: Path) -> None:
    path = str(calibration_file(tmp_path))
    node = start_node('triangulation_node', calibration__file=path, diagnostics__period_sec=0.1)
    rig = Rig(peer)
    switch = Switch(peer, 'triangulation_node', node)
    with streaming(lambda now: rig.send_set(now, bodies_at(0.0))):
        check(switch, peer, rig.publishers, rig.people)
        camera = {'fps', 'age_ms_p95', 'silent_sec', 'skew_ms_p95', 'missing_ratio', 'trouble'}
        switch.check_statuses(
            frames={'estimate_ms_median', 'latency_ms_p95'},
            view_sets={'sets_complete', 'views_waiting_ms', 'silent_sec'},
            **{f'camera_{name}': camera for name in NAMES},
        )
    # Nobody is who somebody else was before.
    first, last = rig.people[0].people, rig.people[-1].people
    assert not {one.id for one in first} & {one.id for one in last}
    ends_well(node)


def test_disabled_at_start_waits_for_the_switch(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', enable=False, input__height_px=128)
    images = peer.node.create_publisher(Image, 'image', image_publisher_qos())
    people = peer.hear(PoseArray, 'keypoints', result_qos())
    switch = Switch(peer, 'pose_node', node)
    switch.wait_for_status('disabled')
    assert switch.state() == State.PRIMARY_STATE_ACTIVE
    assert not images.get_subscription_count()
    switch.set(True)
    with streaming(lambda now: images.publish(image_to_msg(photo, header(now, 'camera'), Image))):
        peer.spin_until(lambda: people)
    assert node.interrupt() == 0
