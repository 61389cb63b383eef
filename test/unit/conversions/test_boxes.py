# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

from named_bodies import keypoints
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.conversions.boxes import boxes_of_people
from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

TIGHT = BoxParameters(margin=0.0)


def people(body: Keypoints2D, size: tuple[int, int] = (640, 480)) -> People2D:
    return People2D.from_body('coco_18', body, np.ones(len(body.xy), np.float32), size)


def test_box_is_counted_from_the_corner_of_the_image() -> None:
    (box,) = boxes_of_people(people(keypoints(STANDING)), TIGHT)
    # the keypoints reach from 150 to 250 and from 90 to 380, counted from pixels' centres
    assert box.tolist() == [150.5, 90.5, 250.5, 380.5]


def test_margin_is_a_share_of_the_longer_side() -> None:
    (box,) = boxes_of_people(people(keypoints(STANDING)), BoxParameters(margin=0.1))
    assert box.tolist() == pytest.approx([150.5 - 29, 90.5 - 29, 250.5 + 29, 380.5 + 29])


def test_box_stays_within_the_image_if_its_size_is_known() -> None:
    wide = BoxParameters(margin=1.0)
    (box,) = boxes_of_people(people(keypoints(STANDING), (300, 400)), wide)
    assert box.tolist() == [0, 0, 300, 400]
    (box,) = boxes_of_people(people(keypoints(STANDING), (0, 0)), wide)
    assert box.tolist() == [150.5 - 290, 90.5 - 290, 250.5 + 290, 380.5 + 290]


def test_hands_and_faces_belong_to_the_person() -> None:
    some = people(keypoints({'nose': (200, 100)}, {'nose': (300, 100)}))
    hands = Keypoints2D.missing(2, 21)
    hands.xy[1, 4], hands.scores[1, 4] = (320, 50), 0.5
    some = replace(some, hand_skeleton='hand_21', left_hand=hands)
    boxes = boxes_of_people(some, TIGHT)
    assert boxes.tolist() == [[200.5, 100.5, 200.5, 100.5], [300.5, 50.5, 320.5, 100.5]]


def test_person_without_keypoints_has_no_box() -> None:
    boxes = boxes_of_people(people(keypoints({}, STANDING)), TIGHT)
    assert np.isnan(boxes[0]).all() and np.isfinite(boxes[1]).all()


def test_nobody_has_no_boxes() -> None:
    assert boxes_of_people(people(Keypoints2D.missing(0, 18)), TIGHT).shape == (0, 4)
    assert boxes_of_people(people(Keypoints2D.missing(2, 0)), TIGHT).shape == (2, 4)
