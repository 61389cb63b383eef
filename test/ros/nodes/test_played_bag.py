# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that follow the clock of a bag which is played, started over, wound on and paused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
from diagnostic_msgs.msg import DiagnosticArray
import numpy as np
from played_bag import Player
from played_bag import record
import pytest
from ros_camera import header
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import message_of
from ros_rig import NAMES
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]

START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000_000
# What is played of four seconds.
INDICES = (*range(10), *range(30, 37))
SIZE = (442, 248)
IMAGE, PEOPLE = '/front/image', '/front/keypoints'
VIEWS = tuple(f'/{name}/people/keypoints' for name in NAMES[:3])
# What the four nodes publish.
FOUND, FULL, OVERLAY, SPACE = '/found', '/full', '/overlay', '/space'


def time_of(index: int) -> int:
    return START_NS + index * STEP_NS


def index_of(message: Any) -> int:
    return round((stamp_ns(message) - START_NS) / STEP_NS)


@pytest.fixture
def bag(tmp_path: Path, photo: np.ndarray, people: People2D) -> Path:
    """Record a photo, its people, and two people who walk before three cameras."""
    pixels = cv2.resize(photo, SIZE, interpolation=cv2.INTER_AREA)
    half = Keypoints2D(people.body.xy / 2, people.body.scores)
    small = replace(people, body=half, image_size=SIZE)

    def recorded() -> Any:
        for now in map(time_of, INDICES):
            yield IMAGE, now, image_to_msg(pixels, header(now), Image)
            yield PEOPLE, now, people_to_msg(small, header(now))
            bodies = bodies_at((now - START_NS) / 1e9)
            for camera, topic in enumerate(VIEWS):
                yield topic, now, message_of(camera, now, bodies)

    return record(tmp_path / 'bag', recorded())


class Session:
    """Plays the bag for four nodes, and hears what comes of it."""

    def __init__(self, peer: Peer, bag: Path) -> None:
        qos = result_qos()
        topics = {IMAGE: (Image, image_publisher_qos()), PEOPLE: (PoseArray, qos)}
        self.player = Player(peer, bag, {**topics, **dict.fromkeys(VIEWS, (PoseArray, qos))})
        self.peer = peer
        self.run = 0
        self.heard = {
            FOUND: peer.hear(PoseArray, FOUND, qos),
            FULL: peer.hear(PoseArray, FULL, qos),
            OVERLAY: peer.hear(Image, OVERLAY, image_subscription_qos('reliable')),
            SPACE: peer.hear(PoseArray3D, SPACE, qos),
        }
        self.diagnostics: list[Any] = peer.hear(DiagnosticArray, '/diagnostics', qos)

    def wait_for_nodes(self) -> None:
        wanted = {IMAGE: 3, PEOPLE: 2, **dict.fromkeys(VIEWS, 1)}
        node = self.peer.node
        self.peer.spin_until(
            lambda: all(node.count_publishers(topic) for topic in self.heard)
            and all(node.count_subscribers('/clock') >= 4 for _ in self.heard)
            and all(
                self.player.publishers[topic].get_subscription_count() == count
                for topic, count in wanted.items()
            )
        )
        self.peer.spin_for(0.3)

    def play(self, *indices: int, without: tuple[str, ...] = (), wait: bool = True) -> None:
        """Play some instants; wait for all that comes of each, unless it cannot come."""
        for index in indices:
            before = {topic: len(heard) for topic, heard in self.heard.items()}
            self.player.play(time_of(index), without=without, edit=self._mark)
            if wait:
                self.wait_for(index, before)
                self.player.set_clock(time_of(index) + STEP_NS // 2)

    def wait_for(self, index: int, before: dict[str, int]) -> None:
        def come() -> bool:
            return all(
                index in map(index_of, self.heard[topic][count:])
                for topic, count in before.items()
            )

        try:
            self.peer.spin_until(come)
        except AssertionError:
            came = {topic: [*map(index_of, heard)] for topic, heard in self.heard.items()}
            raise AssertionError(f'instant {index} of run {self.run}: came {came}') from None

    def forget(self) -> None:
        for heard in self.heard.values():
            heard.clear()

    def facts(self, node: str) -> list[dict[str, str]]:
        """Return all that a node has said of itself."""
        return [
            {item.key: item.value for item in status.values}
            for message in self.diagnostics for status in message.status if node in status.name
        ]

    def _mark(self, topic: str, message: Any) -> None:
        # Images of another run have another size: they cannot be taken for each other.
        if topic == IMAGE:
            message.width -= 2 * self.run
        if topic == PEOPLE:
            message.image_width -= 2 * self.run


@pytest.fixture
def nodes(start_node: StartNode, tmp_path: Path) -> dict[str, NodeProcess]:
    always: dict[str, Any] = {'use_sim_time': 'true', 'diagnostics__period_sec': 0.2}

    def start(module: str, *remappings: str, **parameters: Any) -> NodeProcess:
        words = [word for one in remappings for word in ('-r', one)]
        return start_node(module, *words, **always, **parameters)

    image = f'image:={IMAGE}'
    return {
        'pose_node': start(
            'pose_node', image, f'keypoints:={FOUND}', input__height_px=184, inference__threads=1,
        ),
        'face_hand_node': start(
            'face_hand_node', image, f'keypoints:={PEOPLE}', f'keypoints_full:={FULL}',
            face_hand__hands='false', inference__threads=1, sync__timeout_sec=0.5,
            priority__niceness=0,
        ),
        'visualization_node': start(
            'visualization_node', image, f'keypoints:={PEOPLE}', f'overlay:={OVERLAY}',
            keypoints_topic='keypoints', sync__timeout_sec=20.0,
        ),
        'triangulation_node': start(
            'triangulation_node', f'keypoints_3d:={SPACE}', smoothing__enabled='true',
            calibration__file=calibration_file(tmp_path), cameras=f'[{",".join(NAMES[:3])}]',
        ),
    }  # fmt: skip


def ids_of(messages: list[Any]) -> set[int]:
    return {person.id for message in messages for person in message.people}


def test_bag_that_is_started_over_wound_on_and_paused(
    nodes: dict[str, NodeProcess], peer: Peer, bag: Path
) -> None:
    session = Session(peer, bag)
    session.wait_for_nodes()
    known: set[int] = set()
    known_3d: set[int] = set()

    def new_ids() -> None:
        """Of a stretch without a jump: two people, and both are new."""
        nonlocal known, known_3d
        found, space = ids_of(session.heard[FOUND]), ids_of(session.heard[SPACE])
        assert len(found) == len(space) == 2
        assert not found & known and not space & known_3d
        known, known_3d = known | found, known_3d | space
        session.forget()

    session.play(*range(8))
    new_ids()
    # Back to the start, while the nodes have still to do with the images before.
    session.play(8, 9, wait=False)
    session.run = 1
    session.play(0, wait=False)
    session.wait_for(0, {FOUND: 0, FULL: 0, OVERLAY: 0})
    peer.spin_for(0.3)
    for topic, heard in session.heard.items():
        indices = [*map(index_of, heard)]
        assert indices == sorted(indices, key=lambda index: (index == 0, index)), topic
    # The views of the first instant may meet those of before: then there is no set of it.
    space = [message for message in session.heard[SPACE] if index_of(message) == 0]
    session.forget()
    session.play(*range(1, 8))
    assert_not_smoothed([*space, *session.heard[SPACE]][0])
    new_ids()
    # On by more than people are remembered.
    session.play(*range(30, 34))
    new_ids()
    # A pause, before which an image and a view of one camera have not come yet.
    session.play(34, without=(IMAGE, VIEWS[2]), wait=False)
    session.wait_for(34, {FULL: 0, SPACE: 0})
    (partial,) = session.heard[SPACE]
    assert len(partial.cameras) == 2
    (passed_on,) = session.heard[FULL]
    assert not passed_on.face_skeleton
    peer.spin_for(0.5)
    session.play(35, 36)
    assert len(ids_of(session.heard[FOUND])) == 2 and not ids_of(session.heard[FOUND]) - known
    for name, node in nodes.items():
        assert_plausible(session.facts(name))
        assert node.output().count('stamps have jumped back') == 1
        assert 'Traceback' not in node.output()


def assert_not_smoothed(message: Any) -> None:
    """Smoothing has nothing to begin with: everybody is where they are."""
    found, expected = people_3d_from_msg(message).body.xyz, bodies_at(index_of(message) / 10)
    found, expected = (one[np.argsort(one[:, 0, 0])] for one in (found, expected))
    np.testing.assert_allclose(found, expected, atol=0.005)


def assert_plausible(facts: list[dict[str, str]]) -> None:
    """Ages are neither negative nor those of a jump, and no image met the keypoints of another."""
    ages_ms = [float(value) for one in facts for key, value in one.items() if 'age_ms' in key]
    assert len(ages_ms) > 5
    assert min(ages_ms) > -200 and max(ages_ms) < 700, ages_ms
    assert not any({'passed_on_size', 'dropped_invalid'} & one.keys() for one in facts)
