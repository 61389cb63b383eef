# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

SEC = 1_000_000_000
STEP = SEC // 10
# 50 px wide, 200 px tall: 80 px away is somebody else
FIGURE = np.array([(x, y) for y in (0, 100, 200) for x in (0, 50)], float)
GATE_PX = 80.0


def people_of(*bodies: np.ndarray, skeleton: str = 'six') -> People2D:
    xy = np.array(bodies, np.float32).reshape(-1, 6, 2)
    scores = np.isfinite(xy).all(axis=-1).astype(np.float32)
    confidence = np.full(len(xy), 0.5, np.float32)
    return People2D.from_body(skeleton, Keypoints2D(xy, scores), confidence, (640, 480))


def people_at(*places: tuple[float, float]) -> People2D:
    return people_of(*(FIGURE + place for place in places))


def only(figure: np.ndarray, *parts: int) -> np.ndarray:
    seen = np.full_like(figure, np.nan)
    seen[list(parts)] = figure[list(parts)]
    return seen


def tracker(**values: Any) -> PersonTracker:
    return PersonTracker(TrackingParameters(**values))


def ids_of(people: People2D) -> list[int]:
    return people.ids.tolist()


def test_update_first_people_get_ids_from_1_and_keep_all_else() -> None:
    people = people_at((0, 0), (300, 0))
    found = tracker().update(people, 0)
    assert ids_of(found) == [1, 2]
    assert found.ids.dtype == np.int64
    assert found.body is people.body


def test_update_nobody_is_no_error_and_forgets_nobody_at_once() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 0)
    assert ids_of(known.update(people_at(), STEP)) == []
    assert ids_of(known.update(people_at((0, 0)), 2 * STEP)) == [1]


@pytest.mark.parametrize(
    ('moved_px', 'scale', 'expected'),
    [
        (GATE_PX - 2, 1.0, 1),
        (GATE_PX + 2, 1.0, 2),
        (GATE_PX + 2, 2.0, 1),  # a person twice as large is twice as near
        (2 * GATE_PX + 2, 2.0, 2),
    ],
)
def test_update_how_far_a_person_may_be_depends_on_the_size(
    moved_px: float, scale: float, expected: int
) -> None:
    known = tracker()
    known.update(people_of(FIGURE * scale), 0)
    assert ids_of(known.update(people_of(FIGURE * scale + (moved_px, 0)), STEP)) == [expected]


def test_update_two_people_who_cross_keep_their_ids() -> None:
    known = tracker()
    for step in range(21):
        x = -300 + 30 * step
        assert ids_of(known.update(people_at((x, 0), (-x, 8)), step * STEP)) == [1, 2]


@pytest.mark.parametrize(('hidden', 'expected'), [(6, 2), (14, 3)])
def test_update_person_hidden_behind_another_is_remembered_for_a_while(
    hidden: int, expected: int
) -> None:
    # one stands; the other walks up, is not seen for 0.6 or 1.4 s, and stands there again
    known = tracker(max_lost_sec=1.0)
    for step in range(5):
        known.update(people_at((0, 0), (200 - 10 * step, 0)), step * STEP)
    for step in range(5, 5 + hidden):
        assert ids_of(known.update(people_at((0, 0)), step * STEP)) == [1]
    found = known.update(people_at((0, 0), (110, 0)), (5 + hidden) * STEP)
    assert ids_of(found) == [1, expected]


def test_update_person_found_in_two_pieces_lends_the_id_to_the_larger_one() -> None:
    known = tracker()
    known.update(people_of(FIGURE), 0)
    pieces = people_of(only(FIGURE, 0, 1), only(FIGURE + 1, 2, 3, 4, 5))
    assert ids_of(known.update(pieces, STEP)) == [2, 1]
    assert ids_of(known.update(people_of(FIGURE), 2 * STEP)) == [1]


def test_update_half_hidden_person_is_as_large_as_before() -> None:
    known = tracker()
    known.update(people_of(FIGURE), 0)
    seen = people_of(only(FIGURE, 0, 1, 2) + (60, 0))  # 100 px of it are visible: a gate of 40 px
    assert ids_of(known.update(seen, STEP)) == [1]


def test_update_other_parts_than_before_count_by_their_centres() -> None:
    known = tracker()
    known.update(people_of(only(FIGURE, 0, 1, 2)), 0)
    assert ids_of(known.update(people_of(only(FIGURE, 3, 4, 5)), STEP)) == [2]
    near = people_of(only(FIGURE, 1, 2, 3))
    assert ids_of(known.update(near, 2 * STEP)) == [1]


def test_update_stamp_jumps_back_never_gives_an_id_twice() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 10 * SEC)
    assert ids_of(known.update(people_at((0, 0)), SEC)) == [2]


def test_update_same_stamp_again_is_no_error() -> None:
    known = tracker()
    known.update(people_at((0, 0)), SEC)
    assert ids_of(known.update(people_at((3, 0)), SEC)) == [1]


def test_update_other_skeleton_begins_anew() -> None:
    known = tracker()
    known.update(people_of(FIGURE), 0)
    assert ids_of(known.update(people_of(FIGURE, skeleton='another'), STEP)) == [2]


def test_update_another_number_of_parts_begins_anew() -> None:
    known = tracker()
    known.update(people_of(FIGURE), 0)
    five = Keypoints2D(FIGURE[None, :5].astype(np.float32), np.ones((1, 5), np.float32))
    people = People2D.from_body('six', five, np.ones(1, np.float32), (640, 480))
    assert ids_of(known.update(people, STEP)) == [2]


def test_reset_forgets_everybody() -> None:
    known = tracker()
    known.update(people_at((0, 0)), 0)
    known.reset()
    assert ids_of(known.update(people_at((0, 0)), 1)) == [2]


@given(st.permutations(range(4)), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_update_order_of_the_people_does_not_matter(order: list[int], seed: int) -> None:
    places = np.random.default_rng(seed).uniform(0, 1000, (4, 2))
    known = tracker()
    before = ids_of(known.update(people_at(*map(tuple, places)), 0))
    shuffled = [tuple(places[index] + 1) for index in order]
    after = ids_of(known.update(people_at(*shuffled), STEP))
    assert after == [before[index] for index in order]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 8)), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_update_ids_are_never_zero_twice_or_reused(frames: list[tuple[int, int]]) -> None:
    # people come and go, stamps stand still and jump back
    known, stamp, newest = tracker(), 0, 0
    for number, (count, steps) in enumerate(frames):
        stamp += steps * STEP
        places = np.random.default_rng(number).uniform(0, 600, (count, 2))
        found = ids_of(known.update(people_at(*map(tuple, places)), stamp))
        assert len(set(found)) == len(found) and 0 not in found
        fresh = {one for one in found if one > newest}
        assert fresh == set(range(newest + 1, newest + 1 + len(fresh)))
        if steps < 0:
            assert fresh == set(found), 'nobody is known after a jump back'
        newest = max([newest, *found])
