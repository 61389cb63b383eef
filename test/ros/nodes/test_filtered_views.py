# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""View sets by message_filters, the real one or a stand-in."""

from __future__ import annotations

from typing import Any

import pytest
from ros_camera import header
from ros_optional import import_or_stand_in
from ros_peers import Peer

from openpose_ros.msg import PoseArray
from openpose_ros.nodes import filtered_views
from openpose_ros.nodes.filtered_views import FilteredViews
from openpose_ros.nodes.qos import RESULT_DEPTH
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.view_input import ViewMessages
from openpose_ros.temporal.view_sets import ViewSyncParameters

TOPICS = {'left': 'left/keypoints', 'right': 'right/keypoints'}
MS = 1_000_000


def connected(peer: Peer) -> tuple[dict[str, Any], FilteredViews, list[ViewMessages]]:
    """Return the publishers of both cameras, who hears them, and the sets that come out."""
    publishers = {
        name: peer.node.create_publisher(PoseArray, topic, result_qos())
        for name, topic in TOPICS.items()
    }
    found: list[ViewMessages] = []
    views = FilteredViews(
        peer.node, TOPICS, ViewSyncParameters(slop_sec=0.02), frame_id='room',
        on_set=found.append,
    )
    peer.spin_until(lambda: all(one.get_subscription_count() for one in publishers.values()))
    return publishers, views, found


def test_complete_sets_come_out_under_the_stamp_in_the_middle(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_or_stand_in('message_filters', monkeypatch)
    publishers, views, found = connected(peer)
    for name, stamp_ms in (('left', 0), ('right', 50), ('left', 100), ('right', 110)):
        publishers[name].publish(PoseArray(header=header(stamp_ms * MS, name), skeleton=name))
        peer.spin_for(0.1)
    peer.spin_until(lambda: found)
    (only,) = found
    assert only.header == header(100 * MS, 'room')
    assert {name: view.skeleton for name, view in only.views.items()} == {
        'left': 'left', 'right': 'right'
    }
    assert [view.header.stamp.nanosec for view in only.views.values()] == [100 * MS, 110 * MS]
    state = views.state()
    assert (state.problem, state.counts) == ('', {'sets_complete': 1})
    left, right = (state.cameras[name].report for name in TOPICS)
    assert (left.received, left.in_sets, left.skew_ms) == (2, 1, 0.0)
    assert (right.received, right.in_sets, right.skew_ms) == (2, 1, pytest.approx(10.0))
    views.close()
    peer.spin_until(lambda: not any(one.get_subscription_count() for one in publishers.values()))


def test_camera_that_sends_nothing_is_named(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_or_stand_in('message_filters', monkeypatch)
    monkeypatch.setattr(filtered_views, 'PATIENCE_SEC', 0.5)
    views = FilteredViews(
        peer.node, TOPICS, ViewSyncParameters(), frame_id='room', on_set=lambda _: None
    )
    left = peer.node.create_publisher(PoseArray, TOPICS['left'], result_qos())
    peer.spin_until(left.get_subscription_count)
    peer.spin_until(lambda: views.state().problem)
    left.publish(PoseArray(header=header(0, 'left')))
    peer.spin_until(lambda: views.state().cameras['left'].report.received)
    state = views.state()
    assert state.problem.startswith('no view set for ')
    assert state.problem.endswith('nothing comes from right')
    assert 'needs every camera' in state.cameras['right'].report.trouble
    assert state.cameras['left'].report.trouble == ''
    views.close()


def test_views_go_on_when_stamps_have_jumped_back(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_or_stand_in('message_filters', monkeypatch)
    publishers, views, found = connected(peer)

    def received(name: str) -> int:
        return views.state().cameras[name].report.received

    # The left camera is the faster one: as many of its views as the filter keeps meet none.
    for index in range(RESULT_DEPTH):
        publishers['left'].publish(PoseArray(header=header((1000 + 100 * index) * MS, 'left')))
        peer.spin_until(lambda index=index: received('left') == index + 1)
    for name in TOPICS:
        publishers[name].publish(PoseArray(header=header(10 * MS, name)))
    peer.spin_until(lambda: received('left') == RESULT_DEPTH + 1 and received('right') == 1)
    assert [one.header for one in found] == [header(10 * MS, 'room')]
    views.close()
