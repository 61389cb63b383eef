# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from people_3d import people_of
import pytest

from openpose_ros.pose2d.drawing import limb_colours
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import bodies_at
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.reconstruction_picture import overlay
from openpose_ros.tools.reconstruction_picture import write_picture
from openpose_ros.tools.skeleton_rendering import render_scene
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

SKELETON = get_skeleton('body_25')
CAMERAS = ring_of_cameras(3, image_size=(320, 240), focal_px=220.0)


def people(*places: tuple[float, float], swing: float = 0.0) -> People3D:
    count = len(places)
    xyz = bodies_at(
        SKELETON,
        np.array(places, float).reshape(count, 2),
        np.zeros(count),
        np.full(count, 1.7),
        np.full(count, swing),
    )
    return people_of(CAMERAS, xyz, tuple(range(1, count + 1)), 'body_25')


def pixels_of(image: np.ndarray, bgr: tuple[int, int, int]) -> int:
    return int((np.abs(image.astype(int) - bgr).max(axis=2) < 30).sum())


def thigh(side: str) -> tuple[int, int, int]:
    ends = [limb.end for limb in SKELETON.limbs]
    return limb_colours(SKELETON)[ends.index(f'{side}_knee')]


def test_scene_shows_both_sides_of_a_body_twice_and_the_cameras() -> None:
    empty = render_scene(people(), CAMERAS, size_px=(1000, 420))
    scene = render_scene(people((0, 0)), CAMERAS, size_px=(1000, 420))
    assert scene.shape == empty.shape == (420, 1000, 3)
    for half in (slice(0, 500), slice(500, 1000)):
        for side in ('left', 'right'):
            assert pixels_of(scene[:, half], thigh(side)) > 10
            assert pixels_of(empty[:, half], thigh(side)) == 0
    without = render_scene(people(), (), size_px=(1000, 420))
    assert (without != empty).any()


def test_scene_keeps_the_proportions_of_the_world() -> None:
    """A tall thin scene fills the height and leaves the width, a wide one the other way round."""
    def extent(image: np.ndarray) -> tuple[int, int]:
        rows, columns = ((image < 200).any(axis=(axis, 2)).nonzero()[0] for axis in (1, 0))
        return int(np.ptp(rows)), int(np.ptp(columns))

    narrow = extent(render_scene(people((0, 0)), (), size_px=(800, 400))[:, :400])
    wide = extent(render_scene(people((-6, 0), (0, 0), (6, 0)), (), size_px=(800, 400))[:, :400])
    assert narrow[0] / narrow[1] > 1.5 * wide[0] / wide[1]


@pytest.mark.parametrize(('size', 'fit'), [((320, 240), 'same'), ((160, 160), 'letterbox')])
def test_overlay_draws_where_the_camera_sees(size: tuple[int, int], fit: str) -> None:
    someone = people((0, 0))
    image = np.zeros((size[1], size[0], 3), np.uint8)
    drawn = overlay(image, someone, CAMERAS[0], fit)
    assert not image.any()
    rows, columns = drawn.any(axis=2).nonzero()
    xy = CAMERAS[0].project(someone.body.xyz[0])
    if fit == 'letterbox':
        xy = (xy + 0.5) / 2 - 0.5 + (0, 20)
    low, high = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
    # limbs have a width, and the number stands above
    assert np.abs((columns.min(), columns.max()) - np.array([low[0], high[0]])).max() < 8
    assert -30 < rows.min() - low[1] < 8
    assert abs(rows.max() - high[1]) < 8


def test_overlay_leaves_out_whom_the_camera_does_not_see() -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    behind = CAMERAS[0].position[:2] * 1.5
    beside = CAMERAS[0].position[:2] * 0.9 + (0, 3)
    hidden = people(tuple(behind), tuple(beside))
    assert not overlay(image, hidden, CAMERAS[0]).any()


def test_picture_is_of_a_frame_whose_points_fit(tmp_path: Path) -> None:
    frames = [people((0, 0)), people((0, 0)), people((0, 0)), people((0, 0), (1, 0)).take([0])]
    for frame, error in zip(frames, (4.0, 2.0, 1.0, 3.0)):
        frame.body.reprojection_errors[:] = error
    frames[2].body.scores[:, :10] = 0  # the best fit, but of few points
    numbers = np.array([5, 6, 7, 8])
    recording = Recording3D(numbers, numbers / 30.0, tuple(frames))
    path = tmp_path / 'people.png'
    assert write_picture(path, recording, CAMERAS) == 6
    assert cv2.imread(str(path)).shape == (560, 1400, 3)
