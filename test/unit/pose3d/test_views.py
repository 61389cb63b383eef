# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rooms import room

from openpose_ros.pose3d.views import skeleton_of_views
from openpose_ros.pose3d.views import View
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


def test_view_of_an_image_of_another_size_names_both() -> None:
    _, seen = room()
    people = replace(seen.views[0].people, image_size=(640, 360))
    with pytest.raises(ValueError, match="camera 'cam0'.* 640x360 pixels, expected 1280x720"):
        View(seen.views[0].camera, people)


def test_view_of_a_file_that_does_not_know_the_size_is_taken() -> None:
    _, seen = room()
    people = replace(seen.views[0].people, image_size=(0, 0))
    assert View(seen.views[0].camera, people).people is people


def test_skeleton_of_views_is_that_of_all() -> None:
    _, seen = room(skeleton='coco_18')
    assert skeleton_of_views(seen.views).name == 'coco_18'


def test_skeleton_of_no_views_is_refused() -> None:
    with pytest.raises(ValueError, match='0 views, expected at least 1'):
        skeleton_of_views([])


def test_skeleton_of_two_views_of_one_camera_is_refused() -> None:
    _, seen = room()
    with pytest.raises(ValueError, match="camera 'cam1' has 2 views, expected 1"):
        skeleton_of_views([*seen.views, seen.views[1]])


def test_skeleton_of_views_that_differ_names_the_camera() -> None:
    _, seen = room()
    _, other = room(skeleton='coco_18')
    message = "camera 'cam1' gives people of skeleton 'coco_18', expected 'body_25' as .*'cam0'"
    with pytest.raises(ValueError, match=message):
        skeleton_of_views([seen.views[0], other.views[1]])


def test_skeleton_of_views_with_another_number_of_parts_names_the_camera() -> None:
    _, seen = room()
    camera = seen.views[1].camera
    people = People2D.from_body(
        'body_25', Keypoints2D.missing(1, 18), np.zeros(1, np.float32), camera.image_size
    )
    with pytest.raises(ValueError, match="camera 'cam1' gives people of 18 parts, expected 25"):
        skeleton_of_views([seen.views[0], View(camera, people)])


def test_skeleton_that_nobody_knows_is_refused() -> None:
    _, seen = room()
    view = seen.views[0]
    people = replace(view.people, skeleton='martian')
    with pytest.raises(ValueError, match="unknown skeleton 'martian'"):
        skeleton_of_views([View(view.camera, people)])
