# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""triangulation_node as its own process, over DDS: known people, right and wrong input."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
import time
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
import numpy as np
import pytest
from ros_camera import header
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import COCO
from ros_rig import keypoints_of
from ros_rig import message_of
from ros_rig import NAMES
from ros_rig import Rig
from ros_rig import seen
from sensor_msgs.msg import PointCloud2
from visualization_msgs.msg import Marker
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.types import Keypoints2D
from openpose_ros.types_3d import NOT_SEEN

StartNode = Callable[..., NodeProcess]


@pytest.fixture(scope='module')
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return calibration_file(tmp_path_factory.mktemp('rig'))


@pytest.fixture(scope='module')
def node(calibration: Path) -> Iterator[NodeProcess]:
    """
    One node for all tests that do not need another one.

    However long a busy machine takes, it tears no set apart and forgets nobody.
    """
    parameters = {
        'calibration.file': calibration,
        'sync.timeout_sec': 10.0,
        'tracking.max_lost_sec': 20.0,
        'diagnostics.period_sec': 0.1,
        'publish.points': True,
        'frame_id': 'room',
    }
    with NodeProcess(
        'triangulation_node', calibration.with_name('log'), parameters
    ) as process:
        yield process


@pytest.fixture(scope='module')
def waiting_rig(node: NodeProcess) -> Iterator[Rig]:
    peer = Peer()
    rig = Rig(peer)
    rig.wait_for_node()
    wait_until_readers_are_known(peer)
    yield rig
    peer.close()


@pytest.fixture
def rig(waiting_rig: Rig) -> Rig:
    waiting_rig.people.clear()
    return waiting_rig


def wait_until_readers_are_known(peer: Peer) -> None:
    """Wait until the node hears of a reader: it has heard of those before it, too, by then."""
    reports = peer.hear_diagnostics()
    peer.spin_until(lambda: reports)


def next_people(rig: Rig) -> Any:
    """Wait for a message and take it."""
    rig.peer.spin_until(lambda: rig.people)
    return rig.people.pop(0)


def assert_people(message: Any, bodies: np.ndarray, tolerance_m: float = 1e-3) -> None:
    """Check that everybody is there, in whatever order."""
    found = people_3d_from_msg(message).body.xyz
    assert found.shape == bodies.shape
    order = [int(np.linalg.norm(bodies - one, axis=-1).mean(axis=1).argmin()) for one in found]
    assert sorted(order) == list(range(len(bodies)))
    np.testing.assert_allclose(found, bodies[order], atol=tolerance_m)


def test_known_people_come_back_from_four_cameras(rig: Rig) -> None:
    skeletons = rig.peer.hear(SkeletonArray, 'skeletons', latched_qos())
    start_ns, first = time.time_ns(), bodies_at(0.0)
    rig.send_set(start_ns, first)
    message = next_people(rig)
    assert message.header == header(start_ns, 'room')
    assert (message.skeleton, message.face_skeleton, message.hand_skeleton) == ('coco_18', '', '')
    assert tuple(message.cameras) == NAMES
    assert_people(message, first)
    people = people_3d_from_msg(message)
    assert (people.body.views == 4).all()
    assert people.body.reprojection_errors.max() < 0.05
    assert sorted(people.sources[:, 0]) == [0, 1]
    assert (people.sources == people.sources[:, :1]).all(), 'all cameras list them alike'
    rig.peer.spin_for(0.1)
    rig.send_set(time.time_ns(), bodies_at(0.1))
    again = people_3d_from_msg(next_people(rig))
    assert sorted(again.ids) == sorted(people.ids), 'everybody keeps the id'
    assert 0 not in again.ids
    before = people.body.xyz[np.argsort(people.ids), 0]
    after = again.body.xyz[np.argsort(again.ids), 0]
    assert np.linalg.norm(after - before, axis=1).max() < 0.2
    rig.peer.spin_until(lambda: skeletons)
    (skeleton,) = skeletons_from_msg(skeletons[0])
    assert skeleton.parts == COCO.parts


def test_who_looks_gets_markers_and_points_and_an_empty_room_takes_them_away(rig: Rig) -> None:
    start_ns, bodies = time.time_ns(), bodies_at(0.0)
    markers = rig.peer.hear(MarkerArray, 'markers', result_qos())
    clouds = rig.peer.hear(PointCloud2, 'points', result_qos())
    wait_until_readers_are_known(rig.peer)
    rig.send_set(start_ns, bodies)
    ids = {person.id for person in next_people(rig).people}
    rig.peer.spin_until(lambda: markers and clouds)
    shown = {(one.ns, one.id) for one in markers[0].markers}
    assert shown == {(kind, number) for kind in ('body', 'body_limbs', 'id') for number in ids}
    assert all(one.header == header(start_ns, 'room') for one in markers[0].markers)
    assert (clouds[0].width, clouds[0].header.frame_id) == (2 * 18, 'room')
    rig.peer.spin_for(0.1)  # at most 10 arrays a second
    rig.send_set(time.time_ns(), bodies[:0])
    empty = next_people(rig)
    assert (len(empty.people), tuple(empty.cameras)) == (0, NAMES)
    rig.peer.spin_until(lambda: len(markers) == 2)
    assert {one.action for one in markers[1].markers} == {Marker.DELETE}
    assert {(one.ns, one.id) for one in markers[1].markers} == shown


def test_faces_and_hands_come_along_where_the_views_carry_them(rig: Rig) -> None:
    bodies = bodies_at(0.0)
    rng = np.random.default_rng(5)
    heads, wrists = bodies[:, COCO.index('nose')], bodies[:, COCO.index('left_wrist')]
    faces = heads[:, None] + rng.uniform(-0.08, 0.08, (2, 70, 3))
    hands = wrists[:, None] + rng.uniform(-0.08, 0.08, (2, 21, 3))
    stamp_ns = time.time_ns()
    for camera in range(4):
        people = seen(camera, bodies)
        if camera != 3:  # this one has no face_hand_node
            people = replace(
                people, face_skeleton='face_70', hand_skeleton='hand_21',
                face=keypoints_of(camera, faces), left_hand=keypoints_of(camera, hands),
                right_hand=Keypoints2D.missing(2, 21),
            )
        rig.send(camera, people_to_msg(people, header(stamp_ns, NAMES[camera])))
    message = next_people(rig)
    assert (message.face_skeleton, message.hand_skeleton) == ('face_70', 'hand_21')
    found = people_3d_from_msg(message)
    order = np.linalg.norm(found.body.xyz[:, None, 0] - bodies[None, :, 0], axis=-1).argmin(axis=1)
    np.testing.assert_allclose(found.face.xyz, faces[order], atol=1e-3)
    np.testing.assert_allclose(found.left_hand.xyz, hands[order], atol=1e-3)
    assert (found.face.views == 3).all()
    assert np.isnan(found.right_hand.xyz).all()


def test_view_whose_faces_have_another_skeleton_is_left_out(rig: Rig) -> None:
    bodies = bodies_at(0.0)
    stamp_ns = time.time_ns()
    for camera in range(4):
        message = message_of(camera, stamp_ns, bodies)
        message.face_skeleton = 'mpii_15' if camera == 2 else 'face_70'
        rig.send(camera, message)
    found = next_people(rig)
    assert tuple(found.cameras) == ('cam0', 'cam1', 'cam3')
    assert_people(found, bodies)
    rig.wait_for_facts(cam2_dropped_skeleton='1')


def test_person_whom_one_camera_sees_is_not_invented(rig: Rig) -> None:
    start_ns = time.time_ns()
    bodies = bodies_at(0.0)
    for camera in range(4):
        rig.send(camera, message_of(camera, start_ns, bodies if camera == 2 else bodies[:1]))
    message = next_people(rig)
    assert_people(message, bodies[:1])
    (person,) = message.people
    assert list(person.sources) == [0, 0, 0, 0]


def test_bad_views_are_left_out_and_named_and_the_others_go_on(
    rig: Rig, node: NodeProcess
) -> None:
    bodies = bodies_at(0.0)
    small = message_of(1, 0, bodies)
    small.image_width = 640
    other = message_of(1, 0, bodies)
    other.skeleton = 'klingon_7'
    mpii = people_to_msg(seen(1, bodies[:, :15]), header(0))
    mpii.skeleton = 'mpii_15'
    face, hand = message_of(1, 0, bodies), message_of(1, 0, bodies)
    face.face_skeleton, hand.hand_skeleton = 'klingon_face', 'klingon_hand'
    torn = message_of(1, 0, bodies)
    torn.people[0].body.x = torn.people[0].body.x[:-1]
    bad = (
        (small, 'size'), (other, 'skeleton'), (mpii, 'skeleton'), (face, 'skeleton'),
        (hand, 'skeleton'), (torn, 'invalid'),
    )  # fmt: skip
    counts: dict[str, int] = {}
    for message, reason in bad:
        stamp_ns = time.time_ns()
        message.header = header(stamp_ns, 'cam1')
        rig.send_set(stamp_ns, bodies, (0, 2, 3))
        rig.send(1, message)
        found = next_people(rig)
        assert tuple(found.cameras) == ('cam0', 'cam2', 'cam3')
        assert_people(found, bodies)
        counts[reason] = counts.get(reason, 0) + 1
        rig.wait_for_facts(**{f'cam1_dropped_{reason}': str(counts[reason])})
    assert "camera 'cam1'" in node.output()
    assert '640x720' in node.output()
    assert node.output().count('view dropped') < len(bad), 'throttled'

    def warned() -> bool:
        statuses = [one.status[0] for one in rig.diagnostics]
        return any(one.level != DiagnosticStatus.OK and '1280x721' in one.message
                   for one in statuses)

    # Only one good view is left: nothing can be said of this instant. The warning stands for half
    # a second; whoever is kept from listening for longer has missed it.
    lost = 0
    while not warned():
        lost += 1
        assert lost < 10, 'no warning'
        stamp_ns = time.time_ns()
        for camera in range(4):
            message = message_of(camera, stamp_ns, bodies)
            message.image_height += camera > 0
            rig.send(camera, message)
        rig.wait_for_facts(dropped_invalid=str(lost))
    rig.send_set(time.time_ns(), bodies)
    assert_people(next_people(rig), bodies)
    rig.peer.spin_until(
        lambda: int(rig.facts()['processed']) + lost == int(rig.facts()['sets_complete'])
    )
    assert rig.facts()['sets_partial'] == '0'


def test_keypoints_that_are_no_numbers_are_missing(rig: Rig) -> None:
    wrist, ankle = COCO.index('left_wrist'), COCO.index('right_ankle')
    # A camera that was silent in the test before is not waited for until it has sent again.
    for _ in range(5):
        start_ns = time.time_ns()
        for camera in range(4):
            message = message_of(camera, start_ns, bodies_at(0.0))
            for person in message.people:
                person.body.x[wrist] = np.inf
                if camera == 0:
                    person.body.y[ankle] = np.nan
                    person.body.score[0] = np.nan
            rig.send(camera, message)
        found = next_people(rig)
        if len(found.cameras) == 4:
            break
    body = people_3d_from_msg(found).body
    assert len(body.xyz) == 2
    assert np.isnan(body.xyz[:, wrist]).all()
    assert (body.views[:, wrist] == 0).all()
    assert (body.views[:, [0, ankle]] == 3).all()
    rest = [part for part in range(18) if part not in (wrist, ankle, 0)]
    assert (body.views[:, rest] == 4).all()


def test_cameras_can_be_chosen_and_topics_named(
    start_node: StartNode, peer: Peer, calibration: Path, tmp_path: Path
) -> None:
    parameters = tmp_path / 'rig.yaml'
    parameters.write_text(
        '/**:\n  ros__parameters:\n    cameras: [cam3, cam1]\n'
        "    keypoints_topic: '/rig/{camera}/keypoints_full'\n"
    )
    start_node(
        'triangulation_node', '--params-file', str(parameters),
        calibration__file=calibration, sync__timeout_sec=10.0,
    )
    rig = Rig(peer)
    publishers = {
        camera: peer.node.create_publisher(
            PoseArray, f'/rig/cam{camera}/keypoints_full', result_qos()
        )
        for camera in (1, 3)
    }
    peer.spin_until(lambda: all(one.get_subscription_count() for one in publishers.values()))
    bodies = bodies_at(0.0)
    for _ in range(200):  # the node may know of this side a little later
        stamp_ns = time.time_ns()
        for camera, publisher in publishers.items():
            publisher.publish(message_of(camera, stamp_ns, bodies))
        peer.spin_for(0.1)
        if rig.people:
            break
    message = next_people(rig)
    assert tuple(message.cameras) == ('cam3', 'cam1'), 'in the order of the parameter'
    assert_people(message, bodies, 0.02)
    assert NOT_SEEN not in message.people[0].sources


def test_broken_calibration_ends_the_node_in_one_line(
    start_node: StartNode, calibration: Path
) -> None:
    text = calibration.read_text()
    calibration.write_text(text.replace('900.0', '0.0'))
    node = start_node('triangulation_node', calibration__file=calibration)
    assert node.process.wait(timeout=20.0) == 1
    assert 'Traceback' not in node.output()
    (line,) = [
        text for text in node.output().splitlines() if text.startswith('triangulation_node: ')
    ]
    for word in ("'calibration.file'", str(calibration), "'cam0'", 'focal lengths above 0'):
        assert word in line


@pytest.mark.skipif(find_spec('message_filters') is not None, reason='it is installed')
def test_policy_that_is_not_installed_ends_the_node_in_one_line(
    start_node: StartNode, calibration: Path
) -> None:
    node = start_node(
        'triangulation_node', calibration__file=calibration, sync__policy='message_filters'
    )
    assert node.process.wait(timeout=20.0) == 1
    assert "triangulation_node: parameter 'sync.policy' is 'message_filters'" in node.output()
    assert 'Traceback' not in node.output()


def test_node_ends_in_order(node: NodeProcess) -> None:
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()
