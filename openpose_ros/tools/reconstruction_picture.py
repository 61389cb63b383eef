# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One picture of a recording: people in space, and projected into the images they come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.sources import open_source
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.image_fit import fit_transform
from openpose_ros.tools.skeleton_rendering import render_scene
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

_WIDTH_PX = 1400
_SCENE_HEIGHT_PX = 560
_MAX_IMAGE_HEIGHT_PX = 620
_NEARLY_MOST = 0.95
_MIN_PATH_M = 1.0


def write_picture(
    path: Path,
    recording: Recording3D,
    cameras: Sequence[Camera],
    *,
    videos: Sequence[str] = (),
    fit: str = 'same',
) -> int:
    """
    Draw a frame with many points in space that fit their views well.

    :param path: Image file, of a kind that OpenCV writes.
    :param recording: People in space over time.
    :param cameras: C cameras.
    :param videos: The video of each camera, for the people projected into its image.
    :param fit: What was done to the images after calibration, see ``image_fit``.
    :return: Number of the frame.
    :raises OSError: If the file cannot be written.
    """
    chosen = _best_frame(recording)
    number, people = int(recording.frame_numbers[chosen]), recording.people[chosen]
    size = (_WIDTH_PX, _SCENE_HEIGHT_PX)
    rows = [render_scene(people, cameras, size_px=size, paths=_floor_paths(recording))]
    images = [
        overlay(image, people, camera, fit)
        for camera, video in zip(cameras, videos)
        if (image := _image_of(video, number)) is not None
    ]
    if images:
        rows.insert(0, _side_by_side(images))
    path.write_bytes(cv2.imencode(path.suffix, np.concatenate(rows))[1].tobytes())
    return number


def overlay(image: Array, people: People3D, camera: Camera, fit: str = 'same') -> Array:
    """
    Draw people in space on the image of a camera.

    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param people: People in space.
    :param camera: The camera.
    :param fit: What was done to the image after calibration, see ``image_fit``.
    :return: New image of the same shape.
    """
    size = (image.shape[1], image.shape[0])
    transform = fit_transform(size, camera.image_size, fit)
    xy = transform.from_image(camera.project(people.body.xyz)).astype(np.float32)
    # Whoever stands beside the field of view is projected anywhere.
    away = np.abs(xy - np.array(size) / 2) / size
    missing = ~(away.max(axis=2) < 1.0)
    scores = np.where(missing, np.float32(0), people.body.scores)
    body = Keypoints2D(np.where(missing[..., None], np.float32(np.nan), xy), scores)
    seen = People2D.from_body(people.skeleton, body, people.scores, size)
    seen.ids[:] = people.ids
    return draw_people(image, seen, get_skeleton(people.skeleton))


def _best_frame(recording: Recording3D) -> int:
    """Return the index of the frame with the least error of those with nearly most points."""
    points = np.array([int((people.body.scores > 0).sum()) for people in recording.people])
    errors = [people.body.reprojection_errors for people in recording.people]
    medians = np.array(
        [float(np.nanmedian(one)) if count else np.inf for one, count in zip(errors, points)]
    )
    return int(np.argmin(np.where(points >= _NEARLY_MOST * points.max(), medians, np.inf)))


def _image_of(video: str, number: int) -> Array | None:
    with open_source(video, FrameSelection(number, number)) as source:
        return next((item.pixels for item in source if isinstance(item, Frame)), None)


def _floor_paths(recording: Recording3D) -> list[Array]:
    """Return where people who moved went."""
    paths = []
    for person_id in recording.person_ids:
        xyz = recording.trajectory(person_id)
        found = np.isfinite(xyz[..., 0])
        path = np.full((len(xyz), 2), np.nan)
        rows = found.any(axis=1)
        path[rows] = np.nanmedian(xyz[rows], axis=1)[:, :2]
        if rows.any() and np.ptp(path[rows], axis=0).max() > _MIN_PATH_M:
            paths.append(path)
    return paths


def _side_by_side(images: Sequence[Array]) -> Array:
    """Return the images at one height, as wide as the picture."""
    aspect = sum(image.shape[1] / image.shape[0] for image in images)
    height = min(round(_WIDTH_PX / aspect), _MAX_IMAGE_HEIGHT_PX)
    small = [
        cv2.resize(
            image,
            (round(height * image.shape[1] / image.shape[0]), height),
            interpolation=cv2.INTER_AREA,
        )
        for image in images
    ]
    row = np.full((height, _WIDTH_PX, 3), 255, np.uint8)
    joined = np.concatenate(small, axis=1)[:, :_WIDTH_PX]
    left = (_WIDTH_PX - joined.shape[1]) // 2
    row[:, left:left + joined.shape[1]] = joined
    return row
