# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Camera calibration files as camera_calibration and camera_info_manager write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from openpose_ros.types import Array


@dataclass(frozen=True, eq=False)
class CameraCalibration:
    """
    Intrinsic calibration of a camera, for images of one size; fields as in CameraInfo.

    :param image_size: Width and height in pixels.
    :param distortion_model: For example ``plumb_bob``.
    :param distortion: Coefficients of the model, shape ``(D,)``, float64.
    :param camera_matrix: Of the distorted image, shape ``(3, 3)``, float64, pixels.
    :param rectification_matrix: Rotation to the rectified camera, shape ``(3, 3)``, float64.
    :param projection_matrix: Of the rectified image, shape ``(3, 4)``, float64, pixels.
    """

    image_size: tuple[int, int]
    distortion_model: str
    distortion: Array
    camera_matrix: Array
    rectification_matrix: Array
    projection_matrix: Array


def read_calibration(path: str | Path) -> CameraCalibration:
    """
    Read a calibration file.

    :param path: YAML file of camera_info_manager; ``file://`` may precede it.
    :raises ValueError: If the file is missing, no YAML, or lacks something; names file and key.
    """
    file = Path(str(path).removeprefix('file://')).expanduser()
    try:
        content = yaml.safe_load(file.read_text(encoding='utf-8'))
        return _calibration_of(content)
    except OSError as error:
        raise ValueError(f"calibration '{file}' cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"calibration '{file}' is no YAML: {error}") from error
    except ValueError as error:
        raise ValueError(f"calibration '{file}': {error}") from error


def _calibration_of(content: Any) -> CameraCalibration:
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
