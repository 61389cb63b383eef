# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from openpose_ros.tools import detect

HEIGHT = ('--height', '256')


def documents(folder: Path) -> list[list[dict]]:
    return [json.loads(path.read_text())['people'] for path in sorted(folder.iterdir())]


def positions(frames: list[list[dict]]) -> np.ndarray:
    """Return x of the keypoints of the two people, left one first, shape (T, 2, 18)."""
    x = np.array([[one['pose_keypoints_2d'][::3] for one in people] for people in frames])
    x[x == 0] = np.nan
    order = np.nanmedian(x, axis=2).argsort(axis=1)
    return np.take_along_axis(x, order[..., None], axis=1)


def test_detect_track_gives_ids_that_last_and_are_never_given_twice(
    capsys: pytest.CaptureFixture[str], pan: Path, tmp_path: Path
) -> None:
    folder = tmp_path / 'json'
    arguments = [str(pan), str(pan), '--track', '--frame-last', '3', '--json', str(folder)]
    assert detect.main([*arguments, *HEIGHT]) == 0
    ids = [{one['person_id'][0] for one in people} for people in documents(folder)]
    # the files of the second input stand behind those of the first
    assert sorted(map(sorted, ids)) == [[1, 2]] * 4 + [[3, 4]] * 4
    assert detect.main([str(pan), '--track', '--frame-last', '0', *HEIGHT]) == 0
    assert ' (ids 1 2), ' in capsys.readouterr().out


def test_detect_smooth_keeps_people_behind_and_gives_no_ids(pan: Path, tmp_path: Path) -> None:
    found = {}
    for option in ((), ('--smooth',)):
        folder = tmp_path / ''.join(('json', *option))
        assert detect.main([str(pan), '--json', str(folder), *option, *HEIGHT]) == 0
        frames = documents(folder)
        assert {one['person_id'][0] for people in frames for one in people} == {-1}
        found[option] = positions(frames)
    # The camera turns to the right, people move to the left.
    behind = found['--smooth',] - found[()]
    assert 0.3 < np.nanmedian(behind[6:]) < 4.0
