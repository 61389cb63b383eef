# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.pose2d.region_table import angle_of_right
from openpose_ros.pose2d.region_table import angle_of_up
from openpose_ros.pose2d.region_table import regions_of
from openpose_ros.pose2d.region_table import replaced
from openpose_ros.pose2d.region_table import turned
from openpose_ros.pose2d.region_table import usable
from openpose_ros.region_types import FEET
from openpose_ros.region_types import Regions

NAN, INF = np.nan, np.inf


def table(*rows: tuple[float, float, float, float]) -> Regions:
    numbers = np.array(rows, np.float32).reshape(-1, 4)
    count = len(numbers)
    return Regions(
        np.full(count, FEET), np.arange(count), numbers[:, :2], numbers[:, 2], numbers[:, 3],
        np.full(count, 0.5, np.float32),
    )


@pytest.mark.parametrize(
    ('centre', 'size', 'there'),
    [
        ((10, 20), 5, True),
        ((10, 20), 0, False),
        ((10, 20), -1, False),
        ((10, 20), NAN, False),
        ((10, 20), INF, False),
        ((NAN, 20), 5, False),
        ((10, INF), 5, False),
        ((-10, -20), 5, True),  # outside of the image is for others to judge
    ],
)
def test_regions_of_leaves_out_what_is_no_square(
    centre: tuple[float, float], size: float, there: bool
) -> None:
    regions = regions_of(
        FEET, np.array([centre], float), np.array([size]), scores=np.array([0.5])
    )
    assert len(regions) == there


def test_regions_of_keeps_rows_bounds_scores_and_takes_an_unknown_angle_as_upright() -> None:
    regions = regions_of(
        FEET, np.array([[NAN, 1], [2, 3], [4, 5]]), np.array([1.0, 2, 3]),
        angles_rad=np.array([1, NAN, 0.25]), scores=np.array([0.5, 1.5, -0.5]),
    )
    assert regions.persons.tolist() == [1, 2]
    assert regions.kinds.tolist() == [FEET, FEET]
    assert regions.angles_rad.tolist() == [0, 0.25]
    assert regions.scores.tolist() == [1, 0]


def test_angles_are_clockwise_in_the_image() -> None:
    # right, down, left, up
    axes = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
    np.testing.assert_allclose(np.rad2deg(angle_of_right(axes)), [0, 90, 180, -90])
    np.testing.assert_allclose(np.rad2deg(angle_of_up(axes)), [90, 180, -90, 0])


def test_turned_turns_clockwise() -> None:
    found = turned(np.array([[[1.0, 0]], [[0, 1]]]), np.array([np.pi / 2, np.pi]))
    np.testing.assert_allclose(found, [[[0, 1]], [[0, -1]]], atol=1e-12)


# ---- usable: the image is 100 x 60


@pytest.mark.parametrize(
    ('row', 'there'),
    [
        ((50, 30, 20, 0), True),
        ((-10, 30, 20, 0), True),  # touches the first column's middle
        ((-10.6, 30, 20, 0), False),
        ((109.4, 30, 20, 0), True),
        ((109.6, 30, 20, 0), False),
        ((50, -10.4, 20, 0), True),
        ((50, 69.6, 20, 0), False),
        # turned by 45 degrees it reaches 14.1 far
        ((-14, 30, 20, np.pi / 4), True),
        ((-15, 30, 20, np.pi / 4), False),
        ((50, 30, 0, 0), False),
        ((50, 30, -5, 0), False),
        ((50, 30, 200, 0), True),  # twice the width
        ((50, 30, 201, 0), False),
        ((50, 30, 1e30, 0), False),
        ((NAN, 30, 20, 0), False),
        ((50, INF, 20, 0), False),
        ((50, 30, NAN, 0), False),
        ((50, 30, INF, 0), False),
        ((50, 30, 20, NAN), False),
        ((50, 30, 20, -INF), False),
    ],
)
def test_usable_are_regions_that_show_something(
    row: tuple[float, float, float, float], there: bool
) -> None:
    assert usable(table(row), (100, 60), 2.0).tolist() == ([0] if there else [])


def test_usable_returns_rows() -> None:
    regions = table((50, 30, 20, 0), (NAN, 30, 20, 0), (50, 30, 20, 3))
    assert usable(regions, (100, 60), 2.0).tolist() == [0, 2]
    assert usable(Regions.none(), (100, 60), 2.0).tolist() == []


# ---- replaced


def test_replaced_is_the_square_around_the_points() -> None:
    points = np.array([[[10.0, 20], [30, 20], [10, 60], [30, 60]]])
    regions = replaced(
        table((0, 0, 1, 3)), points, np.zeros(1), margin=1.5, shift_down=-0.1
    )
    # the box is 20 x 40 around (20, 40), moved up by a tenth of 40
    np.testing.assert_allclose(regions.xy_image, [(20, 36)])
    np.testing.assert_allclose(regions.sizes_px, [60])
    assert regions.angles_rad.tolist() == [0]
    assert (regions.kinds.tolist(), regions.scores.tolist()) == ([FEET], [0.5])


def test_replaced_of_turned_points_is_the_turned_square() -> None:
    points = np.array([[[10.0, 20], [30, 20], [10, 60], [30, 60]]])
    angles = np.array([0.7])
    straight = replaced(table((0, 0, 1, 0)), points, np.zeros(1), margin=2, shift_down=0.2)
    both = replaced(table((0, 0, 1, 0)), turned(points, angles), angles, margin=2, shift_down=0.2)
    np.testing.assert_allclose(both.sizes_px, straight.sizes_px, rtol=1e-6)
    np.testing.assert_allclose(
        both.xy_image, turned(straight.xy_image[:, None], angles)[:, 0], rtol=1e-6
    )
    np.testing.assert_allclose(both.angles_rad, 0.7)


@pytest.mark.parametrize(
    ('points', 'angle'),
    [([[5, 5], [5, 5]], 0.0), ([[NAN, 5], [5, 8]], 0.0), ([[1, 5], [5, 8]], NAN)],
)
def test_replaced_keeps_the_region_where_points_make_none(
    points: list[list[float]], angle: float
) -> None:
    regions = replaced(
        table((1, 2, 3, 0.5)), np.array([points], float), np.array([angle]), margin=2
    )
    found = (*regions.xy_image[0], regions.sizes_px[0], regions.angles_rad[0])
    assert found == (1, 2, 3, 0.5)
