# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.networks.point_mapping import PointMapping

MAPPING = PointMapping(('tip', 'middle', 'base'), ((4,), (0, 2), (1, 1, 3)))


def points(batch: int, count: int = 5) -> np.ndarray:
    return np.random.default_rng(batch).normal(size=(batch, count, 3)).astype(np.float32)


@pytest.mark.parametrize('batch', [0, 1, 4])
def test_apply_gives_the_mean_of_each_parts_points(batch: int) -> None:
    given = points(batch)
    found = MAPPING.apply(given)
    assert found.shape == (batch, 3, 3)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[:, 0], given[:, 4])
    np.testing.assert_allclose(found[:, 1], (given[:, 0] + given[:, 2]) / 2, rtol=1e-6)
    expected = (2 * given[:, 1] + given[:, 3]) / 3
    np.testing.assert_allclose(found[:, 2], expected, rtol=1e-5, atol=1e-6)


def test_apply_of_a_point_that_is_not_finite_touches_only_its_parts() -> None:
    given = points(1)
    given[0, 2] = np.nan
    found = MAPPING.apply(given)
    assert np.isnan(found[0, 1]).all()
    assert np.isfinite(found[0, [0, 2]]).all()


def test_of_same_order_gives_the_points_themselves() -> None:
    given = points(2)
    mapping = PointMapping.of_same_order(('a', 'b', 'c', 'd', 'e'))
    np.testing.assert_array_equal(mapping.apply(given), given)


@pytest.mark.parametrize('shape', [(2, 4, 3), (5, 3), (1, 5, 3, 1)])
def test_apply_to_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r'expected \(N, at least 5, values\)'):
        MAPPING.apply(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ('parts', 'sources'), [((), ()), (('a',), ()), (('a',), ((),)), (('a',), ((1,), (2,)))]
)
def test_mapping_without_a_source_for_each_part_is_refused(
    parts: tuple[str, ...], sources: tuple[tuple[int, ...], ...]
) -> None:
    with pytest.raises(ValueError, match='expected one or more points for each'):
        PointMapping(parts, sources)
