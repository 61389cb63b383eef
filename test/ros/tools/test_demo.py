# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The demo with a short video: four processes over DDS, and what they leave behind."""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys

import cv2
import numpy as np

PHOTO = Path(__file__).parents[2] / 'data' / 'park.jpg'
FRAMES = 16
WIDTH, HEIGHT = 880, 496  # codecs want even sides


def write_video(path: Path) -> None:
    photo = cv2.imread(str(PHOTO))[:HEIGHT, :WIDTH]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), 4.0, (WIDTH, HEIGHT))
    for _ in range(FRAMES):
        writer.write(photo)
    writer.release()


def run_demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, '-m', 'openpose_ros.tools.demo', *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def test_demo_plays_a_video_through_the_nodes_and_records(tmp_path: Path) -> None:
    video, out = tmp_path / 'park.avi', tmp_path / 'out'
    write_video(video)
    done = run_demo('--source', str(video), '--rate', '4', '--out', str(out), '--bodies-only')
    assert done.returncode == 0, done.stderr
    assert 'Traceback' not in done.stderr
    assert 'people' in done.stdout and 'latency' in done.stdout
    documents = [json.loads(path.read_text()) for path in sorted((out / 'json').iterdir())]
    assert 1 <= len(documents) <= FRAMES
    people = [person for document in documents for person in document['people']]
    assert len(people) == 2 * len(documents)
    assert not any(person['hand_right_keypoints_2d'] for person in people)
    best = cv2.imread(str(out / 'best.png')).astype(int)
    difference = np.abs(best - cv2.imread(str(PHOTO))[:HEIGHT, :WIDTH]).max(axis=2)
    assert (difference > 100).any(), 'the people are drawn'
    recording = cv2.VideoCapture(str(out / 'overlay.mp4'))
    frames = int(recording.get(cv2.CAP_PROP_FRAME_COUNT))
    assert len(documents) <= frames <= FRAMES, 'dropped frames are filled, none is added'


def test_demo_shows_faces_and_hands_unless_told_otherwise(tmp_path: Path) -> None:
    video, out = tmp_path / 'park.avi', tmp_path / 'out'
    write_video(video)
    done = run_demo('--source', str(video), '--rate', '4', '--out', str(out))
    assert done.returncode == 0, done.stderr
    assert 'Traceback' not in done.stderr
    documents = [json.loads(path.read_text()) for path in sorted((out / 'json').iterdir())]
    assert 1 <= len(documents) <= FRAMES
    people = [person for document in documents for person in document['people']]
    assert len(people) == 2 * len(documents)
    assert any(person['hand_right_keypoints_2d'] for person in people)


def test_demo_with_a_missing_video_says_so(tmp_path: Path) -> None:
    done = run_demo('--source', str(tmp_path / 'none.mp4'), '--out', str(tmp_path / 'out'))
    assert done.returncode == 1
    assert 'none.mp4' in done.stderr
    assert 'Traceback' not in done.stderr


def test_demo_with_an_unwritable_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('')
    done = run_demo('--source', str(PHOTO), '--out', str(tmp_path / 'file' / 'out'))
    assert done.returncode == 1
    assert 'file' in done.stderr
    assert 'Traceback' not in done.stderr
