# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints of images that were resized after the cameras were calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

SAME, STRETCH, LETTERBOX = 'same', 'stretch', 'letterbox'
FITS = (SAME, STRETCH, LETTERBOX)

Size = tuple[int, int]


def fit_transform(image_size: Size, calibrated_size: Size, fit: str) -> ImageTransform:
    """
    Return the transform from an image to that of the calibrated camera.

    :param image_size: Width and height of the image in pixels.
    :param calibrated_size: Width and height the camera is calibrated for.
    :param fit: ``same``: nothing was done; ``stretch``: resized to the image's width and height;
        ``letterbox``: resized as a whole, with borders of equal width on two sides.
    :raises ValueError: If nothing was done and yet the sizes differ.
    """
    if fit == SAME and image_size != calibrated_size:
        raise ValueError(
            f'images of {image_size[0]}x{image_size[1]} pixels, calibrated for '
            f'{calibrated_size[0]}x{calibrated_size[1]}: say whether they were resized to that '
            f'({STRETCH}) or with borders ({LETTERBOX})'
        )
    scales = [calibrated / size for calibrated, size in zip(calibrated_size, image_size)]
    if fit == LETTERBOX:
        scales = [max(scales)] * 2
    # corners keep their place relative to the centre of the image; pixels are named by centres
    offsets = [
        (calibrated - scale * size) / 2 + scale / 2 - 0.5
        for calibrated, size, scale in zip(calibrated_size, image_size, scales)
    ]
    return ImageTransform(scales[0], scales[1], offsets[0], offsets[1])


def fit_people(people: People2D, calibrated_size: Size, fit: str) -> People2D:
    """
    Return people in pixels of the image that the camera is calibrated for.

    :param people: People in pixels of their image.
    :param calibrated_size: Width and height the camera is calibrated for.
    :param fit: What was done to the image, see :func:`fit_transform`.
    :raises ValueError: If nothing was done and yet the sizes differ.
    """
    transform = fit_transform(people.image_size, calibrated_size, fit)

    def moved(keypoints: Keypoints2D) -> Keypoints2D:
        return Keypoints2D(transform.to_image(keypoints.xy).astype(np.float32), keypoints.scores)

    return replace(
        people,
        image_size=calibrated_size,
        body=moved(people.body),
        face=moved(people.face),
        left_hand=moved(people.left_hand),
        right_hand=moved(people.right_hand),
    )
