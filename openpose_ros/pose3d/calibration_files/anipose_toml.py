# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The TOML of Pose2Sim and anipose: a table per camera.

``size``, ``matrix``, ``distortions``, ``rotation`` (a rotation vector) and ``translation``, both
from the world into the camera; metres, as Pose2Sim writes them. ``fisheye`` selects the lens.
"""

from __future__ import annotations

import sys
from typing import Any

import cv2
import numpy as np

from openpose_ros.pose3d.calibration_files.entries import image_size_of
from openpose_ros.pose3d.calibration_files.entries import numbers_of
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.transforms import rigid_transform

_NO_CAMERA = 'metadata'
_MODELS = {4: 'plumb_bob', 5: 'plumb_bob', 8: 'rational_polynomial'}


def cameras_from_toml(text: str) -> dict[str, Camera]:
    """
    Return the cameras by name; the ``name`` of a table goes before its heading.

    :param text: Content of the file.
    :raises ValueError: If something is missing or wrong; names camera and key.
    """
    content = _content(text)
    cameras: dict[str, Camera] = {}
    for heading, table in content.items():
        if heading == _NO_CAMERA:
            continue
        name = str(table.get('name', heading)) if isinstance(table, dict) else heading
        if name in cameras:
            raise ValueError(f"camera '{name}' is there twice, expected each name once")
        cameras[name] = _camera(name, table)
    if not cameras:
        raise ValueError('no table of a camera, expected one headed [cam_0], for example')
    return cameras


def _content(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError as error:
            raise ValueError('TOML needs tomli with Python 3.10: pip install tomli') from error
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f'this is no TOML: {error}') from error
    return content


def _camera(name: str, table: Any) -> Camera:
    try:
        if not isinstance(table, dict):
            raise ValueError(f'{table!r} found, expected a table')
        width, height = numbers_of(table, 'size', (2,))
        size = image_size_of(width, height, 'size')
        matrix = numbers_of(table, 'matrix', (3, 3))
        distortion = numbers_of(table, 'distortions', None)
        rotation, _ = cv2.Rodrigues(numbers_of(table, 'rotation', (3,)))
        place = rigid_transform(rotation, numbers_of(table, 'translation', (3,)))
        model = 'equidistant' if table.get('fisheye', False) else _MODELS.get(len(distortion), '')
        if not model or (model == 'equidistant' and len(distortion) != 4):
            raise ValueError(
                f"'distortions' is {table['distortions']}, expected 4, 5 or 8 numbers, 4 with "
                'fisheye'
            )
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    return Camera(name, size, matrix, model, np.asarray(distortion), place)
