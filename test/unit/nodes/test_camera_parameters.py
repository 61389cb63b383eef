# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from openpose_ros.io.frames import FrameSelection
from openpose_ros.nodes.camera_parameters import CAMERA_GROUPS
from openpose_ros.nodes.camera_parameters import SourceParameters

CONFIG = Path(__file__).parents[3] / 'config' / 'camera_node.yaml'


def flat(tree: dict[str, Any], prefix: str = '') -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in tree.items():
        name = prefix + key
        values |= flat(value, f'{name}.') if isinstance(value, dict) else {name: value}
    return values


def test_config_file_holds_every_parameter_with_its_default_and_a_comment() -> None:
    text = CONFIG.read_text()
    (name, node), = yaml.safe_load(text).items()
    assert name == '/**'
    defaults = {info.name: info.default for group in CAMERA_GROUPS for info in group.infos()}
    found = flat(node['ros__parameters'])
    assert found == defaults
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in defaults.items()
    }
    for line in text.splitlines():
        is_value = ': ' in line and not line.startswith('#')
        assert not is_value or '  # ' in line, line


WRONG = [
    ({'rotate': 45}, "'source.rotate' is 45, expected one of 0, 90, 180, 270"),
    ({'first_frame': 5, 'last_frame': 4}, "'source.last_frame' is 4, expected -1 or at least"),
    ({'pixel_format': 'JPEG2'}, "'source.pixel_format' is 'JPEG2', expected four"),
    ({'flip': 'both'}, "'source.flip' is 'both', expected one of none, horizontal, vertical"),
    ({'frame_step': 0}, "'source.frame_step' is 0"),
]


@pytest.mark.parametrize(('values', 'text'), WRONG)
def test_source_parameters_wrong_values_raise(values: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SourceParameters(**values)


def test_source_parameters_give_selection_and_camera_format() -> None:
    source = SourceParameters(
        first_frame=2, last_frame=9, frame_step=3, width_px=1280, rate_hz=30.0, pixel_format='MJPG'
    )
    assert source.selection() == FrameSelection(2, 9, 3)
    camera = source.camera_format()
    assert (camera.width_px, camera.height_px, camera.fps) == (1280, 0, 30.0)
    assert camera.fourcc == 'MJPG'
