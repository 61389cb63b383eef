# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.temporal.identities import distances_between
from openpose_ros.temporal.identities import sizes_of

PARTS = 6
FIGURE = np.array([(0, 0, z / 4) for z in range(PARTS)], float)



def slow_distance(one: np.ndarray, other: np.ndarray) -> float:
    found = [
        float(np.linalg.norm(p - q)) for p, q in zip(one, other) if np.isfinite(p + q).all()
    ]
    if len(found) >= 3:
        return sorted(found)[(len(found) - 1) // 2]
    seen = [xyz[np.isfinite(xyz).all(axis=1)] for xyz in (one, other)]
    if not all(len(xyz) for xyz in seen):
        return float('inf')
    return float(np.linalg.norm(seen[0].mean(axis=0) - seen[1].mean(axis=0)))


@pytest.mark.parametrize('missing', [0.0, 0.4, 0.8, 1.0])
def test_distances_between_equals_plain_loops(missing: float) -> None:
    random = np.random.default_rng(7)
    xyz = random.normal(size=(9, PARTS, 3))
    xyz[random.random((9, PARTS)) < missing] = np.nan
    distances = distances_between(xyz[:4], xyz[4:])
    plain = [[slow_distance(one, other) for other in xyz[4:]] for one in xyz[:4]]
    np.testing.assert_allclose(distances, plain)


def test_distances_between_one_wrong_part_does_not_count() -> None:
    other = FIGURE.copy()
    other[0] += 100.0
    assert distances_between(FIGURE[None], other[None])[0, 0] == 0


@pytest.mark.parametrize(
    ('points', 'size'),
    [
        ([(0, 0), (3, 1), (1, 5)], 5.0),
        ([(0, 0), (np.nan, np.nan), (2, 1)], 2.0),
        ([(4, 4), (np.nan, np.nan), (np.nan, np.nan)], 0.0),
        ([(np.nan, np.nan)] * 3, 0.0),
    ],
)
def test_sizes_of_is_the_longest_side_of_what_is_seen(points: list, size: float) -> None:
    assert sizes_of(np.array([points], float)).tolist() == [size]


def test_sizes_of_nobody_is_empty() -> None:
    assert sizes_of(np.zeros((0, 5, 2))).shape == (0,)
    assert sizes_of(np.zeros((2, 0, 2))).tolist() == [0.0, 0.0]
