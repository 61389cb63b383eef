# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Our own format: a YAML file with all cameras of a rig.

Per camera the keys of camera_info_manager's files and, in the same form, ``cam_T_world``: the
rotation and translation, 3 x 4, that map world coordinates in metres into the camera.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import yaml

from openpose_ros.camera_types import calibration_from_mapping
from openpose_ros.pose3d.camera_calibration import camera_from_calibration
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array

_HEADER = """\
# Cameras of a rig. cam_T_world maps world coordinates (metres, z up) into the camera (x right,
# y down, z forward); docs/multi_camera.md says more.
"""
_IDENTITY = {'data': np.eye(3).ravel().tolist()}


def cameras_from_yaml(text: str) -> dict[str, Camera]:
    """
    Return the cameras by name.

    :param text: Content of the file.
    :raises ValueError: If something is missing or wrong; names camera and key.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f'this is no YAML: {error}') from error
    if isinstance(content, dict) and 'calibration' in content:
        raise ValueError(
            'this is the rig file that a launch file takes, expected the calibration that it '
            f'names: {content["calibration"]}'
        )
    cameras = content.get('cameras') if isinstance(content, dict) else None
    if not isinstance(cameras, dict) or not cameras:
        raise ValueError(
            f"'cameras' is {cameras!r}, expected at least one camera: its name, then its keys"
        )
    return {str(name): _camera(str(name), entries) for name, entries in cameras.items()}


def cameras_to_yaml(cameras: Iterable[Camera]) -> str:
    """
    Return the content of a file that :func:`cameras_from_yaml` reads.

    :param cameras: The cameras.
    """
    content = {'cameras': {camera.name: _entries(camera) for camera in cameras}}
    return _HEADER + yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=99)


def _camera(name: str, entries: Any) -> Camera:
    try:
        if not isinstance(entries, dict):
            raise ValueError(f'{entries!r} found, expected keys such as image_width')
        rectified = entries.get('rectified', False)
        if not isinstance(rectified, bool):
            raise ValueError(f"'rectified' is {rectified!r}, expected true or false")
        needless = {} if rectified else _without_rectification(entries)
        calibration = calibration_from_mapping({**needless, **entries})
        place = _place(entries)
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    return camera_from_calibration(name, calibration, place, rectified=rectified)


def _without_rectification(entries: dict[str, Any]) -> dict[str, Any]:
    """Return what raw images do not need and those who write files by hand leave out."""
    return {
        'distortion_model': 'none',
        'distortion_coefficients': {'data': []},
        'rectification_matrix': _IDENTITY,
        'projection_matrix': {'data': [0.0] * 12},
    }


def _place(entries: dict[str, Any]) -> Array:
    entry = entries.get('cam_T_world')
    data = entry.get('data') if isinstance(entry, dict) else None
    try:
        rows: Array = np.array(data, np.float64).reshape(3, 4)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"'cam_T_world' has data {data!r}, expected 12 numbers: 3 rows of rotation and "
            'translation'
        ) from error
    return np.vstack([rows, [0, 0, 0, 1]])


def _entries(camera: Camera) -> dict[str, Any]:
    """Return the keys of one camera; the projection is that of the same image, undistorted."""
    projection = np.hstack([camera.camera_matrix, np.zeros((3, 1))])
    return {
        'image_width': int(camera.image_size[0]),
        'image_height': int(camera.image_size[1]),
        'camera_name': camera.name,
        'camera_matrix': _matrix(camera.camera_matrix),
        'distortion_model': camera.distortion_model,
        'distortion_coefficients': _matrix(camera.distortion[np.newaxis]),
        'rectification_matrix': _matrix(np.eye(3)),
        'projection_matrix': _matrix(projection),
        'cam_T_world': _matrix(camera.cam_T_world[:3]),
    }


def _matrix(matrix: Array) -> dict[str, Any]:
    rows, cols = matrix.shape
    return {'rows': rows, 'cols': cols, 'data': matrix.ravel().tolist()}
