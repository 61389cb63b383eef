# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People onto an image: limbs, keypoints and identities."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.preprocess import check_image
from openpose_ros.pose2d.strokes import Colour
from openpose_ros.pose2d.strokes import draw_circles
from openpose_ros.pose2d.strokes import draw_dots
from openpose_ros.pose2d.strokes import draw_thick_limbs
from openpose_ros.pose2d.strokes import draw_thin_limbs
from openpose_ros.pose2d.strokes import limb_outlines
from openpose_ros.pose2d.strokes import SUBPIXEL_BITS
from openpose_ros.pose2d.strokes import WHITE
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_FARTHEST_PX = 1 << 20  # keeps these numbers within 32 bits
# Line width, size of points and of text as shares of the extent of what is drawn: near people get
# thick limbs, and the many limbs of a face or a hand are as thin as their little room asks for.
_LIMB_SHARE = 1 / 70
_KEYPOINT_SHARE = 1 / 90
_DETAIL_SHARE = 0.5
_TEXT_SHARE = 1 / 16
_MIN_TEXT_PX = 8.0
_MAX_TEXT_SHARE = 1 / 20  # of the height of the image
_RATE_SHARE = 1 / 40
_MAX_LIMB_PX = 14
_DOT_PX = 0.6  # points of no greater radius are dots
_HUES = {'right': (0.0, 0.17), 'left': (0.33, 0.75), 'middle': (0.78, 0.97)}
_ALL_HUES = (0.0, 0.85)


@dataclass(frozen=True)
class DrawParameters(ParameterGroup):
    """What is drawn, and how strongly."""

    group: ClassVar[str] = 'draw'

    body_min_score: float = param(
        0.05, 'Lowest score of a body keypoint that is drawn.', low=0.0, high=1.0, dynamic=True
    )
    face_min_score: float = param(
        0.4, 'Lowest score of a face keypoint that is drawn.', low=0.0, high=1.0, dynamic=True
    )
    hand_min_score: float = param(
        0.2, 'Lowest score of a hand keypoint that is drawn.', low=0.0, high=1.0, dynamic=True
    )
    opacity: float = param(
        0.75, 'Opacity of the limbs, 0 nothing, 1 solid.', low=0.0, high=1.0, dynamic=True
    )


def draw_people(
    image: Array,
    people: People2D,
    skeleton: Skeleton,
    parameters: DrawParameters | None = None,
) -> Array:
    """
    Draw people on a copy of an image.

    Every limb has its colour, the same in each image; warm is the person's right, cold the left.

    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param people: People in pixels of this image.
    :param skeleton: Skeleton of the bodies.
    :param parameters: Thresholds and opacity; the defaults if ``None``.
    :return: New image of the same shape.
    :raises ValueError: If the array is not an image.
    """
    check_image(image)
    parameters = parameters or DrawParameters()
    drawn: Array = image.copy()
    dots = [_draw_keypoints(drawn, people.body, skeleton, parameters.body_min_score, share=1.0)]
    for keypoints, name, min_score in (
        (people.face, people.face_skeleton, parameters.face_min_score),
        (_both_hands(people), people.hand_skeleton, parameters.hand_min_score),
    ):
        if name:
            details = get_skeleton(name)
            dots += [_draw_keypoints(drawn, keypoints, details, min_score, share=_DETAIL_SHARE)]
    draw_dots(drawn, np.concatenate(dots))
    if parameters.opacity < 1:
        # In place and where people are: a whole new image costs as much as some of them.
        place = _drawn_region(people, image.shape)
        over, under = drawn[place], image[place]
        if over.size:
            cv2.addWeighted(over, parameters.opacity, under, 1 - parameters.opacity, 0, dst=over)
    _draw_ids(drawn, people)
    return drawn


def strong_people(people: People2D, parameters: DrawParameters) -> People2D:
    """
    Return people without the keypoints that are too weak to be shown.

    :param people: People in pixels of an image.
    :param parameters: Thresholds.
    """
    hand = parameters.hand_min_score
    return replace(
        people,
        body=_strong(people.body, parameters.body_min_score),
        face=_strong(people.face, parameters.face_min_score),
        left_hand=_strong(people.left_hand, hand),
        right_hand=_strong(people.right_hand, hand),
    )


def _strong(keypoints: Keypoints2D, min_score: float) -> Keypoints2D:
    strong = keypoints.scores > min_score
    return Keypoints2D(
        np.where(strong[..., None], keypoints.xy, np.float32(np.nan)),
        np.where(strong, keypoints.scores, np.float32(0)),
    )


def _both_hands(people: People2D) -> Keypoints2D:
    """Return the left hands and, after them, the right ones."""
    left, right = people.left_hand, people.right_hand
    return Keypoints2D(
        np.concatenate([left.xy, right.xy]), np.concatenate([left.scores, right.scores])
    )


def draw_rate(image: Array, fps: float) -> None:
    """
    Write a number of frames per second into the upper left corner.

    :param image: Pixels to write into, ``(H, W, 3)`` uint8.
    :param fps: Frames per second.
    """
    height = max(_MIN_TEXT_PX, image.shape[0] * _RATE_SHARE)
    put_text(image, f'{fps:.1f} fps', (height, 2 * height), height_px=height)


def put_text(image: Array, text: str, xy: tuple[float, float], *, height_px: float) -> None:
    """
    Write a line of text into the image, white on a dark box, readable on any ground.

    :param image: Pixels to write into, ``(H, W, 3)`` uint8.
    :param text: The line.
    :param xy: Left end of the base line in pixels.
    :param height_px: Height of a capital letter in pixels, at most a quarter of the image's.
    """
    # OpenCV 5 crashes when it measures letters of thousands of pixels.
    label, below, margin = _label(text, round(min(height_px, image.shape[0] / 4), 1))
    x, y = (round(min(max(value, -_FARTHEST_PX), _FARTHEST_PX)) for value in xy)
    left, top = x - margin, y + below + 1 - label.shape[0]
    rows = slice(max(top, 0), max(top + label.shape[0], 0))
    columns = slice(max(left, 0), max(left + label.shape[1], 0))
    place = image[rows, columns]
    first = rows.start - top, columns.start - left
    place[:] = label[first[0] :, first[1] :][: place.shape[0], : place.shape[1]]


@lru_cache(maxsize=256)
def _label(text: str, height_px: float) -> tuple[Array, int, int]:
    """Return a line of text on its box, the rows below the base line, the columns before it."""
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, height_px / 22  # 22 px high at scale 1
    thickness = max(1, round(2 * scale))
    (width, height), below = cv2.getTextSize(text, font, scale, thickness)
    margin = below // 2
    label = np.zeros((height + margin + below + 1, width + 2 * margin + 1, 3), np.uint8)
    cv2.putText(
        label, text, (margin, height + margin), font, scale, WHITE, thickness, cv2.LINE_AA
    )
    label.setflags(write=False)
    return label, below, margin


@lru_cache
def limb_colours(skeleton: Skeleton) -> tuple[Colour, ...]:
    """
    Return a colour per limb, BGR.

    :param skeleton: Any skeleton. Limbs of the right side run from red to yellow, those of the
        left from green to violet, those between through pink; without sides, as of a hand, they
        run through all hues.
    """
    names = [limb.end for limb in skeleton.limbs]
    sides = [_side(name) for name in names]
    hues = _HUES if len(set(sides)) > 1 else {'middle': _ALL_HUES}
    return tuple(
        _hue_colour(_hue(side, sides[:number].count(side), sides.count(side), hues))
        for number, side in enumerate(sides)
    )


def _side(part: str) -> str:
    side = part.partition('_')[0]
    return side if side in ('left', 'right') else 'middle'


def _hue(side: str, rank: int, count: int, hues: dict[str, tuple[float, float]]) -> float:
    low, high = hues.get(side, _ALL_HUES)
    return low + (high - low) * rank / max(count - 1, 1)


def _hue_colour(hue: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, 1.0, 1.0)
    return round(255 * blue), round(255 * green), round(255 * red)


def _extents(keypoints: Keypoints2D) -> FloatArray:
    """Return the larger side of each person's bounding box in pixels, ``(N,)``."""
    xy = keypoints.xy
    if xy.size == 0:
        return np.ones(len(xy), np.float32)
    finite = np.isfinite(xy)
    high = np.where(finite, xy, -np.inf).max(axis=1)
    low = np.where(finite, xy, np.inf).min(axis=1)
    extents: FloatArray = np.maximum(high - low, 1.0).max(axis=1).astype(np.float32)
    return extents


def _drawn_region(people: People2D, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of an image within which people are drawn."""
    kinds = (people.body, people.face, people.left_hand, people.right_hand)
    xy = np.concatenate([keypoints.xy.reshape(-1, 2) for keypoints in kinds])
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return slice(0), slice(0)
    # Lines that leave the image may have both ends far outside of it.
    largest = (shape[1], shape[0])
    low = np.clip(xy.min(axis=0) - _MAX_LIMB_PX - 2, 0, largest).astype(int)
    high = np.clip(xy.max(axis=0) + _MAX_LIMB_PX + 3, 0, largest).astype(int)
    return slice(low[1], high[1]), slice(low[0], high[0])


def _draw_keypoints(
    canvas: Array,
    keypoints: Keypoints2D,
    skeleton: Skeleton,
    min_score: float,
    *,
    share: float,
) -> FloatArray:
    """Draw limbs and points; return the points that are but dots, which are left to the caller."""
    shown = (keypoints.scores > min_score) & np.isfinite(keypoints.xy).all(axis=2)
    bounded = np.where(shown[..., None], keypoints.xy, 0).clip(-_FARTHEST_PX, _FARTHEST_PX)
    fixed = np.rint(bounded * (1 << SUBPIXEL_BITS)).astype(np.int32)
    extents = share * _extents(keypoints)
    widths = np.clip(np.rint(extents * _LIMB_SHARE), 1, _MAX_LIMB_PX).astype(int)
    radii_px = np.minimum(extents * _KEYPOINT_SHARE, _MAX_LIMB_PX)
    ends = skeleton.limb_pairs
    drawn = shown[:, ends].all(axis=2) & np.array([limb.drawn for limb in skeleton.limbs], bool)
    limbs, colours = fixed[:, ends], limb_colours(skeleton)
    thin, dotted = widths == 1, radii_px <= _DOT_PX
    draw_thin_limbs(canvas, limbs[thin], drawn[thin], colours)
    outlines = iter(limb_outlines(limbs[~thin], widths[~thin]))
    # One person after the other: of two who overlap, one is in front.
    for row in np.flatnonzero(~(thin & dotted)).tolist():
        if not thin[row]:
            draw_thick_limbs(canvas, next(outlines), drawn[row], colours)
        if not dotted[row]:
            draw_circles(canvas, fixed[row][shown[row]], float(radii_px[row]))
    dots: FloatArray = bounded[dotted][shown[dotted]]
    return dots


def _draw_ids(canvas: Array, people: People2D) -> None:
    largest = max(_MIN_TEXT_PX, canvas.shape[0] * _MAX_TEXT_SHARE)
    heights = np.clip(_extents(people.body) * _TEXT_SHARE, _MIN_TEXT_PX, largest)
    # A face reaches higher than the eyes and ears of its body.
    xy_image = np.concatenate([people.body.xy, people.face.xy], axis=1)
    found = np.isfinite(xy_image).all(axis=2)
    shown = np.flatnonzero((people.ids != 0) & found.any(axis=1))
    tops = np.where(found[shown], xy_image[shown, :, 1], np.inf).argmin(axis=1)
    for person, (x, y) in zip(shown.tolist(), xy_image[shown, tops].tolist()):
        height = float(heights[person])
        # Above the head, and within the image as long as the person is.
        y = y - height if y < 0 else max(y - height, 1.5 * height)
        put_text(canvas, str(people.ids[person]), (x, y), height_px=height)
