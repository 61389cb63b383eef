# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.pose2d.preprocess import check_image
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.pose2d.preprocess import prepare_input
from openpose_ros.pose2d.preprocess import scales

PLAIN = InputFormat('nchw', 'bgr', 1.0, (0.0, 0.0, 0.0), 8)


def grey(height: int, width: int, value: int = 128) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def size_of(image: np.ndarray, multiple: int = 8, **parameters: Any) -> tuple[int, int]:
    """Return width and height of the network input of an image."""
    model_input = InputFormat('nchw', 'bgr', 1.0, (0.0, 0.0, 0.0), multiple)
    tensor = prepare_input(image, model_input, InputParameters(**parameters)).tensor
    return tensor.shape[3], tensor.shape[2]


# ---- size


@pytest.mark.parametrize(
    ('image', 'multiple', 'parameters', 'expected'),
    [
        (grey(720, 1280), 16, {}, (656, 368)),  # OpenPose: 16:9 at height 368 gives 656 x 368
        (grey(480, 640), 8, {}, (496, 368)),  # 490.7 columns, padded
        (grey(480, 640), 16, {}, (496, 368)),
        (grey(640, 480), 8, {}, (280, 368)),  # upright
        (grey(368, 656), 8, {}, (656, 368)),  # as it is
        (grey(92, 164), 8, {}, (656, 368)),  # smaller images are enlarged
        (grey(720, 1280), 16, {'height_px': 370}, (672, 384)),  # padded up to the multiple
        (grey(100, 1000), 8, {}, (1312, 136)),  # a wide image gets less than the full height
        (grey(100, 1000), 8, {'max_width_px': 640}, (640, 64)),
        (grey(1, 1), 8, {}, (368, 368)),
        (grey(1, 8000), 8, {}, (1312, 32)),  # a strip is padded: networks see people in it
        (grey(8000, 1), 8, {}, (32, 368)),
        (grey(8000, 6000), 8, {}, (280, 368)),
        (grey(6000, 8000), 8, {}, (496, 368)),
    ],
)
def test_prepare_input_keeps_the_aspect_and_pads_to_the_multiple(
    image: np.ndarray, multiple: int, parameters: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert size_of(image, multiple, **parameters) == expected


@given(
    st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([8, 16]),
    st.integers(32, 400), st.integers(32, 800),
)
def test_prepare_input_fits_its_limits_for_any_image(
    width: int, height: int, multiple: int, height_px: int, max_width_px: int
) -> None:
    columns, rows = size_of(
        grey(height, width), multiple, height_px=height_px, max_width_px=max_width_px
    )
    assert columns % multiple == rows % multiple == 0
    assert 0 < columns < max_width_px + multiple
    assert 0 < rows < height_px + multiple


def test_prepare_input_at_a_scale_is_smaller() -> None:
    found = prepare_input(grey(720, 1280), PLAIN, InputParameters(), scale=0.5)
    assert found.tensor.shape == (1, 3, 184, 328)
    assert found.image_size == (1280, 720)


def test_prepare_input_of_a_fixed_size_fills_it_and_pads() -> None:
    found = prepare_input(grey(100, 200, 255), PLAIN, InputParameters(), fixed_size=(400, 400))
    assert found.tensor.shape == (1, 3, 400, 400)
    assert (found.tensor[0, :, :200] == 255).all()
    assert (found.tensor[0, :, 200:] == 0).all()


def test_prepare_input_of_a_fixed_size_searches_scales_within_it() -> None:
    found = prepare_input(
        grey(400, 400, 255), PLAIN, InputParameters(), scale=0.5, fixed_size=(400, 400)
    )
    assert found.tensor.shape == (1, 3, 400, 400)
    assert (found.tensor[0, 0] > 0).sum() == 200 * 200
    assert found.transform.scale_x == 2.0


@pytest.mark.parametrize(
    ('parameters', 'expected'),
    [
        ({}, (1.0,)),
        ({'scale_number': 4, 'scale_gap': 0.25}, (1.0, 0.75, 0.5, 0.25)),
        ({'scale_number': 8, 'scale_gap': 0.25}, (1.0, 0.75, 0.5, 0.25)),  # none below zero
    ],
)
def test_scales_are_openposes(parameters: dict[str, Any], expected: tuple[float, ...]) -> None:
    assert scales(InputParameters(**parameters)) == pytest.approx(expected)


# ---- values


def test_prepare_input_normalises_each_colour_and_pads_with_black() -> None:
    image = np.empty((32, 20, 3), np.uint8)
    image[:] = (10, 20, 40)  # blue, green, red
    model_input = InputFormat('nchw', 'rgb', 0.5, (1.0, 2.0, 3.0), 16)
    tensor = prepare_input(image, model_input, InputParameters(height_px=32)).tensor
    assert tensor.shape == (1, 3, 32, 32)
    assert tensor.dtype == np.float32
    # red * 0.5 - 1, green * 0.5 - 2, blue * 0.5 - 3
    assert [np.unique(plane[:, :20]).tolist() for plane in tensor[0]] == [[19.0], [8.0], [2.0]]
    # black is 0 * 0.5 - mean
    assert [np.unique(plane[:, 20:]).tolist() for plane in tensor[0]] == [[-1.0], [-2.0], [-3.0]]


def test_prepare_input_bgr_keeps_the_order_of_the_image() -> None:
    image = np.empty((32, 32, 3), np.uint8)
    image[:] = (10, 20, 40)
    tensor = prepare_input(image, PLAIN, InputParameters(height_px=32)).tensor
    assert tensor[0, :, 0, 0].tolist() == [10, 20, 40]


def test_prepare_input_nhwc_has_the_colours_last() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (40, 56, 3), np.uint8)
    first = prepare_input(image, PLAIN, InputParameters(height_px=40)).tensor
    nhwc = InputFormat('nhwc', 'bgr', 1.0, (0.0, 0.0, 0.0), 8)
    last = prepare_input(image, nhwc, InputParameters(height_px=40)).tensor
    assert last.shape == (1, 40, 56, 3)
    assert last.flags.c_contiguous
    np.testing.assert_array_equal(last.transpose(0, 3, 1, 2), first)
    np.testing.assert_array_equal(last[0], image)


def test_prepare_input_takes_views_and_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (64, 96, 3), np.uint8)
    before = image.copy()
    view = image[::-1, ::2, ::-1]
    found = prepare_input(view, PLAIN, InputParameters(height_px=64)).tensor
    expected = prepare_input(view.copy(), PLAIN, InputParameters(height_px=64)).tensor
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(image, before)


def test_prepare_input_averages_what_it_makes_much_smaller() -> None:
    # A checkerboard of single pixels is grey at an eighth of its size; reading two pixels per
    # axis would leave stripes.
    board = np.indices((1024, 1024)).sum(axis=0) % 2 * 255
    image = np.repeat(board[:, :, None].astype(np.uint8), 3, axis=2)
    tensor = prepare_input(image, PLAIN, InputParameters(height_px=128)).tensor
    assert tensor.min() > 126
    assert tensor.max() < 129


# ---- place: light a band of the image and see where it comes out


@pytest.mark.parametrize(
    ('image_size', 'height_px'),
    [
        ((656, 368), 368),  # one to one
        ((1280, 720), 368),
        ((320, 240), 368),  # enlarged
        ((1001, 751), 368),  # odd, halved once
        ((2047, 1151), 128),  # odd at every halving
        ((4095, 1023), 96),
    ],
)
def test_prepare_input_transform_says_where_a_pixel_went(
    image_size: tuple[int, int], height_px: int
) -> None:
    for axis, length in enumerate(image_size):
        for start in (length // 10, length // 2, length * 17 // 20):
            # Over some neighbouring places, as bilinear interpolation weighs pixels unlike.
            errors = [
                place_error(image_size, height_px, axis, place)
                for place in range(start, start + 16)
            ]
            assert abs(np.mean(errors)) < 0.08, (axis, start)


def place_error(image_size: tuple[int, int], height_px: int, axis: int, start: int) -> float:
    """Return, in network-input pixels, how far the transform is off for a band of the image."""
    width, height = image_size
    band = max(4, image_size[axis] // 30)
    lit = slice(start, start + band)
    image = np.zeros((height, width, 3), np.uint8)
    image[(slice(None), lit) if axis == 0 else (lit, slice(None))] = 255
    found = prepare_input(image, PLAIN, InputParameters(height_px=height_px))
    light = found.tensor[0, 0].sum(axis=axis, dtype=np.float64)
    xy_network = np.full(2, (light * np.arange(len(light))).sum() / light.sum())
    error_px = found.transform.to_image(xy_network)[axis] - (start + 0.5 * (band - 1))
    return error_px / (found.transform.scale_x, found.transform.scale_y)[axis]


# ---- bad input


@pytest.mark.parametrize(
    'image',
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 0, 3), np.uint8),
        np.zeros((10, 10), np.uint8),  # grey
        np.zeros((10, 10, 1), np.uint8),
        np.zeros((10, 10, 4), np.uint8),  # with alpha
        np.zeros((1, 10, 10, 3), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((10, 10, 3), np.uint16),
        np.zeros((10, 10, 3), bool),
        np.zeros((), np.uint8),
    ],
)
def test_prepare_input_of_what_is_no_image_raises(image: np.ndarray) -> None:
    message = r'image has shape \(.*\) and type \w+, expected \(height, width, 3\)'
    with pytest.raises(ValueError, match=message):
        prepare_input(image, PLAIN, InputParameters())
    with pytest.raises(ValueError, match=message):
        check_image(image)


def test_check_image_takes_one_pixel() -> None:
    check_image(grey(1, 1))
