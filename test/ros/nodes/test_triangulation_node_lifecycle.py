# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The lifecycle of triangulation_node under load, and parameters that change meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import time
from typing import Any

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from ros_peers import NodeProcess
from ros_peers import Peer
from ros_rig import bodies_at
from ros_rig import calibration_file
from ros_rig import Rig

from openpose_ros.conversions.stamps import stamp_ns

StartNode = Callable[..., NodeProcess]


def change(peer: Peer, transition: int) -> bool:
    request = ChangeState.Request(transition=Transition(id=transition))
    return peer.call(ChangeState, '/triangulation_node/change_state', request).success


def set_parameter(peer: Peer, name: str, value: Any) -> Any:
    request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
    return peer.call(SetParameters, '/triangulation_node/set_parameters', request).results[0]


def stream(rig: Rig, seconds: float) -> int:
    """Publish view sets for a while; return how many results of these were heard meanwhile."""
    rig.people.clear()
    start_ns, end = time.time_ns(), time.monotonic() + seconds
    while time.monotonic() < end:
        rig.send_set(time.time_ns(), bodies_at(0.0))
        rig.peer.spin_for(0.03)
    return sum(stamp_ns(one) >= start_ns for one in rig.people)


def test_each_transition_twice_and_parameters_in_between(
    start_node: StartNode, peer: Peer, tmp_path: Path
) -> None:
    node = start_node(
        'triangulation_node', autostart=False, calibration__file='/nowhere.yaml',
        diagnostics__period_sec=0.1, sync__timeout_sec=10.0, tracking__max_lost_sec=20.0,
    )
    rig = Rig(peer)
    assert not change(peer, Transition.TRANSITION_CONFIGURE), 'there is no such file'
    assert "'calibration.file'" in node.output()
    assert set_parameter(peer, 'calibration.file', str(calibration_file(tmp_path))).successful
    ids: list[list[int]] = []
    for _ in range(2):
        assert change(peer, Transition.TRANSITION_CONFIGURE)
        assert stream(rig, 0.2) == 0
        assert change(peer, Transition.TRANSITION_ACTIVATE)
        rig.wait_for_node()
        assert any(stream(rig, 0.5) for _ in range(20)), 'an active node publishes'
        ids.append(sorted(person.id for person in rig.people[-1].people))
        assert change(peer, Transition.TRANSITION_DEACTIVATE)
        peer.spin_for(0.2)
        assert stream(rig, 0.2) == 0, 'an inactive node publishes nothing'
        assert change(peer, Transition.TRANSITION_CLEANUP)
    assert ids == [[1, 2], [3, 4]], 'no id is given twice'
    assert change(peer, Transition.TRANSITION_CONFIGURE)
    assert change(peer, Transition.TRANSITION_ACTIVATE)
    rig.wait_for_node()
    assert not set_parameter(peer, 'calibration.file', '/other.yaml').successful
    # More parts than the skeleton has: nobody is left.
    assert set_parameter(peer, 'reconstruction.min_parts', 19).successful
    assert set_parameter(peer, 'sync.min_views', 3).successful
    peer.spin_for(0.2)
    rig.people.clear()
    rig.send_set(time.time_ns(), bodies_at(0.0))
    peer.spin_until(lambda: rig.people)
    assert len(rig.people[-1].people) == 0
    rig.send_set(time.time_ns(), bodies_at(0.0), (0, 1))
    # Short only for these, which nothing else is to join: whole sets have time.
    assert set_parameter(peer, 'sync.timeout_sec', 0.1).successful
    rig.wait_for_facts(cam0_dropped_alone='1', cam1_dropped_alone='1')
    assert set_parameter(peer, 'sync.timeout_sec', 10.0).successful
    rig.send_set(time.time_ns(), bodies_at(0.0), (0,))
    rig.wait_for_facts(views_waiting='1')
    assert node.interrupt() == 0
    assert "'cam0' 3 received, 1 in sets, 2 dropped (alone 1, deactivated 1); 'cam1'" in (
        node.output()
    )
    assert 'Traceback' not in node.output()
