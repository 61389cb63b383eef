# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path

import numpy as np
from people_3d import random_recording
import pytest

from openpose_ros.io.trc import Markers
from openpose_ros.io.trc import markers_of
from openpose_ros.io.trc import read_trc
from openpose_ros.io.trc import write_trc
from openpose_ros.skeletons import get_skeleton

# As OpenSim and others write it: millimetres, a marker missing in the middle and one at the end,
# whose cells an editor cut off.
TEXT = """PathFileType\t4\t(X/Y/Z)\tgait.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
60\t60\t3\t2\tmm\t60\t1\t3
Frame#\tTime\tRHip\t\t\tNeck\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2

1\t0.0\t10\t900\t-30\t11\t1500\t-31
2\t0.5\t\t\t\t12\t1501\t-32
3\t1.0\t13\t902\t-33
"""


def written(folder: Path, text: str) -> Path:
    path = folder / 'gait.trc'
    path.write_text(text, encoding='utf-8')
    return path


def test_read_trc_known_values_become_metres_with_z_up(tmp_path: Path) -> None:
    markers = read_trc(written(tmp_path, TEXT))
    assert markers.names == ('RHip', 'Neck')
    assert markers.frame_numbers.tolist() == [1, 2, 3]
    assert markers.times_sec.tolist() == [0.0, 0.5, 1.0]
    assert markers.rate_hz == 2.0
    # X, Y, Z of the file are Y, Z, X of the world
    np.testing.assert_allclose(markers.xyz[0, 0], (-0.030, 0.010, 0.900))
    missing = np.isnan(markers.xyz).all(axis=2)
    assert missing.tolist() == [[False, False], [True, False], [False, True]]


def test_write_trc_puts_up_into_y(tmp_path: Path) -> None:
    path = tmp_path / 'one.trc'
    xyz = np.array([[[0.1, 0.2, 1.7]], [[np.nan] * 3]])
    write_trc(path, Markers(('nose',), np.array((4, 5)), np.array((0.04, 0.05)), xyz))
    lines = path.read_text(encoding='utf-8').splitlines()
    assert lines[2].split('\t')[:5] == ['100', '100', '2', '1', 'm']
    assert lines[3].split('\t') == ['Frame#', 'Time', 'nose', '', '']
    assert lines[6].split('\t') == ['4', '0.040000', '0.200000', '1.700000', '0.100000']
    assert lines[7].split('\t') == ['5', '0.050000', '', '', '']


def test_trc_round_trip_to_the_micrometre(tmp_path: Path) -> None:
    recording = random_recording((1, 2), (2,), (2, 1))
    before = markers_of(recording, 1)
    path = tmp_path / 'person.trc'
    write_trc(path, before)
    after = read_trc(path)
    assert after.names == before.names == get_skeleton('coco_18').parts
    assert after.frame_numbers.tolist() == [10, 12, 14]
    np.testing.assert_allclose(after.times_sec, before.times_sec, atol=1e-6)
    np.testing.assert_allclose(after.xyz, before.xyz, atol=1e-6)
    assert np.isnan(after.xyz[1]).all()


def test_trc_without_frames_round_trips(tmp_path: Path) -> None:
    path = tmp_path / 'empty.trc'
    nothing = np.zeros(0)
    write_trc(path, Markers(('nose',), nothing.astype(np.int64), nothing, np.zeros((0, 1, 3))))
    assert read_trc(path).xyz.shape == (0, 1, 3)


WRONG = [
    ('frame,x\n1,2\n', 'no .trc file'),
    (TEXT.replace('\tmm\t', '\tinch\t'), "units are 'inch', expected one of m, mm, cm"),
    (TEXT.replace('\t12\t', '\ttwelve\t'), 'could not convert'),
    (TEXT.replace('-31\n', '-31\t5\n'), 'row 1 has 9 cells, expected 8 for 2 markers'),
    (TEXT.replace('2\t0.5', '2\t'), 'lacks its frame number or its time'),
]


@pytest.mark.parametrize(('text', 'message'), WRONG)
def test_read_trc_of_something_else_names_the_file(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=f"gait.trc': .*{message}"):
        read_trc(written(tmp_path, text))


def test_markers_of_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match='xyz has shape'):
        Markers(('nose', 'neck'), np.zeros(1, np.int64), np.zeros(1), np.zeros((1, 1, 3)))
