# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from openpose_ros.nodes.recording import Recording
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

IMAGE = np.zeros((48, 64, 3), np.uint8)
NOBODY = People2D.from_body(
    'coco_18',
    Keypoints2D.missing(0, 18),
    np.zeros(0, np.float32),
    (64, 48),
)


@pytest.mark.parametrize(
    ('times', 'frames'),
    [
        ([5.0, 5.1, 5.2], 3),
        ([5.0, 5.4, 5.5], 6),  # a gap is filled
        ([-1.0, 1.7e9, 1.7e9 + 0.1], 3),  # the clock was set: 5 years of video otherwise
        ([1.7e9, 3.0, 3.3], 5),
    ],
)
def test_video_runs_at_the_speed_of_the_scene(
    tmp_path: Path, times: list[float], frames: int
) -> None:
    recording = Recording(tmp_path, 10.0)
    for time_sec in times:
        recording.add(IMAGE, NOBODY, get_skeleton('coco_18'), time_sec=time_sec)
    recording.close()
    video = cv2.VideoCapture(str(tmp_path / 'overlay.mp4'))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == frames
    assert len(list((tmp_path / 'json').iterdir())) == len(times)


def test_best_picture_is_of_the_frame_that_shows_most(tmp_path: Path) -> None:
    recording = Recording(tmp_path, 10.0)
    bodies = [Keypoints2D(np.full((1, 18, 2), 8.0, np.float32), np.ones((1, 18), np.float32))] * 3
    plain = [
        People2D.from_body('coco_18', body, np.full(1, score, np.float32), (64, 48))
        for body, score in zip(bodies, (0.6, 0.5, 0.7))
    ]
    hand = Keypoints2D(np.full((1, 21, 2), 40.0, np.float32), np.full((1, 21), 0.9, np.float32))
    missing = Keypoints2D.missing(1, 21)
    with_hand = replace(plain[1], hand_skeleton='hand_21', left_hand=missing, right_hand=hand)
    for number, people in enumerate((plain[0], with_hand, plain[2])):
        image = np.full_like(IMAGE, 60 * number)
        recording.add(image, people, get_skeleton('coco_18'), time_sec=0.1 * number)
    recording.close()
    # the corner, far from what is drawn
    assert cv2.imread(str(tmp_path / 'best.png'))[-1, -1].tolist() == [60, 60, 60]
