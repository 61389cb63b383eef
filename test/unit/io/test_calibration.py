# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from openpose_ros.io.calibration import read_calibration

CONTENT: dict[str, Any] = {
    'image_width': 640,
    'image_height': 480,
    'camera_name': 'left',
    'camera_matrix': {'rows': 3, 'cols': 3, 'data': [500, 0, 320, 0, 510.5, 240, 0, 0, 1]},
    'distortion_model': 'plumb_bob',
    'distortion_coefficients': {'rows': 1, 'cols': 5, 'data': [0.1, -0.2, 0, 0, 0.05]},
    'rectification_matrix': {'rows': 3, 'cols': 3, 'data': [1, 0, 0, 0, 1, 0, 0, 0, 1]},
    'projection_matrix': {
        'rows': 3,
        'cols': 4,
        'data': [500, 0, 320, -60, 0, 510.5, 240, 0, 0, 0, 1, 0],
    },
}


def write(folder: Path, **changes: Any) -> Path:
    content = {**CONTENT, **changes}
    path = folder / 'left.yaml'
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(yaml.safe_dump(kept))
    return path


@pytest.mark.parametrize('prefix', ['', 'file://'])
def test_read_calibration_known_values(tmp_path: Path, prefix: str) -> None:
    calibration = read_calibration(f'{prefix}{write(tmp_path)}')
    assert calibration.image_size == (640, 480)
    assert calibration.distortion_model == 'plumb_bob'
    np.testing.assert_array_equal(calibration.distortion, [0.1, -0.2, 0, 0, 0.05])
    assert calibration.camera_matrix[1].tolist() == [0, 510.5, 240]
    np.testing.assert_array_equal(calibration.rectification_matrix, np.eye(3))
    assert calibration.projection_matrix[0].tolist() == [500, 0, 320, -60]


def test_read_calibration_fisheye_has_four_coefficients(tmp_path: Path) -> None:
    path = write(
        tmp_path, distortion_model='equidistant', distortion_coefficients={'data': [1, 2, 3, 4]}
    )
    assert read_calibration(path).distortion.tolist() == [1, 2, 3, 4]


WRONG = [
    ({'image_width': None}, "'image_width' is None, expected a number of pixels"),
    ({'image_height': 0}, "'image_height' is 0"),
    ({'distortion_model': None}, "'distortion_model' is None"),
    ({'camera_matrix': None}, "'camera_matrix' has data None, expected 9 numbers"),
    ({'camera_matrix': {'data': [1, 2]}}, r"'camera_matrix' has data \[1, 2\]"),
    ({'projection_matrix': {'data': ['x'] * 12}}, "'projection_matrix' has data"),
    ({'distortion_coefficients': {'data': 'many'}}, "'distortion_coefficients' has data 'many'"),
]


@pytest.mark.parametrize(('changes', 'text'), WRONG)
def test_read_calibration_wrong_content_raises(
    tmp_path: Path, changes: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError, match=rf"left\.yaml': {text}"):
        read_calibration(write(tmp_path, **changes))


def test_read_calibration_no_file_or_no_yaml_raises(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.yaml' cannot be read: No such file"):
        read_calibration(tmp_path / 'none.yaml')
    path = tmp_path / 'left.yaml'
    path.write_text('a: [1, 2')
    with pytest.raises(ValueError, match=r"left\.yaml' is no YAML"):
        read_calibration(path)
    path.write_text('just a text')
    with pytest.raises(ValueError, match='expected keys such as image_width'):
        read_calibration(path)
