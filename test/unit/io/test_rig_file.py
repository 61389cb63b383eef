# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path

import pytest

from openpose_ros.io.rig_file import read_rig
from openpose_ros.io.rig_file import RigCamera

EXAMPLE = Path(__file__).parents[3] / 'config' / 'cameras' / 'rig.yaml'
TWO = 'cameras: {a: {}, b: {}}'


def write(folder: Path, text: str) -> Path:
    path = folder / 'rig.yaml'
    path.write_text(text)
    return path


def test_read_rig_shipped_example_is_read() -> None:
    rig = read_rig(EXAMPLE)
    assert rig.calibration == EXAMPLE.parent / 'example.yaml'
    assert rig.rate_hz == 10.0
    assert rig.cameras == tuple(
        RigCamera(name, f'/{name}/image_raw', '') for name in ('cam0', 'cam1')
    )


def test_read_rig_sources_are_files_beside_it_numbers_or_urls(tmp_path: Path) -> None:
    (tmp_path / 'a.mp4').touch()
    path = write(tmp_path, """
calibration: /somewhere/else.yaml
cameras:
  a: {source: a.mp4}
  b: {source: 0, image: /front/image}
  c: {source: 'rtsp://camera/stream'}
  d:
""")
    rig = read_rig(path)
    assert [camera.source for camera in rig.cameras] == [
        str(tmp_path / 'a.mp4'), '0', 'rtsp://camera/stream', '',
    ]
    assert [camera.image for camera in rig.cameras] == [
        '/a/image_raw', '/front/image', '/c/image_raw', '/d/image_raw',
    ]
    assert rig.calibration == Path('/somewhere/else.yaml')
    assert rig.rate_hz == 0.0


@pytest.mark.parametrize(('text', 'message'), [
    ('[]', r'the file holds \[\], expected the keys calibration, rate_hz, cameras'),
    (f'{TWO}', "'calibration' is None, expected the path of a file"),
    (f'calibration: x\nrate_hz: -1\n{TWO}', "'rate_hz' is -1, expected a number from 0"),
    (f'calibration: x\nrate_hz: .nan\n{TWO}', "'rate_hz' is nan"),
    (f'calibration: x\nrate_hz: yes\n{TWO}', "'rate_hz' is True"),
    ('calibration: x\ncameras: {a: {}}', "'cameras' is .*expected at least two"),
    ('calibration: x\ncameras: {a: {}, b-c: {}}', "has a camera 'b-c', expected a name of let"),
    ('calibration: x\ncameras: {a: {}, 1: {}}', 'has a camera 1, expected a name'),
    ('calibration: x\ncameras: {a: {}, b: {sorce: 1}}', "'cameras.b' has a key 'sorce'"),
    ('calibration: x\ncameras: {a: {}, b: {image: c}}', "'cameras.b.image' is 'c', expected a t"),
    ('calibration: x\ncameras: {a: {}, b: {source: [1]}}', r"'cameras.b.source' is \[1\]"),
    ('calibration: x\ncameras: {a: {image: /b/image_raw}, b: {}}',
     "'cameras.b.image' is '/b/image_raw' as for 'a', expected a topic of its own"),
    (f'calibration: x\nrate: 3\n{TWO}', "the file has a key 'rate'"),
    ('a: [', 'is no YAML'),
])
def test_read_rig_names_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=message) as error:
        read_rig(path)
    assert str(path) in str(error.value)


def test_read_rig_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='nothing.yaml.*cannot be read'):
        read_rig(tmp_path / 'nothing.yaml')
