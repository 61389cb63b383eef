# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""face_hand_node as its own process, over DDS, on a real photo and the people in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import numpy as np
import pytest
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.serialization import serialize_message
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.conversions.regions import regions_from_msg
from openpose_ros.conversions.regions import regions_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import RegionArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.networks.loading import load_model
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.secondary_models import load_secondary_models
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.region_types import FACE
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.region_tracking import RegionTracker
from openpose_ros.temporal.region_tracking import RegionTrackingParameters
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'
FIELDS = ('body', 'face', 'left_hand', 'right_hand')
BODY = get_skeleton('coco_18')
# The people of the photo are seen from afar: whatever the networks say of them is taken.
LOW = 1e-5
PATIENT = {'sync__timeout_sec': 20.0}  # nothing is passed on because the machine is busy
ALL = {
    'landmarks__face_min_score': LOW,
    'landmarks__hand_min_score': LOW,
    'diagnostics__period_sec': 0.1,
}

StartNode = Callable[..., NodeProcess]


@pytest.fixture(scope='module')
def photo() -> np.ndarray:
    return cv2.imread(str(PHOTO))


@pytest.fixture(scope='module')
def people(photo: np.ndarray) -> People2D:
    return PoseEstimator(load_model('body_mobilenet_thin')).estimate(photo)


@pytest.fixture(scope='module')
def estimator() -> FaceHandEstimator:
    parts = ('face', 'hands', 'feet')
    return FaceHandEstimator(load_secondary_models(SecondaryModelParameters(), parts))


def settings(**switches: Any) -> FaceHandSettings:
    landmarks = LandmarkParameters(face_min_score=LOW, hand_min_score=LOW)
    return FaceHandSettings(FaceHandParameters(**switches), landmarks=landmarks)


def header(nanoseconds: int) -> Header:
    message = Header(frame_id='front_camera')
    message.stamp.sec, message.stamp.nanosec = divmod(nanoseconds, 1_000_000_000)
    return message


class Upstream:
    """Publishes images and keypoints as camera and pose_node do, and hears what comes out."""

    def __init__(self, peer: Peer, kind: type = Image, topic: str = 'image') -> None:
        self.peer = peer
        node = peer.node
        self.images = node.create_publisher(kind, topic, image_publisher_qos())
        self.keypoints = node.create_publisher(PoseArray, 'keypoints', result_qos())
        self.own_regions = node.create_publisher(RegionArray, 'regions_in', result_qos())
        self.full: list[Any] = peer.hear(PoseArray, 'keypoints_full', result_qos())
        self.regions: list[Any] = peer.hear(RegionArray, 'regions', result_qos())
        self.diagnostics: list[Any] = peer.hear(DiagnosticArray, '/diagnostics', result_qos())

    def wait_for_node(self) -> None:
        outputs = ('keypoints_full', 'regions')
        self.peer.spin_until(
            lambda: self.images.get_subscription_count()
            and self.keypoints.get_subscription_count()
            and all(self.peer.node.count_publishers(topic) for topic in outputs)
        )
        self.peer.spin_for(0.2)

    def send_image(self, pixels: np.ndarray, stamp_ns: int) -> None:
        self.images.publish(image_to_msg(pixels, header(stamp_ns), Image))

    def send_people(self, people: People2D, stamp_ns: int) -> Any:
        message = people_to_msg(people, header(stamp_ns))
        self.keypoints.publish(message)
        return message

    def ask(self, pixels: np.ndarray, people: People2D, stamp_ns: int) -> Any:
        """Send both and return what comes of it."""
        before = len(self.full)
        self.send_image(pixels, stamp_ns)
        self.send_people(people, stamp_ns)
        self.peer.spin_until(lambda: len(self.full) > before)
        assert self.full[-1].header == header(stamp_ns)
        return self.full[-1]

    def wait_for_facts(self, **wanted: str) -> None:
        self.peer.spin_until(lambda: wanted.items() <= self.facts().items())

    def facts(self) -> dict[str, str]:
        if not self.diagnostics:
            return {}
        return {item.key: item.value for item in self.diagnostics[-1].status[0].values}


@pytest.fixture
def upstream(peer: Peer) -> Upstream:
    return Upstream(peer)


def set_parameter(peer: Peer, name: str, value: Any) -> Any:
    request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
    return peer.call(SetParameters, '/face_hand_node/set_parameters', request).results[0]


def assert_same(message: Any, expected: People2D) -> None:
    found = people_from_msg(message)
    names = ('skeleton', 'face_skeleton', 'hand_skeleton', 'image_size')
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    assert len(found) == len(expected)
    for name in FIELDS:
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(one.xy, other.xy, atol=0.05, err_msg=name)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-3, err_msg=name)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-5)


def test_face_hand_node_photo_gives_what_the_estimator_finds(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    node = start_node('face_hand_node', face_hand__feet='true', **PATIENT, **ALL)
    upstream.wait_for_node()
    stamp_ns = 1_234_567_890_123_456_789
    message = upstream.ask(photo, people, stamp_ns)
    expected, regions = estimator.estimate(photo, people, BODY, settings(feet=True))
    assert all((getattr(expected, name).scores > 0).any() for name in FIELDS)
    assert expected.skeleton == 'body_25'
    assert_same(message, expected)
    peer.spin_until(lambda: upstream.regions)
    assert upstream.regions[0].header == header(stamp_ns)
    found = regions_from_msg(upstream.regions[0])
    np.testing.assert_array_equal(found.kinds, regions.kinds)
    np.testing.assert_array_equal(found.persons, regions.persons)
    np.testing.assert_allclose(found.xy_image, regions.xy_image, atol=0.1)
    skeletons = peer.hear(SkeletonArray, 'skeletons', latched_qos())
    wanted = {'coco_18', 'body_25', 'face_70', 'hand_21'}
    peer.spin_until(
        lambda: skeletons
        and {one.name for one in skeletons_from_msg(skeletons[-1])} == wanted
    )
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_face_hand_node_compressed_images_and_keypoints_before_their_image(
    start_node: StartNode, peer: Peer, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    start_node('face_hand_node', image__transport='compressed', **PATIENT, **ALL)
    upstream = Upstream(peer, CompressedImage, 'image/compressed')
    upstream.wait_for_node()
    message = image_to_compressed_msg(photo, header(7), CompressedImage)
    upstream.send_people(people, 7)
    peer.spin_for(0.2)
    upstream.images.publish(message)
    peer.spin_until(lambda: upstream.full)
    decoded = cv2.imdecode(np.frombuffer(message.data, np.uint8), cv2.IMREAD_COLOR)
    assert_same(upstream.full[0], estimator.estimate(decoded, people, BODY, settings())[0])


def test_face_hand_node_switches_and_limits_change_at_run_time(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    start_node('face_hand_node', **PATIENT, **ALL)
    upstream.wait_for_node()
    now: dict[str, Any] = {}
    changes = [
        ('face', False), ('hands', False), ('feet', True), ('face', True), ('feet', False),
        ('hands', True), ('max_people', 1), ('max_people', 0),
    ]  # fmt: skip
    for number, (name, value) in enumerate(changes, start=1):
        assert set_parameter(peer, f'face_hand.{name}', value).successful
        now[name] = value
        expected, _ = estimator.estimate(photo, people, BODY, settings(**now))
        assert_same(upstream.ask(photo, people, number), expected)
    wrong = set_parameter(peer, 'face_hand.max_people', -1)
    assert not wrong.successful and 'face_hand.max_people' in wrong.reason


def test_face_hand_node_what_cannot_be_paired_is_passed_on_unchanged(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    node = start_node('face_hand_node', sync__timeout_sec=0.5, **ALL)
    upstream.wait_for_node()

    def passed_on(message: Any, reason: str, least_sec: float = 0.0) -> None:
        count = len(upstream.full)
        peer.spin_for(least_sec)
        assert len(upstream.full) == count, 'too early'
        peer.spin_until(lambda: len(upstream.full) > count)
        # The bytes, because a missing keypoint is not equal to itself.
        assert serialize_message(upstream.full[-1]) == serialize_message(message)
        upstream.wait_for_facts(**{f'passed_on_{reason}': '1'})

    passed_on(upstream.send_people(people, 100), 'timeout', least_sec=0.3)
    assert upstream.ask(photo, people, 200).face_skeleton == 'face_70'
    upstream.send_image(photo, 200)
    passed_on(upstream.send_people(people, 200), 'repeated')
    passed_on(upstream.send_people(people, 150), 'backwards')
    assert upstream.ask(photo, people, 160).face_skeleton == 'face_70', 'it starts over'
    upstream.send_image(np.ascontiguousarray(photo[:-1]), 300)
    passed_on(upstream.send_people(people, 300), 'size')
    bad = image_to_msg(photo, header(400), Image)
    bad.encoding = 'klingon8'
    upstream.images.publish(bad)
    passed_on(upstream.send_people(people, 400), 'image')
    upstream.send_image(photo, 500)
    passed_on(upstream.send_people(replace(people, skeleton='octopus_8'), 500), 'skeleton')
    upstream.wait_for_facts(received='8', processed='2', passed_on='6', dropped='0')
    for word in ('no image of their stamp', 'stamp is that of', 'stamp is before', 'is 884 x 496',
                 'klingon8', 'octopus_8'):  # fmt: skip
        assert word in node.output()
    assert node.interrupt() == 0


def test_face_hand_node_bad_people_do_no_harm(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    start_node('face_hand_node', face_hand__max_people=2, **PATIENT, **ALL)
    upstream.wait_for_node()
    nobody = People2D.from_body(
        'coco_18', Keypoints2D.missing(0, 18), np.zeros(0, np.float32), people.image_size
    )
    assert len(upstream.ask(photo, nobody, 1).people) == 0
    # A hip and a knee only: no face, no hand, no region.
    hips = Keypoints2D.missing(1, 18)
    for part in ('right_hip', 'right_knee'):
        hips.xy[0, BODY.index(part)], hips.scores[0, BODY.index(part)] = (50.0, 60.0), 1.0
    alone = People2D.from_body('coco_18', hips, np.ones(1, np.float32), people.image_size)
    (person,) = upstream.ask(photo, alone, 2).people
    assert (len(person.face.x), len(person.left_hand.x), len(person.body.x)) == (0, 0, 18)
    # Keypoints that are not numbers, or far outside, with scores as if they were good.
    wild = people.body.xy.copy()
    wild[0, ::2] = np.nan
    wild[1, ::3] = 1e9
    sick = replace(people, body=Keypoints2D(wild, np.ones_like(people.body.scores)))
    assert len(upstream.ask(photo, sick, 3).people) == 2
    # A hundred people, of whom two are looked at and all are published.
    rows = np.resize(np.arange(len(people)), 100)
    scores = np.linspace(0.1, 1.0, 100, dtype=np.float32)
    crowd = People2D.from_body('coco_18', people.body.take(rows), scores, people.image_size)
    message = upstream.ask(photo, crowd, 4)
    assert_same(message, estimator.estimate(photo, crowd, BODY, settings(max_people=2))[0])
    assert len(message.people) == 100
    assert sum(len(person.face.x) > 0 for person in message.people) <= 2
    # Lengths that do not fit are the one thing that is not passed on.
    broken = people_to_msg(people, header(5))
    broken.people[0].body.x = broken.people[0].body.x[:-1]
    upstream.send_image(photo, 5)
    upstream.keypoints.publish(broken)
    upstream.wait_for_facts(dropped_invalid='1', processed='4')


def test_face_hand_node_looks_in_given_regions(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    start_node('face_hand_node', regions_in__enabled='true', **PATIENT, **ALL)
    upstream.wait_for_node()
    peer.spin_until(upstream.own_regions.get_subscription_count)
    found = estimator.regions(people, BODY)
    given = found.take(np.flatnonzero(found.kinds == FACE))
    assert len(given)
    nobodys = replace(given, persons=np.full(len(given), NO_PERSON))
    zero = replace(given, sizes_px=np.zeros(len(given), np.float32))
    huge = replace(given, sizes_px=np.full(len(given), 1e30, np.float32))
    for stamp_ns, regions in enumerate((given, nobodys, zero, huge, Regions.none()), start=1):
        upstream.own_regions.publish(regions_to_msg(regions, people, header(stamp_ns)))
        expected, _ = estimator.estimate(photo, people, BODY, settings(), regions=regions)
        assert_same(upstream.ask(photo, people, stamp_ns), expected)
    assert len(upstream.full[1].people) == len(people) + len(given), 'faces of nobody'
    strange = replace(given, persons=np.zeros(len(given), np.int64))
    message = regions_to_msg(strange, people, header(9))
    message.regions[0].person = 77
    upstream.own_regions.publish(message)
    assert upstream.ask(photo, people, 9).face_skeleton == '', 'passed on'
    upstream.wait_for_facts(passed_on_regions='1')


def test_face_hand_node_skeleton_heard_on_the_topic_will_do(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    own = replace(BODY, name='my_18')
    publisher = peer.node.create_publisher(SkeletonArray, 'skeletons', latched_qos())
    publisher.publish(skeletons_to_msg((own,)))
    start_node('face_hand_node', face_hand__hands='false', **PATIENT, **ALL)
    upstream.wait_for_node()
    peer.spin_until(publisher.get_subscription_count)
    peer.spin_for(0.5)
    strangers = replace(people, skeleton='my_18')
    expected, _ = estimator.estimate(photo, strangers, own, settings(hands=False))
    assert_same(upstream.ask(photo, strangers, 1), expected)


def test_face_hand_node_missing_model_ends_it_unless_that_part_is_off(
    start_node: StartNode, peer: Peer, tmp_path: Path
) -> None:
    missing = {'model__hand': str(tmp_path / 'gone.yaml')}
    node = start_node('face_hand_node', **missing)
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith('face_hand_node: ')]
    assert 'gone.yaml' in line and 'face_hand.hands' in line
    assert 'Traceback' not in node.output()
    node = start_node('face_hand_node', **missing, face_hand__hands='false')
    node.wait_for('models ')
    refused = set_parameter(peer, 'face_hand.hands', True)
    assert not refused.successful
    assert 'gone.yaml' in refused.reason
    assert set_parameter(peer, 'face_hand.feet', True).successful
    assert node.interrupt() == 0


def test_face_hand_node_every_message_of_a_flood_is_accounted_for(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    start_node('face_hand_node', sync__timeout_sec=0.5, **ALL)
    upstream.wait_for_node()
    for number in range(1, 31):
        if number % 5:
            upstream.send_image(photo, number)
        upstream.send_people(people, number)
        peer.spin_for(0.03)
    upstream.wait_for_facts(received='30')

    def count(name: str) -> int:
        return int(upstream.facts().get(name, '0'))

    peer.spin_until(lambda: count('processed') + count('dropped') + count('passed_on') == 30)
    assert count('dropped') == count('dropped_replaced')
    assert count('passed_on') == 6, 'one in five has no image'
    peer.spin_until(lambda: len(upstream.full) == 30 - count('dropped'))
    complete = [one.header.stamp.nanosec for one in upstream.full if one.face_skeleton]
    assert complete == sorted(complete)
    assert complete[-1] == 29, 'the newest pair is always worked on'


def test_face_hand_node_regions_follow_the_frame_before_until_the_stamp_jumps_back(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    follows = {'region_tracking__face': 'true', 'region_tracking__min_score': 0.0}
    start_node('face_hand_node', **follows, **PATIENT, **ALL)
    upstream.wait_for_node()
    tracker = RegionTracker()
    tracking = RegionTrackingParameters(face=True, min_score=0.0)
    # Each is shifted against the image, so that following makes a difference.
    for number, stamp_ns in enumerate((100, 200, 40, 50)):
        shifted = replace(
            people, body=replace(people.body, xy=people.body.xy + np.float32(4 * number))
        )
        found = estimator.regions(shifted, BODY, settings())
        regions = tracker.follow(stamp_ns, found, tracking)
        assert (regions.xy_image != found.xy_image).any() == (stamp_ns in (200, 50))
        message = upstream.ask(photo, shifted, stamp_ns)
        if stamp_ns == 40:  # it is passed on, and what was found before is forgotten
            assert message.face_skeleton == ''
            tracker = RegionTracker()
            assert upstream.ask(photo, shifted, 45).face_skeleton == 'face_70'
            regions, stamp_ns = found, 45
            message = upstream.full[-1]
        expected, _ = estimator.estimate(photo, shifted, BODY, settings(), regions=regions)
        assert_same(message, expected)
        tracker.update(stamp_ns, expected, tracking)


def change(peer: Peer, transition: int) -> bool:
    request = ChangeState.Request(transition=Transition(id=transition))
    return peer.call(ChangeState, '/face_hand_node/change_state', request).success


def test_face_hand_node_lifecycle_may_go_round_and_round(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    node = start_node('face_hand_node', autostart='false', **PATIENT, **ALL)
    for stamp_ns in (1, 2):
        assert change(peer, Transition.TRANSITION_CONFIGURE)
        assert not set_parameter(peer, 'model.hand', 'other').successful, 'configured'
        assert change(peer, Transition.TRANSITION_ACTIVATE)
        upstream.wait_for_node()
        assert upstream.ask(photo, people, stamp_ns).face_skeleton == 'face_70'
        upstream.send_people(people, 10 + stamp_ns)  # waits for its image until the end
        peer.spin_for(0.2)
        assert change(peer, Transition.TRANSITION_DEACTIVATE)
        assert change(peer, Transition.TRANSITION_CLEANUP)
        peer.spin_until(lambda: not upstream.keypoints.get_subscription_count())
    assert len(upstream.full) == 2
    assert set_parameter(peer, 'model.hand', 'no_such_model').successful
    assert not change(peer, Transition.TRANSITION_CONFIGURE)
    node.wait_for('no_such_model')
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_face_hand_node_without_keypoints_names_their_topic(start_node: StartNode) -> None:
    arguments = ('-r', '__ns:=/people', '-r', 'image:=/camera/image_raw')
    node = start_node('face_hand_node', *arguments, image__timeout_sec=0.5)
    node.wait_for('no keypoints on /people/keypoints for')
    node.wait_for('it has 0 publishers')
    node.wait_for('no image on /camera/image_raw')
    assert node.interrupt() == 0
