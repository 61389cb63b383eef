# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from openpose_ros.conversions.transforms import transform_from_msg

geometry = pytest.importorskip('geometry_msgs.msg')


def message(translation: list[float], quaternion: list[float]) -> Any:
    one = geometry.Transform()
    one.translation.x, one.translation.y, one.translation.z = translation
    one.rotation.x, one.rotation.y, one.rotation.z, one.rotation.w = quaternion
    return one


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=3), st.integers(0, 1000))
def test_transform_is_that_of_the_quaternion(translation: list[float], seed: int) -> None:
    rotation = Rotation.random(random_state=seed)
    found = transform_from_msg(message(translation, rotation.as_quat().tolist()))
    np.testing.assert_allclose(found[:3, :3], rotation.as_matrix(), atol=1e-12)
    np.testing.assert_array_equal(found[:3, 3], translation)
    np.testing.assert_array_equal(found[3], [0, 0, 0, 1])


@pytest.mark.parametrize('quaternion', [[0.0] * 4, [0.0, 0.0, 0.0, 1.1], [np.nan] * 4])
def test_rotation_that_is_none_is_refused(quaternion: list[float]) -> None:
    with pytest.raises(ValueError, match='expected 1'):
        transform_from_msg(message([0.0] * 3, quaternion))
