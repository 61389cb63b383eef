# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The bridges to other packages' messages as processes of their own, over DDS.

vision_msgs and hri_msgs have no wheels: where they are missing, their bridges are tested for
saying so, and their messages in test/unit/conversions. What hri_bridge_node does in silence is
tested with messages of other packages in place of those of hri_msgs.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
import re
import time
from typing import Any

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import PoseArray as Poses
from hand_set_clock import HandSetClock
from named_bodies import keypoints
from named_bodies import STANDING
import numpy as np
from people_3d import random_people
import pytest
import rclpy
from ros_optional import is_installed
from ros_peers import facts_of
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import JointState
from std_msgs.msg import Header

from openpose_ros.conversions.humans import HriMessages
from openpose_ros.conversions.people_3d import people_3d_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes import hri_bridge_node
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.hri_bridge_node import HriBridgeNode
from openpose_ros.nodes.message_bridge import MessageBridge
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]
PACKAGES = {'detection_bridge_node': 'vision_msgs', 'hri_bridge_node': 'hri_msgs'}


def header(sec: int) -> Header:
    return Header(stamp=Time(sec=sec, nanosec=7), frame_id='here')


class Input:
    """The topic a bridge hears, with its first message sent until the bridge answers."""

    def __init__(self, peer: Peer, kind: type, topic: str) -> None:
        self._peer = peer
        self._publisher = peer.node.create_publisher(kind, topic, result_qos())

    def send(self, message: Any, until: Callable[[], Any]) -> None:
        self._peer.spin_until(self._publisher.get_subscription_count)
        self._publisher.publish(message)
        self._peer.spin_until(until)

    def send_until(self, message: Any, until: Callable[[], Any]) -> None:
        """Send again and again, until the other side of the bridge is discovered, too."""
        self._peer.spin_until(self._publisher.get_subscription_count)
        for _ in range(400):
            self._publisher.publish(message)
            self._peer.spin_for(0.05)
            if until():
                return
        raise AssertionError('waited in vain')


def test_pose_bridge_says_where_people_are(peer: Peer, start_node: StartNode) -> None:
    bridge = start_node('pose_bridge_node', diagnostics__period_sec=0.1)
    diagnostics = peer.hear_diagnostics()
    people = Input(peer, PoseArray3D, 'keypoints_3d')
    heard = peer.hear(Poses, 'poses', result_qos())
    some = random_people((4, 9))
    people.send_until(people_3d_to_msg(some, header(5)), lambda: heard)
    peer.spin_for(0.1)
    message = heard[-1]
    assert message.header == header(5)
    assert len(message.poses) == 2
    for pose, xyz in zip(message.poses, some.body.xyz):
        place = (pose.position.x, pose.position.y, pose.position.z)
        assert place == pytest.approx(np.nanmean(xyz, axis=0), abs=1e-5)
        assert pose.orientation.w == 1.0
    heard.clear()
    malformed = people_3d_to_msg(some, header(6))
    malformed.people[0].body.x = malformed.people[0].body.x[:3]
    people.send(malformed, lambda: 'message left out: ' in bridge.output())

    def later() -> list[tuple[int, int]]:
        """Return what came of all but the first message, copies of which may be on their way."""
        found = [(one.header.stamp.sec, len(one.poses)) for one in heard]
        return [(sec, count) for sec, count in found if sec != 5]

    people.send(people_3d_to_msg(random_people(()), header(7)), later)
    assert later() == [(7, 0)]
    assert 'publishes /poses of the people on /keypoints_3d' in bridge.output()

    def warnings() -> list[Any]:
        return [
            one.status for one in diagnostics if facts_of(one).get('dropped_invalid') == '1'
            and one.status[0].level != DiagnosticStatus.OK
        ]

    peer.spin_until(warnings)
    frames, heard_of = warnings()[0]
    assert frames.name == '/pose_bridge_node: frames'
    assert 'frames bad: ' in frames.message
    assert (heard_of.name, heard_of.message) == ('/pose_bridge_node: input', 'input comes')
    assert bridge.interrupt() == 0
    (account,) = bridge.accounts()
    assert account.dropped['invalid'] == 1 and account.processed > 1
    assert 'Traceback' not in bridge.output()


def test_bridge_warns_that_nothing_comes_while_somebody_wants_it(
    peer: Peer, start_node: StartNode
) -> None:
    start_node('pose_bridge_node', diagnostics__period_sec=0.1)
    diagnostics = peer.hear_diagnostics()

    def status() -> tuple[bytes, str]:
        found = diagnostics[-1].status[-1] if diagnostics else DiagnosticStatus()
        return found.level, found.message

    peer.spin_until(lambda: status()[1] == 'nobody subscribes to the result')
    heard = peer.hear(Poses, 'poses', result_qos())
    peer.spin_until(lambda: status()[0] == DiagnosticStatus.WARN)
    expected = r'no message on /keypoints_3d for \d+ s; it has 0 publishers'
    assert re.fullmatch(expected, status()[1])
    people = Input(peer, PoseArray3D, 'keypoints_3d')
    people.send_until(people_3d_to_msg(random_people((4,)), header(5)), lambda: heard)
    peer.spin_until(lambda: status() == (DiagnosticStatus.OK, 'input comes'))


class Fragile(MessageBridge):
    """Cannot do with the header of its first message."""

    def __init__(self) -> None:
        super().__init__('fragile', Header, 'headers', (FrameLimits,))
        self.converted: list[int] = []

    def convert(self, message: Any) -> None:
        self.converted.append(message.stamp.sec)
        if message.stamp.sec == 1:
            raise RuntimeError('no publisher')

    def counts(self) -> dict[str, int]:
        return dict(self._report.statistics.report(0.0).dropped)


def test_error_in_one_message_does_not_end_a_bridge() -> None:
    rclpy.init()
    try:
        bridge = Fragile()
        publisher = bridge.create_publisher(Header, 'headers', result_qos())
        end = time.monotonic() + 20.0
        while not publisher.get_subscription_count():
            assert time.monotonic() < end, 'the bridge is not discovered'
            time.sleep(0.01)
        for sec in (1, 2):
            publisher.publish(header(sec))
            while sec not in bridge.converted:
                assert time.monotonic() < end, bridge.converted
                rclpy.spin_once(bridge, timeout_sec=0.1)
        assert bridge.counts() == {'failed': 1}
        bridge.destroy_node()
    finally:
        rclpy.try_shutdown()


@pytest.mark.parametrize(('node', 'package'), PACKAGES.items())
def test_bridge_without_its_package_says_so(
    start_node: StartNode, node: str, package: str
) -> None:
    if is_installed(package):
        pytest.skip(f'{package} is installed')
    bridge = start_node(node)
    assert bridge.process.wait(timeout=20.0) == 1
    name = package.replace('_', '-')
    assert bridge.output().splitlines() == [
        f'{node}: {package} is not installed (ros-<distribution>-{name})'
    ]


def people(ids: tuple[int, ...], *, face: bool = False) -> People2D:
    body = keypoints(*[STANDING] * len(ids))
    some = People2D.from_body('coco_18', body, np.full(len(ids), 0.75, np.float32), (640, 480))
    some = replace(some, ids=np.array(ids, np.int64))
    if not face:
        return some
    points = Keypoints2D(np.full((len(ids), 70, 2), 9.5, np.float32),
                         np.ones((len(ids), 70), np.float32))
    return replace(some, face_skeleton='face_70', face=points)


@pytest.mark.skipif(not is_installed('vision_msgs'), reason='needs vision_msgs')
def test_detection_bridge_says_where_people_are(peer: Peer, start_node: StartNode) -> None:
    messages = import_module('vision_msgs.msg')
    bridge = start_node('detection_bridge_node', boxes__margin='0.0')
    keypoints_in = Input(peer, PoseArray, 'keypoints')
    heard = peer.hear(messages.Detection2DArray, 'detections', result_qos())
    keypoints_in.send_until(people_to_msg(people((12,)), header(5)), lambda: heard)
    assert heard[0].header == header(5)
    (detection,) = heard[0].detections
    box = detection.bbox
    assert (box.center.position.x, box.center.position.y) == (200.5, 235.5)
    assert (box.size_x, box.size_y, detection.id) == (100.0, 290.0, '12')
    assert detection.results[0].hypothesis.class_id == 'person'
    assert bridge.interrupt() == 0
    assert 'Traceback' not in bridge.output()


@pytest.mark.skipif(not is_installed('hri_msgs'), reason='needs hri_msgs')
def test_hri_bridge_publishes_bodies_and_faces_and_ends_their_topics(
    peer: Peer, start_node: StartNode
) -> None:
    messages = import_module('hri_msgs.msg')
    bridge = start_node('hri_bridge_node')
    keypoints_in = Input(peer, PoseArray, 'keypoints')
    bodies = peer.hear(messages.IdsList, '/humans/bodies/tracked', latched_qos())
    tracked = peer.hear(messages.IdsList, '/humans/faces/tracked', latched_qos())
    keypoints_in.send_until(people_to_msg(people((3, 0), face=True), header(5)), lambda: bodies)
    assert list(bodies[0].ids) == ['b3']
    # As libhri: who has heard of a body or a face subscribes then, and gets what was published.
    space = '/humans/bodies/b3'
    skeletons = peer.hear(messages.Skeleton2D, f'{space}/skeleton2d', latched_qos())
    regions = peer.hear(messages.NormalizedRegionOfInterest2D, f'{space}/roi', latched_qos())
    faces = peer.hear(messages.FacialLandmarks, '/humans/faces/f3/landmarks', latched_qos())
    peer.spin_until(lambda: skeletons and regions and faces)
    left_eye = skeletons[0].skeleton[messages.Skeleton2D.LEFT_EYE]
    assert (left_eye.x, left_eye.y) == pytest.approx((210.5 / 640, 90.5 / 480))
    assert skeletons[0].header == regions[0].header == header(5)
    assert faces[0].landmarks[messages.FacialLandmarks.NOSE].x == pytest.approx(10 / 640)
    assert list(tracked[-1].ids) == ['f3']
    bodies.clear()
    tracked.clear()
    # Nobody is there and no faces are looked for: both lists say so.
    keypoints_in.send(people_to_msg(people(()), header(8)), lambda: bodies and tracked)
    assert list(bodies[0].ids) == list(tracked[0].ids) == []
    peer.spin_until(lambda: not peer.node.count_publishers(f'{space}/roi'))
    assert 'people without an identity are left out' in bridge.output()
    assert bridge.interrupt() == 0
    assert 'Traceback' not in bridge.output()


def ids_list(*, header: Header, ids: Iterable[str] = ()) -> JointState:
    """Return a message with a header and names, as IdsList is one."""
    return JointState(header=header, name=list(ids))


def only_header(*, header: Header, **_: object) -> Header:
    return header


@pytest.fixture
def hri_bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[HriBridgeNode]:
    """Return a bridge in this process, whose messages are other packages'."""
    messages = HriMessages(ids_list, only_header, only_header, only_header, dict)
    monkeypatch.setattr(hri_bridge_node, '_installed_messages', lambda: messages)
    rclpy.init()
    bridge = HriBridgeNode()
    yield bridge
    bridge.destroy_node()
    rclpy.try_shutdown()


def test_hri_bridge_says_that_nobody_is_there_when_keypoints_stop(
    peer: Peer, hri_bridge: HriBridgeNode
) -> None:
    publisher = peer.node.create_publisher(PoseArray, 'keypoints', result_qos())
    bodies = peer.hear(JointState, '/humans/bodies/tracked', latched_qos())
    faces = peer.hear(JointState, '/humans/faces/tracked', latched_qos())

    clock = hri_bridge.steady = HandSetClock()

    def until(condition: Callable[[], Any]) -> None:
        end = time.monotonic() + 20.0
        while not condition():
            assert time.monotonic() < end, 'waited in vain'
            rclpy.spin_once(hri_bridge, timeout_sec=0.02)
            peer.executor.spin_once(timeout_sec=0.02)

    def look_on() -> None:
        end = time.monotonic() + 0.5  # the bridge looks at its clock every 0.2 s
        until(lambda: time.monotonic() > end)

    def topics() -> set[str]:
        names = ('/humans/bodies/b3/roi', '/humans/faces/f3/landmarks', '/humans/bodies/tracked')
        return {name for name in names if peer.node.count_publishers(name)}

    until(publisher.get_subscription_count)
    until(lambda: peer.node.count_publishers('/keypoints'))
    for sec in (5, 6):
        bodies.clear()
        faces.clear()
        publisher.publish(people_to_msg(people((3,), face=True), header(sec)))
        until(lambda: bodies and faces and len(topics()) == 3)
        assert [list(one.name) for one in (bodies[-1], faces[-1])] == [['b3'], ['f3']]
        # No further message, and no time by the stamps: only the steady clock goes on.
        clock.nanoseconds += 1_900_000_000
        look_on()
        assert len(bodies) == len(faces) == 1, 'gone for less than 2 s'
        clock.nanoseconds += 200_000_000
        until(lambda: len(bodies) == len(faces) == 2)
        assert list(bodies[-1].name) == list(faces[-1].name) == []
        assert bodies[-1].header.frame_id == 'here'
        until(lambda: topics() == {'/humans/bodies/tracked'})
    late = peer.hear(JointState, '/humans/bodies/tracked', latched_qos())
    until(lambda: late)
    assert list(late[0].name) == [], 'what a late subscriber hears'
    clock.nanoseconds += 10_000_000_000
    look_on()
    assert len(bodies) == 2, 'said once'
