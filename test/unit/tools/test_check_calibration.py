# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The program says in words which camera is off, from JSON files and a calibration file."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from walking_person import delayed
from walking_person import see_walk
from walking_person import turned

from openpose_ros.io.openpose_json import write_people
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.tools.check_calibration import main
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

CAMERAS = ring_of_cameras(4)
FRAMES = 60


@pytest.fixture(scope='module')
def recorded(tmp_path_factory):
    """Return a folder with the JSON files of a walk, the last camera 3 frames late in `late`."""
    folder = tmp_path_factory.mktemp('walk')
    track = see_walk(CAMERAS)
    for kind, seen in (('sharp', track), ('late', delayed(track, 3, 3))):
        for row, camera in enumerate(CAMERAS):
            own = folder / kind / f'{camera.name}_json'
            own.mkdir(parents=True)
            for frame in range(10, 10 + FRAMES):
                xy = seen.xy_image[row, frame][None].astype(np.float32)
                scores = seen.scores[row, frame][None].astype(np.float32)
                people = People2D.from_body(
                    'body_25', Keypoints2D(xy, scores), scores.mean(1), camera.image_size
                )
                write_people(people, own, f'{camera.name}_{frame:012d}')
    return folder


def command(folder, kind, calibration, *more):
    folders = [str(folder / kind / f'{camera.name}_json') for camera in CAMERAS]
    return ['--calibration', str(calibration), '--json', *folders, *more]


@pytest.fixture
def right(tmp_path):
    path = tmp_path / 'right.yaml'
    write_cameras(path, {camera.name: camera for camera in CAMERAS})
    return path


@pytest.fixture
def wrong(tmp_path):
    """Return a calibration with camera 1 turned by 1 degree."""
    path = tmp_path / 'wrong.yaml'
    cameras = {camera.name: camera for camera in CAMERAS}
    cameras['cam1'] = turned(CAMERAS[1], 1.0, (0, 1, 0))
    write_cameras(path, cameras)
    return path


def test_main_finds_nothing_where_all_is_right(recorded, right, capsys):
    assert main(command(recorded, 'sharp', right, '--max-error-px', '8')) == 0
    assert 'No single camera stands out: all agree to' in capsys.readouterr().out


def test_main_ends_with_1_if_errors_are_larger_than_wanted(recorded, right, capsys):
    assert main(command(recorded, 'sharp', right, '--max-error-px', '2')) == 1
    assert 'errors are larger than 2 px' in capsys.readouterr().out


def test_main_names_the_camera_that_is_turned_and_mends_it(recorded, wrong, tmp_path, capsys):
    report, mended = tmp_path / 'check.json', tmp_path / 'mended.yaml'
    options = ('--report', str(report), '--corrected', str(mended))
    assert main(command(recorded, 'sharp', wrong, *options)) == 1
    output = capsys.readouterr().out
    assert 'cam1 is off: without it the others agree to' in output
    assert 'cam1 fits best after a change of its turn (' in output
    found = json.loads(report.read_text())
    assert found['suspect'] == 'cam1'
    assert found['cameras']['cam1']['correction']['angle_deg'] == pytest.approx(1.0, abs=0.15)
    assert found['pair_errors_px'][0][0] is None
    assert main(command(recorded, 'sharp', mended)) == 0
    np.testing.assert_allclose(
        read_cameras(mended)['cam1'].cam_T_world[:3, :3],
        CAMERAS[1].cam_T_world[:3, :3],
        atol=0.004,
    )


def test_main_names_the_camera_that_is_late(recorded, right, tmp_path, capsys):
    report = tmp_path / 'check.json'
    assert main(command(recorded, 'late', right, '--report', str(report))) == 1
    assert re.search(r'cam3 is (2\.[6-9]|3\.[0-4]) frames late', capsys.readouterr().out)
    assert json.loads(report.read_text())['cameras']['cam3']['is_late']


def test_main_writes_no_corrected_calibration_of_a_right_one(recorded, right, tmp_path, capsys):
    path = tmp_path / 'mended.yaml'
    assert main(command(recorded, 'sharp', right, '--corrected', str(path))) == 0
    assert not path.exists()
    assert 'is not written' in capsys.readouterr().out


def test_main_refuses_folders_that_are_not_as_many_as_cameras(recorded, right, capsys):
    arguments = command(recorded, 'sharp', right)[:-1]
    assert main(arguments) == 1
    assert '3 inputs' in capsys.readouterr().err


@pytest.mark.parametrize('arguments', [('--max-delay', '-1'), ('--max-frames', '0')])
def test_main_refuses_numbers_that_leave_nothing(
    arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(['--calibration', 'cameras.yaml', '--json', 'a', 'b', *arguments])
    assert ending.value.code == 2
    assert ' is '.join(arguments) in capsys.readouterr().err
