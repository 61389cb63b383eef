# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from openpose_ros.pose2d.people import assemble_people
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import ImageTransform
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks
from openpose_ros.types import People2D

# A chain of four parts and a redundant limb over it.
CHAIN = Skeleton(
    'chain',
    ('a', 'b', 'c', 'd'),
    (Limb('a', 'b', 0), Limb('b', 'c', 2), Limb('c', 'd', 4), Limb('a', 'd', 6, drawn=False)),
)
LIMB = {'ab': 0, 'bc': 1, 'cd': 2, 'ad': 3}
BODY_25 = get_skeleton('body_25')
# Every person passes.
OPEN = {'min_parts': 1, 'min_score': 0.0}


def peaks_of(names: str, scores: Any = 0.5, skeleton: Skeleton = CHAIN) -> Peaks:
    """Return peaks named by part and number, ``'a1 a2 b1'``, at x = row and y = 10 x row."""
    ids = np.array([skeleton.parts.index(name[0]) for name in names.split()], np.int64)
    rows = np.arange(len(ids), dtype=np.float32)
    values = np.broadcast_to(np.float32(scores), ids.shape).copy()
    return Peaks(ids, np.stack([rows, 10 * rows], axis=1), values)


def limbs_of(names: str, *rows: tuple[str, str, float]) -> Limbs:
    """Return candidates between named peaks: first peak, second peak, score."""
    order = names.split()
    columns = [(LIMB[one[0] + two[0]], order.index(one), order.index(two)) for one, two, _ in rows]
    table = np.array(columns, np.int64).reshape(-1, 3)
    return Limbs(table[:, 0], table[:, 1], table[:, 2],
                 np.array([row[2] for row in rows], np.float32))


def assembled(
    peaks: Peaks, limbs: Limbs, skeleton: Skeleton = CHAIN, **parameters: Any
) -> People2D:
    return assemble_people(
        peaks, limbs, skeleton, PeopleParameters(**{**OPEN, **parameters}),
        transform=ImageTransform(1.0, 1.0, 0.0, 0.0), image_size=(1000, 1000),
    )


def members(found: People2D, names: str) -> set[str]:
    """Return who consists of which peaks, ``'a1 b1'``."""
    order = names.split()
    people = []
    for xy in found.body.xy:
        rows = xy[~np.isnan(xy[:, 0]), 0].astype(int)
        people.append(' '.join(sorted(order[row] for row in rows)))
    return set(people)


# ---- assembly


def test_free_peaks_start_a_person_and_others_join() -> None:
    names = 'a1 b1 c1 d1'
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('b1', 'c1', 0.8), ('c1', 'd1', 0.7))
    found = assembled(peaks_of(names), limbs)
    assert members(found, names) == {'a1 b1 c1 d1'}
    # 4 peaks of 0.5 and limbs 0.9 + 0.8 + 0.7, over 4 parts and 4 limbs
    assert found.scores == pytest.approx([(2.0 + 2.4) / 8])


def test_person_is_joined_by_the_limbs_first_part_too() -> None:
    names = 'a1 b1 c1'
    limbs = limbs_of(names, ('b1', 'c1', 0.9), ('a1', 'b1', 0.8))
    assert members(assembled(peaks_of(names), limbs), names) == {'a1 b1 c1'}


def test_limb_within_a_person_adds_its_score() -> None:
    names = 'a1 b1 c1 d1'
    rows = [('a1', 'b1', 0.9), ('b1', 'c1', 0.8), ('c1', 'd1', 0.7), ('a1', 'd1', 0.6)]
    found = assembled(peaks_of(names), limbs_of(names, *rows))
    assert members(found, names) == {'a1 b1 c1 d1'}
    assert found.scores == pytest.approx([(2.0 + 3.0) / 8])


def test_people_without_a_common_part_merge() -> None:
    names = 'a1 b1 c1 d1'
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('c1', 'd1', 0.8), ('b1', 'c1', 0.1))
    found = assembled(peaks_of(names), limbs)
    assert members(found, names) == {'a1 b1 c1 d1'}
    assert found.scores == pytest.approx([(2.0 + 1.8) / 8])


def test_people_with_a_common_part_do_not_merge() -> None:
    names = 'a1 b1 b2 c1'
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('b2', 'c1', 0.8), ('b1', 'c1', 0.7))
    found = assembled(peaks_of(names), limbs)
    assert members(found, names) == {'a1 b1', 'b2 c1'}
    # what was ignored is not counted
    assert found.scores == pytest.approx([1.9 / 8, 1.8 / 8])


def test_part_that_is_there_already_is_not_replaced() -> None:
    names = 'a1 b1 b2'
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('a1', 'b2', 0.8))
    found = assembled(peaks_of(names), limbs)
    assert members(found, names) == {'a1 b1'}


def test_redundant_limb_of_higher_score_prevents_a_wrong_one() -> None:
    # the paper's Fig. 7: a wrong c1-d2 is ignored because a1-d1 came first
    names = 'a1 b1 c1 d1 d2'
    rows = [('a1', 'b1', 0.9), ('b1', 'c1', 0.85), ('c1', 'd2', 0.7), ('c1', 'd1', 0.6)]
    without = assembled(peaks_of(names), limbs_of(names, *rows))
    assert 'a1 b1 c1 d2' in members(without, names)
    redundant = assembled(peaks_of(names), limbs_of(names, *rows, ('a1', 'd1', 0.8)))
    assert members(redundant, names) == {'a1 b1 c1 d1'}


def test_merged_people_go_on_as_one() -> None:
    names = 'a1 b1 b2 c1 d1'
    limbs = limbs_of(
        names, ('a1', 'b1', 0.9), ('c1', 'd1', 0.8), ('b1', 'c1', 0.7), ('b2', 'c1', 0.6),
        ('a1', 'd1', 0.5),
    )
    found = assembled(peaks_of(names), limbs)
    assert members(found, names) == {'a1 b1 c1 d1'}
    assert found.scores == pytest.approx([(2.0 + 0.9 + 0.8 + 0.7 + 0.5) / 8])


def test_order_of_candidates_is_by_paf_score_and_a_tenth_of_the_peaks() -> None:
    names = 'a1 b1 b2'
    peaks = peaks_of(names, [0.5, 0.2, 0.9])
    # 0.80 + 0.07 against 0.76 + 0.14
    close = limbs_of(names, ('a1', 'b1', 0.80), ('a1', 'b2', 0.76))
    assert members(assembled(peaks, close), names) == {'a1 b2'}
    # 0.84 + 0.07 against 0.76 + 0.14
    clear = limbs_of(names, ('a1', 'b1', 0.84), ('a1', 'b2', 0.76))
    assert members(assembled(peaks, clear), names) == {'a1 b1'}


@pytest.mark.parametrize('seed', range(5))
def test_order_in_which_candidates_come_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = 'a1 a2 a3 b1 b2 b3 c1 c2 c3 d1 d2 d3'
    rows = [
        (f'{limb[0]}{i}', f'{limb[1]}{j}', float(rng.random()))
        for limb in LIMB for i in (1, 2, 3) for j in (1, 2, 3)
    ]
    peaks = peaks_of(names, rng.random(12))
    first = assembled(peaks, limbs_of(names, *rows))
    shuffled = assembled(peaks, limbs_of(names, *(rows[k] for k in rng.permutation(len(rows)))))
    np.testing.assert_array_equal(first.body.xy, shuffled.body.xy)
    np.testing.assert_allclose(first.scores, shuffled.scores, rtol=1e-6)


# ---- what comes out


def test_nothing_gives_nobody() -> None:
    for names in ('', 'a1 b1'):
        found = assembled(peaks_of(names), limbs_of(names))
        assert len(found) == 0
        assert found.body.xy.shape == (0, 4, 2)


def test_keypoints_are_pixels_of_the_image_and_peaks_scores() -> None:
    names = 'a1 b1 c1'
    peaks = peaks_of(names, [0.5, 0.6, 0.7])
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('b1', 'c1', 0.8))
    found = assemble_people(
        peaks, limbs, CHAIN, PeopleParameters(**OPEN),
        transform=ImageTransform(8.0, 4.0, 3.5, 1.5), image_size=(64, 100),
    )
    # x = row, y = 10 x row
    expected = [[[3.5, 1.5], [11.5, 41.5], [19.5, 81.5], [math.nan, math.nan]]]
    np.testing.assert_allclose(found.body.xy, expected)
    np.testing.assert_allclose(found.body.scores, [[0.5, 0.6, 0.7, 0.0]])
    assert found.image_size == (64, 100)
    assert found.skeleton == 'chain'
    assert found.ids.tolist() == [0]
    assert found.body.xy.dtype == found.scores.dtype == np.float32


def test_people_come_best_first() -> None:
    names = 'a1 a2 a3 b1 b2 b3'
    limbs = limbs_of(names, ('a1', 'b1', 0.5), ('a2', 'b2', 0.9), ('a3', 'b3', 0.7))
    found = assembled(peaks_of(names), limbs)
    assert found.scores == pytest.approx([1.9 / 8, 1.7 / 8, 1.5 / 8])
    assert found.body.xy[:, 0, 0].tolist() == [1, 2, 0]


def test_score_of_a_person_is_at_most_1() -> None:
    names = 'a1 b1'
    found = assembled(peaks_of(names, 1.0), limbs_of(names, ('a1', 'b1', 50.0)))
    assert found.scores.tolist() == [1.0]


# ---- the filter


def person_of(parts: int, score: float = 0.5) -> tuple[Peaks, Limbs]:
    """Return a person of some parts of the chain; each peak and limb has the score."""
    names = ' '.join(f'{part}1' for part in 'abcd'[:parts])
    order = names.split()
    limbs = limbs_of(names, *((one, two, score) for one, two in zip(order, order[1:])))
    return peaks_of(names, score), limbs


@pytest.mark.parametrize(('parts', 'least', 'kept'), [(2, 3, 0), (3, 3, 1), (4, 3, 1), (2, 2, 1)])
def test_person_needs_the_least_number_of_parts(parts: int, least: int, kept: int) -> None:
    assert len(assembled(*person_of(parts), min_parts=least)) == kept


def test_person_needs_the_least_score_per_part() -> None:
    # 3 peaks and 2 limbs of 0.25: 1.25 over 3 parts is 0.41666
    peaks, limbs = person_of(3, 0.25)
    assert len(assembled(peaks, limbs, min_score=0.41)) == 1
    assert len(assembled(peaks, limbs, min_score=0.42)) == 0
    # exactly as much is enough: 4 peaks and 3 limbs of 0.25 are 1.75, over 4 parts 0.4375
    assert len(assembled(*person_of(4, 0.25), min_score=0.4375)) == 1


def test_limbs_a_person_is_left_with_may_make_it_too_small() -> None:
    names = 'a1 a2 b1 c1'
    limbs = limbs_of(names, ('a1', 'b1', 0.9), ('b1', 'c1', 0.8), ('a2', 'b1', 0.7))
    found = assembled(peaks_of(names), limbs, min_parts=3)
    assert members(found, names) == {'a1 b1 c1'}


# body_25's left leg with the foot, from the hips down, and the other leg
LEG = ('mid_hip', 'left_hip', 'left_knee', 'left_ankle')
FOOT = ('left_heel', 'left_big_toe', 'left_small_toe')


def body_with(*parts: str, score: float = 0.5) -> tuple[Peaks, Limbs]:
    """Return a person of body_25 with these parts and all limbs between them."""
    ids = sorted(BODY_25.index(part) for part in parts)
    rows = [
        (limb, ids.index(start), ids.index(end))
        for limb, (start, end) in enumerate(BODY_25.limb_pairs.tolist())
        if start in ids and end in ids
    ]
    table = np.array(rows, np.int64)
    xy = np.arange(2 * len(ids), dtype=np.float32).reshape(-1, 2)
    return (
        Peaks(np.array(ids, np.int64), xy, np.full(len(ids), score, np.float32)),
        Limbs(table[:, 0], table[:, 1], table[:, 2], np.full(len(rows), score, np.float32)),
    )


@pytest.mark.parametrize(
    ('parts', 'kept'),
    [
        (LEG, 1),  # four parts without feet are enough
        (LEG[1:], 1),  # so are three
        ((*LEG, *FOOT), 0),  # with a foot, four others are not: it is a foot with a leg
        ((*LEG[1:], *FOOT), 0),
        (('left_ankle', *FOOT), 0),  # a foot alone
        ((*LEG, 'right_hip', *FOOT), 1),  # five are
        ((*LEG, 'right_hip', FOOT[0]), 1),
        ((*LEG, FOOT[0]), 0),
    ],
)
def test_feet_do_not_make_a_person(parts: tuple[str, ...], kept: int) -> None:
    found = assembled(*body_with(*parts), BODY_25, min_parts=3, min_score=0.4)
    assert len(found) == kept
    if kept:
        assert np.isfinite(found.body.xy[0, :, 0]).sum() == len(parts)


def test_feet_count_if_all_parts_do() -> None:
    person = body_with('left_ankle', *FOOT)
    assert len(assembled(*person, BODY_25, min_score=0.4, count_all_parts=True)) == 1


def test_feet_do_not_count_in_the_score_per_part() -> None:
    # 5 parts and 3 of a foot; 8 peaks and 7 limbs of 0.25 are 3.75, over 5 counted parts 0.75
    person = body_with(*LEG, 'right_hip', *FOOT, score=0.25)
    assert len(person[1].scores) == 7
    assert len(assembled(*person, BODY_25, min_score=0.75)) == 1
    assert len(assembled(*person, BODY_25, min_score=0.751)) == 0


# ---- the number of people


def boxes(*people: tuple[float, float, float]) -> tuple[Peaks, Limbs]:
    """Return people of two parts with a width, a height and a limb score each."""
    count = len(people)
    xy = np.zeros((2 * count, 2), np.float32)
    xy[:count, 0] = 100 * np.arange(count)
    xy[count:] = xy[:count] + np.array([person[:2] for person in people], np.float32)
    ids = np.repeat([0, 1], count)
    rows = np.arange(count)
    limbs = Limbs(np.zeros(count, np.int64), rows, rows + count,
                  np.array([person[2] for person in people], np.float32))
    return Peaks(ids, xy, np.zeros(2 * count, np.float32)), limbs


def test_best_people_are_those_of_score_and_size() -> None:
    # score x root of the area: 0.8 x 2, 0.4 x 12, 0.6 x 4, 0.1 x 20, all over 8
    people = boxes((2, 2, 0.8), (16, 9, 0.4), (4, 4, 0.6), (20, 20, 0.1))
    assert assembled(*people).body.xy[:, 0, 0].tolist() == [0, 200, 100, 300]
    assert assembled(*people, max_people=1).body.xy[:, 0, 0].tolist() == [100]
    assert assembled(*people, max_people=2).body.xy[:, 0, 0].tolist() == [100, 200]
    assert assembled(*people, max_people=3).body.xy[:, 0, 0].tolist() == [100, 200, 300]
    assert len(assembled(*people, max_people=4)) == 4
    assert len(assembled(*people, max_people=9)) == 4


def test_most_people_counts_those_who_pass_the_filter() -> None:
    people = boxes((2, 2, 0.8), (16, 9, 0.4))
    found = assembled(*people, max_people=1, min_score=0.3)
    assert found.body.xy[:, 0, 0].tolist() == [0]


def test_skeleton_of_too_many_parts_is_refused() -> None:
    parts = tuple(f'p{number}' for number in range(63))
    wide = Skeleton('wide', parts, (Limb('p0', 'p62', 0),))
    with pytest.raises(ValueError, match="'wide' has 63 parts, expected at most 62"):
        assembled(*boxes((1, 1, 0.5)), wide)


def test_skeleton_of_as_many_parts_as_possible_is_assembled() -> None:
    parts = tuple(f'p{number}' for number in range(62))
    limbs = tuple(Limb(f'p{n}', f'p{n + 1}', 2 * n) for n in range(61))
    long = Skeleton('long', parts, limbs)
    rows = np.arange(61)
    peaks = Peaks(
        np.arange(62), np.ones((62, 2), np.float32), np.full(62, 0.5, np.float32)
    )
    found = assembled(
        peaks, Limbs(rows, rows, rows + 1, np.linspace(0.9, 0.1, 61).astype(np.float32)), long
    )
    assert len(found) == 1
    assert np.isfinite(found.body.xy).all()


def test_keypoints_beyond_the_border_are_put_on_it() -> None:
    names = 'a1 b1'
    peaks = peaks_of(names)  # at x = row, y = 10 x row
    found = assemble_people(
        peaks, limbs_of(names, ('a1', 'b1', 0.9)), CHAIN, PeopleParameters(**OPEN),
        transform=ImageTransform(8.0, 1.0, -0.5, 0.0), image_size=(7, 48),
    )
    np.testing.assert_allclose(found.body.xy[0, :2], [[0.0, 0.0], [6.0, 10.0]])


def test_second_pass_publishes_the_weak_only_if_nobody_passes() -> None:
    weak = ('a1', 'b1', 0.1)
    names = 'a1 b1'
    strict = {'min_parts': 2, 'min_score': 0.5}
    peaks = peaks_of(names, [0.1, 0.1])
    limbs = limbs_of(names, weak)
    assert len(assembled(peaks, limbs, **strict)) == 0
    assert len(assembled(peaks, limbs, second_pass=True, **strict)) == 1
    both = 'a1 b1 a2 b2'
    peaks = peaks_of(both, [0.1, 0.1, 0.9, 0.9])
    limbs = limbs_of(both, weak, ('a2', 'b2', 0.9))
    found = assembled(peaks, limbs, second_pass=True, **strict)
    assert len(found) == 1
    assert found.body.scores[0, 0] == np.float32(0.9)
