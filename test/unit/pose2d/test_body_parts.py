# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from named_bodies import body_parts
from named_bodies import keypoints
from named_bodies import only
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.pose2d.body_parts import distance
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D


@pytest.mark.parametrize('skeleton', ['coco_18', 'body_25'])
def test_xy_finds_a_part_by_its_name_in_each_skeleton(skeleton: str) -> None:
    body = body_parts(STANDING, skeleton=skeleton)
    assert body.xy('left_wrist').tolist() == [[250, 230]]
    assert body.xy('right_ear').tolist() == [[180, 95]]


def test_xy_of_a_part_the_skeleton_lacks_is_missing() -> None:
    assert np.isnan(body_parts(STANDING, STANDING).xy('mid_hip')).all()
    assert not body_parts(STANDING).has('mid_hip')


@pytest.mark.parametrize(('score', 'seen'), [(0.31, True), (0.30, False), (0.0, False)])
def test_xy_of_a_part_at_or_below_the_score_is_missing(score: float, seen: bool) -> None:
    # 0.30 in float32 is a little above the float 0.30; it is compared as float32
    bodies = keypoints(STANDING, score=score)
    body = BodyParts(bodies, get_skeleton('coco_18'), np.float32(0.3))
    assert np.isfinite(body.xy('nose')).all() == seen


@pytest.mark.parametrize('wrong', [np.nan, np.inf, -np.inf])
def test_xy_that_is_no_number_is_missing_whatever_its_score(wrong: float) -> None:
    bodies = keypoints(STANDING)
    bodies.xy[0, 0, 1] = wrong
    body = BodyParts(bodies, get_skeleton('coco_18'))
    assert np.isnan(body.xy('nose')).all()
    assert body.mean_score('nose') == 0


def test_middle_needs_both_sides() -> None:
    body = body_parts(STANDING, only(STANDING, 'left_hip'))
    np.testing.assert_array_equal(body.middle('hip'), [[200, 240], [np.nan, np.nan]])


def test_mean_score_counts_the_parts_that_are_there() -> None:
    bodies = keypoints(only(STANDING, 'nose', 'neck'), {})
    bodies.scores[0, 0] = 0.4
    body = BodyParts(bodies, get_skeleton('coco_18'))
    np.testing.assert_allclose(body.mean_score('nose', 'neck', 'left_eye', 'chest'), [0.6, 0])


def test_keypoints_of_another_skeleton_are_refused() -> None:
    message = "keypoints of 18 parts, expected 25 for skeleton 'body_25'"
    with pytest.raises(ValueError, match=message):
        BodyParts(keypoints(STANDING), get_skeleton('body_25'))


def test_nobody_has_no_parts() -> None:
    body = BodyParts(Keypoints2D.missing(0, 18), get_skeleton('coco_18'))
    assert len(body) == 0
    assert body.xy('nose').shape == body.middle('hip').shape == (0, 2)
    assert body.mean_score('nose').shape == (0,)


def test_distance_is_missing_where_a_point_is() -> None:
    found = distance(np.array([[0.0, 0], [0, 0]]), np.array([[3.0, -4], [np.nan, 1]]))
    np.testing.assert_array_equal(found, [5, np.nan])
