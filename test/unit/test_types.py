# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.types import FieldMaps
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks
from openpose_ros.types import People2D
from openpose_ros.types import require_shape

IDENTITY = ImageTransform(1.0, 1.0, 0.0, 0.0)
SIDES = st.integers(1, 8000)
STRIDES = st.sampled_from([1.0, 4.0, 8.0, 16.0])
COORDINATES = st.floats(-1e4, 1e4)


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


# ---- ImageTransform


def test_from_resize_scales_around_pixel_corners() -> None:
    # 200 x 100 shown as 100 x 25: the first pixel covers 2 x 4 pixels of the image, whose
    # centres are 0, 1 and 0..3
    transform = ImageTransform.from_resize((200, 100), (100, 25))
    np.testing.assert_allclose(transform.to_image(np.array([0.0, 0.0])), (0.5, 1.5))
    # the last pixel likewise covers columns 198, 199 and rows 96..99
    np.testing.assert_allclose(transform.to_image(np.array([99.0, 24.0])), (198.5, 97.5))


def test_from_resize_maps_corners_to_corners() -> None:
    transform = ImageTransform.from_resize((640, 480), (491, 368))
    corners = np.array([[-0.5, -0.5], [490.5, 367.5]])
    np.testing.assert_allclose(
        transform.to_image(corners), [[-0.5, -0.5], [639.5, 479.5]], atol=1e-9
    )


def test_of_maps_puts_a_cell_on_the_middle_of_its_pixels() -> None:
    # cell j covers input pixels 8 j .. 8 j + 7, whose middle is 8 j + 3.5
    maps = IDENTITY.of_maps(8)
    np.testing.assert_allclose(maps.to_image(np.array([[0.0, 0.0], [2.0, 5.0]])),
                               [[3.5, 3.5], [19.5, 43.5]])


def test_of_maps_adds_the_models_offset_in_input_pixels() -> None:
    shifted = ImageTransform.from_resize((200, 300), (100, 100)).of_maps(8, -0.5)
    # input pixel 3.0 is image pixel (3 + 0.5) * scale - 0.5
    np.testing.assert_allclose(shifted.to_image(np.array([0.0, 0.0])), (6.5, 10.0))


def test_transform_of_integers_does_not_round() -> None:
    transform = ImageTransform(1.75, 2.5, 0.375, 0.75)
    np.testing.assert_allclose(transform.to_image(np.array([[2, 4]])), [[3.875, 10.75]])
    np.testing.assert_allclose(transform.from_image(np.array([[9, 7]])), [[8.625 / 1.75, 2.5]])


@pytest.mark.parametrize('kind', [np.float32, np.float64])
def test_transform_keeps_the_type_of_floats(kind: type) -> None:
    transform = ImageTransform(1.75, 2.5, 0.375, 0.75)
    assert transform.to_image(np.zeros((3, 2), kind)).dtype == kind
    assert transform.from_image(np.zeros((3, 2), kind)).dtype == kind


def test_transform_takes_any_leading_shape_and_keeps_missing_points_missing() -> None:
    xy = np.full((2, 3, 4, 2), np.nan)
    assert ImageTransform(2.0, 2.0, 0.5, 0.5).to_image(xy).shape == (2, 3, 4, 2)
    assert np.isnan(ImageTransform(2.0, 2.0, 0.5, 0.5).to_image(xy)).all()


@given(SIDES, SIDES, SIDES, SIDES, STRIDES, st.floats(-8, 8), COORDINATES, COORDINATES)
def test_transform_undoes_itself(
    width: int, height: int, to_width: int, to_height: int, stride: float, offset: float,
    x: float, y: float,
) -> None:
    transform = ImageTransform.from_resize((width, height), (to_width, to_height))
    xy = np.array((x, y))
    for one in (transform, transform.of_maps(stride, offset)):
        np.testing.assert_allclose(one.from_image(one.to_image(xy)), xy, atol=1e-6)
        np.testing.assert_allclose(one.to_image(one.from_image(xy)), xy, atol=1e-6)


@given(SIDES, SIDES, SIDES, SIDES, STRIDES, st.floats(-8, 8), COORDINATES)
def test_of_maps_is_the_input_pixel_of_the_cell(
    width: int, height: int, to_width: int, to_height: int, stride: float, offset: float,
    cell: float,
) -> None:
    transform = ImageTransform.from_resize((width, height), (to_width, to_height))
    xy_network = np.array((cell, cell)) * stride + 0.5 * stride - 0.5 + offset
    np.testing.assert_allclose(
        transform.of_maps(stride, offset).to_image(np.array((cell, cell))),
        transform.to_image(xy_network),
        rtol=1e-9, atol=1e-6,
    )


# ---- shapes


@pytest.mark.parametrize(
    ('shape', 'expected', 'fits'),
    [
        ((3, 2), (3, 2), True),
        ((3, 2), (None, 2), True),
        ((0, 2), (None, 2), True),
        ((3, 2), (2, 2), False),
        ((3,), (3, 2), False),
        ((3, 2, 1), (3, 2), False),
        ((), (), True),
    ],
)
def test_require_shape(shape: Any, expected: Any, fits: bool) -> None:
    if fits:
        require_shape('thing', np.zeros(shape), expected)
    else:
        with pytest.raises(ValueError, match='thing has shape'):
            require_shape('thing', np.zeros(shape), expected)


def test_require_shape_names_expected_and_found() -> None:
    with pytest.raises(ValueError, match=r'xy has shape \(3, 4\), expected \(any, 2\)'):
        require_shape('xy', np.zeros((3, 4)), (None, 2))


IDS = np.zeros(3, np.int64)
NOBODY = Keypoints2D.missing(2, 0)
WRONG_VALUES = [
    (FieldMaps, (zeros(5, 4), zeros(2, 2, 5, 4), 8.0, IDENTITY, (1, 1)), 'heatmaps'),
    (FieldMaps, (zeros(3, 5, 4), zeros(2, 3, 5, 4), 8.0, IDENTITY, (1, 1)), 'pafs'),
    (FieldMaps, (zeros(3, 5, 4), zeros(4, 5, 4), 8.0, IDENTITY, (1, 1)), 'pafs'),
    (FieldMaps, (zeros(3, 5, 4), zeros(2, 2, 4, 5), 8.0, IDENTITY, (1, 1)), 'pafs'),
    (Peaks, (IDS.reshape(3, 1), zeros(3, 2), zeros(3)), 'part_ids'),
    (Peaks, (IDS, zeros(2, 2), zeros(3)), 'xy_map'),
    (Peaks, (IDS, zeros(3, 3), zeros(3)), 'xy_map'),
    (Peaks, (IDS, zeros(3, 2), zeros(4)), 'scores'),
    (Limbs, (zeros(), IDS, IDS, zeros(3)), 'limb_ids'),
    (Limbs, (IDS, IDS[:2], IDS, zeros(3)), 'peaks_from'),
    (Limbs, (IDS, IDS, IDS[:2], zeros(3)), 'peaks_to'),
    (Limbs, (IDS, IDS, IDS, zeros(2)), 'scores'),
    (Keypoints2D, (zeros(2, 5), zeros(2, 5)), 'xy'),
    (Keypoints2D, (zeros(2, 5, 3), zeros(2, 5)), 'xy'),
    (Keypoints2D, (zeros(2, 5, 2), zeros(2, 4)), 'scores'),
    (Keypoints2D, (zeros(2, 5, 2), zeros(1, 5)), 'scores'),
]


@pytest.mark.parametrize(('kind', 'values', 'name'), WRONG_VALUES)
def test_value_with_arrays_that_do_not_fit_raises(kind: Any, values: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f'{name} has shape'):
        kind(*values)


def people(count: int, **change: Any) -> People2D:
    body = Keypoints2D(zeros(count, 5, 2), zeros(count, 5))
    values: dict[str, Any] = {
        'skeleton': 'mine', 'body': body, 'scores': zeros(count),
        'ids': np.zeros(count, np.int64), 'image_size': (6, 4), 'face_skeleton': '',
        'hand_skeleton': '', 'face': Keypoints2D.missing(count, 0),
        'left_hand': Keypoints2D.missing(count, 0), 'right_hand': Keypoints2D.missing(count, 0),
    }
    return People2D(**{**values, **change})


@pytest.mark.parametrize(
    ('change', 'name'),
    [
        ({'scores': zeros(2)}, 'scores'),
        ({'ids': np.zeros(4, np.int64)}, 'ids'),
        ({'face': NOBODY}, r'face\.xy'),
        ({'left_hand': NOBODY}, r'left_hand\.xy'),
        ({'right_hand': NOBODY}, r'right_hand\.xy'),
    ],
)
def test_people_of_different_numbers_raise(change: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f'{name} has shape'):
        people(3, **change)


# ---- people


def test_missing_keypoints_are_nan_with_score_zero() -> None:
    missing = Keypoints2D.missing(2, 3)
    assert missing.xy.shape == (2, 3, 2)
    assert np.isnan(missing.xy).all()
    assert (missing.scores == 0).all()
    assert missing.xy.dtype == missing.scores.dtype == np.float32


def test_take_returns_the_people_of_the_rows_in_their_order() -> None:
    keypoints = Keypoints2D(
        np.arange(12, dtype=np.float32).reshape(3, 2, 2), np.arange(6.0).reshape(3, 2)
    )
    taken = keypoints.take(np.array([2, 0]))
    assert taken.xy[:, 0, 0].tolist() == [8, 0]
    assert taken.scores.tolist() == [[4, 5], [0, 1]]
    assert len(keypoints.take(np.zeros(3, bool)).xy) == 0


@pytest.mark.parametrize('count', [0, 2])
def test_from_body_says_that_nothing_else_was_looked_for(count: int) -> None:
    body = Keypoints2D(zeros(count, 5, 2), zeros(count, 5))
    found = People2D.from_body('mine', body, zeros(count), (6, 4))
    assert len(found) == count
    assert (found.face_skeleton, found.hand_skeleton) == ('', '')
    assert found.ids.tolist() == [0] * count
    for other in (found.face, found.left_hand, found.right_hand):
        assert other.xy.shape == (count, 0, 2)


def test_values_are_frozen_and_comparable_only_by_identity() -> None:
    one = people(1)
    with pytest.raises(FrozenInstanceError):
        one.skeleton = 'other'  # type: ignore[misc]
    # the generated comparison of arrays would raise
    assert one != people(1)
    assert one == one
    assert hash(one) == hash(one)
