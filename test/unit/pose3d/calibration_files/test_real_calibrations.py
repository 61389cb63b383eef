# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A calibration as Qualisys wrote it, beside what another program made of it (`-s`: figures)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.cameras import Camera

SESSION = 'Pose2Sim/Demo/S00_Demo_Session'
TRIAL = f'{SESSION}/S00_P00_Participant/S00_P00_T01_BalancingTrial'
# Every tenth frame, and parts scored at least this.
FRAMES = range(0, 100, 10)
MIN_SCORE = 0.3


def wheel(version: str) -> ZipFile:
    cache = Path(os.environ.get('XDG_CACHE_HOME') or '~/.cache').expanduser()
    file = cache / 'openpose_ros' / f'pose2sim-{version}-py3-none-any.whl'
    if not file.is_file():
        pytest.skip(f'{file.name} is not in {file.parent}: `make demo3d` brings it')
    return ZipFile(file)


@pytest.fixture(scope='module')
def cameras(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Camera]:
    file = tmp_path_factory.mktemp('real') / 'Calib.qca.txt'
    file.write_bytes(wheel('0.6.1').read(f'{SESSION}/S00_Calibration/{file.name}'))
    return read_cameras(file)


def test_qualisys_agrees_with_the_toml_made_of_it(
    cameras: dict[str, Camera], tmp_path: Path
) -> None:
    file = tmp_path / 'Calib_qualisys.toml'
    file.write_bytes(wheel('0.4.15').read(f'Pose2Sim/Demo/calibration/{file.name}'))
    others = read_cameras(file)
    assert list(cameras) == list(others) == ['cam_01', 'cam_02', 'cam_03', 'cam_04']
    for name, camera in cameras.items():
        assert camera.image_size == others[name].image_size == (1088, 1920)
        np.testing.assert_allclose(camera.camera_matrix, others[name].camera_matrix)
        np.testing.assert_allclose(camera.cam_T_world, others[name].cam_T_world, atol=1e-9)
        # It divided the distortion by 64 as if that were pixels; here it stays as it is.
        np.testing.assert_allclose(camera.distortion[:4], 64 * others[name].distortion)


def test_rays_of_one_part_meet(cameras: dict[str, Camera]) -> None:
    """Nearest point of the rays of all cameras, and its distance in the images."""
    keypoints = np.array([[person(index, frame) for frame in FRAMES] for index in range(1, 5)])
    keypoints = keypoints.reshape(4, -1, 3)
    keypoints = keypoints[:, (keypoints[..., 2] > MIN_SCORE).all(0)]
    assert keypoints.shape[1] > 150
    rays = np.array([c.rays(xy) for c, xy in zip(cameras.values(), keypoints[..., :2])])
    across = np.eye(3) - rays[..., :, None] * rays[..., None, :]
    positions = np.array([camera.position for camera in cameras.values()])[:, None, :, None]
    xyz = np.linalg.solve(across.sum(0), (across @ positions).sum(0))[..., 0]
    errors = [
        np.linalg.norm(camera.project(xyz) - xy, axis=-1)
        for camera, xy in zip(cameras.values(), keypoints[..., :2])
    ]
    print(f'\nreprojection error: median {np.median(errors):.1f} px')
    # The calibration itself is no better; with one axis turned it is hundreds.
    assert np.median(errors) < 16
    # Everybody stands on the floor, z = 0, and is no giant.
    assert -0.2 < xyz[:, 2].min() < 0.3
    assert 1.3 < xyz[:, 2].max() < 2.3


def person(index: int, frame: int) -> np.ndarray:
    """Return x, y and score of the parts of the person seen best."""
    name = f'{TRIAL}/pose/cam{index:02d}_json/cam{index:02d}.{frame:04d}.json'
    people = json.loads(wheel('0.6.1').read(name))['people']
    found = [np.reshape(one['pose_keypoints_2d'], (-1, 3)) for one in people]
    return max(found, key=lambda points: points[:, 2].sum())
