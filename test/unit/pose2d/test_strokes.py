# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is drawn in few calls beside the same drawn line by line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from openpose_ros.pose2d.strokes import draw_thick_limbs
from openpose_ros.pose2d.strokes import draw_thin_limbs
from openpose_ros.pose2d.strokes import limb_outlines
from openpose_ros.pose2d.strokes import SUBPIXEL_BITS

SIZE = 120
ONE = 1 << SUBPIXEL_BITS
RED, BLUE = (0, 0, 255), (255, 0, 0)


def blank() -> np.ndarray:
    return np.zeros((SIZE, SIZE, 3), np.uint8)


def random_limbs(people: int, limbs: int, seed: int = 0) -> np.ndarray:
    # Some of them leave the image.
    random = np.random.default_rng(seed)
    ends = random.uniform(-20 * ONE, (SIZE + 20) * ONE, (people, limbs, 2, 2))
    return ends.astype(np.int32)


def line(canvas: np.ndarray, limb: np.ndarray, colour: tuple[int, ...], width: int) -> None:
    start, end = limb.tolist()
    cv2.line(canvas, start, end, colour, width, cv2.LINE_AA, SUBPIXEL_BITS)


def test_draw_thin_limbs_are_the_lines_one_by_one() -> None:
    limbs = random_limbs(4, 2)
    drawn = np.array([[True, True], [True, False], [False, True], [False, False]])
    together, expected = blank(), blank()
    draw_thin_limbs(together, limbs, drawn, (RED, BLUE))
    for number, colour in enumerate((RED, BLUE)):
        for person in np.flatnonzero(drawn[:, number]):
            line(expected, limbs[person, number], colour, 1)
    np.testing.assert_array_equal(together, expected)
    assert together.any()


def test_draw_thin_limbs_of_nobody_are_nothing() -> None:
    canvas = blank()
    draw_thin_limbs(canvas, random_limbs(0, 2), np.zeros((0, 2), bool), (RED, BLUE))
    draw_thin_limbs(canvas, random_limbs(3, 2), np.zeros((3, 2), bool), (RED, BLUE))
    assert not canvas.any()


@pytest.mark.parametrize('width', [2, 3, 5, 8, 14])
def test_limb_outlines_look_like_thick_lines(width: int) -> None:
    limbs = random_limbs(1, 30, seed=width)
    outlines = limb_outlines(limbs, np.array([width]))
    for outline, limb in zip(outlines[0], limbs[0], strict=True):
        filled, expected = blank(), blank()
        draw_thick_limbs(filled, outline[None], np.array([True]), (RED,))
        line(expected, limb, RED, width)
        difference = np.abs(filled.astype(int) - expected)[..., 2] / 255
        # Their edges fall a little differently between the pixels, and the ends have corners.
        assert difference.sum() < 0.03 * expected[..., 2].sum() / 255 + 5


def test_limb_outlines_of_each_person_have_its_width() -> None:
    limb = np.array([[[20 * ONE, 60 * ONE], [100 * ONE, 60 * ONE]]], np.int32)
    widths = np.array([4, 12])
    for outlines, width in zip(limb_outlines(np.stack([limb] * 2), widths), widths, strict=True):
        (outline,) = outlines / ONE
        assert np.ptp(outline[:, 1]) == pytest.approx(width, abs=1 / ONE)
        assert np.ptp(outline[:, 0]) == pytest.approx(80 + width * np.cos(np.pi / 10), abs=2 / ONE)


def test_limb_outlines_of_a_limb_without_length_is_a_point_as_wide() -> None:
    limb = np.full((1, 1, 2, 2), 50 * ONE, np.int32)
    outline = limb_outlines(limb, np.array([6]))[0, 0] / ONE
    np.testing.assert_allclose(np.hypot(*(outline - 50).T), 3.0, atol=1 / ONE)
