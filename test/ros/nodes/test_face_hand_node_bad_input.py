# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""face_hand_node and what it cannot work on, or not in time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
import time
from typing import Any

from face_hand_upstream import ALL
from face_hand_upstream import assert_same
from face_hand_upstream import BODY
from face_hand_upstream import header
from face_hand_upstream import PATIENT
from face_hand_upstream import set_parameter
from face_hand_upstream import settings
from face_hand_upstream import StartNode
from face_hand_upstream import Upstream
import numpy as np
from rclpy.serialization import serialize_message
from ros_peers import Peer
from ros_peers import worst_of
from sensor_msgs.msg import Image
from tiny_hands import single_hand_network
from tiny_hands import write_hand_model

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.region_types import Regions
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


def be_patient(peer: Peer) -> None:
    """Let nothing more be passed on because the machine is busy."""
    assert set_parameter(peer, 'sync.timeout_sec', 20.0).successful


def test_face_hand_node_what_cannot_be_paired_is_passed_on_unchanged(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    node = start_node('face_hand_node', sync__timeout_sec=0.5, **ALL)
    upstream.wait_for_node()

    def passed_on(message: Any, reason: str) -> None:
        count = len(upstream.full)
        peer.spin_until(lambda: len(upstream.full) > count)
        # The bytes, because a missing keypoint is not equal to itself.
        assert serialize_message(upstream.full[-1]) == serialize_message(message)
        upstream.wait_for_facts(**{f'passed_on_{reason}': '1'})

    sent_sec = time.monotonic()
    passed_on(upstream.send_people(people, 100), 'timeout')
    assert time.monotonic() - sent_sec > 0.5, 'its image may still come'
    be_patient(peer)
    assert upstream.ask(photo, people, 200).face_skeleton == 'face_70'
    upstream.send_image(photo, 200)
    passed_on(upstream.send_people(people, 200), 'repeated')
    waiting = upstream.send_people(people, 210)
    upstream.send_image(photo, 160)
    upstream.send_people(people, 160)
    upstream.wait_for_facts(passed_on_backwards='1')
    peer.spin_until(lambda: len(upstream.full) == 5)
    assert serialize_message(upstream.full[-2]) == serialize_message(waiting)
    assert upstream.full[-1].header == header(160)
    assert upstream.full[-1].face_skeleton == 'face_70'
    upstream.send_image(np.ascontiguousarray(photo[:-1]), 300)
    passed_on(upstream.send_people(people, 300), 'size')
    bad = image_to_msg(photo, header(400), Image)
    bad.encoding = 'klingon8'
    upstream.images.publish(bad)
    passed_on(upstream.send_people(people, 400), 'image')
    upstream.send_image(photo, 500)
    passed_on(upstream.send_people(replace(people, skeleton='octopus_8'), 500), 'skeleton')
    upstream.wait_for_facts(received='8', processed='2', passed_on='6', dropped='0')
    for word in ('no image of their stamp', 'stamp is that of', 'before stamps jumped back',
                 'is 884 x 496', 'klingon8', 'octopus_8'):  # fmt: skip
        node.wait_for(word)
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


def test_face_hand_node_every_message_of_a_flood_is_accounted_for(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    start_node('face_hand_node', **PATIENT, **ALL)
    upstream.wait_for_node()
    for number in range(1, 31):
        if number % 5:
            upstream.send_image(photo, number)
        upstream.send_people(people, number)
        if number % 5 == 0:
            # These have no image, and are passed on when the next ones are complete. No more at
            # once: DDS keeps the last few.
            upstream.wait_for_facts(received=str(number - 1))
    # The last ones have nothing behind them.
    assert set_parameter(peer, 'sync.timeout_sec', 0.1).successful

    def count(name: str) -> int:
        return int(upstream.facts().get(name, '0'))

    peer.spin_until(lambda: count('processed') + count('dropped') + count('passed_on') == 30)
    assert count('dropped') == count('dropped_replaced')
    assert count('passed_on') == 6, 'one in five has no image'
    peer.spin_until(lambda: len(upstream.full) == 30 - count('dropped'))
    stamps = [one.header.stamp.nanosec for one in upstream.full]
    assert stamps == sorted(stamps)
    complete = [one.header.stamp.nanosec for one in upstream.full if one.face_skeleton]
    assert complete[-1] == 29, 'the newest pair is always worked on'


def test_face_hand_node_nothing_overtakes_a_frame_that_is_being_worked_on(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    start_node('face_hand_node', face_hand__max_people=40, **PATIENT, **ALL)
    upstream.wait_for_node()
    crowd = People2D.from_body(
        'coco_18', people.body.take(np.resize(np.arange(len(people)), 40)),
        np.ones(40, np.float32), people.image_size,
    )
    upstream.send_image(photo, 1)
    upstream.send_people(crowd, 1)
    for _ in range(3):  # passed on at once, for the stamp
        upstream.send_people(people, 1)
    peer.spin_until(lambda: len(upstream.full) == 4)
    assert [len(message.people) for message in upstream.full] == [40, 2, 2, 2]
    assert [message.face_skeleton for message in upstream.full] == ['face_70', '', '', '']


def test_face_hand_node_keypoints_that_nobody_can_read_are_dropped_image_or_not(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    start_node('face_hand_node', sync__timeout_sec=0.2, **ALL)
    upstream.wait_for_node()
    broken = people_to_msg(people, header(5))
    broken.people[0].body.x = broken.people[0].body.x[:-1]
    upstream.keypoints.publish(broken)
    upstream.wait_for_facts(received='1', dropped_invalid='1')
    be_patient(peer)
    assert upstream.ask(photo, people, 6).face_skeleton == 'face_70'
    assert [message.header for message in upstream.full] == [header(6)]


def test_face_hand_node_network_that_fails_costs_faces_and_hands_and_no_more(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D,
    tmp_path: Path,
) -> None:
    # The network of this model takes one crop at a time and fails on more.
    model = write_hand_model(tmp_path, single_hand_network())
    node = start_node('face_hand_node', model__hand=str(model), **PATIENT, **ALL)
    upstream.wait_for_node()
    message = upstream.send_people(people, 1)
    upstream.send_image(photo, 1)
    peer.spin_until(lambda: upstream.full)
    assert serialize_message(upstream.full[0]) == serialize_message(message)
    upstream.wait_for_facts(passed_on_failed='1', processed='0', dropped='0')
    node.wait_for("model 'hand_of_one' failed on an input of shape")
    assert any(worst_of(one) for one in upstream.diagnostics)
    assert set_parameter(peer, 'landmarks.max_batch', 1).successful
    assert upstream.ask(photo, people, 2).hand_skeleton == 'hand_21'
    assert set_parameter(peer, 'landmarks.max_batch', 16).successful
    assert set_parameter(peer, 'face_hand.hands', False).successful
    assert upstream.ask(photo, people, 3).face_skeleton == 'face_70'
    assert 'Traceback' not in node.output()
    assert node.interrupt() == 0


def test_face_hand_node_says_which_of_image_and_regions_is_missing(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    node = start_node('face_hand_node', regions_in__enabled='true', sync__timeout_sec=1.0, **ALL)
    upstream.wait_for_node()
    peer.spin_until(upstream.own_regions.get_subscription_count)
    upstream.send_image(photo, 1)
    upstream.wait_for_facts(images_waiting='1')
    upstream.send_people(people, 1)
    upstream.wait_for_facts(passed_on_no_regions='1')
    node.wait_for('no regions of their stamp came in time')
    upstream.send_regions(Regions.none(), people, 2)
    upstream.wait_for_facts(regions_waiting='1')
    upstream.send_people(people, 2)
    upstream.wait_for_facts(passed_on_timeout='1')
    node.wait_for('no image of their stamp came in time')
    upstream.send_people(people, 3)
    upstream.wait_for_facts(passed_on_timeout='2')
    be_patient(peer)
    # an empty array is an answer: nowhere
    upstream.send_regions(Regions.none(), people, 4)
    assert upstream.ask(photo, people, 4).face_skeleton == 'face_70'
    upstream.wait_for_facts(processed='1', passed_on='3')
