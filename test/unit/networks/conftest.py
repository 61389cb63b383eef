# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
SHARED_MODELS = ROOT.parent / 'shared' / 'models'

# A complete metadata file of a user's own model.
METADATA: dict[str, Any] = {
    'name': 'mine',
    'skeleton': 'coco_18',
    'onnx': 'mine.onnx',
    'sha256': 'a' * 64,
    'input': {
        'layout': 'nchw',
        'colour': 'rgb',
        'scale': 0.00390625,
        'mean': [0.5, 0.5, 0.25],
        'size_multiple': 16,
    },
    'stride': 8,
    'map_offset_px': -0.5,
    'outputs': {'heatmaps': 'out_1', 'pafs': 'out_2'},
    'background': True,
    'licence': 'Apache-2.0',
    'source': 'trained here',
}

# Complete metadata files of landmark models of both kinds.
REGRESSOR: dict[str, Any] = {
    'name': 'mine',
    'kind': 'regressor',
    'skeleton': 'body_25',
    'onnx': 'mine.onnx',
    'sha256': 'a' * 64,
    'input': {
        'layout': 'nchw',
        'colour': 'rgb',
        'scale': 0.00390625,
        'mean': [0.5, 0.5, 0.25],
        'size': 192,
    },
    'outputs': {
        'landmarks': 'out_1',
        'points': 10,
        'values': ['x', 'y', 'visibility'],
        'score': 'out_2',
        'score_activation': 'logit',
        'handedness': 'out_3',
    },
    'points': {'right_heel': [2, 9], 'left_heel': 7},
    'min_score': 0.25,
    'mirror': 'right',
    'licence': 'Apache-2.0',
    'source': 'trained here',
}
HEATMAPS: dict[str, Any] = {
    **{key: REGRESSOR[key] for key in ('name', 'onnx', 'sha256', 'input', 'licence', 'source')},
    'kind': 'heatmaps',
    'skeleton': 'hand_21',
    'outputs': {'heatmaps': 'net_output'},
    'background': True,
    'stride': 8,
    'map_offset_px': -0.5,
    'min_score': 0.2,
    'mirror': 'left',
}


@pytest.fixture
def metadata() -> dict[str, Any]:
    """Return the content of a right metadata file, to be changed by the test."""
    return copy.deepcopy(METADATA)


@pytest.fixture
def regressor() -> dict[str, Any]:
    """Return the content of a right metadata file of a landmark regressor."""
    return copy.deepcopy(REGRESSOR)


@pytest.fixture
def heatmaps() -> dict[str, Any]:
    """Return the content of a right metadata file of a network of one heatmap per part."""
    return copy.deepcopy(HEATMAPS)


@pytest.fixture
def write_model(tmp_path: Path) -> Any:
    """Return a function that writes metadata into the test's folder."""

    def write(values: Any, name: str = 'mine') -> Path:
        path = tmp_path / f'{name}.yaml'
        path.write_text(yaml.safe_dump(values), encoding='utf-8')
        return path

    return write


def shared_model(file: str) -> Path:
    """Return one of the reference models, which are not part of the repository."""
    path = SHARED_MODELS / file
    if not path.is_file():
        pytest.skip(f'the reference model {file} is not here')
    return path


@pytest.fixture
def reference_model() -> Any:
    """Return a function that gives a reference model, or skips the test."""
    return shared_model


@pytest.fixture
def reference_mobilenet() -> Path:
    """Return another conversion of the default body model."""
    return shared_model('body_mobilenet_thin.onnx')


@pytest.fixture
def hpe0001_yaml(metadata: dict[str, Any], write_model: Any) -> Path:
    """Return the metadata that a user would write for a network of another kind."""
    onnx_path = shared_model('body_hpe0001.onnx')
    metadata.update(
        name='body_hpe0001',
        onnx=str(onnx_path),
        sha256=hashlib.sha256(onnx_path.read_bytes()).hexdigest(),
        input={'layout': 'nchw', 'colour': 'bgr', 'size_multiple': 8},
        outputs={'heatmaps': 'heatmaps', 'pafs': 'pafs'},
        map_offset_px=0.0,
        licence='not verified',
    )
    return Path(write_model(metadata, 'body_hpe0001'))
