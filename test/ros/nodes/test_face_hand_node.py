# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""face_hand_node as its own process, over DDS, on a real photo and the people in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
from face_hand_upstream import ALL
from face_hand_upstream import assert_same
from face_hand_upstream import BODY
from face_hand_upstream import FIELDS
from face_hand_upstream import header
from face_hand_upstream import PATIENT
from face_hand_upstream import set_parameter
from face_hand_upstream import settings
from face_hand_upstream import StartNode
from face_hand_upstream import Upstream
import numpy as np
import pytest
from ros_peers import Peer
from sensor_msgs.msg import CompressedImage

from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.conversions.regions import regions_from_msg
from openpose_ros.conversions.regions import regions_to_msg
from openpose_ros.msg import RegionArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.region_types import FACE
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.region_tracking import RegionTracker
from openpose_ros.temporal.region_tracking import RegionTrackingParameters
from openpose_ros.types import People2D


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
    # What is passed on has the same skeleton as what is not.
    upstream.send_image(np.ascontiguousarray(photo[:-1]), stamp_ns + 1)
    sent = upstream.send_people(people, stamp_ns + 1)
    peer.spin_until(lambda: len(upstream.full) == 2)
    passed_on = upstream.full[1]
    assert (passed_on.skeleton, passed_on.header) == ('body_25', sent.header)
    assert [one.score for one in passed_on.people] == [one.score for one in sent.people]
    feet_25, wrists = get_skeleton('body_25'), ('left_wrist', 'right_wrist')
    for one, other in zip(passed_on.people, sent.people, strict=True):
        assert [one.body.x[feet_25.index(part)] for part in wrists] == pytest.approx(
            [other.body.x[BODY.index(part)] for part in wrists], nan_ok=True
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
    peer.spin_for(1.0)
    strangers = replace(people, skeleton='my_18')
    expected, _ = estimator.estimate(photo, strangers, own, settings(hands=False))
    assert_same(upstream.ask(photo, strangers, 1), expected)


def test_face_hand_node_regions_follow_the_frame_before_until_the_stamp_jumps_back(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    estimator: FaceHandEstimator,
) -> None:
    follows = {'region_tracking__face': 'true', 'region_tracking__min_score': 0.0}
    start_node('face_hand_node', **follows, **PATIENT, **ALL)
    upstream.wait_for_node()
    tracker = RegionTracker()
    tracking = RegionTrackingParameters(face=True, min_score=0.0)
    # Each is shifted against the image, so that following makes a difference. Frame 300
    # is passed on: 250 is after all that was looked at, and still a jump back.
    for number, stamp_ns in enumerate((100, 200, 250, 260)):
        shifted = replace(
            people, body=replace(people.body, xy=people.body.xy + np.float32(4 * number))
        )
        if stamp_ns == 250:
            upstream.ask(photo, replace(people, skeleton='unknown'), 300)
            tracker.reset()
        found = estimator.regions(shifted, BODY, settings())
        regions = tracker.follow(stamp_ns, found, tracking)
        assert (regions.xy_image != found.xy_image).any() == (stamp_ns in (200, 260))
        message = upstream.ask(photo, shifted, stamp_ns)
        regions = estimator.first_looks(regions, settings())
        expected, _ = estimator.estimate(photo, shifted, BODY, settings(), regions=regions)
        assert_same(message, expected)
        tracker.update(stamp_ns, expected, tracking)
    stamps = [message.header.stamp.nanosec for message in upstream.full]
    assert stamps == [100, 200, 300, 250, 260]


def test_face_hand_node_publishes_regions_only_while_somebody_listens(
    start_node: StartNode, peer: Peer, photo: np.ndarray, people: People2D
) -> None:
    start_node('face_hand_node', **PATIENT, **ALL)
    upstream = Upstream(peer, hear_regions=False)
    upstream.wait_for_node()
    for stamp_ns in (1, 2):
        assert upstream.ask(photo, people, stamp_ns).face_skeleton == 'face_70'
    upstream.wait_for_facts(processed='2', published_regions='0')
    heard: list[Any] = []
    listener = peer.node.create_subscription(RegionArray, 'regions', heard.append, result_qos())
    peer.spin_until(lambda: peer.node.count_subscribers('regions'))
    peer.spin_for(0.3)
    upstream.ask(photo, people, 3)
    peer.spin_until(lambda: heard)
    assert heard[0].header == header(3)
    upstream.wait_for_facts(processed='3', published_regions='1')
    peer.node.destroy_subscription(listener)
    peer.spin_until(lambda: not peer.node.count_subscribers('regions'))
    peer.spin_for(0.3)
    upstream.ask(photo, people, 4)
    upstream.wait_for_facts(processed='4', published_regions='1')
