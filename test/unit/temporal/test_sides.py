# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from walking_person import walking_body

from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.mirror_units import limb_units
from openpose_ros.temporal.sides import SideKeeper

SEC = 1_000_000_000
STEP = SEC // 30
ONE = np.array([1])
HANDS = Skeleton('hands', ('nose', 'left', 'right'), (), (('left', 'right'),))
MIRRORED = HANDS.mirrored_parts
FIGURE = np.array([(50.0, 0.0), (0.0, 100.0), (100.0, 100.0)])
SWAPPED = FIGURE[MIRRORED]


def orders(
    frames: list[np.ndarray], *, step_ns: int = STEP, period_sec: float = 0.5
) -> list[list[int]]:
    keeper = SideKeeper(HANDS)
    return [
        keeper.update(frame[None], ONE, number * step_ns, period_sec=period_sec)[0].tolist()
        for number, frame in enumerate(frames)
    ]


def test_update_sides_that_stay_are_kept() -> None:
    assert orders([FIGURE + number for number in range(5)]) == [[0, 1, 2]] * 5


def test_update_sides_swapped_for_some_frames_are_swapped_back() -> None:
    found = orders([FIGURE] * 10 + [SWAPPED] * 3 + [FIGURE] * 2)
    assert found == [[0, 1, 2]] * 10 + [[0, 2, 1]] * 3 + [[0, 1, 2]] * 2


def test_update_network_that_stays_with_its_word_is_believed() -> None:
    # after 3 s of agreement, ln 2 of the period outweighs it: 0.35 s, 11 frames
    found = orders([FIGURE] * 90 + [SWAPPED] * 30)[90:]
    assert found == [[0, 2, 1]] * 10 + [[0, 1, 2]] * 20


def test_update_first_frames_do_not_outvote_the_second_word() -> None:
    assert orders([FIGURE, SWAPPED]) == [[0, 1, 2]] * 2


def test_update_rare_frames_leave_the_names_to_the_network() -> None:
    assert orders([FIGURE] * 9 + [SWAPPED], step_ns=SEC)[-1] == [0, 1, 2]


def test_update_hands_that_cross_keep_their_names() -> None:
    frames = [
        np.array([(50.0, 0.0), (5.0 * k, 100.0), (100 - 5.0 * k, 100.0)]) for k in range(21)
    ]
    assert orders(frames) == [[0, 1, 2]] * 21


def test_update_one_of_a_pair_missing_leaves_it_as_it_is() -> None:
    half = FIGURE.copy()
    half[1] = np.nan
    assert orders([FIGURE] * 10 + [half, half[MIRRORED]]) == [[0, 1, 2]] * 12


ARMS = Skeleton(
    'arms', ('left_elbow', 'right_elbow', 'left_hand', 'right_hand'),
    (Limb('left_elbow', 'left_hand'), Limb('right_elbow', 'right_hand')),
    (('left_elbow', 'right_elbow'), ('left_hand', 'right_hand')),
)
BOTH_ARMS = np.array([(0.0, 0.0), (100.0, 0.0), (0.0, 100.0), (100.0, 100.0)])


@pytest.mark.parametrize(
    ('seen', 'expected'),
    [
        (BOTH_ARMS[[1, 0, 3, 2]], [1, 0, 3, 2]),
        # one pair alone: nobody knows which is right, and nothing is to cross
        (BOTH_ARMS[[0, 1, 3, 2]], [0, 1, 2, 3]),
        # what is seen on one side only goes with the rest
        (BOTH_ARMS[[1, 0, 3, 2]] + [(0, 0), (0, 0), (np.nan, 0), (0, 0)], [1, 0, 3, 2]),
    ],
)
def test_update_an_arm_changes_as_a_whole(seen: np.ndarray, expected: list[int]) -> None:
    keeper = SideKeeper(ARMS)
    for number in range(10):
        keeper.update(BOTH_ARMS[None], ONE, number * STEP, period_sec=0.5)
    found = keeper.update(seen[None], ONE, 10 * STEP, period_sec=0.5)
    assert found[0].tolist() == expected


def test_update_each_person_has_sides_of_their_own() -> None:
    keeper = SideKeeper(HANDS)
    for number in range(10):
        keeper.update(
            np.stack([FIGURE, FIGURE + 500]), np.array([1, 2]), number * STEP, period_sec=0.5
        )
    found = keeper.update(
        np.stack([SWAPPED + 500, FIGURE, SWAPPED]), np.array([2, 1, 3]), 10 * STEP, period_sec=0.5
    )
    assert found.tolist() == [[0, 2, 1], [0, 1, 2], [0, 1, 2]]


def test_update_nobody_and_no_pairs_are_no_error() -> None:
    keeper = SideKeeper(HANDS)
    nobody = keeper.update(np.zeros((0, 3, 2)), np.zeros(0, np.int64), 0, period_sec=0.5)
    assert nobody.shape == (0, 3)
    keeper = SideKeeper(Skeleton('none', HANDS.parts, ()))
    assert keeper.update(FIGURE[None], ONE, 0, period_sec=0.5).tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(('flips', 'limit'), [(0.0, 0.0), (0.05, 0.12)])
def test_update_walking_person_has_fewer_wrong_sides(flips: float, limit: float) -> None:
    """A person who walks and turns: what is right stays, most of what is swapped is mended."""
    skeleton, random = get_skeleton('body_25'), np.random.default_rng(0)
    mirrored, units = skeleton.mirrored_parts, limb_units(skeleton)
    wrong_before = wrong_after = 0
    for camera in ring_of_cameras(4):
        keeper, left = SideKeeper(skeleton), np.zeros(len(units), int)
        for number, truth in enumerate(camera.project(walking_body())):
            begins = (random.random(len(units)) < flips) & (left == 0)
            left = np.where(begins, random.integers(1, 4, len(left)), np.maximum(left - 1, 0))
            flipped = units[left > 0].any(axis=0)
            order = np.where(flipped, mirrored, np.arange(len(mirrored)))
            seen = truth[order] + random.normal(0, 2, truth.shape)
            found = keeper.update(seen[None], ONE, number * STEP, period_sec=0.5)[0]
            apart = np.linalg.norm(truth - truth[mirrored], axis=-1) > 10
            wrong_before += int((apart & flipped).sum())
            wrong_after += int((apart & (order[found] != np.arange(len(mirrored)))).sum())
    assert wrong_after <= limit * wrong_before
    assert flips == 0 or wrong_before > 100
