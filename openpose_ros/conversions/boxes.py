# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Boxes around people, for messages that know nothing else of them.

Counted from the corner of the image, as detectors of boxes do: 0, 0 is the corner of the first
pixel, width, height that of the last one. The package itself counts from the pixels' centres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

HALF_PIXEL = 0.5


@dataclass(frozen=True)
class BoxParameters(ParameterGroup):
    """How far boxes reach beyond the keypoints."""

    group: ClassVar[str] = 'boxes'

    # Annotated people of COCO with at least 5 keypoints (129): the median overlap (IoU) of the
    # box with the annotated one is 0.58 at 0, 0.70 at 0.05, 0.73 at 0.1, 0.68 at 0.15.
    margin: float = param(
        0.1,
        'Share of the longer side of the box around the keypoints that is added on every side, '
        'because heads, hands and feet reach beyond their keypoints.',
        low=0.0, high=1.0, dynamic=True,
    )


def boxes_of_people(people: People2D, parameters: BoxParameters) -> Array:
    """
    Return the boxes around all keypoints of each person.

    :param people: People in pixels of the image.
    :param parameters: The margin.
    :return: Left, top, right, bottom from the corner of the image, within it if its size is known;
        NaN for a person without keypoints; shape ``(N, 4)``, float64.
    """
    keypoints = (people.body, people.face, people.left_hand, people.right_hand)
    return boxes_of(keypoints, people.image_size, parameters)


def boxes_of(
    keypoints: Sequence[Keypoints2D], image_size: tuple[int, int], parameters: BoxParameters
) -> Array:
    """
    Return the boxes around some keypoints of each person.

    :param keypoints: Those of the same N people, in pixels of the image.
    :param image_size: Width and height of the image in pixels; 0: unknown.
    :param parameters: The margin.
    :return: As for :func:`boxes_of_people`.
    """
    xy = np.concatenate([one.xy.astype(np.float64) for one in keypoints], axis=1) + HALF_PIXEL
    missing = np.isnan(xy)
    low = np.where(missing, np.inf, xy).min(axis=1, initial=np.inf)
    high = np.where(missing, -np.inf, xy).max(axis=1, initial=-np.inf)
    nobody = ~(low <= high)
    low, high = np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)
    margin = parameters.margin * (high - low).max(axis=1, keepdims=True)
    low, high = low - margin, high + margin
    if all(image_size):
        low, high = np.clip(low, 0, image_size), np.clip(high, 0, image_size)
    return np.concatenate((low, high), axis=1)
