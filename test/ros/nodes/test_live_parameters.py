# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
What changes while nodes work counts from the next frame on: one parameter of every group.

What each parameter does is tested where it is used; here is tested that it gets there.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_camera import header
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import message_of
from ros_rig import NAMES
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.msg import RegionArray
from openpose_ros.nodes.parameter_docs import NODE_GROUPS
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# Parameters, and how to tell from what was seen before and after that they count.
Change = tuple[dict[str, Any], Callable[[Any, Any], bool]]

STEP_NS = 50_000_000
LOW = 1e-5
PICTURES = image_subscription_qos('reliable')
# Topics of each node by its own names: what a test sends, and what it hears.
POSE, FACES = 'pose_node', 'face_hand_node'
DRAWN, SPACE = 'visualization_node', 'triangulation_node'
PARAMETERS: dict[str, dict[str, Any]] = {
    POSE: {'input.height_px': 184},
    FACES: {
        'landmarks.face_min_score': LOW, 'face_hand.hands': False, 'sync.timeout_sec': 30.0,
        'region_tracking.min_score': 0.0,
    },
    DRAWN: {'keypoints_topic': 'keypoints', 'overlay.fps': False, 'sync.timeout_sec': 30.0},
    SPACE: {'sync.timeout_sec': 10.0},
}
HEARD: dict[str, dict[str, tuple[type, Any]]] = {
    POSE: {'keypoints': (PoseArray, result_qos())},
    FACES: {'keypoints_full': (PoseArray, result_qos()), 'regions': (RegionArray, result_qos())},
    DRAWN: {
        'overlay': (Image, PICTURES), 'overlay/compressed': (CompressedImage, PICTURES),
        'image_markers': (MarkerArray, result_qos()),
    },
    SPACE: {'keypoints_3d': (PoseArray3D, result_qos()), 'markers': (MarkerArray, result_qos())},
}  # fmt: skip


@dataclass
class Node:
    """
    A node under test, in a namespace of its name.

    :param name: Its name.
    :param peer: Who talks to it.
    """

    name: str
    peer: Peer

    def __post_init__(self) -> None:
        space, node = f'/{self.name}', self.peer.node
        self.heard = {
            topic: self.peer.hear(kind, f'{space}/{topic}', qos)
            for topic, (kind, qos) in HEARD[self.name].items()
        }
        self.images = node.create_publisher(Image, f'{space}/image', image_publisher_qos())
        self.keypoints = node.create_publisher(PoseArray, f'{space}/keypoints', result_qos())
        self.views = [
            node.create_publisher(PoseArray, f'{space}/{camera}', result_qos())
            for camera in NAMES
        ]
        self.now_ns = 0

    def header(self) -> Any:
        self.now_ns += STEP_NS
        return header(self.now_ns)

    def set(self, values: dict[str, Any]) -> None:
        messages = [Parameter(name, value=v).to_parameter_msg() for name, v in values.items()]
        request = SetParameters.Request(parameters=messages)
        service = f'/{self.name}/{self.name}/set_parameters'
        results = self.peer.call(SetParameters, service, request).results
        assert all(result.successful for result in results), results

    def next(self, send: Callable[[], None]) -> dict[str, Any]:
        """Send something and return what comes of it, by topic."""
        for heard in self.heard.values():
            heard.clear()
        send()
        self.peer.spin_until(lambda: all(self.heard.values()))
        return {topic: heard[0] for topic, heard in self.heard.items()}

    def try_out(self, changes: list[Change], look: Callable[[], Any]) -> None:
        """Make one change after the other, each undone again: it counts for what is seen next."""
        infos = [info for group in NODE_GROUPS[self.name] for info in group.infos()]
        usual = {info.name: info.default for info in infos} | PARAMETERS[self.name]
        before, undo = look(), {}
        for values, has_come in changes:
            self.set(undo | values)
            assert has_come(before, look()), values
            undo = {name: usual[name] for name in values}
        self.set(undo)
        after = look()
        assert not any(has_come(before, after) for _, has_come in changes)


@pytest.fixture(scope='module')
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.fixture(scope='module')
def nodes(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Node]]:
    """Run the four nodes in one process."""
    folder = tmp_path_factory.mktemp('nodes')
    more = {SPACE: {'calibration.file': str(calibration_file(folder)),
                    'keypoints_topic': '{camera}'}}  # fmt: skip
    words = [
        word for name, values in PARAMETERS.items()
        for word in ChosenNode(
            name, arguments_of((), values | more.get(name, {}), {'__ns': f'/{name}'})
        ).words
    ]
    talking = {name: Node(name, peer) for name in PARAMETERS}
    found = [
        *(talking[name].images.get_subscription_count for name in (POSE, FACES, DRAWN)),
        *(talking[name].keypoints.get_subscription_count for name in (FACES, DRAWN)),
        *(view.get_subscription_count for view in talking[SPACE].views),
    ]
    with NodeProcess('run_all', folder / 'log', {}, '--', *words) as process:
        peer.spin_until(lambda: all(count() for count in found))
        peer.spin_for(0.5)
        yield talking
    assert 'Traceback' not in process.output()


@pytest.fixture(scope='module')
def half(photo: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(photo[::2, ::2])


def differs(one: People2D, other: People2D) -> bool:
    return len(one) != len(other) or not np.allclose(one.body.xy, other.body.xy, equal_nan=True)


POSE_CHANGES: list[Change] = [
    ({'input.height_px': 128}, differs),
    ({'peaks.min_score': 1.0}, lambda before, now: not len(now)),
    ({'limbs.min_score': 1.0}, lambda before, now: not len(now)),
    ({'people.min_parts': 62}, lambda before, now: not len(now)),
    ({'people.max_people': 1}, lambda before, now: len(now) == 1),
    ({'tracking.enabled': False}, lambda before, now: not now.ids.any()),
]


def test_pose_node(nodes: dict[str, Node], half: np.ndarray) -> None:
    node = nodes[POSE]

    def look() -> People2D:
        message = image_to_msg(half, node.header(), Image)
        return people_from_msg(node.next(lambda: node.images.publish(message))['keypoints'])

    assert len(look()) == 2
    node.try_out(POSE_CHANGES, look)
    node.set({'smoothing.enabled': True})
    usual, half = look(), np.ascontiguousarray(np.roll(half, 8, axis=1))
    behind = look().body.xy[..., 0] - usual.body.xy[..., 0]
    assert 0 < np.nanmedian(behind) < 7.9, 'between where they were and are'


FACE_CHANGES: list[Change] = [
    (
        {'region_tracking.face': True},
        lambda before, now: [one.size for one in before[1]] != [one.size for one in now[1]],
    ),
    ({'face_hand.face': False}, lambda before, now: not now[0].face_skeleton),
    ({'face_hand.max_people': 1}, lambda before, now: len(now[1]) < len(before[1])),
    ({'regions.face_min_score': 1.0}, lambda before, now: not len(now[1])),
    ({'landmarks.face_min_score': 1.0}, lambda before, now: not now[0].face.scores.any()),
]


def test_face_hand_node(nodes: dict[str, Node], photo: np.ndarray, people: People2D) -> None:
    node = nodes[FACES]

    def look() -> tuple[People2D, Any]:
        stamped = node.header()

        def send() -> None:
            node.images.publish(image_to_msg(photo, stamped, Image))
            node.keypoints.publish(people_to_msg(people, stamped))

        found = node.next(send)
        return people_from_msg(found['keypoints_full']), found['regions'].regions

    full, regions = look()
    assert len(regions) == 2 and full.face.scores.any()
    node.try_out(FACE_CHANGES, look)
    node.heard['keypoints_full'].clear()
    node.keypoints.publish(people_to_msg(people, node.header()))
    node.peer.spin_for(0.3)
    assert not node.heard['keypoints_full'], 'an image may still come'
    node.set({'sync.timeout_sec': 0.1})
    node.peer.spin_until(lambda: node.heard['keypoints_full'])


def width_of(drawn: dict[str, Any]) -> float:
    markers = drawn['image_markers'].markers
    return float(np.ptp([point.x for one in markers for point in one.points]))


def redrawn(before: dict[str, Any], now: dict[str, Any]) -> bool:
    return bool(before['overlay'].data != now['overlay'].data)


DRAWN_CHANGES: list[Change] = [
    ({'draw.opacity': 0.1}, redrawn),
    ({'draw.face_min_score': 1.0}, redrawn),
    ({'overlay.fps': True}, redrawn),
    (
        {'overlay.jpeg_quality': 5},
        lambda before, now: 2 * len(now['overlay/compressed'].data)
        < len(before['overlay/compressed'].data),
    ),
    (
        {'image_markers.width_m': 4.0},
        lambda before, now: width_of(now) > 1.9 * width_of(before),
    ),
    (
        {'image_markers.lifetime_sec': 3.0},
        lambda before, now: now['image_markers'].markers[0].lifetime.sec == 3,
    ),
]


def test_visualization_node(nodes: dict[str, Node], photo: np.ndarray, people: People2D) -> None:
    node = nodes[DRAWN]
    face = Keypoints2D(
        np.tile(people.body.xy[:, :1], (1, 70, 1)) + np.arange(70)[None, :, None] % 8,
        np.full((2, 70), 0.9, np.float32),
    )
    seen = replace(people, face_skeleton='face_70', face=face)

    def look() -> dict[str, Any]:
        stamped = node.header()

        def send() -> None:
            node.images.publish(image_to_msg(photo, stamped, Image))
            node.keypoints.publish(people_to_msg(seen, stamped))

        return node.next(send)

    node.try_out(DRAWN_CHANGES, look)


SPACE_CHANGES: list[Change] = [
    ({'association.min_parts': 19}, lambda before, now: not now['keypoints_3d'].people),
    ({'triangulation.min_views': 5}, lambda before, now: not now['keypoints_3d'].people),
    ({'reconstruction.min_parts': 19}, lambda before, now: not now['keypoints_3d'].people),
    (
        {'tracking.enabled': False},
        lambda before, now: {person.id for person in now['keypoints_3d'].people} == {0},
    ),
    (
        {'publish.markers_lifetime_sec': 7.0},
        lambda before, now: now['markers'].markers[-1].lifetime.sec == 7,
    ),
]


def test_triangulation_node(nodes: dict[str, Node]) -> None:
    node = nodes[SPACE]

    def send(cameras: int = 4) -> None:
        stamp_ns = 10 * 10**9 + node.header().stamp.nanosec
        for camera in range(cameras):
            node.views[camera].publish(message_of(camera, stamp_ns, bodies_at(0.0)))

    def look() -> dict[str, Any]:
        node.peer.spin_for(0.12)  # at most 10 arrays of markers a second
        return node.next(send)

    assert len(look()['keypoints_3d'].people) == 2
    node.try_out(SPACE_CHANGES, look)
    node.set({'sync.min_views': 4, 'sync.timeout_sec': 0.1})
    sets = node.heard['keypoints_3d']
    sets.clear()
    send(cameras=3)
    node.peer.spin_for(0.4)
    assert not sets
    node.set({'sync.min_views': 2})
    node.peer.spin_until(
        lambda: send(cameras=3) or any(len(one.cameras) == 3 for one in sets)
    )
