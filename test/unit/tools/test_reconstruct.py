# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The program on keypoints of people who walk in a ring of cameras, and on videos of nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import json
from pathlib import Path
import re
import subprocess
from typing import Any

import cv2
import numpy as np
from people_3d import seen_by
import pytest

from openpose_ros.io.openpose_json import write_people
from openpose_ros.io.openpose_json_3d import read_people_3d
from openpose_ros.io.points_csv import read_points_csv
from openpose_ros.io.trc import read_trc
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import bodies_at
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.reconstruct import main
from openpose_ros.types import Keypoints2D

CAMERAS = ring_of_cameras(4)
SKELETON = get_skeleton('body_25')
FRAMES = 8


def walkers(frame: int) -> np.ndarray:
    """Return two people who pass each other at 1.2 m, 4 cm per frame, ``(2, P, 3)``."""
    places = np.array([(-0.16 + 0.04 * frame, 0.6), (0.16 - 0.04 * frame, -0.6)])
    return bodies_at(
        SKELETON, places, np.array([0, np.pi]), np.array([1.6, 1.8]), np.full(2, frame / 10)
    )


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Return a folder with a calibration and OpenPose's files, by camera, of each frame."""
    write_cameras(tmp_path / 'cameras.yaml', {camera.name: camera for camera in CAMERAS})
    for frame in range(FRAMES):
        for number, camera in enumerate(CAMERAS):
            folder = tmp_path / 'pose' / f'{camera.name}_json'
            folder.mkdir(parents=True, exist_ok=True)
            # nobody keeps the same place in OpenPose's files
            order = [1, 0] if (frame + number) % 3 else [0, 1]
            (view,) = seen_by([camera], walkers(frame)[order], 'body_25')
            write_people(view.people, folder, f'walk_{frame:012d}')
    return tmp_path


def arguments(trial: Path, *more: object) -> list[str]:
    folders = sorted((trial / 'pose').iterdir(), reverse=True)
    words = ('--calibration', trial / 'cameras.yaml', '--json', *folders, '--out', trial / 'out')
    return [str(word) for word in (*words, *more)]


def report_in(trial: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((trial / 'out' / 'report.json').read_text())
    return report


def test_main_writes_people_where_they_are(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments(
        trial, '--fps', 25, '--trc', trial / 'walk.trc', '--csv', trial / 'walk.csv'
    ))
    said = capsys.readouterr().out
    assert code == 0
    assert 'cameras by name: cam3_json is of cam3, cam2_json' in said
    assert '8 frames of 4 cameras\n' in said
    for frame in range(FRAMES):
        people = read_people_3d(
            trial / 'out' / 'json' / f'frame_{frame:012d}_keypoints.json', 'body_25'
        )
        order = np.argsort(people.ids)
        assert people.ids[order].tolist() == [1, 2]
        found, truth = people.body.xyz[order], walkers(frame)
        if np.linalg.norm(found[0] - truth[0]) > 5:
            truth = truth[::-1]
        np.testing.assert_allclose(found, truth, atol=1e-4)
    one, two = (read_trc(trial / f'walk_person{number}.trc') for number in (1, 2))
    assert one.names == two.names == SKELETON.parts
    assert one.rate_hz == pytest.approx(25)
    assert one.xyz.shape == two.xyz.shape == (FRAMES, 25, 3)
    assert len(read_points_csv(trial / 'walk.csv')) == FRAMES * 2 * 25


def test_main_reports_how_good_it_is(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(trial, '--fps', 25)) == 0
    report = report_in(trial)
    assert (report['frames'], report['skeleton']) == (FRAMES, 'body_25')
    assert report['coverage'] == 1.0
    assert report['points_seen_in_two_views'] == FRAMES * 2 * 25
    assert report['points_of_part']['left_heel'] == FRAMES * 2
    assert report['views_per_point'] == 4.0
    assert (report['people_per_frame'], report['ghosts_per_frame']) == (2.0, 0.0)
    for key in ('reprojection_error_px', 'reprojection_error_all_views_px', 'left_out_camera_px'):
        assert report[key]['p90'] < 0.01, key
    assert report['left_out_camera_px']['count'] == FRAMES * 2 * 25 * 4
    assert set(report['left_out_camera_px']['cameras']) == {camera.name for camera in CAMERAS}
    for person in report['people'].values():
        assert person['frames'] == FRAMES
        assert person['bones']['hips']['robust_cv'] < 1e-3
    assert 'points: 100.0 % of 400 seen' in capsys.readouterr().out


def test_main_compares_with_markers_of_the_same_walk(trial: Path) -> None:
    assert main(arguments(trial, '--trc', trial / 'walk.trc')) == 0
    person = 2
    own = trial / f'walk_person{person}.trc'
    assert main(arguments(trial, '--compare-trc', own, '--no-left-out')) == 0
    report = report_in(trial)
    assert report['distance_to_markers_m']['person'] == person
    assert report['distance_to_markers_m']['p90'] < 2e-6
    assert report['distance_to_markers_m']['count'] == FRAMES * 25
    assert 'left_out_camera_px' not in report


def test_main_with_frames_chosen_and_parameters_set(trial: Path) -> None:
    more = ('--frame-first', 1, '--frame-step', 3, '--frame-last', 6, '--no-left-out')
    parameters = ('--set', 'triangulation.min_views=4', '--set', 'reconstruction.min_parts=26')
    assert main(arguments(trial, *more, *parameters)) == 0
    names = sorted(path.name for path in (trial / 'out' / 'json').iterdir())
    assert names == [f'frame_{frame:012d}_keypoints.json' for frame in (1, 4)]
    report = report_in(trial)
    # nobody has 26 parts: the report holds null, not NaN, which is no JSON
    assert report['people'] == {}
    assert report['reprojection_error_px'] == {'median': None, 'p90': None, 'count': 0}


def test_main_with_two_of_the_cameras_chosen(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [trial / 'pose' / f'cam{number}_json' for number in (2, 1)]
    command = ['--calibration', trial / 'cameras.yaml', '--json', *folders]
    command += ['--cameras', 'cam2', 'cam1', '--out', trial / 'out']
    assert main([str(word) for word in command]) == 0
    assert 'cameras as chosen: cam2_json is of cam2, cam1_json is of cam1' in (
        capsys.readouterr().out
    )
    report = report_in(trial)
    assert report['views_per_point'] == 2.0
    assert 'left_out_camera_px' not in report  # nothing to reconstruct from


@pytest.mark.parametrize(
    ('more', 'message'),
    [
        (('--cameras', 'cam0'), '4 inputs .* for 1 cameras'),
        (('--skeleton', 'coco_18'), "holds 75 numbers, expected 54 for skeleton 'coco_18'"),
        (('--set', 'speed=1'), "--set 'speed=1', expected NAME=VALUE"),
        (('--compare-trc', 'cameras.yaml'), 'No such file|no .trc file'),
        (('--picture', 'people.doc'), "--picture 'people.doc', expected an image"),
        (('--frame-first', 100), 'holds no JSON file of a frame wanted'),
    ],
)
def test_main_says_what_is_wrong_in_one_line(
    trial: Path, capsys: pytest.CaptureFixture[str], more: tuple[object, ...], message: str
) -> None:
    assert main(arguments(trial, *more)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith('reconstruct: ')
    assert re.search(message, line)


@pytest.mark.parametrize(
    'more',
    [('--fps', 0), ('--frame-step', 0), ('--video', 'a.mp4'), ('--fit', 'stretch')],
)
def test_main_with_wrong_arguments_ends_with_usage(trial: Path, more: tuple[object, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments(trial, *more))
    assert caught.value.code == 2


def test_program_finds_nobody_in_videos_of_nobody(
    tmp_path: Path,
    make_clip: Callable[..., Path],
    run_tool: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    cameras = ring_of_cameras(2, image_size=(64, 48), focal_px=50.0)
    write_cameras(tmp_path / 'cameras.yaml', {camera.name: camera for camera in cameras})
    videos = [make_clip(f'cam{number}.avi', 3) for number in (0, 1)]
    result = run_tool(
        'reconstruct', '--calibration', tmp_path / 'cameras.yaml', '--video', *videos,
        '--height', 64, '--out', tmp_path / 'out', '--picture', tmp_path / 'people.png',
    )
    assert result.returncode == 0, result.stderr
    assert '3 frames of 2 cameras' in result.stdout
    assert len(list((tmp_path / 'out' / 'json').iterdir())) == 3
    assert report_in(tmp_path)['people_per_frame'] == 0
    picture = cv2.imread(str(tmp_path / 'people.png'))
    # the images above, the scene below
    assert picture.shape[1] == 1400
    assert picture.shape[0] > 560


def test_program_refuses_videos_of_another_size(
    tmp_path: Path,
    make_clip: Callable[..., Path],
    run_tool: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    cameras = ring_of_cameras(2, image_size=(128, 96), focal_px=50.0)
    write_cameras(tmp_path / 'cameras.yaml', {camera.name: camera for camera in cameras})
    videos = [make_clip(f'cam{number}.avi', 2) for number in (0, 1)]
    command = ('--calibration', tmp_path / 'cameras.yaml', '--video', *videos, '--height', 64)
    result = run_tool('reconstruct', *command, '--out', tmp_path / 'out')
    assert result.returncode == 1
    assert "camera 'cam0': images of 64x48 pixels, calibrated for 128x96" in result.stderr
    assert run_tool(
        'reconstruct', *command, '--out', tmp_path / 'out', '--fit', 'stretch'
    ).returncode == 0


def test_main_reconstructs_faces_and_hands_that_the_files_hold(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    body = walkers(0)[:1]
    blocks = {
        'face': body[:, [SKELETON.index('nose')]] + generator.normal(0, 0.04, (1, 70, 3)),
        'left_hand': body[:, [SKELETON.index('left_wrist')]] + generator.normal(
            0, 0.04, (1, 21, 3)
        ),
        'right_hand': body[:, [SKELETON.index('right_wrist')]] + generator.normal(
            0, 0.04, (1, 21, 3)
        ),
    }
    write_cameras(tmp_path / 'cameras.yaml', {camera.name: camera for camera in CAMERAS})
    for view in seen_by(CAMERAS, body, 'body_25'):
        folder = tmp_path / 'pose' / view.camera.name
        folder.mkdir(parents=True)
        found = {}
        for name, xyz in blocks.items():
            xy = view.camera.project(xyz).astype(np.float32)
            found[name] = Keypoints2D(xy, np.full(xy.shape[:2], 0.8, np.float32))
        people = replace(
            view.people, face_skeleton='face_70', hand_skeleton='hand_21', **found
        )
        write_people(people, folder, 'walk_0')
    assert main(arguments(tmp_path, '--csv', tmp_path / 'points.csv')) == 0
    people_3d = read_people_3d(
        tmp_path / 'out' / 'json' / 'frame_000000000000_keypoints.json', 'body_25'
    )
    for name, xyz in blocks.items():
        np.testing.assert_allclose(getattr(people_3d, name).xyz, xyz, atol=1e-3)
    rows = read_points_csv(tmp_path / 'points.csv')
    assert len(rows) == 25 + 70 + 21 + 21
    assert {'left_hand.thumb_4', 'right_hand.wrist'} <= {row.part for row in rows}
