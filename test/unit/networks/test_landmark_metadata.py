# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path
import re
from typing import Any

import pytest

from openpose_ros.networks.landmark_metadata import HEATMAP_KEYS
from openpose_ros.networks.landmark_metadata import HeatmapOutputs
from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.landmark_metadata import read_landmark_metadata
from openpose_ros.networks.landmark_metadata import REGRESSOR_KEYS
from openpose_ros.networks.landmark_metadata import RegressorOutputs
from openpose_ros.networks.metadata import InputFormat
from openpose_ros.networks.metadata import read_metadata
from openpose_ros.networks.point_mapping import PointMapping
from openpose_ros.skeletons import get_skeleton

# Without these, a file is right too.
OPTIONAL = ('points', 'map_offset_px')


def refused(path: Path, *words: str) -> None:
    """Require an error that names the file and all the words."""
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        read_landmark_metadata(path)
    for word in words:
        assert word in str(caught.value)


def place(values: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """Return the mapping that holds a dotted key, and the key in it."""
    *sections, last = key.split('.')
    for section in sections:
        values = values[section]
    return values, last


def test_read_landmark_metadata_of_a_regressor_gives_all_values(
    regressor: dict[str, Any], write_model: Any, tmp_path: Path
) -> None:
    model = read_landmark_metadata(write_model(regressor))
    assert model == LandmarkModel(
        name='mine',
        skeleton=get_skeleton('body_25'),
        onnx_path=tmp_path / 'mine.onnx',
        sha256='a' * 64,
        size_px=192,
        input=InputFormat('nchw', 'rgb', 0.00390625, (0.5, 0.5, 0.25), 192),
        outputs=RegressorOutputs(
            'out_1', 10, ('x', 'y', 'visibility'), 'out_2', 'logit', 'out_3'
        ),
        # In the order of the skeleton.
        points=PointMapping(('left_heel', 'right_heel'), ((7,), (2, 9))),
        min_score=0.25,
        mirror='right',
        licence='Apache-2.0',
        source='trained here',
    )
    assert model.kind == 'regressor'
    assert model.part_ids.tolist() == [21, 24]
    assert model.outputs.names() == ('out_1', 'out_2', 'out_3')


def test_read_landmark_metadata_of_heatmaps_gives_all_values(
    heatmaps: dict[str, Any], write_model: Any
) -> None:
    model = read_landmark_metadata(write_model(heatmaps))
    assert model.kind == 'heatmaps'
    assert model.outputs == HeatmapOutputs('net_output', True, 8.0, -0.5)
    assert model.outputs.names() == ('net_output',)
    assert model.points.parts == get_skeleton('hand_21').parts
    assert model.part_ids.tolist() == list(range(21))
    assert (model.size_px, model.min_score, model.mirror) == (192, 0.2, 'left')


def test_read_landmark_metadata_without_optional_keys_gives_defaults(
    regressor: dict[str, Any], heatmaps: dict[str, Any], write_model: Any
) -> None:
    regressor['skeleton'] = 'hand_21'
    regressor['outputs'] = {'landmarks': 'out', 'points': 21, 'values': ['x', 'y']}
    for key in ('points', 'min_score'):
        del regressor[key]
    for key in ('scale', 'mean'):
        del regressor['input'][key]
    model = read_landmark_metadata(write_model(regressor))
    assert model.outputs == RegressorOutputs('out', 21, ('x', 'y'))
    assert model.points == PointMapping.of_same_order(get_skeleton('hand_21').parts)
    assert (model.min_score, model.input.scale, model.input.mean) == (0.0, 1.0, (0, 0, 0))
    del heatmaps['map_offset_px']
    outputs = read_landmark_metadata(write_model(heatmaps)).outputs
    assert outputs == HeatmapOutputs('net_output', True, 8.0, 0.0)


@pytest.mark.parametrize(
    'key',
    [
        *(key for key in REGRESSOR_KEYS if key not in OPTIONAL),
        'input.layout',
        'input.colour',
        'input.size',
        'outputs.landmarks',
        'outputs.points',
        'outputs.values',
        'outputs.score_activation',
    ],
)
def test_regressor_with_missing_key_names_it(
    regressor: dict[str, Any], write_model: Any, key: str
) -> None:
    section, last = place(regressor, key)
    del section[last]
    refused(write_model(regressor), f"key '{key}' is missing, expected")


@pytest.mark.parametrize(
    'key', [*(key for key in HEATMAP_KEYS if key not in OPTIONAL), 'outputs.heatmaps']
)
def test_heatmaps_with_missing_key_names_it(
    heatmaps: dict[str, Any], write_model: Any, key: str
) -> None:
    section, last = place(heatmaps, key)
    del section[last]
    refused(write_model(heatmaps), f"key '{key}' is missing, expected")


@pytest.mark.parametrize(
    ('key', 'value', 'expected'),
    [
        ('kind', 'paf', 'one of regressor, heatmaps'),
        ('name', 3, 'a text'),
        ('skeleton', 'hand_22', 'expected one of body_25, coco_18'),
        ('skeleton', {'name': 'hand'}, 'the name of a registered skeleton'),
        ('sha256', 'a' * 63, '64 hexadecimal digits'),
        ('input.size', 0, 'an integer of at least 1'),
        ('input.size', 192.0, 'an integer of at least 1'),
        ('outputs', 'out', 'a mapping'),
        ('outputs.points', 0, 'an integer of at least 1'),
        ('outputs.points', '10', 'an integer of at least 1'),
        ('outputs.values', 3, 'a list of texts'),
        ('outputs.values', ['x', 'z'], 'x, y and others of x, y, z, visibility, presence'),
        ('outputs.values', ['x', 'y', 'w'], 'x, y and others of'),
        ('outputs.values', ['x', 'y', 'x'], 'each once'),
        ('outputs.score', '', 'a text'),
        ('outputs.score_activation', 'softmax', 'one of probability, logit'),
        ('outputs.handedness', 1, 'a text'),
        ('points', [7], 'a mapping'),
        ('points', {}, 'a mapping from part to point'),
        ('points.left_heel', 10, 'each from 0 to 9'),
        ('points.left_heel', -1, 'each from 0 to 9'),
        ('points.left_heel', 1.0, 'the number of a point'),
        ('points.left_heel', True, 'the number of a point'),
        ('points.left_heel', [], 'a list of numbers whose points are averaged'),
        ('points.left_heel', [1, '2'], 'a list of numbers whose points are averaged'),
        ('points.left_heel', None, 'the number of a point'),
        ('min_score', 1.5, 'a number from 0 to 1'),
        ('min_score', -0.1, 'a number from 0 to 1'),
        ('min_score', '0.5', 'a number from 0 to 1'),
        ('min_score', True, 'a number from 0 to 1'),
        ('min_score', float('nan'), 'a number from 0 to 1'),
        ('mirror', 'both', 'one of none, left, right'),
        ('mirror', None, 'one of none, left, right'),
        ('licence', 2.0, 'a text'),
    ],
)
def test_regressor_with_wrong_value_names_key_value_and_expected(
    regressor: dict[str, Any], write_model: Any, key: str, value: Any, expected: str
) -> None:
    section, last = place(regressor, key)
    section[last] = value
    shown = str(value) if isinstance(value, str) else repr(value)
    refused(write_model(regressor), f"key '{key}'", shown, expected)


@pytest.mark.parametrize(
    ('key', 'value', 'expected'),
    [
        ('outputs.heatmaps', 1, 'a text'),
        ('background', 1, 'true or false'),
        ('stride', 0, 'a number above 0'),
        ('map_offset_px', 'half', 'a number'),
        ('min_score', 2, 'a number from 0 to 1'),
    ],
)
def test_heatmaps_with_wrong_value_names_key_value_and_expected(
    heatmaps: dict[str, Any], write_model: Any, key: str, value: Any, expected: str
) -> None:
    section, last = place(heatmaps, key)
    section[last] = value
    refused(write_model(heatmaps), f"key '{key}'", expected)


@pytest.mark.parametrize(
    'key', ['stride', 'input.size_multiple', 'outputs.heatmaps', 'points.left_heal']
)
def test_regressor_with_unknown_key_names_it(
    regressor: dict[str, Any], write_model: Any, key: str
) -> None:
    section, last = place(regressor, key)
    section[last] = 1
    refused(write_model(regressor), f"unknown key '{key}', expected one of")


@pytest.mark.parametrize('key', ['points', 'outputs.landmarks'])
def test_heatmaps_with_unknown_key_names_it(
    heatmaps: dict[str, Any], write_model: Any, key: str
) -> None:
    section, last = place(heatmaps, key)
    section[last] = 1
    refused(write_model(heatmaps), f"unknown key '{key}', expected one of")


def test_regressor_without_points_whose_number_is_not_that_of_the_parts_is_refused(
    regressor: dict[str, Any], write_model: Any
) -> None:
    del regressor['points']
    refused(
        write_model(regressor),
        "key 'points' is missing",
        "the network has 10 points and 'body_25' has 25 parts",
    )


def test_min_score_without_a_score_is_refused(
    regressor: dict[str, Any], write_model: Any
) -> None:
    del regressor['outputs']['score'], regressor['outputs']['score_activation']
    refused(write_model(regressor), "key 'min_score' is 0.25", 'names no score')


def test_score_activation_without_a_score_is_refused(
    regressor: dict[str, Any], write_model: Any
) -> None:
    del regressor['outputs']['score']
    refused(write_model(regressor), "key 'outputs.score' is missing", 'score_activation')


def test_metadata_of_a_body_model_are_refused(
    metadata: dict[str, Any], write_model: Any
) -> None:
    refused(write_model(metadata), "key 'kind' is missing, expected one of regressor, heatmaps")


def test_metadata_of_a_landmark_model_are_no_body_model(
    regressor: dict[str, Any], write_model: Any
) -> None:
    with pytest.raises(ValueError, match="key 'kind' is 'regressor', expected a model that gives"):
        read_metadata(write_model(regressor))


def test_read_landmark_metadata_of_missing_file_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / 'gone.yaml', 'cannot be read')
