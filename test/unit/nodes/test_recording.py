# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

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
