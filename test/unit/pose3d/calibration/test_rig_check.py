# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A camera that is turned, moved or late is named, and none where all are right."""

from __future__ import annotations

import numpy as np
import pytest
from walking_person import delayed
from walking_person import moved
from walking_person import see_walk
from walking_person import turned
from walking_person import walking_body

from openpose_ros.pose3d.calibration.camera_correction import corrected
from openpose_ros.pose3d.calibration.person_track import follow_person
from openpose_ros.pose3d.calibration.person_track import pair_distances
from openpose_ros.pose3d.calibration.person_track import PersonTrack
from openpose_ros.pose3d.calibration.rig_check import check_rig
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

NOISE_PX = 3.0


def with_camera(cameras, row, camera):
    return (*cameras[:row], camera, *cameras[row + 1 :])


@pytest.mark.parametrize('count', [3, 4, 6])
def test_check_rig_names_nobody_where_all_is_right(count):
    cameras = ring_of_cameras(count)
    check = check_rig(cameras, see_walk(cameras, noise_px=NOISE_PX))
    assert check.suspect is None
    assert not check.is_late.any()
    assert check.noise_px == pytest.approx(NOISE_PX, rel=0.05)
    np.testing.assert_allclose(check.noise_without_px, NOISE_PX, rtol=0.08)
    assert max(one.angle_deg for one in check.corrections) < 0.2


@pytest.mark.parametrize(
    ('count', 'axis'),
    [(3, (1, 0, 0)), (3, (0, 1, 0)), (4, (1, 0, 0)), (4, (0, 0, 1)), (6, (0, 1, 0))],
)
def test_check_rig_names_the_camera_that_is_turned(count, axis):
    cameras = ring_of_cameras(count)
    track = see_walk(cameras, noise_px=NOISE_PX)
    # A turn about its axis moves nothing in the middle of the image: it takes more.
    degrees = 3.0 if axis[2] else 1.0
    check = check_rig(with_camera(cameras, 1, turned(cameras[1], degrees, axis)), track)
    assert check.suspect == 1
    assert not check.is_late.any()
    assert check.noise_without_px[1] == pytest.approx(NOISE_PX, rel=0.05)
    correction = check.corrections[1]
    assert correction.angle_deg == pytest.approx(degrees, abs=0.15)
    assert correction.after_px < 0.8 * correction.before_px
    mended = corrected(turned(cameras[1], degrees, axis), correction)
    assert np.linalg.norm(mended.cam_T_world[:3, :3] - cameras[1].cam_T_world[:3, :3]) < 0.005


def test_check_rig_names_the_camera_that_is_moved():
    cameras = ring_of_cameras(4)
    track = see_walk(cameras, noise_px=NOISE_PX)
    check = check_rig(with_camera(cameras, 2, moved(cameras[2], (0.08, 0.0, 0.0))), track)
    assert check.suspect == 2


@pytest.mark.parametrize('frames', [3, -2])
def test_check_rig_names_the_camera_that_is_late(frames):
    cameras = ring_of_cameras(4)
    check = check_rig(cameras, delayed(see_walk(cameras), 3, frames))
    assert check.is_late.tolist() == [False, False, False, True]
    assert check.delays.frames[3] == pytest.approx(frames, abs=0.3)
    # What is late is not off: the delay is taken out before.
    assert check.suspect is None


def test_check_rig_tells_a_late_camera_from_a_turned_one():
    cameras = ring_of_cameras(4)
    track = delayed(see_walk(cameras), 0, 3)
    check = check_rig(with_camera(cameras, 1, turned(cameras[1], 1.0, (0, 1, 0))), track)
    assert check.is_late.tolist() == [True, False, False, False]
    assert check.suspect == 1


def test_check_rig_does_not_blame_one_of_two_cameras():
    cameras = ring_of_cameras(2)
    cameras = (cameras[0], turned(ring_of_cameras(3)[1], 1.0, (0, 1, 0)))
    check = check_rig(cameras, see_walk((cameras[0], ring_of_cameras(3)[1])))
    assert check.suspect is None
    assert np.isnan(check.left_out_px).all()
    assert check.noise_px > 1.5 * NOISE_PX


def test_check_rig_does_not_take_hard_keypoints_for_a_wrong_place():
    cameras = ring_of_cameras(4)
    track = see_walk(cameras)
    rng = np.random.default_rng(5)
    xy = track.xy_image.copy()
    xy[2] += rng.normal(0, 12.0, xy[2].shape)
    assert check_rig(cameras, PersonTrack(xy, track.scores)).suspect is None


def test_check_rig_asks_for_keypoints_of_two_cameras():
    cameras = ring_of_cameras(3)
    track = see_walk(cameras)
    scores = track.scores.copy()
    scores[1:] = 0
    xy = np.where(scores[..., None] > 0, track.xy_image, np.nan)
    with pytest.raises(ValueError, match='0 keypoints are seen by two'):
        check_rig(cameras, PersonTrack(xy, scores))


def test_pair_distances_are_pixels_across_the_epipolar_line():
    cameras = ring_of_cameras(3)
    point = np.array([0.3, -0.2, 1.4])
    a, b = (camera.normalize(camera.project(point)) for camera in cameras[:2])
    assert pair_distances(cameras[0], cameras[1], a, b) == pytest.approx(0, abs=1e-9)
    # Moved by 2 px in one view: at most 2 px, the same whichever camera is first.
    off = b + np.array([0.0, 2.0 / 900])
    there = pair_distances(cameras[0], cameras[1], a, off)
    back = pair_distances(cameras[1], cameras[0], off, a)
    assert 1.0 < abs(float(there)) <= 2.0
    assert abs(float(there)) == pytest.approx(abs(float(back)))


def people_of(camera, bodies):
    xy = np.stack([camera.project(body) for body in bodies]).astype(np.float32)
    scores = np.full(xy.shape[:2], 0.9, np.float32)
    return People2D.from_body(
        'body_25', Keypoints2D(xy, scores), scores.mean(1), camera.image_size
    )


def test_follow_person_stays_with_one_of_several_people():
    cameras = ring_of_cameras(4)
    walk = walking_body()[:20]
    # Somebody who stands nearer to the first camera, and looks larger there.
    bystander = walk[0] + (1.6, 1.0, 0.0)
    people = []
    for number, camera in enumerate(cameras):
        order = (0, 1) if number % 2 else (1, 0)
        people.append({
            7 + frame: people_of(camera, [(body, bystander)[i] for i in order])
            for frame, body in enumerate(walk)
        })
    track = follow_person(cameras, people)
    assert track.xy_image.shape == (4, 20, 25, 2)
    same = np.stack([camera.project(walk) for camera in cameras])
    other = np.stack([camera.project(bystander) for camera in cameras])[:, None]
    for truth in (same, np.broadcast_to(other, same.shape)):
        fits = np.nanmax(np.abs(track.xy_image - truth), axis=(2, 3)) < 0.1
        # In a frame it is this person in all views, or in none.
        assert np.isin(fits.sum(0), (0, 4)).all()


def test_follow_person_leaves_gaps_where_frames_are_missing():
    cameras = ring_of_cameras(2)
    walk = walking_body()
    people = [{3: people_of(one, walk[:1]), 6: people_of(one, walk[3:4])} for one in cameras]
    track = follow_person(cameras, people)
    assert (track.scores > 0).any(axis=(0, 2)).tolist() == [True, False, False, True]


def test_follow_person_says_that_there_is_nobody():
    cameras = ring_of_cameras(2)
    nobody = People2D.from_body(
        'body_25', Keypoints2D.missing(0, 25), np.zeros(0, np.float32), (1280, 720)
    )
    with pytest.raises(ValueError, match='nobody'):
        follow_person(cameras, [{0: nobody}, {0: nobody}])
