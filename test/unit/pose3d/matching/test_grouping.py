# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Groups from affinities: by hand, and against the best of all partitions."""

from __future__ import annotations

from collections.abc import Iterator
import itertools

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.pose3d.matching.grouping import group_people
from openpose_ros.pose3d.matching.regrouping import regroup_people
from openpose_ros.types import Array

INF = np.inf


def table(views: list[int], pairs: dict[tuple[int, int], float], other: float = -5.0) -> Array:
    """Return symmetric affinities, -inf within a view."""
    columns = np.array(views)
    affinity = np.full((len(views), len(views)), other)
    for (a, b), value in pairs.items():
        affinity[a, b] = affinity[b, a] = value
    affinity[columns[:, None] == columns] = -INF
    return affinity


def sets(groups: Array) -> set[frozenset[int]]:
    """Return who is together."""
    return {frozenset(np.flatnonzero(groups == group).tolist()) for group in np.unique(groups)}


def votes(groups: Array, flipped: Array, direct: Array, crossed: Array) -> float:
    """Return the sum over all pairs within groups, one by one."""
    total = 0.0
    for a, b in itertools.combinations(range(len(groups)), 2):
        if groups[a] == groups[b]:
            total += crossed[a, b] if flipped[a] != flipped[b] else direct[a, b]
    return total


def partitions(people: list[int]) -> Iterator[list[list[int]]]:
    """Yield all ways to put people into groups."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for index, group in enumerate(smaller):
            yield [*smaller[:index], [first, *group], *smaller[index + 1:]]


def best_votes(direct: Array, crossed: Array) -> float:
    """Return the most votes that any groups and flips have; slow."""
    best = 0.0
    for partition in partitions(list(range(len(direct)))):
        total = 0.0
        for group in partition:
            total += max(
                votes(np.zeros(len(group)), np.array((False, *flips)), *(
                    affinity[np.ix_(group, group)] for affinity in (direct, crossed)
                ))
                for flips in itertools.product((False, True), repeat=len(group) - 1)
            )  # fmt: skip
        best = max(best, total)
    return best


def together(views: list[int], direct: Array, crossed: Array | None = None) -> tuple[Array, Array]:
    """Join, then move."""
    columns = np.array(views)
    crossed = direct - 1 if crossed is None else crossed
    groups, flipped = group_people(direct, crossed, 0.0)
    return regroup_people(direct, crossed, columns, groups, flipped)


def test_group_people_of_nobody_is_empty() -> None:
    groups, flipped = group_people(np.zeros((0, 0)), np.zeros((0, 0)), 0.0)
    assert len(groups) == len(flipped) == 0


def test_group_people_joins_who_fit_each_other() -> None:
    affinity = table([0, 0, 1, 1], {(0, 2): 8, (1, 3): 3})
    groups, flipped = group_people(affinity, affinity - 1, 0.0)
    assert sets(groups) == {frozenset({0, 2}), frozenset({1, 3})}
    assert not flipped.any()


def test_group_people_needs_more_than_the_least_affinity() -> None:
    affinity = table([0, 1], {(0, 1): 2.0})
    assert sets(group_people(affinity, affinity, 2.0)[0]) == {frozenset({0}), frozenset({1})}
    assert sets(group_people(affinity, affinity, 1.9)[0]) == {frozenset({0, 1})}


def test_group_people_rejects_a_wrong_pair_by_the_third_view() -> None:
    # 0 and 1 fit 3 and 4 about as well; 2 in the third view knows.
    affinity = table([0, 1, 2, 1], {(0, 1): 4.0, (0, 3): 4.5, (0, 2): 6.0, (1, 2): 6.0})
    groups, _ = group_people(affinity, affinity - 1, 0.0)
    assert frozenset({0, 1, 2}) in sets(groups)


def test_group_people_never_joins_two_of_one_view_through_a_third() -> None:
    affinity = table([0, 0, 1], {(0, 2): 5, (1, 2): 4})
    groups, _ = group_people(affinity, affinity - 1, 0.0)
    assert sets(groups) == {frozenset({0, 2}), frozenset({1})}


def test_group_people_turns_whole_groups() -> None:
    # 0-1 and 2-3 fit as they are, the two pairs only exchanged.
    views = [0, 1, 2, 3]
    direct = table(views, {(0, 1): 9, (2, 3): 8})
    crossed = table(views, {(0, 2): 5, (0, 3): 5, (1, 2): 5, (1, 3): 5})
    groups, flipped = group_people(direct, crossed, 0.0)
    assert sets(groups) == {frozenset(range(4))}
    assert flipped.tolist() in ([False, False, True, True], [True, True, False, False])


def test_regroup_people_moves_who_fits_another_group_better() -> None:
    # 2 was taken by 0 before the others came.
    views = [0, 1, 2, 3]
    affinity = table(views, {(0, 2): 6, (1, 3): 5, (1, 2): 5, (2, 3): 5})
    groups, _ = regroup_people(
        affinity, affinity - 1, np.array(views), np.array([0, 1, 0, 1]), np.zeros(4, bool)
    )
    assert sets(groups) == {frozenset({0}), frozenset({1, 2, 3})}


def test_regroup_people_exchanges_two_of_one_view() -> None:
    views = [0, 0, 1, 1]
    affinity = table(views, {(0, 2): 5, (1, 3): 5, (0, 3): 2, (1, 2): 2})
    groups, _ = regroup_people(
        affinity, affinity - 1, np.array(views), np.array([0, 1, 1, 0]), np.zeros(4, bool)
    )
    assert sets(groups) == {frozenset({0, 2}), frozenset({1, 3})}


def test_regroup_people_sets_free_who_fits_nobody() -> None:
    views = [0, 1, 2]
    affinity = table(views, {(0, 1): 6})
    groups, _ = regroup_people(
        affinity, affinity - 1, np.array(views), np.zeros(3, int), np.zeros(3, bool)
    )
    assert sets(groups) == {frozenset({0, 1}), frozenset({2})}


def test_regroup_people_sets_free_one_after_the_other() -> None:
    views = [0, 1, 2, 3, 4]
    affinity = table(views, {(0, 1): 6})
    groups, _ = regroup_people(
        affinity, affinity - 1, np.array(views), np.zeros(5, int), np.zeros(5, bool)
    )
    assert sets(groups) == {frozenset({0, 1}), *(frozenset({row}) for row in (2, 3, 4))}


def test_regroup_people_turns_who_moves() -> None:
    views = [0, 1, 2]
    direct = table(views, {(0, 1): 6})
    crossed = table(views, {(0, 2): 6, (1, 2): 6})
    groups, flipped = regroup_people(
        direct, crossed, np.array(views), np.array([0, 0, 1]), np.zeros(3, bool)
    )
    assert sets(groups) == {frozenset(range(3))}
    assert flipped[2] != flipped[0] == flipped[1]


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[int], Array, Array, Array]:
    """Draw up to six people in views: true groups speak for themselves, with noise."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    views = sorted(draw(st.lists(st.integers(0, 2), min_size=1, max_size=6)))
    columns, people = np.array(views), np.zeros(len(views), int)
    for view in range(3):
        rows = np.flatnonzero(columns == view)
        people[rows] = rng.permutation(6)[: len(rows)] % 6
    flips = rng.random(len(views)) < 0.3
    same = people[:, None] == people
    exchanged = flips[:, None] != flips
    noise = rng.normal(0, 2, (2, len(views), len(views)))
    noise = noise + noise.swapaxes(1, 2)
    direct = np.where(same & ~exchanged, 10.0, -8.0) + noise[0]
    crossed = np.where(same & exchanged, 10.0, -8.0) + noise[1]
    for affinity in (direct, crossed):
        affinity[columns[:, None] == columns] = -INF
    return views, direct, crossed, people


@given(crowds())
def test_groups_have_the_most_votes_of_all_partitions(
    crowd: tuple[list[int], Array, Array, Array],
) -> None:
    views, direct, crossed, _ = crowd
    groups, flipped = together(views, direct, crossed)
    found = votes(groups, flipped, direct, crossed)
    assert found >= best_votes(direct, crossed) - 0.5 * len(views)  # the least gain of a move


@given(crowds(), st.integers(0, 2**32 - 1))
def test_groups_do_not_depend_on_the_order(
    crowd: tuple[list[int], Array, Array, Array], seed: int
) -> None:
    views, direct, crossed, _ = crowd
    order = np.random.default_rng(seed).permutation(len(views))
    groups, _ = together(views, direct, crossed)
    shuffled, _ = together(
        [views[i] for i in order],
        direct[np.ix_(order, order)],
        crossed[np.ix_(order, order)],
    )
    back = {frozenset(int(order[i]) for i in group) for group in sets(shuffled)}
    assert back == sets(groups)


@pytest.mark.parametrize('seed', range(3))
def test_groups_never_hold_two_of_one_view(seed: int) -> None:
    rng = np.random.default_rng(seed)
    views = sorted(rng.integers(0, 4, 20).tolist())
    direct = table(views, {}, other=1.0) + np.triu(rng.normal(0, 3, (20, 20)), 1)
    direct = np.maximum(direct, direct.T)
    columns = np.array(views)
    groups, _ = together(views, direct)
    for group in np.unique(groups):
        members = columns[groups == group]
        assert len(set(members.tolist())) == len(members)
