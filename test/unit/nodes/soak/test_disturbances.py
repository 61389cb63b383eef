# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What happens during a soak is random, repeatable, and spares nothing."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from openpose_ros.nodes.soak.disturbances import Disturbance
from openpose_ros.nodes.soak.disturbances import disturbances
from openpose_ros.nodes.soak.disturbances import GRAPH_KINDS
from openpose_ros.nodes.soak.disturbances import Kind
from openpose_ros.nodes.soak.disturbances import RESTARTS

STEADY = ('/steady/one', '/steady/two')
RESTARTED = ('/restarted/one', '/restarted/two', '/restarted/three')


def drawn(count: int, seed: int = 0, kills: bool = True) -> list[Disturbance]:
    plan = disturbances(seed, steady=STEADY, restarted=RESTARTED, kills=kills)
    return list(islice(plan, count))


def test_disturbances_of_one_seed_are_the_same_and_of_another_one_are_not() -> None:
    assert drawn(50, seed=3) == drawn(50, seed=3)
    assert drawn(50, seed=3) != drawn(50, seed=4)


def test_disturbances_each_kind_comes_equally_often() -> None:
    counts: Counter[Kind] = Counter()
    for one in drawn(600):
        counts.update(event.kind for event in one.events)
        assert max(counts.values()) - min(counts[kind] for kind in Kind) <= 1


def test_disturbances_without_kills_are_all_the_others() -> None:
    kinds = {event.kind for one in drawn(100, kills=False) for event in one.events}
    assert kinds == set(Kind) - {Kind.KILL}


def test_disturbances_two_at_a_time_are_of_different_nodes() -> None:
    pairs = [one.events for one in drawn(600) if len(one.events) == 2]
    assert pairs
    assert all(first.kind != second.kind for first, second in pairs)
    assert all(first.node != second.node for first, second in pairs if first.node)


def test_disturbances_only_some_nodes_are_restarted_and_all_are_driven() -> None:
    events = [event for one in drawn(600) for event in one.events]
    assert {one.node for one in events if one.kind in RESTARTS} == set(RESTARTED)
    assert {one.node for one in events if one.kind in GRAPH_KINDS} == {''}
    for kind in (Kind.REACTIVATE, Kind.RECONFIGURE, Kind.DISABLE):
        assert {one.node for one in events if one.kind is kind} == {*STEADY, *RESTARTED}


def test_disturbance_is_written_in_words() -> None:
    assert {str(event) for one in drawn(100) for event in one.events} >= {
        'kill /restarted/two', 'disable /steady/one', 'pause'
    }
