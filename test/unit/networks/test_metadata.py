# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path
import re
from typing import Any

import pytest

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.networks.metadata import KEYS
from openpose_ros.networks.metadata import OutputFormat
from openpose_ros.networks.metadata import PafModel
from openpose_ros.networks.metadata import read_metadata
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb

CAR: dict[str, Any] = {
    'name': 'car',
    'parts': ['left_front_light', 'right_front_light', 'left_rear_light', 'right_rear_light'],
    'limbs': [
        ['left_front_light', 'right_front_light', 2],
        ['left_front_light', 'left_rear_light', 0],
        ['right_front_light', 'right_rear_light', 4, False],
    ],
    'mirror': [['left_front_light', 'right_front_light'], ['left_rear_light', 'right_rear_light']],
    'uncounted': ['left_rear_light'],
}


def refused(path: Path, *words: str) -> None:
    """Require an error that names the file and all the words."""
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        read_metadata(path)
    for word in words:
        assert word in str(caught.value)


def place(values: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """Return the mapping that holds a dotted key, and the key in it."""
    *sections, last = key.split('.')
    for section in sections:
        values = values[section]
    return values, last


def test_read_metadata_of_complete_file_gives_all_values(
    metadata: dict[str, Any], write_model: Any, tmp_path: Path
) -> None:
    assert read_metadata(write_model(metadata)) == PafModel(
        name='mine',
        skeleton=get_skeleton('coco_18'),
        onnx_path=tmp_path / 'mine.onnx',
        sha256='a' * 64,
        input=InputFormat('nchw', 'rgb', 0.00390625, (0.5, 0.5, 0.25), 16),
        outputs=OutputFormat('out_1', 'out_2'),
        stride=8.0,
        map_offset_px=-0.5,
        background=True,
        licence='Apache-2.0',
        source='trained here',
    )


def test_read_metadata_without_optional_keys_gives_defaults(
    metadata: dict[str, Any], write_model: Any
) -> None:
    del metadata['map_offset_px'], metadata['input']['scale'], metadata['input']['mean']
    model = read_metadata(write_model(metadata))
    assert (model.map_offset_px, model.input.scale, model.input.mean) == (0.0, 1.0, (0, 0, 0))


@pytest.mark.parametrize(
    'key',
    [
        *(key for key in KEYS if key != 'map_offset_px'),
        'input.layout',
        'input.colour',
        'input.size_multiple',
        'outputs.heatmaps',
        'outputs.pafs',
    ],
)
def test_read_metadata_with_missing_key_names_it(
    metadata: dict[str, Any], write_model: Any, key: str
) -> None:
    section, last = place(metadata, key)
    del section[last]
    refused(write_model(metadata), f"key '{key}' is missing, expected")


@pytest.mark.parametrize(
    ('key', 'value', 'expected'),
    [
        ('name', 3, 'a text'),
        ('name', '', 'a text'),
        ('skeleton', 18, 'the name of a registered skeleton or a mapping'),
        ('skeleton', 'coco_81', 'expected one of body_25, coco_18'),
        ('skeleton', 'hand_21', 'a skeleton whose limbs have PAF channels'),
        ('onnx', ['a'], 'a text'),
        ('sha256', 'a' * 63, '64 hexadecimal digits'),
        ('sha256', 'g' * 64, '64 hexadecimal digits'),
        ('sha256', 10**63, '64 hexadecimal digits'),  # YAML takes digits alone for a number
        ('input', 'nchw', 'a mapping'),
        ('input.layout', 'hwc', 'one of nchw, nhwc'),
        ('input.layout', ['nchw'], 'one of nchw, nhwc'),
        ('input.colour', 'grey', 'one of bgr, rgb'),
        ('input.scale', '1', 'a number above 0'),
        ('input.scale', 0, 'a number above 0'),
        ('input.scale', True, 'a number above 0'),
        ('input.scale', None, 'a number above 0'),
        ('input.mean', [0.0, 0.0], '3 numbers'),
        ('input.mean', [0.0, 0.0, 'x'], '3 numbers'),
        ('input.mean', 0.5, '3 numbers'),
        ('input.size_multiple', 0, 'an integer of at least 1'),
        ('input.size_multiple', 8.0, 'an integer of at least 1'),
        ('input.size_multiple', True, 'an integer of at least 1'),
        ('stride', 0, 'a number above 0'),
        ('stride', -8, 'a number above 0'),
        ('stride', float('inf'), 'a number above 0'),
        ('stride', float('nan'), 'a number above 0'),
        ('map_offset_px', 'half', 'a number'),
        ('map_offset_px', None, 'a number'),
        ('outputs', ['heatmaps', 'pafs'], 'a mapping'),
        ('outputs.heatmaps', 1, 'a text'),
        ('outputs.pafs', 'out_1', 'tensor and order'),  # the same as the heatmaps
        ('background', 'yes', 'true or false'),
        ('background', 1, 'true or false'),
        ('licence', 2.0, 'a text'),
        ('source', None, 'a text'),
    ],
)
def test_read_metadata_with_wrong_value_names_key_value_and_expected(
    metadata: dict[str, Any], write_model: Any, key: str, value: Any, expected: str
) -> None:
    section, last = place(metadata, key)
    section[last] = value
    shown = str(value) if isinstance(value, str) else repr(value)
    refused(write_model(metadata), f"key '{key}'", shown, expected)


@pytest.mark.parametrize('key', ['strides', 'input.color', 'outputs.paf', 5])
def test_read_metadata_with_unknown_key_names_it(
    metadata: dict[str, Any], write_model: Any, key: Any
) -> None:
    section, last = place(metadata, str(key))
    section[last] = 1
    refused(write_model(metadata), f"unknown key '{key}', expected one of")


def test_read_metadata_shortens_a_long_value(metadata: dict[str, Any], write_model: Any) -> None:
    metadata['stride'] = ['long'] * 1000
    with pytest.raises(ValueError, match=r'\.\.\., expected a number above 0') as caught:
        read_metadata(write_model(metadata))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ('order', 'heatmaps', 'pafs'),
    [
        (['heatmaps', 'pafs'], slice(0, 19), slice(19, 57)),
        (['pafs', 'heatmaps'], slice(38, 57), slice(0, 38)),
    ],
)
def test_read_metadata_of_one_tensor_gives_channel_ranges(
    metadata: dict[str, Any], write_model: Any, order: list[str], heatmaps: slice, pafs: slice
) -> None:
    metadata['outputs'] = {'tensor': 'net_output', 'order': order}
    model = read_metadata(write_model(metadata))
    assert model.outputs == OutputFormat('net_output', 'net_output', tuple(order))
    assert (model.heatmap_slice(), model.paf_slice()) == (heatmaps, pafs)


@pytest.mark.parametrize(
    ('outputs', 'words'),
    [
        ({'tensor': 'all'}, "'outputs.order' is missing"),
        ({'order': ['pafs', 'heatmaps']}, "'outputs.tensor' is missing"),
        ({'tensor': 'all', 'order': ['pafs']}, '[heatmaps, pafs] or [pafs, heatmaps]'),
        ({'tensor': 'all', 'order': ['pafs', 'pafs']}, '[heatmaps, pafs] or [pafs, heatmaps]'),
        ({'tensor': 'all', 'order': 'pafs'}, 'a list of texts'),
        (
            {'tensor': 'all', 'order': ['pafs', 'heatmaps'], 'pafs': 'a'},
            "unknown key 'outputs.pafs', expected one of tensor, order",
        ),
    ],
)
def test_read_metadata_of_one_tensor_described_wrongly_is_refused(
    metadata: dict[str, Any], write_model: Any, outputs: Any, words: str
) -> None:
    metadata['outputs'] = outputs
    refused(write_model(metadata), words)


@pytest.mark.parametrize(
    ('skeleton', 'background', 'heatmaps', 'pafs'),
    [('coco_18', True, 19, 38), ('body_25', True, 26, 52), ('mpii_15', False, 15, 28)],
)
def test_channels_follow_from_the_skeleton(
    metadata: dict[str, Any],
    write_model: Any,
    skeleton: str,
    background: bool,
    heatmaps: int,
    pafs: int,
) -> None:
    metadata.update(skeleton=skeleton, background=background)
    model = read_metadata(write_model(metadata))
    assert (model.heatmap_channels(), model.paf_channels()) == (heatmaps, pafs)
    assert (model.heatmap_slice(), model.paf_slice()) == (slice(0, heatmaps), slice(0, pafs))


def test_inline_skeleton_of_a_vehicle_is_read(metadata: dict[str, Any], write_model: Any) -> None:
    metadata['skeleton'] = CAR
    model = read_metadata(write_model(metadata))
    assert model.skeleton.name == 'car'
    assert model.skeleton.parts == tuple(CAR['parts'])
    assert model.skeleton.limbs[0] == Limb('left_front_light', 'right_front_light', 2)
    assert model.skeleton.limbs[2] == Limb('right_front_light', 'right_rear_light', 4, False)
    assert model.skeleton.mirror[1] == ('left_rear_light', 'right_rear_light')
    assert model.skeleton.uncounted == ('left_rear_light',)
    assert (model.heatmap_channels(), model.paf_channels()) == (5, 6)


def test_inline_skeleton_without_mirror_and_uncounted_is_read(
    metadata: dict[str, Any], write_model: Any
) -> None:
    metadata['skeleton'] = {key: CAR[key] for key in ('name', 'parts', 'limbs')}
    skeleton = read_metadata(write_model(metadata)).skeleton
    assert (skeleton.mirror, skeleton.uncounted) == ((), ())


@pytest.mark.parametrize('key', ['name', 'parts', 'limbs'])
def test_inline_skeleton_with_missing_key_names_it(
    metadata: dict[str, Any], write_model: Any, key: str
) -> None:
    metadata['skeleton'] = {other: value for other, value in CAR.items() if other != key}
    refused(write_model(metadata), f"key 'skeleton.{key}' is missing")


FRONT = ['left_front_light', 'right_front_light']


@pytest.mark.parametrize(
    ('key', 'value', 'words'),
    [
        ('name', 1, "'skeleton.name' is 1, expected a text"),
        ('parts', [], "'skeleton.parts' is [], expected a list of texts"),
        ('parts', ['wheel', 2], "'skeleton.parts' is ['wheel', 2]"),
        ('parts', ['wheel', 'wheel'], "'skeleton': skeleton 'car': part names must be unique"),
        ('limbs', [], "'skeleton.limbs' is [], expected a list of lists"),
        ('limbs', ['left-right'], "'skeleton.limbs' is ['left-right'], expected a list of lists"),
        ('limbs', [FRONT], "'skeleton.limbs' holds ['left_front_light', 'right_front_light']"),
        ('limbs', [[*FRONT, '2']], 'PAF x channel'),
        ('limbs', [[*FRONT, -1]], 'PAF x channel'),
        ('limbs', [[*FRONT, True]], 'PAF x channel'),
        ('limbs', [[*FRONT, 0, 0]], 'if it is not drawn, false'),
        ('limbs', [[*FRONT, 0, True, 1]], 'if it is not drawn, false'),
        ('limbs', [['wheel', *FRONT]], 'PAF x channel'),
        ('limbs', [['left_front_light', 'wheel', 0]], "has no part 'wheel', its parts: left_fr"),
        ('limbs', [[*FRONT, 0], [*FRONT[::-1], 1]], 'two limbs share a PAF channel'),
        ('mirror', [['left_front_light']], "'skeleton.mirror' holds ['left_front_light'], expect"),
        ('mirror', [['left_front_light', 'wheel']], "has no part 'wheel'"),
        ('mirror', 'none', "'skeleton.mirror' is 'none'"),
        ('uncounted', ['wheel'], "has no part 'wheel'"),
        ('colour', 'red', "unknown key 'skeleton.colour'"),
    ],
)
def test_inline_skeleton_with_wrong_value_is_refused(
    metadata: dict[str, Any], write_model: Any, key: str, value: Any, words: str
) -> None:
    metadata['skeleton'] = {**CAR, key: value}
    refused(write_model(metadata), words)


def test_sha256_in_capitals_is_the_same(metadata: dict[str, Any], write_model: Any) -> None:
    metadata['sha256'] = 'AB' * 32
    assert read_metadata(write_model(metadata)).sha256 == 'ab' * 32


def test_onnx_path_that_is_absolute_is_kept(
    metadata: dict[str, Any], write_model: Any, tmp_path: Path
) -> None:
    metadata['onnx'] = str(tmp_path / 'elsewhere' / 'net.onnx')
    assert read_metadata(write_model(metadata)).onnx_path == tmp_path / 'elsewhere' / 'net.onnx'


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        (b'', 'the file is None, expected a mapping'),
        (b'- a\n- b\n', "the file is ['a', 'b'], expected a mapping"),
        (b'name: [unclosed', 'not a YAML text file'),
        (b'\x89PNG\r\n\x1a\n\x00\xff', 'not a YAML text file'),
    ],
)
def test_read_metadata_of_another_file_is_refused(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / 'model.yaml'
    path.write_bytes(content)
    refused(path, words)


def test_read_metadata_of_missing_file_or_directory_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / 'gone.yaml', 'cannot be read')
    refused(tmp_path, 'cannot be read')
