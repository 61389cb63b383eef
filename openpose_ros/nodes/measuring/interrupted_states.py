# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The states in which a node may be told to stop, and how to bring it into each of them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
import socket
import tempfile

import cv2
from lifecycle_msgs.msg import State as LifecycleState
import numpy as np

from openpose_ros.nodes.measuring.interrupting_peer import InterruptingPeer
from openpose_ros.nodes.measuring.interrupting_peer import RIG
from openpose_ros.nodes.measuring.watched_process import WatchedProcess
from openpose_ros.pose3d.calibration_files import write_cameras

Reach = Callable[[InterruptingPeer, WatchedProcess], AbstractContextManager[None]]
Wait = Callable[[InterruptingPeer, WatchedProcess], None]

_MANAGED = {'autostart': 'false'}
_RATHER_LONG_SEC = 60.0


@dataclass(frozen=True)
class InterruptedState:
    """
    A state of a node.

    :param node: Name of the node's executable.
    :param what: The state, in a few words.
    :param reached: Context in which a node that was started is in this state.
    :param parameters: What it is started with.
    :param passes: Whether the node comes through this state by itself soon after its start.
    """

    node: str
    what: str
    reached: Reach
    parameters: Mapping[str, object] = field(default_factory=dict)
    passes: bool = False

    def start(self, space: str) -> WatchedProcess:
        """
        Start the node, which is not in this state yet.

        :param space: Namespace.
        """
        return WatchedProcess(self.node, space, self.parameters)


@contextmanager
def interrupted_states() -> Iterator[list[InterruptedState]]:
    """Give the states of all nodes; what they need is there until the context is left."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as silent:
        images, rig = Path(name) / 'images', Path(name) / 'rig.yaml'
        images.mkdir()
        cv2.imwrite(str(images / '0.png'), np.zeros((480, 640, 3), np.uint8))
        write_cameras(rig, {camera.name: camera for camera in RIG})
        silent.bind(('127.0.0.1', 0))
        silent.listen()
        silent.settimeout(_RATHER_LONG_SEC)
        yield [
            *_states_of_pose_node(),
            InterruptedState('face_hand_node', 'configuring', _configuring, _MANAGED),
            InterruptedState('face_hand_node', 'at work', _at_work),
            InterruptedState('visualization_node', 'at work', _at_work),
            InterruptedState('triangulation_node', 'at work', _at_work, {'calibration.file': rig}),
            *_states_of_camera_node(images, silent),
            InterruptedState('pose_bridge_node', 'without input', _said('publishes')),
        ]


def _states_of_pose_node() -> Iterator[InterruptedState]:
    node, nowhere = 'pose_node', {**_MANAGED, 'model.name': 'no_such_model'}
    yield InterruptedState(node, 'importing', _loaded('multiarray'), passes=True)
    yield InterruptedState(node, 'joining the graph', _loaded('librmw_'), passes=True)
    yield InterruptedState(node, 'unconfigured', _unconfigured, _MANAGED)
    yield InterruptedState(node, 'configuring', _configuring, _MANAGED)
    yield InterruptedState(node, 'after a failed configuration', _misconfigured, nowhere)
    yield InterruptedState(node, 'inactive', _inactive, _MANAGED)
    yield InterruptedState(node, 'without input', _active)
    yield InterruptedState(node, 'at work', _at_work)
    yield InterruptedState(node, 'given bad images', _given_bad_images)
    yield InterruptedState(node, 'disabled', _active, {'enable': 'false'})


def _states_of_camera_node(images: Path, silent: socket.socket) -> Iterator[InterruptedState]:
    @contextmanager
    def connected(_: InterruptingPeer, __: WatchedProcess) -> Iterator[None]:
        # The connection is taken, and nothing is ever said.
        connection, _ = silent.accept()
        with connection:
            yield

    node, playing = 'camera_node', {'source.uri': images, 'source.loop': 'true'}
    waiting = {**playing, 'wait_for_subscriber_sec': _RATHER_LONG_SEC}
    address = f'http://127.0.0.1:{silent.getsockname()[1]}/video'
    stream = {'source.uri': address, 'source.timeout_sec': _RATHER_LONG_SEC}
    yield InterruptedState(node, 'playing', _said('/image'), playing)
    yield InterruptedState(node, 'awaiting subscribers', _said('/image'), waiting)
    yield InterruptedState(node, 'opening a silent stream', connected, stream)


def _state(wait: Wait) -> Reach:
    """Return the context of a state in which a node stays without anybody's help."""

    @contextmanager
    def reached(peer: InterruptingPeer, process: WatchedProcess) -> Iterator[None]:
        wait(peer, process)
        yield

    return reached


def _loaded(library: str) -> Reach:
    return _state(lambda _, process: process.wait_until(lambda: process.has_loaded(library)))


def _said(text: str) -> Reach:
    return _state(lambda _, process: process.wait_until(lambda: text in process.said()))


def _wait_until_active(peer: InterruptingPeer, process: WatchedProcess) -> None:
    peer.wait_for_state(process, LifecycleState.PRIMARY_STATE_ACTIVE)


@_state
def _active(peer: InterruptingPeer, process: WatchedProcess) -> None:
    _wait_until_active(peer, process)


def _wait_until_unconfigured(peer: InterruptingPeer, process: WatchedProcess) -> None:
    # One that answers also hears what it is asked next, which is asked once.
    peer.wait_for_state(process, LifecycleState.PRIMARY_STATE_UNCONFIGURED)


@_state
def _unconfigured(peer: InterruptingPeer, process: WatchedProcess) -> None:
    _wait_until_unconfigured(peer, process)


@_state
def _inactive(peer: InterruptingPeer, process: WatchedProcess) -> None:
    _wait_until_unconfigured(peer, process)
    peer.configure(process.name)


@_state
def _configuring(peer: InterruptingPeer, process: WatchedProcess) -> None:
    _wait_until_unconfigured(peer, process)
    peer.request_configure(process)
    peer.spin_for(0.05)  # the request has arrived; the networks take longer


@_state
def _misconfigured(peer: InterruptingPeer, process: WatchedProcess) -> None:
    _wait_until_unconfigured(peer, process)
    try:
        peer.configure(process.name)
    except ValueError:
        return
    raise ValueError(f'{process.name} has a configuration that should be refused')


@contextmanager
def _at_work(peer: InterruptingPeer, process: WatchedProcess) -> Iterator[None]:
    _wait_until_active(peer, process)
    with peer.feeding(process.space, process.executable) as results:
        peer.wait_for(process, lambda: bool(results))
        peer.spin_for(0.05)  # the next image is in the middle of the network
        yield


@contextmanager
def _given_bad_images(peer: InterruptingPeer, process: WatchedProcess) -> Iterator[None]:
    _wait_until_active(peer, process)
    with peer.feeding(process.space, process.executable, 'klingon8'):
        peer.wait_for(process, lambda: 'klingon8' in process.said())
        yield
