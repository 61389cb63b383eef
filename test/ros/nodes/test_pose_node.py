# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node as its own process, over DDS, on a real photo."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
from diagnostic_msgs.msg import DiagnosticStatus
import numpy as np
import pytest
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.qos import ReliabilityPolicy
from ros_camera import Camera
from ros_camera import header
from ros_camera import raw
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.msg import SkeletonArray
from openpose_ros.networks.loading import load_model
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import People2D

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'
READY = 'model '  # of the line that the node prints when it is configured
SMALL = {'input__height_px': 184}  # a quarter of the work where the people do not matter
QUICK = {'diagnostics__period_sec': 0.1}  # where a test waits for report after report

StartNode = Callable[..., NodeProcess]


@pytest.fixture(scope='module')
def photo() -> np.ndarray:
    return cv2.imread(str(PHOTO))


@pytest.fixture
def stranger() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.fixture(scope='module')
def expected(photo: np.ndarray) -> People2D:
    return PoseEstimator(load_model('body_mobilenet_thin')).estimate(photo)


def assert_same_people(message: Any, expected: People2D, tolerance_px: float = 1e-3) -> None:
    found = people_from_msg(message)
    assert len(found) == len(expected)
    np.testing.assert_allclose(found.body.xy, expected.body.xy, atol=tolerance_px)
    np.testing.assert_allclose(found.body.scores, expected.body.scores, atol=1e-4)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)


def test_pose_node_photo_gives_its_people_under_its_header(
    start_node: StartNode, peer: Peer, photo: np.ndarray, expected: People2D
) -> None:
    node = start_node('pose_node')
    camera = Camera(peer)
    camera.wait_for_node()
    camera.send(raw(photo, 1_234_567_890_123_456_789))
    peer.spin_until(lambda: camera.people)
    message = camera.people[0]
    assert message.header == header(1_234_567_890_123_456_789)
    assert (message.image_width, message.image_height) == (884, 497)
    assert message.skeleton == 'coco_18'
    assert (message.face_skeleton, message.hand_skeleton) == ('', '')
    assert len(expected) == 2
    assert_same_people(message, expected)
    # Who comes late gets the skeleton all the same.
    skeletons = peer.hear(SkeletonArray, 'skeletons', latched_qos())
    peer.spin_until(lambda: skeletons)
    (skeleton,) = skeletons_from_msg(skeletons[0])
    assert skeleton.parts == get_skeleton('coco_18').parts
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_pose_node_compressed_image_gives_the_people(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    start_node('pose_node', '-r', 'image:=/front/image', image__transport='compressed')
    camera = Camera(peer, '/front/image/compressed', CompressedImage)
    camera.wait_for_node()
    message = image_to_compressed_msg(photo, header(7), CompressedImage)
    camera.send(message)
    peer.spin_until(lambda: camera.people)
    decoded = cv2.imdecode(np.frombuffer(message.data, np.uint8), cv2.IMREAD_COLOR)
    again = PoseEstimator(load_model('body_mobilenet_thin')).estimate(decoded)
    assert_same_people(camera.people[0], again)


def test_pose_node_best_effort_publisher_is_heard_under_auto(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', **SMALL)
    camera = Camera(peer, reliability=ReliabilityPolicy.BEST_EFFORT)
    node.wait_for('best effort only')
    camera.wait_for_node()
    small = np.ascontiguousarray(photo[::4, ::4])  # one packet's worth is not lost
    for number in range(100):
        camera.send(raw(small, number))
        peer.spin_for(0.1)
        if camera.people:
            break
    assert camera.people
    assert node.output().count('best effort only') == 1


@pytest.mark.parametrize('compressed', [False, True])
def test_pose_node_is_reliable_again_when_the_best_effort_publisher_has_gone(
    start_node: StartNode, peer: Peer, stranger: Peer, photo: np.ndarray, compressed: bool
) -> None:
    remapped = ('-r', 'image:=/front/image')
    transport = 'compressed' if compressed else 'raw'
    node = start_node('pose_node', *remapped, image__transport=transport, **SMALL, **QUICK)
    topic = '/front/image/compressed' if compressed else '/front/image'
    kind, other = (CompressedImage, Image) if compressed else (Image, CompressedImage)
    loose = Camera(peer, topic, kind, reliability=ReliabilityPolicy.BEST_EFFORT)
    node.wait_for('best effort only')
    # What is of another type is not heard, and no reason to stay best effort.
    Camera(stranger, topic, other, reliability=ReliabilityPolicy.BEST_EFFORT)
    camera = Camera(peer, topic, kind)
    camera.wait_for_node()
    peer.spin_for(1.5)
    camera.wait_for_facts(image_reliability='best_effort')
    assert 'are all reliable' not in node.output(), 'a publisher is best effort'
    peer.node.destroy_publisher(loose.publisher)
    node.wait_for('are all reliable')
    camera.wait_for_facts(image_reliability='reliable')
    camera.wait_for_node()
    large = np.ascontiguousarray(cv2.resize(photo, (640, 480)))
    for number in range(30):
        image = raw(large, number)
        if compressed:
            image = image_to_compressed_msg(large, header(number), CompressedImage)
        camera.send(image)
        camera.wait_for_facts(received=str(number + 1))
    assert node.output().count('best effort only') == node.output().count('all reliable') == 1
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def test_pose_node_padded_rows_give_the_same_people(
    start_node: StartNode, peer: Peer, photo: np.ndarray, expected: People2D
) -> None:
    start_node('pose_node')
    camera = Camera(peer)
    camera.wait_for_node()
    padded = np.full((photo.shape[0], photo.shape[1] * 3 + 52), 255, np.uint8)
    padded[:, : photo.shape[1] * 3] = photo.reshape(photo.shape[0], -1)
    message = raw(photo)
    message.step = padded.shape[1]
    message.data = padded.tobytes()
    camera.send(message)
    peer.spin_until(lambda: camera.people)
    assert_same_people(camera.people[0], expected)


def test_pose_node_bad_frames_are_counted_and_the_node_lives_on(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    node = start_node('pose_node', **SMALL, **QUICK)
    camera = Camera(peer)
    camera.wait_for_node()
    small = np.ascontiguousarray(photo[::4, ::4])
    bad = [raw(small, number) for number in range(4)]
    bad[0].encoding = 'klingon8'
    bad[1].width = 0
    bad[2].step = 3
    bad[3].data = bad[3].data[:-1]
    for number, message in enumerate(bad, start=1):
        camera.send(message)
        # One at a time: two at once, and the first would be dropped for the second.
        camera.wait_for_facts(dropped_invalid=str(number))
        status = camera.diagnostics[-1].status[0]
        assert status.level != DiagnosticStatus.OK
        assert 'frames bad: ' in status.message
    before_1970 = raw(np.zeros((1, 1, 3), np.uint8))
    before_1970.header.stamp.sec = -1
    camera.send(before_1970)
    camera.wait_for_facts(processed='1', received='5', dropped='4')
    peer.spin_until(lambda: camera.people)
    assert len(camera.people) == 1
    assert camera.people[0].header.stamp.sec == -1
    assert len(camera.people[0].people) == 0, 'nobody is an empty array'
    # The bad frames are forgotten after a few reports.
    peer.spin_until(lambda: camera.diagnostics[-1].status[0].level == DiagnosticStatus.OK)
    assert 'klingon8' in node.output()
    assert node.interrupt() == 0


def test_pose_node_rate_takes_the_first_frame_of_each_slot(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    start_node('pose_node', input__rate_hz=10, **SMALL, **QUICK)
    camera = Camera(peer)
    camera.wait_for_node()
    small = np.ascontiguousarray(photo[::8, ::8])
    stamps_ms = [5, 40, 99, 100, 133, 205, 290, 1, 120]  # the recording starts over at 1
    taken_ms = [5, 100, 205, 1, 120]
    for count, stamp_ms in enumerate(stamps_ms, start=1):
        camera.send(raw(small, stamp_ms * 1_000_000))
        taken = sum(stamp in taken_ms for stamp in stamps_ms[:count])
        camera.wait_for_facts(received=str(count), processed=str(taken))
    peer.spin_until(lambda: len(camera.people) == len(taken_ms))
    assert [message.header.stamp.nanosec // 1_000_000 for message in camera.people] == taken_ms
    assert camera.facts()['dropped_rate'] == str(len(stamps_ms) - len(taken_ms))


def test_pose_node_every_frame_of_a_flood_is_accounted_for(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    start_node('pose_node')
    camera = Camera(peer)
    camera.wait_for_node()
    for number in range(30):
        camera.send(raw(photo, number))
        peer.spin_for(0.03)
    # DDS itself keeps only the last few of them if the machine is busy; not the newest.
    peer.spin_until(lambda: camera.people and camera.people[-1].header.stamp.nanosec == 29)

    def accounted() -> bool:
        facts = {name: int(camera.facts()[name]) for name in ('received', 'processed', 'dropped')}
        done = facts['processed'] + facts['dropped']
        return facts['processed'] == len(camera.people) and done == facts['received']

    peer.spin_until(accounted)
    assert int(camera.facts()['dropped_replaced']) == int(camera.facts()['dropped']) > 0
    stamps = [message.header.stamp.nanosec for message in camera.people]
    assert stamps == sorted(stamps)


def set_parameter(peer: Peer, name: str, value: Any) -> Any:
    request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
    return peer.call(SetParameters, '/pose_node/set_parameters', request).results[0]


def test_pose_node_threshold_changes_while_active(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    start_node('pose_node')
    camera = Camera(peer)
    camera.wait_for_node()
    assert set_parameter(peer, 'people.max_people', 1).successful
    camera.send(raw(photo, 1))
    peer.spin_until(lambda: len(camera.people) == 1)
    assert len(camera.people[0].people) == 1
    assert set_parameter(peer, 'peaks.min_score', 1).successful, 'an integer will do'
    camera.send(raw(photo, 2))
    peer.spin_until(lambda: len(camera.people) == 2)
    assert len(camera.people[1].people) == 0
    too_much = set_parameter(peer, 'peaks.min_score', 1.5)
    assert not too_much.successful
    assert {'peaks.min_score', '1.5', '0.0,', '1.0,'} <= set(too_much.reason.split())
    assert set_parameter(peer, 'model.name', 'body_mobilenet_thin').successful, 'nothing changes'
    fixed = set_parameter(peer, 'model.name', 'other')
    assert not fixed.successful
    assert 'model.name' in fixed.reason


@pytest.mark.parametrize(
    ('parameters', 'words'),
    [
        ({'model__name': 'no_such_model'}, ('no_such_model', 'body_mobilenet_thin')),
        ({'peaks__min_score': 2.0}, ('peaks.min_score', '2.0', '0.0 .. 1.0')),
        ({'image__transport': 'pigeon'}, ('image.transport', 'pigeon', 'raw, compressed')),
        ({'inference__providers': 'abacus'}, ('inference.providers', 'abacus', 'cpu')),
        ({'inference__options': '[oops]'}, ('inference.options', 'oops', 'provider.key=value')),
    ],
)
def test_pose_node_wrong_configuration_ends_it_in_one_line(
    start_node: StartNode, parameters: dict[str, object], words: tuple[str, ...]
) -> None:
    node = start_node('pose_node', **parameters)
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith('pose_node: ')]
    for word in words:
        assert word in line
    assert 'Traceback' not in node.output()


def test_pose_node_strict_provider_that_is_missing_ends_it(start_node: StartNode) -> None:
    node = start_node('pose_node', inference__providers='coreml', inference__strict=True)
    assert node.process.wait(timeout=20.0) == 1
    assert "'inference.strict'" in node.output()


def test_pose_node_without_images_names_topic_and_alternatives(
    start_node: StartNode, peer: Peer, photo: np.ndarray
) -> None:
    peer.node.create_publisher(Image, '/left/image_raw', image_publisher_qos())
    node = start_node('pose_node', '-r', 'image:=/lefd/image_raw', image__timeout_sec=1.0)
    node.wait_for('no image on /lefd/image_raw')
    node.wait_for('published on /left/image_raw')
    assert node.interrupt() == 0
