# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Image to network input: resize with the aspect kept, pad right and bottom, normalise."""

from __future__ import annotations

from dataclasses import dataclass
import math
from typing import ClassVar

import cv2
import numpy as np

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import ImageTransform
from openpose_ros.types import NetworkInput

# Networks see people in strips of a few pixels, even in blank ones; with this there are none.
_MIN_SIDE_PX = 32


@dataclass(frozen=True)
class InputParameters(ParameterGroup):
    """Size of the network input."""

    group: ClassVar[str] = 'input'

    height_px: int = param(
        368,
        'Height of the network input; more finds smaller people and costs time.',
        low=32,
        high=2048,
        dynamic=True,
    )
    max_width_px: int = param(
        1312,
        'Widest network input; a wider image gets less than the full height.',
        low=32,
        high=4096,
        dynamic=True,
    )
    scale_number: int = param(
        1, 'Number of scales whose maps are averaged.', low=1, high=8, dynamic=True
    )
    scale_gap: float = param(
        0.25, 'Difference between consecutive scales, the first is 1.', low=0.05, high=0.9,
        dynamic=True,
    )


def check_image(image: Array) -> None:
    """
    Check that an array is an image.

    :param image: Array to check.
    :raises ValueError: If it is not ``(H, W, 3)`` uint8 with at least one pixel.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(
            f'image has shape {image.shape} and type {image.dtype}, '
            'expected (height, width, 3) with at least one pixel and type uint8'
        )


def prepare_input(
    image: Array,
    model_input: InputFormat,
    parameters: InputParameters,
    *,
    scale: float = 1.0,
    fixed_size: tuple[int, int] | None = None,
) -> NetworkInput:
    """
    Turn an image into the network's input.

    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param model_input: What the network wants.
    :param parameters: Size of the input.
    :param scale: Factor of that size, for a search over scales.
    :param fixed_size: Width and height in pixels of a network that takes one size only.
    :return: Tensor ``pixel * scale - mean`` and its transform; padding is black.
    :raises ValueError: If the array is not an image.
    """
    check_image(image)
    height, width = image.shape[:2]
    limits = fixed_size or (parameters.max_width_px, parameters.height_px)
    resized_size, padded_size = _sizes(
        (width, height), (limits[0] * scale, limits[1] * scale), model_input.size_multiple
    )
    resized, shown_size = _resize(image, resized_size)
    return NetworkInput(
        _tensor(resized, fixed_size or padded_size, model_input),
        ImageTransform.from_resize(shown_size, resized_size),
        (width, height),
    )


def scales(parameters: InputParameters) -> tuple[float, ...]:
    """
    Return the scales of the search, ``1 - i gap``, the first being 1.

    :param parameters: Number of scales and gap; scales not above zero are left out.
    """
    steps = (1 - number * parameters.scale_gap for number in range(parameters.scale_number))
    return tuple(scale for scale in steps if scale > 0)


def _sizes(
    image_size: tuple[int, int], limits: tuple[float, float], multiple: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return width and height of the resized image and of the padded network input."""
    width, height = image_size
    factor = min(limits[0] / width, limits[1] / height)
    resized = (max(1, round(width * factor)), max(1, round(height * factor)))
    across, down = (
        math.ceil(max(side, _MIN_SIDE_PX) / multiple) * multiple for side in resized
    )
    return resized, (across, down)


def _resize(image: Array, size: tuple[int, int]) -> tuple[Array, tuple[int, int]]:
    """
    Resize without aliasing; return the result and width and height of the image it shows.

    Bilinear interpolation reads two pixels per axis, so more than a factor two is first halved by
    exact averaging; that costs a fifth of area interpolation over the whole range. Halving drops
    the last row or column of an odd number, which moves everything else if it is not counted.
    """
    factor = 1
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = (image.shape[1] // 2, image.shape[0] // 2)
        even = image[: 2 * half[1], : 2 * half[0]]
        image = cv2.resize(even, half, interpolation=cv2.INTER_AREA)
        factor *= 2
    resized: Array = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return resized, (image.shape[1] * factor, image.shape[0] * factor)


def _tensor(resized: Array, size: tuple[int, int], model_input: InputFormat) -> FloatArray:
    """Normalise, pad and order the axes as the model wants."""
    height, width = resized.shape[:2]
    tensor = np.empty((1, 3, size[1], size[0]), np.float32)
    channels = cv2.split(resized)
    if model_input.colour == 'rgb':
        channels = channels[::-1]
    for plane, channel, mean in zip(tensor[0], channels, model_input.mean):
        np.multiply(channel, np.float32(model_input.scale), out=plane[:height, :width])
        plane[height:] = plane[:height, width:] = 0.0
        if mean:
            plane -= np.float32(mean)
    if model_input.layout == 'nhwc':
        tensor = np.ascontiguousarray(tensor.transpose(0, 2, 3, 1))
    return tensor
