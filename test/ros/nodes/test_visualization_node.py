# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""visualization_node as its own process, over DDS: what it draws, and when it does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
import time
from typing import Any

import cv2
from face_hand_upstream import header
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import numpy as np
import pytest
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_peers import facts_of
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_peers import worst_of
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]

NODE = 'visualization_node'
BODY = get_skeleton('body_25')
# Quick to report, and no image is missing because the machine is busy.
QUICK = {'diagnostics__period_sec': 0.1, 'sync__timeout_sec': 20.0}
PICTURE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)


def somebody(shift_px: float = 0.0) -> People2D:
    """Return a person with feet, a face, a hand and an identity, in an image of 160 x 120."""
    random = np.random.default_rng(1)

    def keypoints(parts: int, low: float, high: float) -> Keypoints2D:
        xy = random.uniform(low, high, (1, parts, 2)).astype(np.float32) + np.float32(shift_px)
        return Keypoints2D(xy, np.ones((1, parts), np.float32))

    people = People2D.from_body(
        'body_25', keypoints(25, 20, 100), np.ones(1, np.float32), (160, 120)
    )
    return replace(
        people, ids=np.array([7]), face_skeleton='face_70', hand_skeleton='hand_21',
        face=keypoints(70, 5, 25), left_hand=keypoints(21, 90, 110),
        right_hand=Keypoints2D.missing(1, 21),
    )


class Session:
    """Sends images and keypoints, and subscribes to what a test wants."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        node = peer.node
        self.images = node.create_publisher(Image, 'image', image_publisher_qos())
        self.keypoints = node.create_publisher(PoseArray, 'keypoints', result_qos())
        self.diagnostics: list[Any] = peer.hear_diagnostics()
        self.stamp_ns = time.time_ns()

    def hear(self, kind: type, topic: str) -> tuple[list[Any], Callable[[], None]]:
        """Return what comes, and a function that stops listening."""
        heard: list[Any] = []
        qos = result_qos() if kind is MarkerArray else image_subscription_qos('reliable')
        subscription = self.peer.node.create_subscription(kind, topic, heard.append, qos)
        return heard, lambda: self.peer.node.destroy_subscription(subscription)

    def wait_for_inputs(self, images: bool, keypoints: bool) -> None:
        def found() -> tuple[bool, bool]:
            return (
                self.images.get_subscription_count() > 0,
                self.keypoints.get_subscription_count() > 0,
            )

        self.peer.spin_until(lambda: found() == (images, keypoints))

    def send(self, people: People2D, pixels: np.ndarray = PICTURE, publisher: Any = None) -> Any:
        """Send an image and its keypoints; return their header."""
        self.stamp_ns = max(self.stamp_ns + 33_000_000, time.time_ns())
        stamped = header(self.stamp_ns)
        self.images.publish(image_to_msg(pixels, stamped, Image))
        (publisher or self.keypoints).publish(people_to_msg(people, stamped))
        return stamped

    def ask(self, heard: list[Any], people: People2D, publisher: Any = None) -> Any:
        before = len(heard)
        stamped = self.send(people, publisher=publisher)
        self.peer.spin_until(lambda: len(heard) > before)
        return heard[-1], stamped

    def facts(self) -> dict[str, str]:
        if not self.diagnostics:
            return {}
        return facts_of(self.diagnostics[-1])

    def set(self, name: str, value: Any) -> Any:
        parameter = Parameter(name, value=value).to_parameter_msg()
        request = SetParameters.Request(parameters=[parameter])
        return self.peer.call(SetParameters, f'/{NODE}/set_parameters', request).results[0]

    def change(self, transition: int) -> bool:
        request = ChangeState.Request(transition=Transition(id=transition))
        return bool(self.peer.call(ChangeState, f'/{NODE}/change_state', request).success)


@pytest.fixture
def session(peer: Peer) -> Session:
    return Session(peer)


def test_visualization_node_draws_only_what_somebody_subscribes_to(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    node = start_node(NODE, overlay__fps='false', **QUICK)
    node.wait_for('draws /keypoints while somebody subscribes')
    peer.spin_until(lambda: session.facts().get('subscribed_outputs') == 'none')
    session.wait_for_inputs(images=False, keypoints=False)
    people = somebody()
    expected = draw_people(PICTURE, people, BODY)

    raw, stop_raw = session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_for(0.2)
    message, stamped = session.ask(raw, people)
    assert message.header == stamped
    np.testing.assert_array_equal(image_from_msg(message), expected)
    peer.spin_until(lambda: session.facts().get('processed') == '1')
    assert session.facts()['subscribed_outputs'] == 'overlay'
    assert -1e4 < float(session.facts()['age_ms_median']) < 1e4, 'by the clock of all nodes'
    stop_raw()
    session.wait_for_inputs(images=False, keypoints=False)

    jpeg, stop_jpeg = session.hear(CompressedImage, 'overlay/compressed')
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_for(0.2)
    message, stamped = session.ask(jpeg, people)
    assert message.header == stamped
    _, data = cv2.imencode('.jpg', expected, [cv2.IMWRITE_JPEG_QUALITY, 85])
    np.testing.assert_array_equal(
        image_from_compressed_msg(message), cv2.imdecode(data, cv2.IMREAD_COLOR)
    )
    assert len(raw) == 1, 'nobody listens to it any more'
    stop_jpeg()

    markers, _ = session.hear(MarkerArray, 'image_markers')
    session.wait_for_inputs(images=False, keypoints=True)
    peer.spin_for(0.2)
    message, stamped = session.ask(markers, people)
    assert {marker.ns for marker in message.markers} == {
        'body', 'body_limbs', 'face', 'face_limbs', 'left_hand', 'left_hand_limbs', 'id',
    }
    assert message.markers[0].header == stamped
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_visualization_node_shows_faces_and_hands_while_somebody_finds_them(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    start_node(NODE, overlay__fps='false', **QUICK)
    raw, _ = session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    full = peer.node.create_publisher(PoseArray, 'keypoints_full', result_qos())
    peer.spin_until(full.get_subscription_count)
    session.wait_for_inputs(images=True, keypoints=False)
    peer.spin_for(0.2)
    people = somebody()
    message, _ = session.ask(raw, people, publisher=full)
    np.testing.assert_array_equal(image_from_msg(message), draw_people(PICTURE, people, BODY))
    peer.node.destroy_publisher(full)
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_for(0.2)
    session.ask(raw, people)


def test_visualization_node_parameters_change_live_and_bad_frames_are_named(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    node = start_node(NODE, keypoints_topic='keypoints', **QUICK)
    raw, _ = session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_for(0.2)
    people = somebody()
    session.ask(raw, people)
    message, _ = session.ask(raw, people)
    changed = image_from_msg(message) != draw_people(PICTURE, people, BODY)
    rows, columns, _ = np.nonzero(changed)
    assert rows.size and rows.max() < 30 and columns.max() < 120, 'frames per second, and no more'

    assert session.set('draw.opacity', 0.0).successful
    assert session.set('overlay.fps', False).successful
    nobody = replace(people, ids=np.zeros(1, np.int64))
    message, _ = session.ask(raw, nobody)
    np.testing.assert_array_equal(image_from_msg(message), PICTURE)
    refused = session.set('overlay.jpeg_quality', 101)
    assert not refused.successful and 'overlay.jpeg_quality' in refused.reason
    assert not session.set('keypoints_topic', 'other').successful, 'configured'

    session.send(people, pixels=PICTURE[::2, ::2])
    node.wait_for('the image is 80 x 60, the keypoints are of one of 160 x 120')
    session.send(replace(people, skeleton='nobody_knows'))
    peer.spin_until(lambda: session.facts().get('dropped_invalid') == '2')
    session.ask(raw, people)
    assert node.interrupt() == 0
    (account,) = node.accounts()
    assert account.processed >= 2 and account.dropped['invalid'] == 2


def test_visualization_node_draws_own_skeletons_and_names_keypoints_without_image(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    own = Skeleton('own_3', ('a', 'b', 'c'), (Limb('a', 'b'), Limb('b', 'c')))
    skeletons = peer.node.create_publisher(SkeletonArray, 'skeletons', latched_qos())
    skeletons.publish(skeletons_to_msg((own,)))
    node = start_node(NODE, overlay__fps='false', **QUICK)
    raw, _ = session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_until(skeletons.get_subscription_count)
    peer.spin_for(1.0)
    xy = np.array([[(20, 20), (80, 30), (100, 90)]], np.float32)
    body = Keypoints2D(xy, np.ones((1, 3), np.float32))
    people = People2D.from_body('own_3', body, np.ones(1, np.float32), (160, 120))
    message, _ = session.ask(raw, people)
    np.testing.assert_array_equal(image_from_msg(message), draw_people(PICTURE, people, own))

    assert session.set('sync.timeout_sec', 0.2).successful
    session.keypoints.publish(people_to_msg(people, header(session.stamp_ns + 1)))
    node.wait_for('keypoints not drawn: no image of their stamp came in time')
    peer.spin_until(lambda: session.facts().get('dropped_timeout') == '1')
    assert worst_of(session.diagnostics[-1])


def test_visualization_node_says_that_it_keeps_too_few_images(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    node = start_node(NODE, sync__max_images=2, **QUICK)
    session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    stamps = [header(session.stamp_ns + number) for number in range(3)]
    for stamped in stamps:
        session.images.publish(image_to_msg(PICTURE, stamped, Image))
    peer.spin_until(lambda: session.facts().get('images_waiting') == '2')
    session.keypoints.publish(people_to_msg(somebody(), stamps[0]))
    node.wait_for('keypoints not drawn: the image of their stamp had to make room')
    peer.spin_until(lambda: session.facts().get('dropped_dropped') == '1')
    assert worst_of(session.diagnostics[-1])


def test_visualization_node_lifecycle_may_go_round_and_round(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    node = start_node(NODE, autostart='false', **QUICK)
    raw, _ = session.hear(Image, 'overlay')
    for _ in range(2):
        assert session.change(Transition.TRANSITION_CONFIGURE)
        peer.spin_for(0.3)
        session.wait_for_inputs(images=False, keypoints=False)
        assert session.change(Transition.TRANSITION_ACTIVATE)
        session.wait_for_inputs(images=True, keypoints=True)
        peer.spin_for(0.2)
        session.ask(raw, somebody())
        assert session.set('enable', False).successful
        session.wait_for_inputs(images=False, keypoints=False)
        assert session.set('enable', True).successful
        session.wait_for_inputs(images=True, keypoints=True)
        assert session.change(Transition.TRANSITION_DEACTIVATE)
        session.wait_for_inputs(images=False, keypoints=False)
        assert session.change(Transition.TRANSITION_CLEANUP)
    assert session.set('keypoints_topic', 'not a topic').successful
    assert not session.change(Transition.TRANSITION_CONFIGURE)
    node.wait_for("parameter 'keypoints_topic' is 'not a topic', expected a topic: Invalid topic")
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_visualization_node_outlives_a_topic_that_it_cannot_subscribe_to(
    start_node: StartNode, session: Session, peer: Peer
) -> None:
    # The node itself publishes something else there.
    node = start_node(NODE, keypoints_topic='/diagnostics', **QUICK)
    problem = 'cannot subscribe to /diagnostics, which is diagnostic_msgs/msg/DiagnosticArray: '

    def worst() -> int:
        return worst_of(session.diagnostics[-1]) if session.diagnostics else -1

    raw, stop_raw = session.hear(Image, 'overlay')
    node.wait_for(f'nothing is drawn: {problem}')
    peer.spin_until(lambda: worst() == 2)
    (status,) = (one for one in session.diagnostics[-1].status if one.name.endswith('input'))
    assert status.message.startswith(problem)
    assert session.facts()['subscribed_outputs'] == 'overlay'
    stop_raw()
    peer.spin_until(lambda: worst() == 0)

    assert session.change(Transition.TRANSITION_DEACTIVATE)
    assert session.change(Transition.TRANSITION_CLEANUP)
    assert session.set('keypoints_topic', '').successful
    assert session.change(Transition.TRANSITION_CONFIGURE)
    assert session.change(Transition.TRANSITION_ACTIVATE)
    raw, _ = session.hear(Image, 'overlay')
    session.wait_for_inputs(images=True, keypoints=True)
    peer.spin_for(0.2)
    session.ask(raw, somebody())
    assert worst() == 0
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


@pytest.mark.parametrize('topic', ['keypoints', 'image'])
def test_visualization_node_says_which_input_it_cannot_subscribe_to(
    start_node: StartNode, session: Session, peer: Peer, topic: str
) -> None:
    node = start_node(NODE, '-r', f'{topic}:=/diagnostics', **QUICK)
    session.hear(Image, 'overlay')
    node.wait_for('nothing is drawn: cannot subscribe to /diagnostics, which is diagnostic_msgs')
    # The topic that could be subscribed to is left, too, and no timer asks for what comes.
    session.wait_for_inputs(images=False, keypoints=False)
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


@pytest.mark.skipif(find_spec('foxglove_msgs') is not None, reason='foxglove_msgs is installed')
def test_visualization_node_without_foxglove_says_what_is_missing(start_node: StartNode) -> None:
    node = start_node(NODE, annotations__enabled='true')
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith(f'{NODE}: ')]
    for word in ('annotations.enabled', 'foxglove_msgs', 'ros-<distribution>-foxglove-msgs'):
        assert word in line
    assert 'Traceback' not in node.output()
