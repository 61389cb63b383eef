# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes for closing the loop: who stands where, another kind of body, and who was found."""

from __future__ import annotations

import numpy as np
from synthetic import geometry
from synthetic import keypoints_of
from synthetic import standing_person

from openpose_ros.pose2d.ground_truth import FieldWidths
from openpose_ros.pose2d.ground_truth import render_maps
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# Wheels, lamps and roof corners of a car seen from its left, as in the paper's section 5.5. Its
# PAF channels are not in the order of its limbs, and a redundant limb closes a ring.
VEHICLE = Skeleton(
    name='vehicle',
    parts=(
        'front_wheel', 'rear_wheel', 'front_lamp', 'rear_lamp', 'front_roof', 'rear_roof', 'mirror'
    ),
    limbs=(
        Limb('front_wheel', 'rear_wheel', 6),
        Limb('front_wheel', 'front_lamp', 0),
        Limb('rear_wheel', 'rear_lamp', 2),
        Limb('front_wheel', 'front_roof', 4),
        Limb('rear_wheel', 'rear_roof', 12),
        Limb('front_roof', 'mirror', 8),
        Limb('front_roof', 'rear_roof', 10, drawn=False),
    ),
)
_VEHICLE_SHAPE = (
    (-0.30, 0.12), (0.30, 0.12), (-0.48, 0.0), (0.48, -0.02), (-0.12, -0.20), (0.25, -0.20),
    (-0.2, -0.06),
)

IMAGE_SIZE = (656, 368)

# Half a cell beyond the limbs' ends. Without it the first sample of a limb, its first keypoint,
# may lie between a cell with the field and one without and read less than the threshold: of 60
# people of body_25 at random places 17 lost a limb.
WIDTHS = FieldWidths(beyond_px=4.0)

SKELETONS = (get_skeleton('body_25'), get_skeleton('coco_18'), get_skeleton('mpii_15'), VEHICLE)
BODIES = SKELETONS[:3]


def body(skeleton: Skeleton, centre: tuple[float, float], size: float) -> np.ndarray:
    """
    Return the keypoints of a standing person or of a vehicle.

    :param skeleton: One of :data:`SKELETONS`.
    :param centre: Image pixels.
    :param size: Height of the person or length of the vehicle in pixels.
    :return: Image pixels, shape ``(P, 2)``, float32.
    """
    if skeleton is VEHICLE:
        return (np.array(_VEHICLE_SHAPE) * size + centre).astype(np.float32)
    return standing_person(skeleton, centre, size)


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    """
    Turn somebody around the own centre, clockwise in the image.

    :param points: Image pixels, shape ``(P, 2)``.
    :param degrees: Angle.
    """
    angle = np.deg2rad(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = points.mean(axis=0)
    return ((points - centre) @ rotation.T + centre).astype(np.float32)


def truncated(points: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """
    Return somebody of whom the image shows a part: keypoints outside are missing.

    :param points: Image pixels, shape ``(P, 2)``.
    :param image_size: Width and height in pixels.
    """
    outside = ((points < 0) | (points > np.array(image_size) - 1)).any(axis=1)
    return np.where(outside[:, None], np.float32(np.nan), points)


def crowd_of(count: int, skeleton: Skeleton, seed: int = 0) -> tuple[Keypoints2D, tuple[int, int]]:
    """
    Return a crowd whose bodies overlap while no two equal parts lie on one another.

    :param count: Number of people, a multiple of 10.
    :param skeleton: One of :data:`SKELETONS`.
    :param seed: Seed of the places and sizes.
    :return: Keypoints and the width and height of the image that holds them.
    """
    rng = np.random.default_rng(seed)
    columns, rows = 10, count // 10
    cell = np.array((184.0, 224.0))
    sizes = (160, 175) if skeleton is VEHICLE else (250, 290)
    people = []
    for row in range(rows):
        for column in range(columns):
            centre = (np.array((column, row)) + 0.5 + rng.uniform(-0.1, 0.1, 2)) * cell + (20, 60)
            people.append(body(skeleton, (centre[0], centre[1]), rng.uniform(*sizes)))
    size = (columns * 184 + 40, rows * 224 + 128)
    return keypoints_of(people, skeleton), size


def perfect_maps(
    truth: Keypoints2D, skeleton: Skeleton, image_size: tuple[int, int] = IMAGE_SIZE
) -> FieldMaps:
    """
    Return the maps a perfect network gives of an image shown at its own size.

    :param truth: Known people.
    :param skeleton: Their skeleton.
    :param image_size: Width and height of the image in pixels, multiples of 8.
    """
    return render_maps(truth, skeleton, geometry(image_size, image_size), WIDTHS)


def assert_same_people(found: People2D, truth: Keypoints2D, tolerance_px: float) -> None:
    """
    Check that everybody was found, nobody else, and every keypoint of theirs and no other.

    :param found: People of the parser.
    :param truth: Keypoints of the people there are, NaN where missing.
    :param tolerance_px: Largest distance of a keypoint from where it is, image pixels.
    """
    assert len(found) == len(truth.xy), f'{len(found)} people, expected {len(truth.xy)}'
    left = set(range(len(found)))
    for number, points in enumerate(truth.xy):
        distance = {
            row: np.nan_to_num(np.hypot(*(found.body.xy[row] - points).T), nan=1e3).mean()
            for row in left
        }
        row = min(distance, key=lambda key: distance[key])
        left.remove(row)
        missing = np.isnan(points[:, 0])
        wrong = np.flatnonzero(np.isnan(found.body.xy[row, :, 0]) != missing)
        assert not len(wrong), f'person {number}: parts {wrong} missing or too many'
        assert (found.body.scores[row][missing] == 0).all()
        error = np.hypot(*(found.body.xy[row] - points)[~missing].T)
        assert error.max() <= tolerance_px, f'person {number}: {error.max():.2f} px'


def mirrored_maps(maps: FieldMaps, skeleton: Skeleton) -> FieldMaps:
    """
    Return the maps of the mirrored image: left and right parts and limbs change places.

    :param maps: Maps of the image.
    :param skeleton: A skeleton whose limbs are mirrored limbs of itself.
    """
    parts = skeleton.mirrored_parts
    pairs = [tuple(pair) for pair in skeleton.limb_pairs.tolist()]
    limbs = [pairs.index((int(parts[first]), int(parts[second]))) for first, second in pairs]
    pafs = maps.pafs[limbs][:, :, :, ::-1].copy()
    pafs[:, 0] *= -1
    heatmaps = np.ascontiguousarray(maps.heatmaps[parts][:, :, ::-1])
    return FieldMaps(heatmaps, pafs, maps.stride, maps.transform, maps.image_size)
