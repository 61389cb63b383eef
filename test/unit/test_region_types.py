# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openpose_ros import region_types
from openpose_ros.region_types import Regions

IDS = np.zeros(3, np.int64)


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


@pytest.mark.parametrize(
    ('values', 'name'),
    [
        ((IDS.reshape(3, 1), IDS, zeros(3, 2), zeros(3), zeros(3), zeros(3)), 'kinds'),
        ((IDS, IDS[:2], zeros(3, 2), zeros(3), zeros(3), zeros(3)), 'persons'),
        ((IDS, IDS, zeros(2, 2), zeros(3), zeros(3), zeros(3)), 'xy_image'),
        ((IDS, IDS, zeros(3, 2), zeros(3, 1), zeros(3), zeros(3)), 'sizes_px'),
        ((IDS, IDS, zeros(3, 2), zeros(3), zeros(4), zeros(3)), 'angles_rad'),
        ((IDS, IDS, zeros(3, 2), zeros(3), zeros(3), zeros()), 'scores'),
    ],
)
def test_regions_with_arrays_that_do_not_fit_raise(
    values: tuple[np.ndarray, ...], name: str
) -> None:
    with pytest.raises(ValueError, match=f'{name} has shape'):
        Regions(*values)


def region_row(kind: int, person: int) -> Regions:
    numbers = np.full(1, kind, np.float32)
    return Regions(
        np.array([kind]), np.array([person]), np.full((1, 2), kind, np.float32), numbers, numbers,
        numbers,
    )


def test_region_kinds_are_those_of_the_message() -> None:
    lines = (Path(__file__).parents[2] / 'msg' / 'Region.msg').read_text().splitlines()
    constants = dict(
        line.split('#')[0].split()[1].split('=') for line in lines if '=' in line.split('#')[0]
    )
    assert constants == {
        'FACE': str(region_types.FACE), 'LEFT_HAND': str(region_types.LEFT_HAND),
        'RIGHT_HAND': str(region_types.RIGHT_HAND), 'FEET': str(region_types.FEET),
        'NO_PERSON': str(region_types.NO_PERSON),
    }


@pytest.mark.parametrize('kind', [-1, 4])
def test_regions_of_an_unknown_kind_raise(kind: int) -> None:
    with pytest.raises(ValueError, match=f'a region is of kind {kind}, expected one of'):
        region_row(kind, 0)


def test_regions_are_joined_in_order_and_taken_apart_again() -> None:
    nobodys = region_row(1, region_types.NO_PERSON)
    joined = Regions.joined([region_row(2, 7), Regions.none(), nobodys])
    assert len(joined) == 2
    assert joined.kinds.tolist() == [2, 1]
    assert joined.persons.tolist() == [7, region_types.NO_PERSON]
    last = joined.take(np.array([1]))
    assert last.persons.tolist() == [region_types.NO_PERSON]
    assert last.xy_image.tolist() == [[1, 1]]
    assert len(joined.take(np.zeros(2, bool))) == 0


def test_regions_joined_of_nothing_are_none() -> None:
    nothing = Regions.joined([])
    assert len(nothing) == 0
    assert nothing.xy_image.shape == (0, 2)
    assert nothing.kinds.dtype == nothing.persons.dtype == np.int64
