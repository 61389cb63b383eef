# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The subscriptions of triangulation_node, in this process: what they say of silence."""

from __future__ import annotations

from collections.abc import Iterator
import re
import time
from typing import Any

from builtin_interfaces.msg import Time
import pytest
from rclpy.node import Node
from rclpy.parameter import Parameter
from ros_camera import header
from ros_peers import Peer
from rosgraph_msgs.msg import Clock

from openpose_ros.msg import PoseArray
from openpose_ros.nodes import view_input
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.view_input import StampedViews
from openpose_ros.nodes.view_input import ViewMessages
from openpose_ros.temporal.view_sets import ViewSyncParameters

TOPICS = {'left': 'left/keypoints', 'right': 'right/keypoints'}
START_NS = 1_795_000_000_000_000_000


@pytest.fixture
def found() -> list[ViewMessages]:
    return []


@pytest.fixture
def views(
    peer: Peer, found: list[ViewMessages], monkeypatch: pytest.MonkeyPatch
) -> Iterator[StampedViews]:
    monkeypatch.setattr(view_input, 'PATIENCE_SEC', 0.3)
    # The views of a set meet however long a busy machine takes between them.
    parameters = ViewSyncParameters(timeout_sec=10.0)
    one = StampedViews(
        peer.node, TOPICS, parameters, frame_id='room', on_set=found.append
    )
    yield one
    one.close()


@pytest.fixture
def publishers(peer: Peer, views: StampedViews) -> dict[str, Any]:
    made = {
        name: peer.node.create_publisher(PoseArray, topic, result_qos())
        for name, topic in TOPICS.items()
    }
    peer.spin_until(lambda: all(one.get_subscription_count() for one in made.values()))
    return made


def test_set_has_the_stamp_of_the_first_and_the_world_frame(
    peer: Peer,
    views: StampedViews,
    publishers: dict[str, Any],
    found: list[ViewMessages],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(view_input, 'PATIENCE_SEC', 60.0)
    started = time.monotonic()
    for name, later_ns in (('right', 2), ('left', 1)):
        publishers[name].publish(PoseArray(header=header(START_NS + later_ns, name)))
    peer.spin_until(lambda: found)
    assert found[0].header == header(START_NS + 1, 'room')
    assert list(found[0].views) == ['left', 'right']
    state = views.state()
    assert state.problem == ''
    assert state.silent_sec < time.monotonic() - started
    assert (state.counts['sets_complete'], state.cameras['left'].report.in_sets) == (1, 1)
    assert state.cameras['right'].report.trouble == ''
    assert float(state.cameras['right'].arrivals['age_ms_median']) != 0.0


def test_simulated_time_that_starts_over_begins_anew(
    peer: Peer, views: StampedViews, publishers: dict[str, Any], found: list[ViewMessages]
) -> None:
    peer.node.set_parameters([Parameter('use_sim_time', value=True)])
    clock = peer.node.create_publisher(Clock, '/clock', result_qos())
    peer.spin_until(clock.get_subscription_count)
    for second in (100, 101, 5, 6):
        found.clear()
        clock.publish(Clock(clock=Time(sec=second)))
        peer.spin_until(
            lambda now=second * 10**9: peer.node.get_clock().now().nanoseconds == now
        )
        for name, publisher in publishers.items():
            publisher.publish(PoseArray(header=header(second * 10**9, name)))
        peer.spin_until(lambda: found)
        assert [one.header.stamp.sec for one in found] == [second]
    # The simulation stands still, and still nobody waits for ever.
    publishers['left'].publish(PoseArray(header=header(61 * 10**8, 'left')))
    peer.spin_until(lambda: views.state().counts['views_waiting'] == 1)
    views.update_parameters(ViewSyncParameters(timeout_sec=0.1))
    peer.spin_until(lambda: views.state().counts['views_waiting'] == 0)
    state = views.state()
    assert state.counts['restarts'] == 1
    assert state.cameras['left'].report.dropped == {'alone': 1}


def test_silence_is_said_with_the_topics(peer: Peer, views: StampedViews) -> None:
    peer.spin_until(lambda: views.state().problem)
    expected = r'no keypoints for \d+ s: /left/keypoints has 0 publishers, '
    assert re.match(expected, views.state().problem)


def test_views_that_give_no_set_are_said_with_what_becomes_of_them(
    peer: Peer, views: StampedViews, publishers: dict[str, Any], found: list[ViewMessages]
) -> None:
    """Nobody stamps the images: all of them have stamp 0."""

    def received() -> set[int]:
        return {camera.report.received for camera in views.state().cameras.values()}

    sent, problem = 0, ''
    # After a pause of this process, that there are no keypoints is said first.
    while not problem.startswith('no view set for '):
        assert sent < 200, problem
        peer.spin_for(0.05)
        for name, publisher in publishers.items():
            publisher.publish(PoseArray(header=header(0, name)))
        sent += 1
        peer.spin_until(lambda sent=sent: received() == {sent})
        problem = views.state().problem
    assert len(found) == 1
    account = f'sent {sent} ({sent - 1} late dropped)'
    assert problem.endswith(f': left {account}; right {account}')


def test_silence_counts_the_publishers_of_remapped_topics(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_input, 'PATIENCE_SEC', 0.0)
    remapping = ['--ros-args', '-r', 'left/keypoints:=/hall']
    node = Node('remapped', context=peer.context, cli_args=remapping)
    views = StampedViews(
        node, TOPICS, ViewSyncParameters(), frame_id='room', on_set=lambda _: None
    )
    peer.node.create_publisher(PoseArray, '/hall', result_qos())
    expected = ': /hall has 1 publishers, /right/keypoints has 0 publishers'
    peer.spin_until(lambda: views.state().problem.endswith(expected))
    views.close()
    node.destroy_node()
