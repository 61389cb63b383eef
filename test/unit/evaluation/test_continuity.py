# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.evaluation.continuity import count_side_swaps
from openpose_ros.evaluation.continuity import count_switches
from openpose_ros.evaluation.continuity import jitter_px
from openpose_ros.evaluation.continuity import lag_sec
from openpose_ros.evaluation.continuity import link_people
from openpose_ros.evaluation.continuity import PeopleFrame

# nose, left and right hand, foot
FIGURE = np.array([(50.0, 0.0), (0.0, 100.0), (100.0, 100.0), (50.0, 200.0)])
MIRRORED = np.array([0, 2, 1, 3])
NOBODY = np.zeros((0, 4, 2))


def frames(figures: list[np.ndarray], chains: list[list[int]] | None = None) -> list[PeopleFrame]:
    return [
        PeopleFrame(
            number / 10, figure.reshape(-1, 4, 2),
            np.array(chains[number] if chains else [1], np.int64),
        )
        for number, figure in enumerate(figures)
    ]


def test_link_people_follows_each_whatever_the_order() -> None:
    there = FIGURE + (500, 0)
    found = link_people([
        np.stack([FIGURE, there]), np.stack([there + 5, FIGURE + 5]), NOBODY,
        np.stack([FIGURE + 9, FIGURE + (250, 0)]),
    ])
    assert [one.tolist() for one in found] == [[1, 2], [2, 1], [], [1, 3]]


def test_link_people_piece_of_a_body_is_not_the_person_if_the_rest_is_there() -> None:
    piece = np.where([[False], [True], [True], [True]], FIGURE, np.nan)
    found = link_people([FIGURE[None], np.stack([piece, FIGURE])])
    assert [one.tolist() for one in found] == [[1], [2, 1]]


def test_link_people_too_far_or_too_late_is_somebody_else() -> None:
    assert [one.tolist() for one in link_people([FIGURE[None], FIGURE[None] + 100])] == [[1], [2]]
    late = link_people([FIGURE[None], *[NOBODY] * 10, FIGURE[None]])
    assert late[-1].tolist() == [2]


def test_count_switches_counts_each_change_of_an_id() -> None:
    chains = [np.array(row) for row in ([1, 2], [2, 1], [1], [1, 2])]
    steady = [np.array(row) for row in ([5, 6], [6, 5], [5], [5, 6])]
    assert count_switches(chains, steady) == 0
    swapped = [np.array(row) for row in ([5, 6], [5, 6], [6], [6, 7])]
    assert count_switches(chains, swapped) == 3


def test_count_side_swaps_counts_jumps_and_no_walks() -> None:
    swapped = FIGURE[MIRRORED]
    assert count_side_swaps(frames([FIGURE, swapped, swapped + 3, FIGURE]), MIRRORED) == (2, 3)
    half = FIGURE.copy()
    half[1] = np.nan
    assert count_side_swaps(frames([FIGURE, half, swapped]), MIRRORED) == (0, 0)
    walk = [FIGURE + (30 * step, 0) for step in range(4)]
    assert count_side_swaps(frames(walk), MIRRORED) == (0, 3)


def test_jitter_px_is_how_far_from_the_median_place() -> None:
    shaken = [FIGURE + (step, 0) for step in (-3, 0, 0, 0, 3)]
    median, high = jitter_px(frames(shaken))
    assert (median, high) == (0.0, 3.0)
    assert np.isnan(jitter_px(frames([NOBODY] * 4, [[]] * 4))).all()


def test_jitter_px_leaves_out_who_is_rarely_there() -> None:
    rare = [FIGURE, np.stack([FIGURE, FIGURE + 900]), FIGURE, FIGURE, FIGURE]
    chains = [[1], [1, 2], [1], [1], [1]]
    assert jitter_px(frames(rare, chains)) == (0.0, 0.0)


@pytest.mark.parametrize('late_sec', [0.0, 0.03, 0.1])
def test_lag_sec_is_by_how_much_moving_people_are_late(late_sec: float) -> None:
    speed = 40.0
    raw = [FIGURE + (speed * step / 10, 0) for step in range(8)]
    late = [FIGURE + (speed * (step / 10 - late_sec), 0) for step in range(8)]
    assert lag_sec(frames(raw), frames(late)) == pytest.approx(late_sec)


def test_lag_sec_nobody_who_moves_is_unknown() -> None:
    assert np.isnan(lag_sec(frames([FIGURE] * 5), frames([FIGURE] * 5)))
