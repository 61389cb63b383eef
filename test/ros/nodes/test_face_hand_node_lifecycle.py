# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How face_hand_node starts, with models that are wrong, and how it ends."""

from __future__ import annotations

import os
from pathlib import Path

from face_hand_upstream import ALL
from face_hand_upstream import PATIENT
from face_hand_upstream import set_parameter
from face_hand_upstream import StartNode
from face_hand_upstream import Upstream
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import numpy as np
import pytest
from ros_peers import Peer

from openpose_ros.types import People2D


def test_face_hand_node_missing_model_ends_it_unless_that_part_is_off(
    start_node: StartNode, peer: Peer, tmp_path: Path
) -> None:
    missing = {'model__hand': str(tmp_path / 'gone.yaml')}
    node = start_node('face_hand_node', **missing)
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith('face_hand_node: ')]
    for word in ('model.hand', 'gone.yaml', 'hand_mediapipe_full', 'face_hand.hands'):
        assert word in line
    assert 'Traceback' not in node.output()
    node = start_node('face_hand_node', **missing, face_hand__hands='false')
    node.wait_for('models ')
    refused = set_parameter(peer, 'face_hand.hands', True)
    assert not refused.successful
    assert 'gone.yaml' in refused.reason
    assert set_parameter(peer, 'face_hand.feet', True).successful
    assert node.interrupt() == 0


def test_face_hand_node_names_a_topic_that_it_cannot_subscribe_to(start_node: StartNode) -> None:
    node = start_node('face_hand_node', '-r', 'keypoints:=/diagnostics')
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith('face_hand_node: ')]
    assert 'cannot subscribe to /diagnostics, which is diagnostic_msgs/msg/Diagnostic' in line
    assert 'Traceback' not in node.output()


def test_face_hand_node_wrong_model_ends_it_unless_that_part_is_off(
    start_node: StartNode, peer: Peer, upstream: Upstream, photo: np.ndarray, people: People2D
) -> None:
    wrong = {'model__face': 'hand_mediapipe_full'}
    node = start_node('face_hand_node', **wrong)
    assert node.process.wait(timeout=20.0) == 1
    (line,) = [text for text in node.output().splitlines() if text.startswith('face_hand_node: ')]
    for word in ('model.face', 'hand_mediapipe_full', 'face_mediapipe_468', 'face_hand.face'):
        assert word in line
    assert 'Traceback' not in node.output()
    node = start_node('face_hand_node', **wrong, face_hand__face='false', **PATIENT, **ALL)
    node.wait_for("'face_hand.face' cannot be switched on: parameter 'model.face'")
    upstream.wait_for_node()
    assert upstream.ask(photo, people, 1).hand_skeleton == 'hand_21'
    refused = set_parameter(peer, 'face_hand.face', True)
    assert not refused.successful
    assert "expected 'face_70'" in refused.reason
    assert upstream.ask(photo, people, 2).face_skeleton == ''
    assert node.interrupt() == 0


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


def niceness_of_threads(pid: int) -> list[int]:
    """Return the niceness of each thread of a process, the first one's first."""
    threads = sorted(int(task.name) for task in Path(f'/proc/{pid}/task').iterdir())
    return [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads]


@pytest.mark.alone  # standing back, it would wait for others
@pytest.mark.parametrize(('given', 'expected'), [({}, 10), ({'priority__niceness': 0}, 0)])
def test_face_hand_node_stands_back_behind_the_bodies(
    start_node: StartNode, upstream: Upstream, photo: np.ndarray, people: People2D,
    given: dict[str, int], expected: int,
) -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    others = {name: value for name, value in ALL.items() if name != 'priority__niceness'}
    node = start_node(
        'face_hand_node', inference__threads=3, face_hand__hands='false', **given, **PATIENT,
        **others,
    )
    upstream.wait_for_node()
    assert upstream.ask(photo, people, 1).face_skeleton == 'face_70'
    threads = niceness_of_threads(node.process.pid)
    assert threads[0] == usual, 'the executor answers at once'
    # The worker and two further threads of each of the four networks, if they are to stand back.
    back = [niceness for niceness in threads if niceness != usual]
    assert set(back) <= {expected}
    assert len(back) >= 9 if expected > usual else not back
