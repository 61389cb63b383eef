# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np

from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.temporal.tracking_3d import Tracking3DParameters
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

SEC = 1_000_000_000
PARTS = 6
# a person around the origin: six points, tall rather than wide
FIGURE = np.array([(0, 0, z / 4) for z in range(PARTS)], float)


def people_at(*places: tuple[float, float], skeleton: str = 'six') -> People3D:
    xyz = np.array([FIGURE + (x, y, 0) for x, y in places]).reshape(-1, PARTS, 3)
    return people_of(xyz, skeleton)


def people_of(xyz: np.ndarray, skeleton: str = 'six') -> People3D:
    count = len(xyz)
    found = np.isfinite(xyz).all(axis=-1)
    body = Keypoints3D(
        xyz, found.astype(np.float32), np.where(found, 1, np.nan).astype(np.float32),
        2 * found.astype(np.int64), np.zeros((count, PARTS, 6)),
    )
    scores = np.full(count, 0.5, np.float32)
    return People3D.from_body(skeleton, body, scores, ('a',), np.zeros((count, 1), np.int64))


def tracker(**values: float) -> PersonTracker3D:
    return PersonTracker3D(Tracking3DParameters(**values))


def ids_of(people: People3D) -> list[int]:
    return people.ids.tolist()


# ---- identities


def test_update_first_people_get_ids_from_1() -> None:
    assert ids_of(tracker().update(people_at((0, 0), (2, 0)), 0)) == [1, 2]


def test_update_people_in_another_order_keep_their_ids() -> None:
    known = tracker()
    known.update(people_at((0, 0), (2, 0)), 0)
    assert ids_of(known.update(people_at((2.1, 0), (0.1, 0)), SEC // 10)) == [2, 1]


def test_update_nobody_is_no_error_and_forgets_nobody_at_once() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 0)
    assert ids_of(known.update(people_at(), SEC // 10)) == []
    assert ids_of(known.update(people_at((0, 0)), SEC // 5)) == [1]


def test_update_person_lost_for_too_long_gets_a_new_id() -> None:
    known = tracker(max_lost_sec=1.0)
    known.update(people_at((0, 0)), 0)
    assert ids_of(known.update(people_at((0, 0)), SEC + 1)) == [2]


def test_update_person_too_far_away_is_somebody_else() -> None:
    known = tracker(max_distance_m=0.5)
    known.update(people_at((0, 0)), 0)
    assert ids_of(known.update(people_at((0.6, 0)), SEC // 10)) == [2]


def test_update_person_beyond_the_gate_does_not_take_the_place_of_one_within() -> None:
    # 0.3 -> 0 and 1.0 -> 0.8 sum to 0.5; crossed they would be 0.5 and 1.0, one beyond the gate
    known = tracker(max_distance_m=0.4)
    known.update(people_at((0, 0), (0.8, 0)), 0)
    assert ids_of(known.update(people_at((1.0, 0), (0.3, 0)), SEC // 10)) == [2, 1]


def test_update_two_people_who_walk_through_each_other_keep_their_ids() -> None:
    # 1.2 m/s towards each other at 10 Hz: where they meet, only the prediction tells them apart
    known = tracker()
    for step in range(21):
        x = -1.2 + 0.12 * step
        ids = ids_of(known.update(people_at((x, 0), (-x, 0.05)), step * SEC // 10))
        assert ids == [1, 2]


def test_update_stamp_jumps_back_never_gives_an_id_twice() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 10 * SEC)
    assert ids_of(known.update(people_at((0, 0)), SEC)) == [2]


def test_update_other_skeleton_begins_anew() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 0)
    assert ids_of(known.update(people_at((0, 0), skeleton='another'), SEC // 10)) == [2]


def test_reset_forgets_everybody() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 0)
    known.reset()
    assert known.previous(0) is None
    assert ids_of(known.update(people_at((0, 0)), 1)) == [2]


@given(st.permutations(range(4)), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_update_order_of_the_people_does_not_matter(order: list[int], seed: int) -> None:
    places = np.random.default_rng(seed).uniform(-3, 3, (4, 2))
    known = tracker()
    before = ids_of(known.update(people_at(*map(tuple, places)), 0))
    shuffled = [tuple(places[index]) for index in order]
    after = ids_of(known.update(people_at(*shuffled), SEC // 10))
    assert after == [before[index] for index in order]


# ---- what is expected


def test_previous_nobody_known_is_none() -> None:
    assert tracker().previous(0) is None


def test_previous_person_who_walks_is_expected_further_on() -> None:
    # Half of 1 m/s is believed after one step, three quarters after two: 0.2 + 0.1 * 0.75
    known = tracker()
    for step in range(3):
        known.update(people_at((0.1 * step, 0)), step * SEC // 10)
    expected = known.previous(3 * SEC // 10)
    assert expected is not None and expected.ids.tolist() == [1]
    np.testing.assert_allclose(expected.body.xyz[0, 0], (0.275, 0, 0), atol=1e-9)


def test_previous_prediction_ends_after_half_a_second() -> None:
    known = tracker(max_lost_sec=5.0)
    known.update(people_at((0, 0)), 0)
    known.update(people_at((0.1, 0)), SEC // 10)  # 0.5 m/s believed
    expected = known.previous(3 * SEC)
    assert expected is not None
    np.testing.assert_allclose(expected.body.xyz[0, 0], (0.35, 0, 0), atol=1e-9)


def test_previous_after_too_long_is_none() -> None:
    known = tracker(max_lost_sec=1.0)
    known.update(people_at((0, 0)), 0)
    assert known.previous(SEC + 1) is None
    assert known.previous(SEC) is not None
