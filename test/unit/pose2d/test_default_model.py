# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The default network on real and on degenerate images."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.skeletons import get_skeleton

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'

# Where a person who looks at the photo puts these parts, in pixels of the photo.
MAN_ON_THE_ROOF = {
    'nose': (316, 46),
    'right_shoulder': (298, 75),
    'left_shoulder': (340, 74),
    'right_wrist': (268, 121),
    'left_wrist': (378, 118),
}
NEAR_PX = 8.0


@pytest.fixture(scope='module')
def estimator() -> PoseEstimator:
    return PoseEstimator(load_model('body_mobilenet_thin'))


def test_photo_of_two_people_gives_both_where_they_are(estimator: PoseEstimator) -> None:
    photo = cv2.imread(str(PHOTO))
    people = estimator.estimate(photo)
    assert len(people) == 2
    assert people.image_size == (884, 497)
    skeleton = get_skeleton('coco_18')
    man = people.body.xy[np.nanmean(people.body.xy[:, :, 0], axis=1).argmin()]
    for part, place in MAN_ON_THE_ROOF.items():
        distance = np.hypot(*(man[skeleton.index(part)] - place))
        assert distance < NEAR_PX, f'{part} is {distance:.0f} px away'


def test_mirrored_photo_gives_mirrored_people(estimator: PoseEstimator) -> None:
    photo = cv2.imread(str(PHOTO))
    people = estimator.estimate(photo)
    mirrored = estimator.estimate(np.ascontiguousarray(photo[:, ::-1]))
    swapped = mirrored.body.xy[:, get_skeleton('coco_18').mirrored_parts]
    back = np.stack((photo.shape[1] - 1 - swapped[:, :, 0], swapped[:, :, 1]), axis=2)
    # The order of two people who score alike may differ.
    nearest = np.abs(back[:, None] - people.body.xy[None]).sum(axis=3)
    distances = np.nanmedian(nearest, axis=2).min(axis=0)
    assert len(people) == len(mirrored) == 2
    assert (distances < 6.0).all()


@pytest.mark.parametrize('size', [(1, 4000), (4000, 2), (10, 4000), (1, 1)])
@pytest.mark.parametrize('level', [0, 128, 255])
def test_blank_strip_has_nobody(
    estimator: PoseEstimator, size: tuple[int, int], level: int
) -> None:
    assert len(estimator.estimate(np.full((*size, 3), level, np.uint8))) == 0
