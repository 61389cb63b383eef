# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Qualisys Track Manager's calibration (``.qca.txt``, which is XML).

Positions are in millimetres, the matrix in 64ths of a pixel of the sensor, of which ``fov_video``
is the part that the video shows. The camera's axes are x right, y up, z backwards. Coefficients of
the distortion have no unit: they are those of OpenCV as they stand.
"""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from openpose_ros.pose3d.calibration_files.entries import image_size_of
from openpose_ros.pose3d.calibration_files.entries import number_of
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.transforms import rigid_transform
from openpose_ros.types import Array

_UNITS_PER_PX = 64.0
_MM_PER_M = 1000.0
# From y up, z backwards to y down, z forward.
_TURN = np.diag([1.0, -1.0, -1.0])


def cameras_from_qualisys(text: str) -> dict[str, Camera]:
    """
    Return the cameras by serial; those switched off are left out.

    :param text: Content of the file.
    :raises ValueError: If something is missing or wrong; names camera and key.
    """
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f'this is no XML: {error}') from error
    cameras: dict[str, Camera] = {}
    for element in root.iterfind('cameras/camera'):
        if element.get('active') == '0':
            continue
        name = element.get('serial', '')
        if not name or name in cameras:
            raise ValueError(f"'serial' is {name!r}, expected a name of each camera, once")
        cameras[name] = _camera(name, element)
    if not cameras:
        raise ValueError("no 'camera' in 'cameras' that is active, expected at least one")
    return cameras


def _camera(name: str, element: ElementTree.Element) -> Camera:
    try:
        left, top, size = _shown(_attributes(element, 'fov_video'))
        intrinsic = _attributes(element, 'intrinsic')
        matrix = _camera_matrix(intrinsic) - [[0, 0, left], [0, 0, top], [0, 0, 0]]
        distortion = np.array([number_of(intrinsic, key) for key in _DISTORTION])
        cam_T_world = _place(_attributes(element, 'transform'))
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    return Camera(name, size, matrix, 'plumb_bob', distortion, cam_T_world)


# In OpenCV's order; their spelling.
_DISTORTION = (
    'radialDistortion1',
    'radialDistortion2',
    'tangentalDistortion1',
    'tangentalDistortion2',
    'radialDistortion3',
)


def _attributes(element: ElementTree.Element, key: str) -> dict[str, str]:
    found = element.find(key)
    if found is None:
        raise ValueError(f"'{key}' is missing, expected one in each camera")
    return found.attrib


def _shown(field_of_view: dict[str, str]) -> tuple[float, float, tuple[int, int]]:
    """Return the left and top pixel of the sensor that the video shows, and its size."""
    left, top, right, bottom = (
        number_of(field_of_view, key) for key in ('left', 'top', 'right', 'bottom')
    )
    # The last pixel is named, not the one behind it.
    return left, top, image_size_of(right - left + 1, bottom - top + 1, 'fov_video')


def _camera_matrix(intrinsic: dict[str, str]) -> Array:
    focal_u, focal_v, centre_u, centre_v, skew = (
        number_of(intrinsic, key) / _UNITS_PER_PX
        for key in ('focalLengthU', 'focalLengthV', 'centerPointU', 'centerPointV', 'skew')
    )
    return np.array([[focal_u, skew, centre_u], [0, focal_v, centre_v], [0, 0, 1]])


def _place(transform: dict[str, str]) -> Array:
    position_m = np.array([number_of(transform, key) for key in 'xyz']) / _MM_PER_M
    rotation = np.array(
        [[number_of(transform, f'r{row}{column}') for column in (1, 2, 3)] for row in (1, 2, 3)]
    )
    cam_R_world = _TURN @ rotation
    return rigid_transform(cam_R_world, -cam_R_world @ position_m)
