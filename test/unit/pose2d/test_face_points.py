# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from crop_networks import BLUE
from crop_networks import colour_points
from crop_networks import GREEN
from crop_networks import painted
from crop_networks import point_model
from crop_networks import RED
import numpy as np
import pytest

from openpose_ros.pose2d.face_points import eye_regions
from openpose_ros.pose2d.face_points import FacePoints
from openpose_ros.pose2d.face_points import refined_faces
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.point_networks import PointNetwork
from openpose_ros.region_types import FACE
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import get_skeleton

FACE_70 = get_skeleton('face_70')
# The outer corners are the eyes' places here: blue right, green left; the chin is red.
PARTS = {
    'right_eye_1': 0, 'right_eye_4': (0, 0, 0, 1), 'left_eye_1': (0, 1, 1, 1), 'left_eye_4': 1,
    'jaw_9': 2,
}
SPOTS = {BLUE: (100, 80), GREEN: (180, 80), RED: (140, 140)}
ONCE = LandmarkParameters(face_looks=1)


def regions(*rows: tuple[float, float, float, float]) -> Regions:
    """Return regions of x, y, side and degrees."""
    table = np.array(rows, np.float32).reshape(-1, 4)
    return Regions(
        np.full(len(table), FACE), np.arange(len(table)), table[:, :2], table[:, 2],
        np.deg2rad(table[:, 3]).astype(np.float32), np.full(len(table), 0.7, np.float32),
    )


def network(batches: list[int] | None = None) -> PointNetwork:
    return PointNetwork(point_model('face_70', PARTS), colour_points(batches=batches))


def keypoint(xy: np.ndarray, part: str) -> np.ndarray:
    return xy[:, FACE_70.index(part)]


def test_faces_get_the_score_of_the_face_and_no_pupils_without_a_network() -> None:
    found = FacePoints(network()).detect(
        painted(SPOTS, red=204), regions((140, 100, 150, 10)), ONCE
    )
    for part, colour in (('right_eye_1', BLUE), ('left_eye_4', GREEN), ('jaw_9', RED)):
        np.testing.assert_allclose(keypoint(found.keypoints.xy, part), [SPOTS[colour]], atol=0.2)
        np.testing.assert_allclose(keypoint(found.keypoints.scores, part), 0.8, atol=0.02)
    assert np.isnan(keypoint(found.keypoints.xy, 'right_pupil')).all()
    assert keypoint(found.keypoints.scores, 'left_pupil') == 0


def test_eye_regions_are_around_the_corners() -> None:
    xy = np.full((1, 70, 2), np.nan, np.float32)
    for part, place in (('right_eye_1', (100, 80)), ('right_eye_4', (130, 90)),
                        ('left_eye_1', (150, 80)), ('left_eye_4', (170, 80))):
        xy[0, FACE_70.index(part)] = place
    eyes = eye_regions(regions((140, 100, 150, 10)), xy, FACE_70)
    np.testing.assert_allclose(eyes.xy_image, [(115, 85), (160, 80)])
    np.testing.assert_allclose(eyes.sizes_px, [2.3 * 1000**0.5, 2.3 * 20], rtol=1e-6)
    # both along the line from outer to outer corner
    np.testing.assert_allclose(eyes.angles_rad, [0, 0])
    xy[0, FACE_70.index('left_eye_4')] = (170, 150)
    turned = eye_regions(regions((140, 100, 150, 10)), xy, FACE_70)
    np.testing.assert_allclose(np.rad2deg(turned.angles_rad), [45, 45])


@pytest.mark.parametrize('mirror', ['right', 'left'])
def test_pupils_are_found_in_one_look_at_all_eyes(mirror: str) -> None:
    seen: list[np.ndarray] = []

    def iris(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        # a pupil left of the middle of each eye, by an eighth of the crop of 32
        seen.append(crops)
        return (np.tile(np.array([11.5, 15.5, 0], np.float32), (len(crops), 1)),)

    model = point_model(
        'face_70', {'right_pupil': 0, 'left_pupil': 0}, size_px=32, score='', points=1,
        mirror=mirror,
    )
    faces = FacePoints(network(), PointNetwork(model, iris))
    found = faces.detect(
        painted(SPOTS), regions((140, 100, 150, 0), (140, 100, 160, 0)), ONCE
    )
    assert [crops.shape for crops in seen] == [(4, 3, 32, 32)]
    # the corners of each eye are 20 apart: its square is 46 wide, an eighth of that 5.75
    shift = {'right': 5.75, 'left': -5.75} if mirror == 'right' else {'right': -5.75, 'left': 5.75}
    for side, middle in (('right', 110), ('left', 170)):
        np.testing.assert_allclose(
            keypoint(found.keypoints.xy, f'{side}_pupil'), [(middle + shift[side], 80)] * 2,
            atol=0.3,
        )
        np.testing.assert_allclose(keypoint(found.keypoints.scores, f'{side}_pupil'), 1, atol=0.02)


def test_pupils_are_sought_in_found_faces_only() -> None:
    calls: list[int] = []

    def iris(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        calls.append(len(crops))
        return (np.zeros((len(crops), 3), np.float32),)

    model = point_model('face_70', {'right_pupil': 0, 'left_pupil': 0}, score='', points=1)
    faces = FacePoints(network(), PointNetwork(model, iris))
    away = (40, 190, 20, 0)  # where nothing is red
    found = faces.detect(painted(SPOTS), regions(away, (140, 100, 150, 0)), ONCE)
    assert found.found().tolist() == [1]
    assert calls == [2]
    faces.detect(painted(SPOTS), regions(away), ONCE)
    assert calls == [2]


@pytest.mark.parametrize('looks', [1, 3])
def test_faces_are_looked_at_again_around_what_was_found(looks: int) -> None:
    calls: list[int] = []
    spots = {BLUE: (100, 80), GREEN: (160, 140), RED: (110, 130)}  # turned by 45 degrees
    found = FacePoints(network(calls)).detect(
        painted(spots), regions((130, 110, 120, 0), (120, 100, 130, 20)),
        LandmarkParameters(face_looks=looks),
    )
    assert calls == [2] * looks
    if looks > 1:
        np.testing.assert_allclose(np.rad2deg(found.regions.angles_rad), [45, 45], atol=1.0)
    np.testing.assert_allclose(keypoint(found.keypoints.xy, 'right_eye_1'), [(100, 80)] * 2,
                               atol=0.3)


def test_refined_faces_are_around_all_points() -> None:
    points = np.array([[[100.0, 80], [180, 80], [140, 140], [90, 100]]])
    found = refined_faces(regions((1, 1, 1, 0)), points, np.zeros(1))
    np.testing.assert_allclose(found.xy_image, [(135, 110)])
    np.testing.assert_allclose(found.sizes_px, [1.4 * 90])
