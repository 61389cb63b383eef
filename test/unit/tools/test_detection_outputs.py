# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from openpose_ros.tools.detection_outputs import DetectionOutputs
from openpose_ros.tools.detection_outputs import FrameNames
from openpose_ros.tools.detection_outputs import OutputOptions


def test_frame_names_are_given_once() -> None:
    names = FrameNames()
    wanted = ['x', 'x', 'x_2', 'y', 'x']
    assert [names.claim(name) for name in wanted] == ['x', 'x_2', 'x_2_2', 'y', 'x_3']


def test_detection_outputs_makes_the_folders(tmp_path: Path) -> None:
    folders = [tmp_path / 'a' / 'json', tmp_path / 'b' / 'overlay', tmp_path / 'c']
    options = OutputOptions(folders[0], folders[1], folders[2] / 'v.mp4', 0)
    assert options.writes_files
    DetectionOutputs(options, []).close()
    assert all(list(folder.iterdir()) == [] for folder in folders)


@pytest.mark.parametrize('name', ['{}', 'file://{}'])
def test_detection_outputs_refuses_to_overwrite_an_input(tmp_path: Path, name: str) -> None:
    clip = tmp_path / 'clip.mp4'
    clip.write_bytes(b'frames')
    (tmp_path / 'link.mp4').symlink_to(clip)
    options = OutputOptions(None, None, tmp_path / 'link.mp4', 0)
    with pytest.raises(ValueError, match='is an input'):
        DetectionOutputs(options, ['0', name.format(clip)])


def test_output_options_without_any_write_nothing() -> None:
    assert not OutputOptions(None, None, None, 0).writes_files
