# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from openpose_ros.tools.image_fit import fit_people
from openpose_ros.tools.image_fit import fit_transform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


def spot(size: tuple[int, int], xy: tuple[int, int]) -> np.ndarray:
    """Return an image, width and height given, with a soft spot."""
    image = np.zeros((size[1], size[0]), np.float32)
    image[xy[1], xy[0]] = 1
    return cv2.GaussianBlur(image, (0, 0), 6)


def centre(image: np.ndarray) -> np.ndarray:
    rows, columns = np.indices(image.shape)
    return np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()


# Calibrated size, size it was resized to without borders, size with borders, fit.
RESIZED = [
    ((320, 240), (160, 120), (160, 120), 'stretch'),
    ((320, 240), (400, 150), (400, 150), 'stretch'),
    ((320, 240), (160, 120), (160, 120), 'letterbox'),
    ((320, 240), (160, 120), (160, 160), 'letterbox'),
    ((320, 240), (160, 120), (200, 120), 'letterbox'),
]


@pytest.mark.parametrize(('calibrated', 'resized', 'size', 'fit'), RESIZED)
def test_fit_transform_finds_a_spot_where_it_was(
    calibrated: tuple[int, int], resized: tuple[int, int], size: tuple[int, int], fit: str
) -> None:
    small = cv2.resize(spot(calibrated, (200, 90)), resized, interpolation=cv2.INTER_AREA)
    image = np.zeros(size[::-1], np.float32)
    left, top = ((outer - inner) // 2 for outer, inner in zip(size, resized))
    image[top:top + resized[1], left:left + resized[0]] = small
    found = fit_transform(size, calibrated, fit).to_image(centre(image))
    np.testing.assert_allclose(found, (200, 90), atol=0.1)


def test_fit_transform_of_the_same_size_changes_nothing() -> None:
    for fit in ('same', 'stretch', 'letterbox'):
        transform = fit_transform((64, 48), (64, 48), fit)
        assert (transform.scale_x, transform.scale_y) == (1, 1)
        assert (transform.offset_x, transform.offset_y) == (0, 0)


def test_fit_transform_of_another_size_wants_to_know_what_was_done() -> None:
    with pytest.raises(ValueError, match='images of 1080x1920 pixels, calibrated for 1088x1920'):
        fit_transform((1080, 1920), (1088, 1920), 'same')


def test_fit_people_moves_all_keypoints_and_takes_the_size() -> None:
    body = Keypoints2D.missing(1, 18)
    body.xy[0, 4], body.scores[0, 4] = (10, 20), 0.7
    people = People2D.from_body('coco_18', body, np.array([0.5], np.float32), (100, 100))
    found = fit_people(people, (200, 200), 'stretch')
    assert found.image_size == (200, 200)
    np.testing.assert_allclose(found.body.xy[0, 4], (20.5, 40.5))
    assert found.body.xy.dtype == np.float32
    assert np.isnan(found.body.xy[0, 3]).all()
    assert found.body.scores is people.body.scores
