# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.pose2d.crops import CropTransform
from openpose_ros.pose2d.crops import extract_crops
from openpose_ros.region_types import FACE
from openpose_ros.region_types import Regions

BGR = InputFormat('nchw', 'bgr', 1.0, (0.0, 0.0, 0.0), 1)


def regions(*squares: tuple[float, float, float, float]) -> Regions:
    """Return regions of x, y, side and degrees."""
    table = np.array(squares, np.float32).reshape(-1, 4)
    count = len(table)
    return Regions(
        np.full(count, FACE), np.arange(count), table[:, :2], table[:, 2],
        np.deg2rad(table[:, 3]).astype(np.float32), np.ones(count, np.float32),
    )


def transform(
    *squares: tuple[float, float, float, float], size: int = 8, mirrored: bool = False
) -> CropTransform:
    return CropTransform(regions(*squares), size, np.full(len(squares), mirrored))


def ramp(height: int = 60, width: int = 80) -> np.ndarray:
    """Return an image whose blue is 3 x and whose green is 4 y."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 0] = 3 * np.arange(width)
    image[:, :, 1] = 4 * np.arange(height)[:, None]
    image[:, :, 2] = 7
    return image


def one_crop(image: np.ndarray, crop: CropTransform) -> np.ndarray:
    return extract_crops(image, crop, BGR)[0]


# ---- CropTransform


@pytest.mark.parametrize(
    ('degrees', 'mirrored', 'corners'),
    [
        # pixel 0, 0 of a crop half as large as its square lies at a quarter of a pixel's width
        (0, False, [(92.5, 42.5), (107.5, 42.5), (92.5, 57.5)]),
        # a quarter turn clockwise: its upper edge is the right one of the image's square
        (90, False, [(107.5, 42.5), (107.5, 57.5), (92.5, 42.5)]),
        (180, False, [(107.5, 57.5), (92.5, 57.5), (107.5, 42.5)]),
        (0, True, [(107.5, 42.5), (92.5, 42.5), (107.5, 57.5)]),
        (90, True, [(107.5, 57.5), (107.5, 42.5), (92.5, 57.5)]),
    ],
)
def test_to_image_turns_clockwise_around_the_centre(
    degrees: float, mirrored: bool, corners: list[tuple[float, float]]
) -> None:
    crop = transform((100, 50, 16, degrees), size=16, mirrored=mirrored)
    found = crop.to_image(np.array([[(0, 0), (15, 0), (0, 15)]], float))
    np.testing.assert_allclose(found[0], corners, atol=1e-4)


def test_to_image_maps_corners_of_pixels_to_corners_of_the_square() -> None:
    crop = transform((100, 50, 40, 0), size=10)
    found = crop.to_image(np.array([[(-0.5, -0.5), (4.5, 4.5), (9.5, 9.5)]]))
    np.testing.assert_allclose(found[0], [(80, 30), (100, 50), (120, 70)], atol=1e-4)


@given(
    st.lists(
        st.tuples(
            st.floats(-2000, 4000), st.floats(-2000, 4000), st.floats(1, 3000),
            st.floats(-180, 180), st.booleans(),
        ),
        min_size=1, max_size=4,
    ),
    st.integers(1, 512),
    st.floats(-600, 600), st.floats(-600, 600),
)
def test_transform_undoes_itself(
    squares: list[tuple[float, float, float, float, bool]], size: int, x: float, y: float
) -> None:
    table = regions(*(square[:4] for square in squares))
    crop = CropTransform(table, size, np.array([square[4] for square in squares]))
    xy_crop = np.tile(np.array([[x, y], [0.0, 0.0]]), (len(squares), 1, 1))
    back = crop.from_image(crop.to_image(xy_crop).astype(float))
    # float32 of the image, in crop pixels
    tolerance = 1e-3 * (1 + size / table.sizes_px.min())
    np.testing.assert_allclose(back, xy_crop, rtol=1e-4, atol=tolerance)


def test_transform_of_missing_points_is_missing() -> None:
    crop = transform((100, 50, 40, 30))
    assert np.isnan(crop.to_image(np.full((1, 3, 2), np.nan))).all()
    assert crop.to_image(np.zeros((1, 3, 2))).dtype == np.float32


def test_transform_of_no_regions_has_no_points() -> None:
    assert transform().to_image(np.zeros((0, 5, 2))).shape == (0, 5, 2)


def test_transform_with_wrong_values_raises() -> None:
    with pytest.raises(ValueError, match=r'mirrored has shape \(2,\), expected \(1\)'):
        CropTransform(regions((1, 1, 1, 0)), 8, np.zeros(2, bool))
    with pytest.raises(ValueError, match='crop_size_px is 0, expected at least 1'):
        transform((1, 1, 1, 0), size=0)


# ---- extract_crops


def test_extract_crops_of_whole_pixels_copies_them() -> None:
    image = ramp()
    # a square of 8 pixels around the corner between pixels 23 and 24, 33 and 34
    crop = one_crop(image, transform((23.5, 33.5, 8, 0)))
    np.testing.assert_array_equal(crop, image[30:38, 20:28].transpose(2, 0, 1))


@pytest.mark.parametrize(('degrees', 'turns'), [(90, 1), (180, 2), (-90, 3)])
def test_extract_crops_turns_back_what_is_turned(degrees: float, turns: int) -> None:
    image = ramp()
    crop = one_crop(image, transform((23.5, 33.5, 8, degrees)))
    # what points to the right in the image points up in the crop
    expected = np.rot90(image[30:38, 20:28], turns).transpose(2, 0, 1)
    np.testing.assert_allclose(crop, expected, atol=1)


def test_extract_crops_mirrors() -> None:
    image = ramp()
    crop = one_crop(image, transform((23.5, 33.5, 8, 0), mirrored=True))
    np.testing.assert_array_equal(crop, image[30:38, 20:28][:, ::-1].transpose(2, 0, 1))


@pytest.mark.parametrize('mirrored', [False, True])
@pytest.mark.parametrize(
    'square',
    [(40.2, 30.7, 20, 0), (40.2, 30.7, 5, 33), (40, 30, 24, -70), (40, 30, 36, 12)],
)
def test_extract_crops_shows_what_the_transform_says(
    square: tuple[float, float, float, float], mirrored: bool
) -> None:
    crop_transform = transform(square, size=16, mirrored=mirrored)
    crop = one_crop(ramp(), crop_transform)
    rows, columns = np.mgrid[:16, :16]
    xy_crop = np.stack((columns, rows), axis=-1).reshape(1, -1, 2)
    xy_image = crop_transform.to_image(xy_crop)[0].reshape(16, 16, 2)
    # a ramp stays a ramp under any interpolation; cv2 reads at 1/32 pixel and rounds, twice if
    # it halves the image before
    np.testing.assert_allclose(crop[0], 3 * xy_image[..., 0], atol=1.1)
    np.testing.assert_allclose(crop[1], 4 * xy_image[..., 1], atol=1.1)


@pytest.mark.parametrize('size', [2, 3, 5, 8, 9])
def test_extract_crops_of_much_smaller_size_averages(size: int) -> None:
    # single dark and bright pixels alternate: read one by one, the crop would be full of both
    image = np.zeros((601, 601, 3), np.uint8)
    image[::2, ::2] = image[1::2, 1::2] = 200
    crop = one_crop(image, transform((300, 300, 270, 0), size=size))
    np.testing.assert_allclose(crop, 100, atol=8)


@pytest.mark.parametrize('factor', [2.0, 3.1, 4.0, 6.5, 8.0])
def test_extract_crops_of_smaller_size_shows_a_spot_where_it_is(factor: float) -> None:
    image = np.zeros((400, 500, 3), np.uint8)
    image[180:200, 240:260] = 255  # around 249.5, 189.5
    crop_transform = transform((243.3, 201.9, 32 * factor, 20), size=32)
    light = one_crop(image, crop_transform)[0].astype(float)
    rows, columns = np.indices(light.shape)
    middle = np.array([[[(light * columns).sum(), (light * rows).sum()]]]) / light.sum()
    np.testing.assert_allclose(
        crop_transform.to_image(middle)[0, 0], (249.5, 189.5), atol=0.06 * factor
    )


def test_extract_crops_is_black_outside_of_the_image() -> None:
    image = np.full((40, 50, 3), 9, np.uint8)
    crop = one_crop(image, transform((49.5, 39.5, 8, 0)))
    assert (crop[:, :4, :4] == 9).all()
    assert (crop[:, 4:] == 0).all()
    assert (crop[:, :, 4:] == 0).all()


@pytest.mark.parametrize(
    'square',
    [(-100, 20, 10, 0), (20, 500, 10, 45), (1e5, -1e5, 64, 10), (25, 20, 1e-3, 0)],
)
def test_extract_crops_wholly_outside_or_tiny_answers(
    square: tuple[float, float, float, float]
) -> None:
    image = np.full((40, 50, 3), 9, np.uint8)
    crop = one_crop(image, transform(square))
    assert (crop == (9 if square[2] < 1 else 0)).all()


def test_extract_crops_of_a_huge_square_holds_the_whole_image() -> None:
    image = np.full((40, 50, 3), 90, np.uint8)
    crop = one_crop(image, transform((24.5, 19.5, 400, 0), size=40))
    # the image covers 5 x 4 of the 40 x 40 pixels
    np.testing.assert_allclose(crop[0].sum() / 90, 20, rtol=0.05)
    assert crop[0, 18:22, 18:22].min() > 80


def test_extract_crops_gives_a_batch_as_the_network_wants_it() -> None:
    squares = ((23.5, 33.5, 8, 0), (43.5, 13.5, 8, 0))
    planes = extract_crops(ramp(), transform(*squares), BGR)
    assert planes.shape == (2, 3, 8, 8)
    assert planes.dtype == np.float32
    assert planes.flags.c_contiguous
    rgb = InputFormat('nhwc', 'rgb', 0.5, (1.0, 2.0, 3.0), 1)
    last = extract_crops(ramp(), transform(*squares), rgb)
    assert last.shape == (2, 8, 8, 3)
    assert last.flags.c_contiguous
    expected = planes[:, ::-1].transpose(0, 2, 3, 1) * 0.5 - np.array((1, 2, 3))
    np.testing.assert_allclose(last, expected)
    mean = InputFormat('nchw', 'bgr', 1.0, (1.0, 2.0, 3.0), 1)
    shifted = extract_crops(ramp(), transform(*squares), mean)
    np.testing.assert_allclose(shifted, planes - np.array((1, 2, 3)).reshape(3, 1, 1))


def test_extract_crops_of_no_regions_is_an_empty_batch() -> None:
    assert extract_crops(ramp(), transform(), BGR).shape == (0, 3, 8, 8)


def test_extract_crops_leaves_the_image_alone() -> None:
    image = ramp()
    extract_crops(image, transform((20, 20, 70, 20)), BGR)
    np.testing.assert_array_equal(image, ramp())


@pytest.mark.parametrize(
    'image', [np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5, 3), np.uint8)]
)
def test_extract_crops_of_what_is_no_image_raises(image: Any) -> None:
    with pytest.raises(ValueError, match='image has shape'):
        extract_crops(image, transform((2, 2, 2, 0)), BGR)
