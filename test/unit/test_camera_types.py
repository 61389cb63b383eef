# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openpose_ros.camera_types import calibration_from_mapping
from openpose_ros.camera_types import CameraCalibration


def calibration(**changes: Any) -> CameraCalibration:
    values: dict[str, Any] = {
        'image_size': (640, 480),
        'distortion_model': 'plumb_bob',
        'distortion': np.zeros(5),
        'camera_matrix': np.eye(3),
        'rectification_matrix': np.eye(3),
        'projection_matrix': np.eye(3, 4),
    }
    return CameraCalibration(**{**values, **changes})


@pytest.mark.parametrize(
    ('binning', 'roi', 'size'),
    [
        ((1, 1), (0, 0, 0, 0), (640, 480)),
        ((2, 4), (0, 0, 0, 0), (320, 120)),
        ((1, 1), (10, 20, 100, 51), (100, 51)),
        ((2, 2), (10, 20, 100, 51), (50, 25)),  # the odd row is not sent
    ],
)
def test_sent_size_is_of_the_region_binned(
    binning: tuple[int, int], roi: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    assert calibration(binning=binning, roi=roi).sent_size == size


@pytest.mark.parametrize(
    ('changes', 'text'),
    [
        ({'distortion': np.zeros((1, 5))}, r'distortion has shape \(1, 5\), expected \(any\)'),
        ({'camera_matrix': np.eye(4)}, 'camera_matrix has shape'),
        ({'rectification_matrix': np.eye(2)}, 'rectification_matrix has shape'),
        ({'projection_matrix': np.eye(3)}, 'projection_matrix has shape'),
        ({'binning': (0, 1)}, r'binning is \(0, 1\), expected at least 1'),
        ({'roi': (600, 0, 41, 10)}, r'roi .* is \(600, 0, 41, 10\), .* image of 640x480'),
        ({'roi': (-1, 0, 4, 4)}, 'expected a part of the image'),
        ({'roi': (5, 5, 0, 0)}, 'expected a part of the image'),
    ],
)
def test_calibration_that_is_impossible_raises(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        calibration(**changes)


def test_calibration_from_mapping_that_is_none_raises() -> None:
    with pytest.raises(ValueError, match='expected keys such as image_width'):
        calibration_from_mapping([1, 2])
