# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The files under test/data/calibrations describe one rig in each format.

Front: at (0, -4, 1.5) m, looks along y. Side: at (5, 0, 2) m, looks against x.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.rig import ring_of_cameras

ROOT = Path(__file__).resolve().parents[4]
DATA = ROOT / 'test' / 'data' / 'calibrations'
SIZE = (640, 480)

FRONT = Camera(
    'front',
    SIZE,
    np.array([[600, 0, 320], [0, 610, 240], [0, 0, 1]]),
    'plumb_bob',
    np.array([-0.1, 0.02, 0.001, -0.002]),
    np.array([[1, 0, 0, 0], [0, 0, -1, 1.5], [0, 1, 0, 4], [0, 0, 0, 1]]),
)
SIDE = Camera(
    'side',
    SIZE,
    np.array([[500, 0, 300], [0, 505, 250], [0, 0, 1]]),
    'plumb_bob',
    np.array([0.05, -0.01, 0, 0.001]),
    np.array([[0, 1, 0, 0], [0, 0, -1, 2], [-1, 0, 0, 5], [0, 0, 0, 1]]),
)
POINTS = np.random.default_rng(6).uniform(-1, 1, (40, 3)) + [0, 0, 1]


def same(found: Camera, wanted: Camera) -> None:
    assert (found.name, found.image_size) == (wanted.name, wanted.image_size)
    np.testing.assert_allclose(found.camera_matrix, wanted.camera_matrix)
    np.testing.assert_allclose(found.cam_T_world, wanted.cam_T_world, atol=1e-12)
    # 4, 5 or 8 coefficients: what counts is the lens
    np.testing.assert_allclose(found.project(POINTS), wanted.project(POINTS), atol=1e-9)


@pytest.mark.parametrize('name', ['rig.yaml', 'rig.qca.txt', 'rig.toml', 'openpose'])
@pytest.mark.parametrize('prefix', ['', 'file://'])
def test_read_cameras_of_each_format(name: str, prefix: str) -> None:
    cameras = read_cameras(f'{prefix}{DATA / name}', image_size=SIZE)
    assert list(cameras) == ['front', 'side']
    same(cameras['front'], FRONT)
    same(cameras['side'], SIDE)


def test_positions_are_metres_in_the_world() -> None:
    np.testing.assert_allclose(FRONT.position, [0, -4, 1.5])
    np.testing.assert_allclose(SIDE.position, [5, 0, 2])


def test_read_cameras_of_one_opencv_file(tmp_path: Path) -> None:
    text = (DATA / 'side_opencv.yml').read_text()
    file = tmp_path / 'side.yml'
    file.write_text(text)
    same(read_cameras(file)['side'], SIDE)
    file.write_text(text.split('Distortion')[0])
    assert read_cameras(file)['side'].distortion_model == 'none'


def test_read_cameras_goes_by_content_not_by_suffix(tmp_path: Path) -> None:
    for name in ('rig.yaml', 'rig.qca.txt'):
        file = tmp_path / 'rig'
        file.write_bytes(b'\xef\xbb\xbf' + (DATA / name).read_bytes())
        same(read_cameras(file)['side'], SIDE)


LENSES = {
    'none': [],
    'plumb_bob': [-0.28, 0.09, 0.001, -0.0007, -1e-05],
    'rational_polynomial': [0.6, -0.2, 0.0008, -0.001, 0.03, 0.9, -0.1, 0.05],
    'equidistant': [0.03, -0.008, 0.004, -0.0015],
}


def test_read_cameras_gives_back_what_write_cameras_wrote(tmp_path: Path) -> None:
    cameras = {
        model: Camera(
            model,
            one.image_size,
            one.camera_matrix * (1 / 3) + np.diag([0, 0, 2 / 3]),
            model,
            np.array(LENSES[model]),
            one.cam_T_world,
        )
        for model, one in zip(LENSES, ring_of_cameras(4, height_m=1 / 3))
    }
    write_cameras(tmp_path / 'rig.yaml', cameras)
    found = read_cameras(tmp_path / 'rig.yaml')
    assert list(found) == list(cameras)
    for name, camera in cameras.items():
        assert found[name].distortion_model == camera.distortion_model
        np.testing.assert_array_equal(found[name].distortion, camera.distortion)
        np.testing.assert_array_equal(found[name].camera_matrix, camera.camera_matrix)
        np.testing.assert_allclose(found[name].cam_T_world, camera.cam_T_world, atol=1e-15)


def test_example_is_read_and_its_cameras_look_at_the_middle() -> None:
    cameras = read_cameras(ROOT / 'config' / 'cameras' / 'example.yaml')
    assert len(cameras) >= 2
    for camera in cameras.values():
        width, height = camera.image_size
        x, y = camera.project(np.array([0, 0, 1.0]))
        assert abs(x - width / 2) < width / 20
        assert abs(y - height / 2) < height / 20
        assert camera.position[2] > 1


# Per format: what is replaced in its file, by what, and the error, which begins with the file.
WRONG = [
    ('rig.yaml', 'cameras:', 'camera:', "'cameras' is None, expected at least one camera"),
    ('rig.yaml', 'front:', 'front: [', 'this is no YAML'),
    ('rig.yaml', 'image_width: 640', 'image_width: x', "camera 'front': 'image_width' is 'x'"),
    ('rig.yaml', '600, 0, 320', '0, 0, 320', "camera 'front': camera_matrix is"),
    ('rig.yaml', ' 0, 0, -1, 1.5,', '', "camera 'front': 'cam_T_world' has data .* 12 numbers"),
    ('rig.yaml', '[1, 0, 0, 0, ', '[2, 0, 0, 0, ', "'front': the rotation of cam_T_world is no"),
    ('rig.yaml', '-0.1, 0.02,', '', r"'front': distortion has shape \(3,\), expected 4 or 5"),
    ('rig.yaml', 'model: plumb_bob', 'model: wide', "'front': distortion model is 'wide'"),
    ('rig.yaml', '  front:', '  front:\n    rectified: 1', "'front': 'rectified' is 1"),
    ('rig.yaml', '  front:', '  front:\n    rectified: true', "'front': 'rectification_matrix'"),
    ('rig.yaml', '  front:', '  odd: 3\n  front:', "camera 'odd': 3 found, expected keys such"),
    ('rig.qca.txt', '</calibration>', '', 'this is no XML'),
    ('rig.qca.txt', 'active="1"', 'active="0"', "no 'camera' in 'cameras' that is active"),
    ('rig.qca.txt', 'serial="side"', 'serial="front"', "'serial' is 'front', expected a name"),
    ('rig.qca.txt', 'x="0"', 'x="far"', "camera 'front': 'x' is 'far', expected a number"),
    ('rig.qca.txt', 'skew="0"', '', "camera 'front': 'skew' is None, expected a number"),
    ('rig.qca.txt', 'fov_video', 'fov_marker', "camera 'front': 'fov_video' is missing"),
    ('rig.qca.txt', 'right="647"', 'right="7"', "camera 'front': 'fov_video' is 0 x 480"),
    ('rig.qca.txt', 'r11="1"', 'r11="2"', "camera 'front': the rotation of cam_T_world is no"),
    ('rig.qca.txt', 'calibration', 'results', "XML that begins with 'results', expected"),
    ('rig.toml', '[cam_1]', '[cam_1', 'this is no TOML'),
    ('rig.toml', '[cam_1]', 'unit = 1\n[cam_1]', "camera 'unit': 1 found, expected a table"),
    ('rig.toml', 'name = "side"', 'name = "front"', "camera 'front' is there twice"),
    ('rig.toml', 'size', 'shape', "camera 'front': 'size' is None, expected 2 numbers"),
    ('rig.toml', '640.0', '640.5', "camera 'front': 'size' is 640.5 x 480"),
    ('rig.toml', '600.0, 0.0', '600.0', "camera 'front': 'matrix' is .*, expected 3 x 3 numbers"),
    ('rig.toml', '-0.1, 0.02,', '', "camera 'front': 'distortions' is .*, expected 4, 5 or 8"),
    ('rig.toml', '0.001, 0.0]\n', '0.001, 0.0]\nfisheye = true\n', 'this is no TOML'),
    ('rig.toml', '0.0, 1.5, 4.0', '0.0, nan, 4.0', "camera 'front': 'translation' is"),
    ('openpose/side.xml', 'CameraMatrix', 'Camera', "camera 'side': 'CameraMatrix' is missing"),
    ('openpose/side.xml', '<cols>4', '<cols>3', "camera 'side': 'CameraMatrix' is no matrix"),
    ('openpose/side.xml', '500.', '0.', "camera 'side': camera_matrix is"),
    ('openpose/side.xml', 'image_width', 'width', "camera 'side': 'image_width' and .* missing"),
    ('openpose/side.xml', '</data>', '', 'OpenCV cannot read this'),
    ('side_opencv.yml', '0., 0. ]', '0., 1. ]', "'Distortion' is .* or 0 from the 9th on"),
]


@pytest.mark.parametrize(('name', 'old', 'new', 'text'), WRONG)
def test_read_cameras_of_a_wrong_file_raises(
    tmp_path: Path, name: str, old: str, new: str, text: str
) -> None:
    content = (DATA / name).read_text()
    assert old in content
    file = tmp_path / Path(name).name
    file.write_text(content.replace(old, new))
    with pytest.raises(ValueError, match=rf"^calibration '{file}': .*({text})"):
        read_cameras(file)


def test_read_cameras_without_a_readable_file_raises(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none.yaml' cannot be read: No such file"):
        read_cameras(tmp_path / 'none.yaml')
    with pytest.raises(ValueError, match='no .xml in this folder, expected one per camera'):
        read_cameras(tmp_path)
    file = tmp_path / 'rig.yaml'
    file.write_bytes(b'\xff\xfe\x00')
    with pytest.raises(ValueError, match="rig.yaml' is no text"):
        read_cameras(file)
    file.write_text('')
    with pytest.raises(ValueError, match="'cameras' is None"):
        read_cameras(file)


def test_read_cameras_of_a_toml_without_cameras_raises(tmp_path: Path) -> None:
    file = tmp_path / 'rig.toml'
    file.write_text('[metadata]\nerror = 0.0\n')
    with pytest.raises(ValueError, match='no table of a camera, expected one'):
        read_cameras(file)


def test_read_cameras_of_a_fisheye_in_toml(tmp_path: Path) -> None:
    text = (DATA / 'rig.toml').read_text().split('[cam_2]')[0]
    file = tmp_path / 'rig.toml'
    file.write_text(text.replace('fisheye = false', 'fisheye = true'))
    camera = read_cameras(file)['front']
    assert camera.distortion_model == 'equidistant'
    np.testing.assert_array_equal(camera.distortion, [-0.1, 0.02, 0.001, -0.002])


def test_read_cameras_of_a_rectified_camera(tmp_path: Path) -> None:
    text = (DATA / 'rig.yaml').read_text()
    more = (
        '  front:\n    rectified: true\n'
        '    rectification_matrix: {data: [0, -1, 0, 1, 0, 0, 0, 0, 1]}\n'
        '    projection_matrix: {data: [550, 0, 310, -55, 0, 550, 230, 0, 0, 0, 1, 0]}'
    )
    file = tmp_path / 'rig.yaml'
    file.write_text(text.replace('  front:', more))
    camera = read_cameras(file)['front']
    assert camera.distortion_model == 'none'
    np.testing.assert_array_equal(camera.camera_matrix[0], [550, 0, 310])
    np.testing.assert_allclose(camera.position, FRONT.position)
    np.testing.assert_allclose(camera.cam_T_world[0], [0, 0, 1, -1.5], atol=1e-12)


def test_rig_file_names_the_calibration_it_refers_to(tmp_path: Path) -> None:
    path = tmp_path / 'rig.yaml'
    path.write_text('calibration: here.yaml\ncameras: {a: {}, b: {}}')
    with pytest.raises(ValueError, match=r"'.*rig\.yaml': this is the rig file .*: here\.yaml"):
        read_cameras(path)
