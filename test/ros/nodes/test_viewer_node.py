# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""viewer_node as its own process: what it records, and what it must live through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import re
from typing import Any

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
import numpy as np
import pytest
from ros_peers import NodeProcess
from ros_peers import Peer
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]

OWN = Skeleton('own_3', ('a', 'b', 'c'), (Limb('a', 'b'), Limb('b', 'c')))
PIXELS = np.zeros((48, 64, 3), np.uint8)


def person_of(skeleton: str, parts: int) -> People2D:
    xy = np.linspace(5, 40, 2 * parts, dtype=np.float32).reshape(1, parts, 2)
    body = Keypoints2D(xy, np.ones((1, parts), np.float32))
    return People2D.from_body(skeleton, body, np.ones(1, np.float32), (64, 48))


class Chain:
    """The camera and pose_node, played by the test."""

    def __init__(self, peer: Peer, image_qos: Any) -> None:
        self._peer = peer
        self._images = peer.node.create_publisher(Image, 'image', image_qos)
        self._people = peer.node.create_publisher(PoseArray, 'keypoints', result_qos())
        self._skeletons = peer.node.create_publisher(SkeletonArray, 'skeletons', latched_qos())
        self._sec = 100

    def connect(self) -> None:
        topics = (self._images, self._people, self._skeletons)
        self._peer.spin_until(lambda: all(one.get_subscription_count() for one in topics))

    def send_skeleton(self) -> None:
        self._skeletons.publish(skeletons_to_msg((OWN,)))

    def send(self, people: People2D, *, sec: int | None = None, **changes: Any) -> None:
        """Send an image and its result; changes are of the image's fields."""
        self._sec += 1
        header = Header(stamp=Time(sec=self._sec if sec is None else sec), frame_id='camera')
        message = image_to_msg(PIXELS, header, Image)
        for name, value in changes.items():
            setattr(message, name, value)
        self._images.publish(message)
        self.pause()
        self.send_result(people_to_msg(people, header))

    def send_result(self, message: PoseArray) -> None:
        self._people.publish(message)
        self.pause()

    def pause(self) -> None:
        """Let messages of two topics arrive in the order in which they were sent."""
        for _ in range(3):
            self._peer.executor.spin_once(timeout_sec=0.05)


def repeat(action: Callable[[], None], until: Callable[[], bool]) -> None:
    """Act until something is so: on a busy machine an image may come after its result."""
    for _ in range(40):
        action()
        if until():
            return
    raise AssertionError('nothing came of it')


def left_out(viewer: NodeProcess) -> int:
    """Return how many messages the viewer says it could not use."""
    numbers = re.findall(r'left out\W+(\d+)', viewer.output())
    return int(numbers[-1]) if numbers else 0


def is_bad(diagnostics: DiagnosticArray) -> bool:
    return bool(diagnostics.status[0].level != DiagnosticStatus.OK)


def test_viewer_lives_through_what_it_cannot_use(
    peer: Peer, start_node: StartNode, tmp_path: Path
) -> None:
    folder = tmp_path / 'out' / 'json'
    heard = peer.hear_diagnostics()
    viewer = start_node('viewer_node', output_dir=tmp_path / 'out', diagnostics__period_sec=0.1)
    chain = Chain(peer, image_publisher_qos())
    chain.connect()
    known, own = person_of('coco_18', 18), person_of('own_3', 3)

    def is_recorded(action: Callable[[], None]) -> None:
        before = len(list(folder.iterdir()))
        repeat(action, lambda: len(list(folder.iterdir())) > before)

    def is_left_out(action: Callable[[], None]) -> None:
        before = left_out(viewer)
        repeat(action, lambda: left_out(viewer) > before)

    is_recorded(lambda: chain.send(known))
    is_left_out(lambda: chain.send(own))
    # After five reports without another bad one it says that all is well again.
    peer.spin_until(lambda: any(map(is_bad, heard)))
    frames, images = next(filter(is_bad, heard)).status
    assert (frames.name, images.name) == ('/viewer_node: frames', '/viewer_node: input')
    assert "unknown skeleton 'own_3'" in frames.message
    assert images.message == 'input comes'
    facts = {item.key: item.value for item in frames.values}
    assert int(facts['received']) == int(facts['processed']) + int(facts['dropped_invalid'])
    assert "result left out: unknown skeleton 'own_3'" in viewer.output()
    is_left_out(lambda: chain.send(known, encoding='of nobody'))
    is_recorded(lambda: chain.send(known, sec=-5))
    malformed = people_to_msg(known, Header())
    malformed.people[0].body.x = malformed.people[0].body.x[:5]
    is_left_out(lambda: chain.send_result(malformed))
    moved = folder.rename(tmp_path / 'moved')
    is_left_out(lambda: chain.send(known))  # there is nowhere to write to
    moved.rename(folder)
    is_recorded(lambda: chain.send(known))
    chain.send_skeleton()
    is_recorded(lambda: chain.send(own))
    assert viewer.interrupt() == 0
    assert 'Traceback' not in viewer.output()


def test_viewer_hears_a_best_effort_camera(
    peer: Peer, start_node: StartNode, tmp_path: Path
) -> None:
    folder = tmp_path / 'out' / 'json'
    viewer = start_node('viewer_node', output_dir=tmp_path / 'out')
    chain = Chain(peer, image_subscription_qos('best_effort'))
    viewer.wait_for('best effort only')
    chain.connect()
    repeat(lambda: chain.send(person_of('coco_18', 18)), lambda: any(folder.iterdir()))
    assert viewer.interrupt() == 0


def test_viewer_unwritable_folder_ends_with_exit_code_1(
    start_node: StartNode, tmp_path: Path
) -> None:
    (tmp_path / 'file').write_text('')
    viewer = start_node('viewer_node', output_dir=tmp_path / 'file' / 'out')
    assert viewer.process.wait(timeout=20.0) == 1
    lines = [line for line in viewer.output().splitlines() if line.startswith('viewer_node: ')]
    assert len(lines) == 1
    assert 'Traceback' not in viewer.output()


@pytest.mark.parametrize('fps', ['0.0', '1000.0'])
def test_viewer_wrong_parameter_ends_with_exit_code_1(start_node: StartNode, fps: str) -> None:
    viewer = start_node('viewer_node', video_fps=fps)
    assert viewer.process.wait(timeout=20.0) == 1
    assert "'video_fps' is" in viewer.output()
