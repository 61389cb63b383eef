# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import cv2
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.cameras import normalize_views
from openpose_ros.pose3d.cameras import pixel_jacobians
from openpose_ros.pose3d.rig import looking_at

MATRIX = np.array([[900.0, 0, 650], [0, 880, 340], [0, 0, 1]])
PLACE = looking_at(np.array([3.0, -2, 1.5]), np.array([0.0, 0, 1]))
LENSES: dict[str, list[float]] = {
    'none': [],
    'plumb_bob': [-0.28, 0.09, 0.001, -0.0007, -0.01],
    'rational_polynomial': [0.6, -0.15, 0.0008, -0.001, 0.03, 0.9, -0.1, 0.05],
    'equidistant': [0.03, -0.008, 0.004, -0.0015],
}
every_model = pytest.mark.parametrize('model', LENSES)


def camera(model: str = 'none', **changes: Any) -> Camera:
    values: dict[str, Any] = {
        'name': 'left',
        'image_size': (1280, 720),
        'camera_matrix': MATRIX,
        'distortion_model': model,
        'distortion': np.array(LENSES.get(model, [])),
        'cam_T_world': PLACE,
    }
    return Camera(**{**values, **changes})


def people(count: int = 200) -> Any:
    random = np.random.default_rng(3)
    return random.uniform((-1, -1, 0), (1, 1, 2), (count, 3))


@every_model
def test_project_agrees_with_opencv(model: str) -> None:
    one = camera(model)
    rotation, translation = cv2.Rodrigues(PLACE[:3, :3])[0], PLACE[:3, 3]
    project = cv2.fisheye.projectPoints if model == 'equidistant' else cv2.projectPoints
    distortion = one.distortion if model != 'none' else np.zeros(4)
    xyz = people()
    reference = project(xyz[:, None], rotation, translation, MATRIX, distortion)[0]
    np.testing.assert_allclose(one.project(xyz), reference[:, 0], atol=1e-9)


@every_model
def test_rays_lead_from_the_camera_to_the_points(model: str) -> None:
    one, xyz = camera(model), people()
    rays = one.rays(one.project(xyz))
    np.testing.assert_allclose(np.linalg.norm(rays, axis=-1), 1)
    depths = np.linalg.norm(xyz - one.position, axis=-1, keepdims=True)
    np.testing.assert_allclose(one.position + depths * rays, xyz, atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(model=st.sampled_from(sorted(LENSES)), x=st.floats(0, 1279), y=st.floats(0, 719))
def test_normalize_and_denormalize_are_inverse_all_over_the_image(
    model: str, x: float, y: float
) -> None:
    one = camera(model)
    np.testing.assert_allclose(one.denormalize(one.normalize(np.array([x, y]))), [x, y], atol=1e-6)


@every_model
def test_pixel_jacobian_is_the_derivative(model: str) -> None:
    one = camera(model, camera_matrix=np.array([[900.0, 7, 650], [0, 880, 340], [0, 0, 1]]))
    xy = np.random.default_rng(1).uniform(-0.6, 0.6, (50, 2))
    steps = 1e-6 * np.eye(2)
    numeric = np.stack(
        [(one.denormalize(xy + step) - one.denormalize(xy - step)) / 2e-6 for step in steps], -1
    )
    np.testing.assert_allclose(one.pixel_jacobian(xy), numeric, atol=1e-4)


@pytest.mark.parametrize(
    ('name', 'model'), [('fisheye', 'equidistant'), ('', 'none')]
)
def test_camera_knows_other_names_of_models(name: str, model: str) -> None:
    other = camera(name, distortion=np.array(LENSES[model]))
    assert other.distortion_model == model
    np.testing.assert_array_equal(other.project(people()), camera(model).project(people()))


def test_project_behind_the_camera_is_nan() -> None:
    one = camera()
    behind = one.position - 2 * (np.array([0, 0, 1]) - one.position)
    pixels = one.project(np.stack([behind, one.position, [0, 0, 1]]))
    assert np.isnan(pixels[:2]).all()
    np.testing.assert_allclose(pixels[2], [650, 340])


def test_position_and_world_T_cam_undo_cam_T_world() -> None:
    one = camera()
    np.testing.assert_allclose(one.position, [3, -2, 1.5])
    np.testing.assert_allclose(one.world_T_cam @ one.cam_T_world, np.eye(4), atol=1e-12)


@pytest.mark.parametrize('shape', [(3,), (0, 3), (4, 5, 3)])
def test_all_shapes_are_kept(shape: tuple[int, ...]) -> None:
    one, xyz = camera('plumb_bob'), np.zeros(shape)
    pixels = one.project(xyz)
    assert pixels.shape == (*shape[:-1], 2)
    assert one.normalize(pixels).shape == pixels.shape
    assert one.rays(pixels).shape == shape
    assert one.pixel_jacobian(one.normalize(pixels)).shape == (*shape[:-1], 2, 2)


def test_rays_of_missing_pixels_are_nan() -> None:
    rays = camera('plumb_bob').rays(np.array([[np.nan, np.nan], [600, 300]]))
    assert np.isnan(rays[0]).all()
    assert np.isfinite(rays[1]).all()


@pytest.mark.parametrize('models', [['none'], ['equidistant'] * 2, [*LENSES, 'plumb_bob'], []])
def test_many_cameras_at_once_are_as_one_by_one(models: list[str]) -> None:
    cameras = [
        camera(model, camera_matrix=MATRIX + np.diag([index, 2 * index, 0]))
        for index, model in enumerate(models)
    ]
    xy = np.random.default_rng(0).uniform(0, 720, (len(models), 30, 2))
    xy[:, 3] = np.nan
    together = normalize_views(cameras, xy)
    assert together.shape == xy.shape
    jacobians = pixel_jacobians(cameras, together)
    assert jacobians.shape == (*xy.shape, 2)
    for index, one in enumerate(cameras):
        np.testing.assert_allclose(together[index], one.normalize(xy[index]), atol=1e-9)
        np.testing.assert_allclose(jacobians[index], one.pixel_jacobian(together[index]))


def test_rotation_with_few_digits_is_made_exact() -> None:
    one = camera(cam_T_world=np.round(PLACE, 4))
    rotation = one.cam_T_world[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(rotation, PLACE[:3, :3], atol=1e-4)


def test_arrays_of_a_camera_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match='read-only'):
        camera().camera_matrix[0, 0] = 1


MIRRORED = PLACE @ np.diag([-1, 1, 1, 1])
SCALED = PLACE @ np.diag([2, 2, 2, 1])


@pytest.mark.parametrize(
    ('changes', 'text'),
    [
        ({'camera_matrix': np.zeros((3, 3))}, 'camera_matrix is all 0: .* not calibrated'),
        ({'camera_matrix': np.eye(4)}, r'camera_matrix has shape \(4, 4\)'),
        ({'camera_matrix': np.diag([-9.0, 9, 1])}, 'expected focal lengths above 0'),
        ({'camera_matrix': MATRIX.T}, 'expected focal lengths above 0'),
        ({'camera_matrix': MATRIX * np.nan}, 'expected focal lengths above 0'),
        ({'cam_T_world': np.eye(3)}, r'cam_T_world has shape \(3, 3\), expected \(4, 4\)'),
        ({'cam_T_world': MIRRORED}, 'rotation of cam_T_world .* determinant is -1'),
        ({'cam_T_world': SCALED}, 'of cam_T_world is no rotation: .* differs from 1 by 3'),
        ({'cam_T_world': PLACE * np.nan}, 'cam_T_world is .*expected finite numbers'),
        ({'cam_T_world': PLACE.T}, 'cam_T_world has the last row'),
        ({'image_size': (0, 720)}, r'image_size is \(0, 720\), expected width and height'),
        ({'distortion': np.zeros(3)}, 'expected 0 coefficients for none'),
        ({'distortion_model': 'wide'}, "distortion model is 'wide', expected one of"),
    ],
)
def test_camera_that_is_wrong_raises(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=rf"camera 'left': .*{text}"):
        camera(**changes)
