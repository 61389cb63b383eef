# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in an image to Foxglove's image annotations: lines, points and labels over an image."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

Colours = Sequence[tuple[int, int, int]]

# Foxglove counts from the corner of the first pixel, this package from its centre.
_HALF_PIXEL = 0.5
_BODY_PX = (3.0, 4.0)
_DETAIL_PX = (1.0, 2.0)
_FONT_PX = 16.0


@dataclass(frozen=True)
class AnnotationMessages:
    """
    Message classes of ``foxglove_msgs``.

    :param image_annotations: ``ImageAnnotations``.
    :param points_annotation: ``PointsAnnotation``.
    :param text_annotation: ``TextAnnotation``.
    :param point: ``Point2``.
    :param color: ``Color``.
    """

    image_annotations: Any
    points_annotation: Any
    text_annotation: Any
    point: Any
    color: Any


def people_to_annotations(
    people: People2D,
    header: Any,
    messages: AnnotationMessages,
    *,
    skeletons: Mapping[str, Skeleton],
    limb_colours: Callable[[Skeleton], Colours],
) -> Any:
    """
    Return people as ``foxglove_msgs/ImageAnnotations``.

    :param people: People in pixels of the image.
    :param header: Header of the image; its stamp is that of each annotation.
    :param messages: Message classes.
    :param skeletons: The skeletons of the people, by name; others are drawn without limbs.
    :param limb_colours: Gives the colour of each limb, blue green red, 0 to 255.
    """
    points = []
    for keypoints, name, (line_px, point_px) in (
        (people.body, people.skeleton, _BODY_PX),
        (people.face, people.face_skeleton, _DETAIL_PX),
        (people.left_hand, people.hand_skeleton, _DETAIL_PX),
        (people.right_hand, people.hand_skeleton, _DETAIL_PX),
    ):
        lines = _Lines(skeletons.get(name), keypoints.scores.shape[1], limb_colours, messages)
        for xy in keypoints.xy + np.float32(_HALF_PIXEL):
            ends, colours = lines.of(xy)
            line_list = messages.points_annotation.LINE_LIST
            for kind, places, own, width in (
                (line_list, xy[ends].reshape(-1, 2), colours, line_px),
                (messages.points_annotation.POINTS, xy[~np.isnan(xy[:, 0])], [], point_px),
            ):
                if len(places):
                    points.append(_points(kind, places, own, width, header, messages))
    labels = list(_labels(people, header, messages))
    return messages.image_annotations(circles=[], points=points, labels=labels)


class _Lines:
    """The limbs of one skeleton that are drawn, and their colours."""

    def __init__(
        self,
        skeleton: Skeleton | None,
        parts: int,
        limb_colours: Callable[[Skeleton], Colours],
        messages: AnnotationMessages,
    ) -> None:
        self._ends = np.zeros((0, 2), np.int64)
        self._colours: list[Any] = []
        if skeleton is not None and len(skeleton.parts) == parts:
            drawn = [limb.drawn for limb in skeleton.limbs]
            self._ends = skeleton.limb_pairs[drawn]
            self._colours = [
                messages.color(r=red / 255, g=green / 255, b=blue / 255, a=1.0)
                for (blue, green, red), wanted in zip(limb_colours(skeleton), drawn) if wanted
            ]

    def of(self, xy: FloatArray) -> tuple[Array, list[Any]]:
        """Return the ends, ``(L, 2)``, and colours of the limbs a person shows."""
        there = ~np.isnan(xy[self._ends]).any(axis=(1, 2))
        rows = np.flatnonzero(there).tolist()
        return self._ends[there], [self._colours[row] for row in rows]


def _points(
    kind: int,
    places: FloatArray,
    colours: list[Any],
    width: float,
    header: Any,
    messages: AnnotationMessages,
) -> Any:
    white = messages.color(r=1.0, g=1.0, b=1.0, a=1.0)
    return messages.points_annotation(
        timestamp=header.stamp,
        type=kind,
        points=[messages.point(x=x, y=y) for x, y in places.tolist()],
        outline_color=white,
        outline_colors=colours,
        fill_color=white,
        thickness=width,
    )


def _labels(people: People2D, header: Any, messages: AnnotationMessages) -> Iterator[Any]:
    for number, xy in zip(people.ids.tolist(), _tops(people.body)):
        if number and np.isfinite(xy).all():
            x, y = (xy + _HALF_PIXEL).tolist()
            yield messages.text_annotation(
                timestamp=header.stamp,
                position=messages.point(x=x, y=max(y - _FONT_PX, _FONT_PX)),
                text=str(number),
                font_size=_FONT_PX,
                text_color=messages.color(r=1.0, g=1.0, b=1.0, a=1.0),
                background_color=messages.color(r=0.0, g=0.0, b=0.0, a=1.0),
            )


def _tops(body: Keypoints2D) -> FloatArray:
    """Return the highest keypoint of each person, NaN without any, shape ``(N, 2)``."""
    heights = np.where(np.isnan(body.xy[..., 1]), np.inf, body.xy[..., 1])
    if not body.scores.shape[1]:
        return np.full((len(heights), 2), np.nan, np.float32)
    tops: FloatArray = body.xy[np.arange(len(heights)), heights.argmin(axis=1)]
    return tops
