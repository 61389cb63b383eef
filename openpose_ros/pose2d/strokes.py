# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Limbs and points as shapes on an image, as many in one call as the picture allows."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import FloatArray

Colour = tuple[int, int, int]

SUBPIXEL_BITS = 4  # cv2 takes coordinates as fixed-point numbers
WHITE: Colour = (255, 255, 255)
_DOT_STRENGTH = 1.5  # a single pixel would be lost on a line
_ROUNDING = 0.5
_CAP_ANGLES = np.linspace(-np.pi / 2, np.pi / 2, 6)[:, None]  # corners of a round end
_CAP_COS, _CAP_SIN = np.cos(_CAP_ANGLES), np.sin(_CAP_ANGLES)


def draw_thin_limbs(
    canvas: Array, limbs: Array, drawn: Array, colours: Sequence[Colour]
) -> None:
    """
    Draw limbs one pixel wide, each limb of all people at once.

    Faces and hands have a thousand of these: half of what one costs alone is the call. Which of
    two is in front does not show at this width.

    :param canvas: Pixels to draw into, ``(H, W, 3)`` uint8.
    :param limbs: Both ends of each person's limbs in fixed-point pixels, ``(N, L, 2, 2)`` int32.
    :param drawn: Whether a limb is drawn, ``(N, L)``.
    :param colours: Colour of each of the L limbs, BGR.
    """
    for number, colour in enumerate(colours):
        lines = limbs[:, number][drawn[:, number]]
        if len(lines):
            cv2.polylines(canvas, list(lines), False, colour, 1, cv2.LINE_AA, SUBPIXEL_BITS)


def draw_thick_limbs(
    canvas: Array, outlines: Array, drawn: Array, colours: Sequence[Colour]
) -> None:
    """
    Draw the limbs of a person.

    :param canvas: Pixels to draw into, ``(H, W, 3)`` uint8.
    :param outlines: From :func:`limb_outlines`, those of one person, ``(L, V, 2)`` int32.
    :param drawn: Whether a limb is drawn, ``(L,)``.
    :param colours: Colour of each of the L limbs, BGR.
    """
    for outline, is_drawn, colour in zip(outlines, drawn.tolist(), colours):
        if is_drawn:
            cv2.fillConvexPoly(canvas, outline, colour, cv2.LINE_AA, SUBPIXEL_BITS)


def limb_outlines(limbs: Array, widths: Array) -> Array:
    """
    Return the outlines of limbs, lines with round ends, in fixed-point pixels, ``(N, L, V, 2)``.

    ``cv2.line`` makes the same of each limb, but in three shapes that cost twice the time.

    :param limbs: Both ends in fixed-point pixels, ``(N, L, 2, 2)`` int32.
    :param widths: Width of each person's limbs in pixels, ``(N,)`` int.
    """
    start, end = limbs[:, :, :1].astype(np.float64), limbs[:, :, 1:].astype(np.float64)
    length = np.linalg.norm(end - start, axis=-1, keepdims=True)
    along = np.where(length > 0, (end - start) / np.maximum(length, 1.0), (1.0, 0.0))
    across = along[..., ::-1] * (-1.0, 1.0)
    # As wide as cv2.line draws them: an odd number of pixels becomes the next even one.
    radius = (widths + widths % 2)[:, None, None, None] / 2 * (1 << SUBPIXEL_BITS)
    cap = radius * (along * _CAP_COS + across * _CAP_SIN)
    outlines: Array = np.rint(np.concatenate([end + cap, start - cap], axis=2)).astype(np.int32)
    return outlines


def draw_circles(canvas: Array, points: Array, radius_px: float) -> None:
    """
    Draw white points.

    :param canvas: Pixels to draw into, ``(H, W, 3)`` uint8.
    :param points: Middles in fixed-point pixels, ``(K, 2)`` int32.
    :param radius_px: Radius in pixels.
    """
    radius = round(radius_px * (1 << SUBPIXEL_BITS))
    for point in points.tolist():
        cv2.circle(canvas, point, radius, WHITE, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def draw_dots(canvas: Array, xy: FloatArray) -> None:
    """
    Draw white points of about a pixel, all at once.

    A crowd has a thousand of them in its faces and hands, and each circle costs a microsecond.

    :param canvas: Pixels to draw into, ``(H, W, 3)`` uint8.
    :param xy: Where, in pixels, ``(K, 2)``.
    """
    corner = np.floor(xy).astype(np.int64)
    right, below = (xy - corner).T
    for column, row, weight in (
        (0, 0, (1 - right) * (1 - below)),
        (1, 0, right * (1 - below)),
        (0, 1, (1 - right) * below),
        (1, 1, right * below),
    ):
        x, y = corner[:, 0] + column, corner[:, 1] + row
        inside = (x >= 0) & (y >= 0) & (x < canvas.shape[1]) & (y < canvas.shape[0])
        x, y = x[inside], y[inside]
        strength = np.minimum(_DOT_STRENGTH * weight[inside], 1.0)[:, None]
        before = canvas[y, x]
        canvas[y, x] = before + (255 - before) * strength + _ROUNDING
