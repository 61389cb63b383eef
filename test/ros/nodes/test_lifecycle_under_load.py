# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The lifecycle of face_hand_node and triangulation_node while input comes without a pause."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from face_hand_upstream import ALL
from face_hand_upstream import PATIENT
from face_hand_upstream import Upstream
from lifecycle_msgs.msg import State
from lifecycle_msgs.msg import Transition
import numpy as np
import pytest
from ros_lifecycle import Manager
from ros_lifecycle import streaming
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import Rig

from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]


@dataclass(frozen=True)
class Loaded:
    """
    A node that waits for its manager, under load.

    :param node: Its process.
    :param manager: Drives it.
    :param heard: What it publishes.
    """

    node: NodeProcess
    manager: Manager
    heard: list[Any]


@pytest.fixture(params=['face_hand_node', 'triangulation_node'])
def loaded(
    request: pytest.FixtureRequest, start_node: StartNode, peer: Peer, photo: np.ndarray,
    people: People2D, tmp_path: Path,
) -> Iterator[Loaded]:
    name = request.param
    if name == 'face_hand_node':
        node = start_node(name, autostart=False, **PATIENT, **ALL)
        upstream = Upstream(peer)
        heard = upstream.full

        def send(now: int) -> None:
            upstream.send_image(photo, now)
            upstream.send_people(people, now)
    else:
        path = str(calibration_file(tmp_path))
        node = start_node(name, autostart=False, calibration__file=path)
        rig = Rig(peer)
        heard = rig.people

        def send(now: int) -> None:
            rig.send_set(now, bodies_at(0.0))

    with streaming(send):
        yield Loaded(node, Manager(peer, name), heard)


def ends_well(loaded: Loaded) -> None:
    assert loaded.node.interrupt() == 0
    assert 'Traceback' not in loaded.node.output()


def test_each_transition_twice(loaded: Loaded, peer: Peer) -> None:
    manager, heard = loaded.manager, loaded.heard
    for _ in range(2):
        assert manager.configure()
        for _ in range(2):
            assert manager.activate()
            count = len(heard)
            peer.spin_until(lambda count=count: len(heard) > count)
            assert manager.deactivate()
        peer.spin_for(0.3)
        count = len(heard)
        peer.spin_for(0.3)
        assert len(heard) == count, 'an inactive node publishes nothing'
        assert manager.cleanup()
    assert manager.state() == State.PRIMARY_STATE_UNCONFIGURED
    ends_well(loaded)


def test_transitions_at_the_wrong_time_are_refused(loaded: Loaded, peer: Peer) -> None:
    manager, heard = loaded.manager, loaded.heard
    for _ in range(2):
        assert not manager.activate() and not manager.deactivate() and not manager.cleanup()
    assert manager.configure()
    for _ in range(2):
        assert not manager.configure() and not manager.deactivate()
    assert manager.activate()
    for _ in range(2):
        assert not manager.activate() and not manager.cleanup()
    assert manager.state() == State.PRIMARY_STATE_ACTIVE
    peer.spin_until(lambda: heard)
    ends_well(loaded)


@pytest.mark.parametrize(
    ('steps', 'shutdown'),
    [
        (0, Transition.TRANSITION_UNCONFIGURED_SHUTDOWN),
        (1, Transition.TRANSITION_INACTIVE_SHUTDOWN),
        (2, Transition.TRANSITION_ACTIVE_SHUTDOWN),
    ],
    ids=['unconfigured', 'inactive', 'active'],
)
def test_shutdown_from_each_state(
    loaded: Loaded, peer: Peer, steps: int, shutdown: int
) -> None:
    manager, heard = loaded.manager, loaded.heard
    for step in (manager.configure, manager.activate)[:steps]:
        assert step()
    if steps == 2:
        peer.spin_until(lambda: heard)
    assert manager.change(shutdown)
    assert manager.state() == State.PRIMARY_STATE_FINALIZED
    assert not manager.change(shutdown)
    assert not manager.configure()
    peer.spin_for(0.3)
    count = len(heard)
    peer.spin_for(0.3)
    assert len(heard) == count
    ends_well(loaded)
