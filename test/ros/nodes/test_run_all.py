# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""run_all as a process, over DDS: what the nodes in it share, and how they end."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import re
import signal
import subprocess
import sys
import time
from typing import Any

import cv2
from diagnostic_msgs.msg import DiagnosticArray
from face_hand_upstream import PHOTO
import numpy as np
import pytest
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros_camera import header
from ros_camera import raw
from ros_lifecycle import Manager
from ros_peers import facts_of
from ros_peers import NodeProcess
from ros_peers import PATIENCE_SEC
from ros_peers import Peer
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_from_msg
from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.skeletons import get_skeleton

StartNode = Callable[..., NodeProcess]

IMAGE = '/camera/image'
EXECUTABLE = Path(os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)[0]).joinpath(
    'lib', 'openpose_ros', 'run_all'
)
needs_executable = pytest.mark.skipif(
    not EXECUTABLE.is_file(), reason='run_all is not installed in the prefix'
)
SMALL = {'input.height_px': 184}
POSE = 'model '  # of the line that pose_node prints when it is configured


def chosen(
    name: str, parameters: dict[str, Any] | None = None, **remappings: str
) -> tuple[str, ...]:
    """Return a node's part of the command line; ``space`` is its namespace."""
    names = {'image': IMAGE, '__ns': remappings.pop('space', '/people'), **remappings}
    return ChosenNode(name, arguments_of((), parameters or {}, names)).words


def by_stamp(messages: list[Any]) -> dict[int, Any]:
    return {stamp_ns(message): message for message in messages}


def common(*topics: list[Any]) -> set[int]:
    """Return the stamps that came on all topics."""
    return set.intersection(*(set(by_stamp(messages)) for messages in topics))


@pytest.fixture
def recording(tmp_path: Path, photo: np.ndarray) -> Path:
    """Return a folder of images with 2, 2 and no people."""
    folder = tmp_path / 'recording'
    folder.mkdir()
    for number, pixels in enumerate((photo, photo[:, ::-1], np.zeros_like(photo))):
        cv2.imwrite(str(folder / f'{number}.png'), pixels)
    return folder


def test_run_all_gives_what_separate_nodes_give(
    start_node: StartNode, peer: Peer, recording: Path
) -> None:
    apart = start_node(
        'pose_node', '-r', f'image:={IMAGE}', '-r', '__ns:=/apart', input__height_px=184
    )
    images = peer.hear(Image, IMAGE, image_subscription_qos('reliable'))
    overlays = peer.hear(Image, '/people/overlay', image_subscription_qos('reliable'))
    ours, theirs = (
        peer.hear(PoseArray, f'/{space}/keypoints', result_qos()) for space in ('people', 'apart')
    )
    apart.wait_for(POSE)
    camera = {'source.uri': str(recording), 'source.rate_hz': 3.0, 'source.loop': True}
    node = start_node(
        'run_all', '--',
        *chosen('camera_node', camera, space='/camera'),
        *chosen('pose_node', SMALL),
        *chosen('visualization_node', {'overlay.fps': False}),
    )  # fmt: skip
    peer.spin_until(lambda: len(common(images, ours, theirs, overlays)) >= 4)
    assert peer.node.count_subscribers(IMAGE) == 2, 'no subscription within the process'
    sent, mine, others, drawn = map(by_stamp, (images, ours, theirs, overlays))
    for stamp in common(images, ours, theirs, overlays):
        people, expected = people_from_msg(mine[stamp]), people_from_msg(others[stamp])
        assert mine[stamp].header == others[stamp].header
        assert len(people) in (0, 2)
        np.testing.assert_allclose(people.body.xy, expected.body.xy, atol=1e-3)
        np.testing.assert_allclose(people.body.scores, expected.body.scores, atol=1e-4)
        pixels = np.ascontiguousarray(image_from_msg(sent[stamp]))
        picture = draw_people(pixels, people, get_skeleton(people.skeleton))
        np.testing.assert_array_equal(image_from_msg(drawn[stamp]), picture)
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()
    for name in ('pose_node', 'visualization_node'):
        (line,) = [line for line in node.output().splitlines() if f'{name}]: frames: ' in line]
        received, processed, dropped = map(int, re.findall('[0-9]+ (?=rec|proc|drop)', line))
        assert received == processed + dropped > 0


def test_run_all_lets_a_camera_leave_at_the_end_of_its_recording(
    start_node: StartNode, peer: Peer
) -> None:
    node = start_node(
        'run_all', '--',
        *chosen('camera_node', {'source.uri': str(PHOTO)}, space='/camera'),
        *chosen('pose_bridge_node'),
    )  # fmt: skip
    peer.spin_until(lambda: 'pose_bridge_node' in peer.node.get_node_names())
    node.wait_for('1 frames published')
    peer.spin_until(lambda: 'camera_node' not in peer.node.get_node_names())
    assert 'pose_bridge_node' in peer.node.get_node_names()
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


def follows_to_reliable(node: NodeProcess, peer: Peer, loose: Publisher) -> Publisher:
    """Put a reliable publisher in the place of a best-effort one."""
    diagnostics = peer.hear(DiagnosticArray, '/diagnostics', result_qos())

    def in_use() -> dict[str, str]:
        facts = {one.status[0].name: facts_of(one) for one in diagnostics}
        return {
            name: one['image_reliability'] for name, one in facts.items()
            if 'image_reliability' in one
        }  # fmt: skip

    peer.spin_until(lambda: len(in_use()) == 3)
    assert set(in_use().values()) == {'best_effort'}
    publisher = peer.node.create_publisher(Image, IMAGE, image_publisher_qos())
    peer.node.destroy_publisher(loose)
    node.wait_for('are all reliable')
    peer.spin_until(lambda: set(in_use().values()) == {'reliable'})
    peer.spin_until(lambda: len(peer.node.get_subscriptions_info_by_topic(IMAGE)) == 1)
    (info,) = peer.node.get_subscriptions_info_by_topic(IMAGE)
    assert info.qos_profile.reliability == ReliabilityPolicy.RELIABLE
    assert node.output().count('are all reliable') == 1, 'it is shared'
    return publisher


@pytest.mark.parametrize('compressed', [False, True])
def test_run_all_subscribes_once_to_what_others_publish(
    start_node: StartNode, peer: Peer, photo: np.ndarray, compressed: bool
) -> None:
    """Raw images come best effort here, then reliable, which the subscription has to follow."""
    topic = f'{IMAGE}/compressed' if compressed else IMAGE
    qos = image_publisher_qos()
    if not compressed:
        qos = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
    publisher = peer.node.create_publisher(CompressedImage if compressed else Image, topic, qos)
    transport = {'image.transport': 'compressed' if compressed else 'raw'}
    node = start_node(
        'run_all', '--',
        *chosen('pose_node', {**SMALL, **transport}),
        *chosen('face_hand_node', {'face_hand.hands': False, **transport}),
        *chosen('visualization_node', {'keypoints_topic': 'keypoints_full', **transport}),
    )  # fmt: skip
    overlays = peer.hear(Image, '/people/overlay', image_subscription_qos('reliable'))
    pixels = cv2.resize(photo, (160, 90))  # small enough for best effort
    kinds = (('keypoints', PoseArray), ('keypoints_full', PoseArray))
    heard = [peer.hear(kind, f'/people/{name}', result_qos()) for name, kind in kinds]

    def send() -> int:
        stamp = time.time_ns()
        message = raw(pixels, stamp)
        if compressed:
            message = image_to_compressed_msg(pixels, header(stamp), CompressedImage)
        publisher.publish(message)
        peer.spin_for(0.1)
        return stamp

    def come(wanted: list[list[Any]]) -> None:
        """Send until all have something of what is sent from now on."""
        begin = time.time_ns()
        peer.spin_until(
            lambda: send() and all(one and stamp_ns(one[-1]) >= begin for one in wanted)
        )

    come([*heard, overlays])
    assert [info.node_name for info in peer.node.get_subscriptions_info_by_topic(topic)] == [
        f'run_all_{node.process.pid}'
    ]
    assert (overlays[-1].width, overlays[-1].height) == (160, 90)
    manager = Manager(peer, 'people/pose_node')
    assert manager.deactivate()
    peer.spin_for(0.3)  # what was under way
    silent = len(heard[0])
    send()
    assert publisher.get_subscription_count() == 1, 'the other nodes go on'
    assert manager.cleanup()
    assert manager.configure()
    assert manager.activate()
    assert len(heard[0]) == silent, 'an inactive node publishes nothing'
    come([*heard, overlays])
    if not compressed:
        publisher = follows_to_reliable(node, peer, publisher)
        come([*heard, overlays])
    for name in ('pose_node', 'face_hand_node', 'visualization_node'):
        assert Manager(peer, f'people/{name}').deactivate()
    peer.spin_until(lambda: publisher.get_subscription_count() == 0)
    assert node.interrupt() == 0
    assert 'Traceback' not in node.output()


LOOP = {'source.uri': str(PHOTO), 'source.loop': True}
# Command line, exit code, what is said.
ENDS = [
    (('pose_nod',), 1, "run_all: 'pose_nod' is no node, expected one of camera_node, pose_node"),
    (
        (*chosen('camera_node', LOOP), *chosen('pose_node', {'model.name': 'x'})),
        1, "run_all: /people/pose_node: unknown model 'x'",
    ),
    (
        (*chosen('pose_bridge_node'), *chosen('camera_node', {'source.uri': '/no/such.mp4'})),
        1, 'run_all: /people/camera_node: ',
    ),
    (
        # A node's own parameters go over those of the process.
        (
            '--ros-args', '-p', 'image.transport:=process', '--', *chosen('pose_bridge_node'),
            *chosen('pose_node', {'image.transport': 'own'}, space='/a'),
        ),
        1, "run_all: /a/pose_node: parameter 'image.transport' is 'own', expected one of",
    ),
    (
        (*chosen('pose_bridge_node'), *chosen('pose_bridge_node', space='/a'),
         *chosen('pose_bridge_node')),
        1, "run_all: two nodes are named '/people/pose_bridge_node', expected another namespace",
    ),
    (('pose_node', '--ros-args', '-x', '--'), 1, 'run_all: pose_node: its arguments are wrong: '),
    (('pose_node', '--ros-args', '--', '--ros-args', '-p', 'x'), 1, 'the command line is wrong'),
    # The end of the last node is that of the process.
    (chosen('camera_node', {'source.uri': str(PHOTO)}), 0, '1 frames published'),
    (('--help',), 0, 'pose_bridge_node'),
]  # fmt: skip


def test_run_all_errors_end_all_nodes_with_one_line() -> None:
    command = [sys.executable, '-m', 'openpose_ros.nodes.run_all']
    processes = [
        subprocess.Popen(
            [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for words, _, _ in ENDS
    ]
    try:
        for process, (words, code, text) in zip(processes, ENDS, strict=True):
            output, _ = process.communicate(timeout=60)
            assert process.returncode == code, (words, output)
            assert text in output, words
            assert 'Traceback' not in output, words
    finally:
        for process in processes:
            process.kill()


BROKEN_END = """
import sys
from openpose_ros.nodes.camera_node import CameraNode
from openpose_ros.nodes.run_all import main

end = CameraNode.destroy_node

def fail(node):
    end(node)
    raise RuntimeError('the disk is full')

CameraNode.destroy_node = fail
sys.exit(main())
"""


def test_run_all_does_not_hide_what_goes_wrong_at_the_end_of_a_node() -> None:
    words = chosen('camera_node', {'source.uri': str(PHOTO)})
    done = subprocess.run(
        [sys.executable, '-c', BROKEN_END, *words], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert 'the disk is full' in done.stderr


def wait_for_library(process: subprocess.Popen[str], name: str) -> None:
    """Wait until a process has loaded a library."""
    end = time.monotonic() + PATIENCE_SEC
    while name not in Path(f'/proc/{process.pid}/maps').read_text(encoding='utf-8'):
        assert process.poll() is None and time.monotonic() < end, f'{name} is not loaded'
        time.sleep(0.01)


@needs_executable
def test_run_all_ctrl_c_while_it_starts_ends_with_0_and_without_a_traceback() -> None:
    nodes = (*chosen('camera_node', LOOP), *chosen('pose_node'), *chosen('visualization_node'))
    processes = [
        subprocess.Popen(
            [EXECUTABLE, *nodes], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(3)
    ]
    try:
        for index, process in enumerate(processes):
            # Python itself, before it comes to the program, answers with a traceback.
            wait_for_library(process, 'rclpy')
            time.sleep(0.4 * index)  # while it imports, makes the nodes, loads the network
            process.send_signal(signal.SIGINT)
        for process in processes:
            output, _ = process.communicate(timeout=60)
            assert process.returncode == 0, output
            assert 'Traceback' not in output
    finally:
        for process in processes:
            process.kill()
