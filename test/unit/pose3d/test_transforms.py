# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from openpose_ros.pose3d.transforms import inverse_transform
from openpose_ros.pose3d.transforms import require_rotation
from openpose_ros.pose3d.transforms import require_transform
from openpose_ros.pose3d.transforms import rigid_transform

TURN = cv2.Rodrigues(np.array([0.3, -0.8, 0.2]))[0]


def test_rigid_transform_turns_then_moves() -> None:
    a_T_b = rigid_transform(TURN, np.array([1.0, 2, 3]))
    np.testing.assert_allclose((a_T_b @ [4, 5, 6, 1])[:3], TURN @ [4, 5, 6] + [1, 2, 3])


def test_inverse_transform_undoes() -> None:
    a_T_b = rigid_transform(TURN, np.array([1.0, 2, 3]))
    np.testing.assert_allclose(inverse_transform(a_T_b), np.linalg.inv(a_T_b), atol=1e-12)


def test_require_rotation_rounds_to_the_nearest() -> None:
    found = require_rotation('R', TURN + 1e-4)
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(found, TURN, atol=3e-4)
    np.testing.assert_allclose(require_rotation('R', TURN), TURN, atol=1e-14)


@pytest.mark.parametrize(
    ('matrix', 'text'),
    [
        (np.eye(4), r'R has shape \(4, 4\), expected \(3, 3\)'),
        (np.zeros((3, 3)), 'R is no rotation: .* differs from 1 by 1, the determinant is 0'),
        (np.diag([1.0, 1, -1]), 'the determinant is -1'),
        (1.01 * TURN, 'R is no rotation'),
        (np.full((3, 3), np.inf), 'expected finite numbers'),
    ],
)
def test_require_rotation_of_something_else_raises(matrix: np.ndarray, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        require_rotation('R', matrix)


def test_require_transform_leaves_its_argument_alone() -> None:
    given = np.round(rigid_transform(TURN, np.array([1.0, 2, 3])), 3)
    before = given.copy()
    found = require_transform('a_T_b', given)
    np.testing.assert_array_equal(given, before)
    assert (found[:3, 3] == [1, 2, 3]).all()
    assert np.abs(found - given).max() > 0
