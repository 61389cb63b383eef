# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
from people_3d import seen_by
from people_3d import standing
import pytest

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.openpose_json import write_people
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.tools.view_sequence import assign_cameras
from openpose_ros.tools.view_sequence import frame_number_of
from openpose_ros.tools.view_sequence import people_of_folder
from openpose_ros.tools.view_sequence import view_sequence
from openpose_ros.tools.view_sequence import views_of_folders

RING = ring_of_cameras(3)
CAMERAS = {camera.name: camera for camera in ring_of_cameras(12)}
ONE = standing(18)[None]


def three(*names: str) -> dict:
    return dict(zip(names, RING))


# Cameras of the calibration, names of the folders, cameras found, how.
ASSIGNED = [
    (('cam_01', 'cam_02', 'cam_03'), ('cam02_json', 'cam03', 'Cam-01'), (1, 2, 0), 'name'),
    (('Left', 'mid', 'right'), ('trial-LEFT', 'trial-right', 'trial-mid'), (0, 2, 1), 'name'),
    # in every name the camera of the first one
    (('cam1', 'cam2', 'cam3'), ('cam1_a', 'cam1_b', 'cam1_c'), (0, 1, 2), 'order'),
    (('a_b', 'c_d', 'e_f'), ('first', 'second', 'third'), (0, 1, 2), 'order'),
    # one of them fits none
    (('cam1', 'cam2', 'cam3'), ('cam2', 'cam1', 'other'), (0, 1, 2), 'order'),
    (('cam1', 'cam12', 'cam2'), ('x_cam12', 'x_cam1', 'x_cam2'), (1, 0, 2), 'name'),
]


@pytest.mark.parametrize(('cameras', 'names', 'expected', 'how'), ASSIGNED)
def test_assign_cameras(
    cameras: tuple[str, ...], names: tuple[str, ...], expected: tuple[int, ...], how: str
) -> None:
    found, said = assign_cameras(three(*cameras), names)
    assert [RING.index(camera) for camera in found] == list(expected)
    assert said == f'by {how}'


def test_assign_cameras_as_chosen_takes_these_in_this_order() -> None:
    found, said = assign_cameras(CAMERAS, ['cam1', 'cam0'], ['cam7', 'cam1'])
    assert [camera.name for camera in found] == ['cam7', 'cam1']
    assert said == 'as chosen'


@pytest.mark.parametrize(
    ('names', 'chosen', 'message'),
    [
        (['a', 'b'], [], r'2 inputs \(a, b\) for 12 cameras \(cam0, .*expected one each'),
        (['a', 'b'], ['cam1'], '2 inputs .* for 1 cameras'),
        (['a', 'b'], ['cam1', 'cam1'], '2 inputs .* for 2 cameras'),
        (['a', 'b'], ['cam1', 'cam99'], "camera 'cam99', expected one of cam0, cam1"),
        (['a'], ['cam1'], '1 camera, expected at least 2'),
    ],
)
def test_assign_cameras_refuses(names: list[str], chosen: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        assign_cameras(CAMERAS, names, chosen)


@pytest.mark.parametrize(
    ('stem', 'number'),
    [
        ('cam01.0007', 7),
        ('video_000000000012_keypoints', 12),
        ('Static_cam_02.00009', 9),
        ('5', 5),
    ],
)
def test_frame_number_of(stem: str, number: int) -> None:
    assert frame_number_of(stem) == number


def test_frame_number_of_a_name_without_one_raises() -> None:
    with pytest.raises(ValueError, match="'walk.json' has no frame number"):
        frame_number_of('walk')


def folders(root: Path, frames: dict[str, list[int]]) -> list[Path]:
    """Write files of one person, of cameras of the ring, with the frames given."""
    made = []
    for view, (name, numbers) in zip(seen_by(RING, ONE), frames.items()):
        folder = root / name
        folder.mkdir()
        for number in numbers:
            write_people(view.people, folder, f'{name}_{number:012d}')
        made.append(folder)
    return made


def test_views_of_folders_are_matched_by_frame_number(tmp_path: Path) -> None:
    made = folders(tmp_path, {'cam0': [3, 5, 8], 'cam1': [3, 8, 9], 'cam2': [3, 5, 8]})
    sequence = views_of_folders(RING, made, 'coco_18', fps=50.0)
    assert sequence.frame_numbers.tolist() == [3, 5, 8, 9]
    np.testing.assert_allclose(sequence.times_sec, [0.06, 0.10, 0.16, 0.18])
    names = [' '.join(view.camera.name for view in views) for views in sequence.view_sets]
    assert names == ['cam0 cam1 cam2', 'cam0 cam2', 'cam0 cam1 cam2', 'cam1']
    assert sequence.describe() == '4 frames of 3 cameras, 2 of them lack a camera'
    for view, expected in zip(sequence.view_sets[0], seen_by(RING, ONE)):
        np.testing.assert_array_equal(view.people.body.xy, expected.people.body.xy)


def test_people_of_folder_takes_the_frames_wanted(tmp_path: Path) -> None:
    (folder, *_) = folders(tmp_path, {'cam0': list(range(10))})
    found = people_of_folder(folder, 'coco_18', FrameSelection(1, 6, 2))
    assert list(found) == [1, 3, 5]
    with pytest.raises(ValueError, match='holds no JSON file of a frame wanted'):
        people_of_folder(folder, 'coco_18', FrameSelection(20))


def test_people_of_folder_names_what_is_wrong(tmp_path: Path) -> None:
    (folder, *_) = folders(tmp_path, {'cam0': [1]})
    with pytest.raises(ValueError, match="cam0_000000000001_keypoints.json': person 0"):
        people_of_folder(folder, 'body_25')
    (folder / 'again_1.json').write_text('{"people": []}')
    with pytest.raises(ValueError, match='is a second file of frame 1'):
        people_of_folder(folder, 'coco_18')
    with pytest.raises(ValueError, match='is no folder, expected one with'):
        people_of_folder(tmp_path / 'nowhere', 'coco_18')


def test_cameras_without_a_common_frame_are_refused() -> None:
    views = seen_by(RING, ONE)
    people = [{number: view.people} for number, view in enumerate(views)]
    with pytest.raises(ValueError, match='no frame number is in the files of two cameras'):
        view_sequence(RING, people, float)
