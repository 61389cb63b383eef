# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from openpose_ros.tools.space_parameters import SpaceParameters


def test_without_assignments_all_are_defaults() -> None:
    assert SpaceParameters.of([]) == SpaceParameters()


def test_values_reach_their_group_and_the_reconstructor() -> None:
    parameters = SpaceParameters.of(
        ['triangulation.min_views=3', 'reconstruction.face=false', 'tracking.max_lost_sec=2',
         'triangulation.outlier_views=keep']
    )
    assert parameters.triangulation.min_views == 3
    assert parameters.triangulation.outlier_views == 'keep'
    assert parameters.reconstruction.face is False
    assert parameters.tracking.max_lost_sec == 2.0
    assert parameters.association == SpaceParameters().association
    assert parameters.reconstructor().triangulation is parameters.triangulation
    assert parameters.tracker().parameters is parameters.tracking


@pytest.mark.parametrize(
    ('assignment', 'message'),
    [
        ('triangulation.min_views', "--set 'triangulation.min_views', expected NAME=VALUE"),
        ('triangulation.views=3', 'NAME one of association.max_distance_px, '),
        ('triangulation.min_views=many', "'triangulation.min_views' is 'many', expected a value"),
        ('triangulation.min_views=-1', r'is -1, expected 0 \.\. 64'),
        ('triangulation.min_views=[', 'the value is no YAML'),
    ],
)
def test_wrong_assignments_say_what_is_expected(assignment: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpaceParameters.of([assignment])
