# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path

from people_3d import random_recording
import pytest

from openpose_ros.io.points_csv import read_points_csv
from openpose_ros.io.points_csv import rows_of
from openpose_ros.io.points_csv import write_points_csv

HEADER = 'frame,time,id,part,x,y,z,score,error,views'


def test_points_csv_round_trip(tmp_path: Path) -> None:
    recording = random_recording((1, 2), (), (2,), details=True)
    path = tmp_path / 'points.csv'
    write_points_csv(path, recording)
    assert path.read_text(encoding='utf-8').splitlines()[0] == HEADER
    after, before = read_points_csv(path), list(rows_of(recording))
    assert len(after) == len(before) > 100
    for found, expected in zip(after, before):
        assert (found.frame, found.id, found.part, found.views) == (
            expected.frame, expected.id, expected.part, expected.views
        )
        assert found[4:7] == pytest.approx(expected[4:7], abs=1e-6)
        assert found[7:9] == pytest.approx(expected[7:9], abs=1e-3)


def test_rows_of_leave_missing_points_out_and_name_face_and_hands() -> None:
    recording = random_recording((5,), details=True)
    people = recording.people[0]
    rows = list(rows_of(recording))
    blocks = (people.body, people.face, people.left_hand, people.right_hand)
    assert len(rows) == sum(int((block.scores > 0).sum()) for block in blocks)
    assert {row.part.split('.')[0] for row in rows if '.' in row.part} == {
        'face', 'left_hand', 'right_hand'
    }
    assert all(row.frame == 10 and row.id == 5 for row in rows)


def test_points_csv_of_nobody_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / 'points.csv'
    write_points_csv(path, random_recording(()))
    assert path.read_text(encoding='utf-8') == HEADER + '\n'
    assert read_points_csv(path) == []


WRONG = [
    ('a,b\n1,2\n', "columns are 'a,b', expected 'frame,"),
    (HEADER + '\n1,2\n', 'line 2: 2 cells, expected 10'),
    (HEADER + '\n1,0.1,1,nose,1,2,far,0.5,1,2\n', 'line 2: could not convert'),
]


@pytest.mark.parametrize(('text', 'message'), WRONG)
def test_read_points_csv_of_something_else_raises(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / 'points.csv'
    path.write_text(text, encoding='utf-8')
    with pytest.raises(ValueError, match=message):
        read_points_csv(path)
