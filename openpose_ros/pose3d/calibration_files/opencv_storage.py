# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
OpenCV's FileStorage (XML or YAML) with the keys that OpenPose writes, one camera per file.

``CameraMatrix`` is 3 x 4: rotation and translation from the world, in metres. ``Intrinsics`` is
the 3 x 3 matrix, ``Distortion`` 4, 5 or 8 numbers. OpenPose does not write the size of the images;
``image_width`` and ``image_height`` are read where somebody added them.
"""

from __future__ import annotations

import cv2
import numpy as np

from openpose_ros.pose3d.calibration_files.entries import image_size_of
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.types import Array

_MODELS = {4: 'plumb_bob', 5: 'plumb_bob', 8: 'rational_polynomial'}


def camera_from_opencv(text: str, name: str, image_size: tuple[int, int] | None) -> Camera:
    """
    Return the camera of one file.

    :param text: Content of the file.
    :param name: Name of the camera; the file holds none.
    :param image_size: Width and height in pixels, used where the file does not say.
    :raises ValueError: If something is missing or wrong; names camera and key.
    """
    try:
        storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    except (cv2.error, SystemError) as error:
        raise ValueError(f'OpenCV cannot read this: {error}') from error
    try:
        place = _matrix(storage, 'CameraMatrix', (3, 4))
        matrix = _matrix(storage, 'Intrinsics', (3, 3))
        model, distortion = _distortion(storage)
        size = _image_size(storage, image_size)
    except ValueError as error:
        raise ValueError(f"camera '{name}': {error}") from error
    finally:
        storage.release()
    cam_T_world = np.vstack([place, [0, 0, 0, 1]])
    return Camera(name, size, matrix, model, distortion, cam_T_world)


def _distortion(storage: cv2.FileStorage) -> tuple[str, Array]:
    if storage.getNode('Distortion').empty():
        return 'none', np.zeros(0)
    found = _matrix(storage, 'Distortion', None).ravel()
    # OpenCV's longer lists end in thin prism and tilt, which its calibration leaves 0.
    used = found[:8] if len(found) in (12, 14) and not found[8:].any() else found
    if len(used) not in _MODELS:
        raise ValueError(
            f"'Distortion' is {found.tolist()}, expected 4, 5 or 8 numbers, or 0 from the 9th on"
        )
    return _MODELS[len(used)], used


def _image_size(
    storage: cv2.FileStorage, image_size: tuple[int, int] | None
) -> tuple[int, int]:
    nodes = [storage.getNode(key) for key in ('image_width', 'image_height')]
    if all(node.isInt() or node.isReal() for node in nodes):
        width, height = (node.real() for node in nodes)
        return image_size_of(width, height, 'image_width, image_height')
    if image_size is None:
        raise ValueError(
            "'image_width' and 'image_height' are missing, expected them in the file, or the "
            'image size given beside it'
        )
    return image_size


def _matrix(storage: cv2.FileStorage, key: str, shape: tuple[int, int] | None) -> Array:
    node = storage.getNode(key)
    try:
        found = node.mat() if node.isMap() else None
    except cv2.error:  # the count of numbers is not rows times columns
        found = None
    fits = found is not None and (shape is None or found.shape == shape)
    if found is None or not fits or not np.isfinite(found).all():
        given = 'missing' if node.empty() else 'no matrix' if found is None else found.tolist()
        wanted = 'a list' if shape is None else f'{shape[0]} x {shape[1]} numbers'
        raise ValueError(f"'{key}' is {given}, expected {wanted}")
    return np.asarray(found, np.float64)
