# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a calibration says about one camera, whether it came from a file or from a topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import require_shape

# A region of interest that is the whole image.
WHOLE_IMAGE = (0, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class CameraCalibration:
    """
    Intrinsic calibration of a camera, for images of one size; fields as in CameraInfo.

    Matrices and coefficients are those of the full image, before binning and region of interest.

    :param image_size: Width and height of the full image in pixels.
    :param distortion_model: For example ``plumb_bob``; empty for none.
    :param distortion: Coefficients of the model, shape ``(D,)``, float64.
    :param camera_matrix: Of the distorted image, shape ``(3, 3)``, float64, pixels.
    :param rectification_matrix: Rotation to the rectified camera, shape ``(3, 3)``, float64.
    :param projection_matrix: Of the rectified image, shape ``(3, 4)``, float64, pixels.
    :param binning: Pixels of the full image, in x and in y, that make one of the image sent.
    :param roi: x and y of the top-left pixel, width and height of what is sent, in pixels of the
        full image; :data:`WHOLE_IMAGE` for all of it.
    """

    image_size: tuple[int, int]
    distortion_model: str
    distortion: Array
    camera_matrix: Array
    rectification_matrix: Array
    projection_matrix: Array
    binning: tuple[int, int] = (1, 1)
    roi: tuple[int, int, int, int] = WHOLE_IMAGE

    def __post_init__(self) -> None:
        """Check shapes, binning and region; ValueError if one is impossible."""
        require_shape('distortion', self.distortion, (None,))
        require_shape('camera_matrix', self.camera_matrix, (3, 3))
        require_shape('rectification_matrix', self.rectification_matrix, (3, 3))
        require_shape('projection_matrix', self.projection_matrix, (3, 4))
        if min(self.binning) < 1:
            raise ValueError(f'binning is {self.binning}, expected at least 1 in x and in y')
        if self.roi != WHOLE_IMAGE:
            x, y, width, height = self.roi
            inside = x + width <= self.image_size[0] and y + height <= self.image_size[1]
            if min(x, y) < 0 or min(width, height) < 1 or not inside:
                raise ValueError(
                    f'roi (x, y, width, height) is {self.roi}, expected a part of the image of '
                    f'{self.image_size[0]}x{self.image_size[1]}'
                )

    @property
    def sent_size(self) -> tuple[int, int]:
        """Width and height in pixels of the images sent: region of interest, then binning."""
        size = self.image_size if self.roi == WHOLE_IMAGE else self.roi[2:]
        return size[0] // self.binning[0], size[1] // self.binning[1]


def calibration_from_mapping(content: Any) -> CameraCalibration:
    """
    Build a calibration from the keys of camera_info_manager's files.

    :param content: What such a file holds: ``image_width``, ``camera_matrix`` and so on.
    :raises ValueError: If something is missing or wrong; names the key.
    """
    if not isinstance(content, dict):
        raise ValueError('expected keys such as image_width and camera_matrix')
    model = content.get('distortion_model')
    if not isinstance(model, str):
        raise ValueError(f"'distortion_model' is {model!r}, expected a name such as plumb_bob")
    return CameraCalibration(
        (_size(content, 'image_width'), _size(content, 'image_height')),
        model,
        _matrix(content, 'distortion_coefficients', None).reshape(-1),
        _matrix(content, 'camera_matrix', (3, 3)),
        _matrix(content, 'rectification_matrix', (3, 3)),
        _matrix(content, 'projection_matrix', (3, 4)),
    )


def _size(content: dict[str, Any], key: str) -> int:
    value = content.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"'{key}' is {value!r}, expected a number of pixels")
    return value


def _matrix(content: dict[str, Any], key: str, shape: tuple[int, int] | None) -> Array:
    entry = content.get(key)
    data = entry.get('data') if isinstance(entry, dict) else None
    wanted = 'a list of numbers' if shape is None else f'{shape[0] * shape[1]} numbers'
    try:
        values: Array = np.array(data, np.float64)
        return values if shape is None else values.reshape(shape)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{key}' has data {data!r}, expected {wanted}") from error
