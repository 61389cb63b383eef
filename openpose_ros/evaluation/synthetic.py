# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known scenes: people standing in an image, and the maps that a perfect network gives."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose2d.ground_truth import FieldWidths
from openpose_ros.pose2d.ground_truth import MapGeometry
from openpose_ros.pose2d.ground_truth import render_maps
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D

# Strict fields of Eq. 9, read between the cells, can be almost zero at a limb's very end.
_WIDTHS = FieldWidths(beyond_px=4.0)

# A person standing with the arms a little off the body, seen from the front: x, y in units of the
# body height, origin between the hips. The person's right side is on the left of the image.
STANDING = {
    'head': (0.0, -0.50),
    'nose': (0.0, -0.42),
    'neck': (0.0, -0.32),
    'chest': (0.0, -0.18),
    'mid_hip': (0.0, 0.0),
    'right_shoulder': (-0.12, -0.31),
    'right_elbow': (-0.19, -0.14),
    'right_wrist': (-0.23, 0.02),
    'right_hip': (-0.07, 0.0),
    'right_knee': (-0.08, 0.24),
    'right_ankle': (-0.09, 0.47),
    'right_eye': (-0.025, -0.44),
    'right_ear': (-0.05, -0.43),
    'right_big_toe': (-0.12, 0.52),
    'right_small_toe': (-0.15, 0.505),
    'right_heel': (-0.075, 0.495),
}


def standing_person(
    skeleton: Skeleton, centre: tuple[float, float], height: float
) -> FloatArray:
    """
    Return the keypoints of a standing person.

    :param skeleton: Body skeleton with P parts.
    :param centre: Where the hips are, image pixels.
    :param height: Body height in pixels.
    :return: Image pixels, shape ``(P, 2)``, float32.
    """
    points = []
    for part in skeleton.parts:
        side = -1.0 if part.startswith('left_') else 1.0
        x, y = STANDING[part.replace('left_', 'right_')]
        points.append((centre[0] + side * x * height, centre[1] + y * height))
    return np.array(points, np.float32)


def geometry(
    image_size: tuple[int, int] = (656, 368), network_size: tuple[int, int] = (656, 368)
) -> MapGeometry:
    """
    Return the geometry of maps at stride 8 over an image that fills the network input.

    :param image_size: Width and height of the image in pixels.
    :param network_size: Width and height of the network input in pixels.
    """
    return MapGeometry(
        width=network_size[0] // 8,
        height=network_size[1] // 8,
        stride=8.0,
        transform=ImageTransform.from_resize(image_size, network_size),
        image_size=image_size,
    )


def keypoints_of(people: list[FloatArray], skeleton: Skeleton) -> Keypoints2D:
    """
    Stack people to keypoints; score 1 where a point is not NaN.

    :param people: One array of shape ``(P, 2)`` per person.
    :param skeleton: Skeleton with P parts.
    """
    xy = np.array(people, np.float32).reshape(-1, len(skeleton.parts), 2)
    return Keypoints2D(xy, (~np.isnan(xy[:, :, 0])).astype(np.float32))


def crowd(
    count: int, skeleton: Skeleton, image_size: tuple[int, int] = (656, 368), seed: int = 0
) -> Keypoints2D:
    """
    Return a crowd on a jittered grid, everybody whole, sizes different, some overlapping.

    :param count: Number of people.
    :param skeleton: Body skeleton.
    :param image_size: Width and height of the image in pixels.
    :param seed: Seed of the jitter.
    """
    rng = np.random.default_rng(seed)
    columns = max(1, int(np.ceil(np.sqrt(count * image_size[0] / image_size[1] * 2.5))))
    rows = max(1, int(np.ceil(count / columns)))
    cell = (image_size[0] / columns, image_size[1] / rows)
    people = []
    for number in range(count):
        row, column = divmod(number, columns)
        jitter = rng.uniform(-0.1, 0.1, 2)
        centre = ((column + 0.5 + jitter[0]) * cell[0], (row + 0.48 + jitter[1] * 0.3) * cell[1])
        height = min(cell[1] * 0.9, cell[0] * 1.9) * rng.uniform(0.85, 1.0)
        people.append(standing_person(skeleton, centre, height))
    return keypoints_of(people, skeleton)


def maps_of(
    keypoints: Keypoints2D, skeleton: Skeleton, scene: MapGeometry | None = None
) -> FieldMaps:
    """
    Return the maps a good network gives: its fields reach half a cell beyond the limbs' ends.

    :param keypoints: Known people.
    :param skeleton: Their skeleton.
    :param scene: Size and place of the maps; default 656 x 368 at stride 8.
    """
    return render_maps(keypoints, skeleton, scene or geometry(), _WIDTHS)
