# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
from people_3d import people_of
from people_3d import standing
import pytest

from openpose_ros.evaluation.markers import compare_with_markers
from openpose_ros.evaluation.markers import part_of_marker
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types_3d import Recording3D

PARTS = get_skeleton('body_25b').parts
TWO = np.stack([standing(25), standing(25, (0.8, 0.3), seed=1)])
MARKERS = ('Head', 'RSmallToe', 'LElbow')
COLUMNS = [PARTS.index(part) for part in ('head_top', 'right_small_toe', 'left_elbow')]


def recording(frames: list[int]) -> Recording3D:
    """Return two people who walk 1 cm per frame."""
    people = tuple(
        people_of(ring_of_cameras(2), TWO + (0.01 * n, 0, 0), (4, 7), 'body_25b') for n in frames
    )
    return Recording3D(np.array(frames), np.array(frames) / 60.0, people)


@pytest.mark.parametrize(
    ('marker', 'part'),
    [
        ('RHip', 'right_hip'),
        ('LBigToe', 'left_big_toe'),
        ('Neck', 'upper_neck'),
        ('Head', 'head_top'),
        ('CHip', 'mid_hip'),
        ('left_knee', 'left_knee'),
        ('r.ASIS_study', 'r.ASIS_study'),
    ],
)
def test_part_of_marker(marker: str, part: str) -> None:
    assert part_of_marker(marker) == part


def test_markers_of_the_trial_are_all_parts() -> None:
    legs = ('Hip', 'Knee', 'Ankle', 'BigToe', 'SmallToe', 'Heel')
    sided = (*legs, 'Shoulder', 'Elbow', 'Wrist')
    names = [side + name for side in 'RL' for name in sided] + ['Neck', 'Head', 'Nose']
    assert {part_of_marker(name) for name in names} <= set(PARTS)


def test_comparison_finds_the_person_and_lines_the_frames_up() -> None:
    # markers counted from 1 in every frame, the recording has every second one from 10 on
    numbers = np.arange(1, 8)
    xyz = np.stack([TWO[1, COLUMNS] + (0.01 * (9 + n), 0, 0) for n in numbers])
    xyz[:, 2] += (0, 0, 0.03)
    found = compare_with_markers(
        recording([10, 12, 14, 20]), PARTS, markers=MARKERS, frame_numbers=numbers, xyz=xyz
    )
    assert found.person_id == 7
    assert found.distances_m.count == 3 * 3
    assert found.distances_m.median == pytest.approx(0, abs=1e-9)
    assert found.parts_m['left_elbow'].median == pytest.approx(0.03)
    assert set(found.parts_m) == {'head_top', 'right_small_toe', 'left_elbow'}


def test_missing_points_are_not_compared() -> None:
    xyz = TWO[0, COLUMNS][None].copy()
    xyz[0, 1] = np.nan
    found = compare_with_markers(
        recording([0]), PARTS, markers=MARKERS, frame_numbers=np.array([5]), xyz=xyz
    )
    assert (found.person_id, found.distances_m.count) == (4, 2)
    assert found.parts_m['right_small_toe'].count == 0


def test_comparison_without_anything_in_common_says_so() -> None:
    numbers, xyz = np.array([1]), np.zeros((1, 1, 3))
    with pytest.raises(ValueError, match='no marker stands for a part of the body: C7'):
        compare_with_markers(
            recording([0]), PARTS, markers=['C7'], frame_numbers=numbers, xyz=xyz
        )
    with pytest.raises(ValueError, match='no frame with a person in common'):
        compare_with_markers(
            recording([0]), PARTS, markers=['Nose'], frame_numbers=numbers, xyz=xyz * np.nan
        )
    with pytest.raises(ValueError, match='no frame to compare'):
        compare_with_markers(
            recording([]), PARTS, markers=['Nose'], frame_numbers=numbers, xyz=xyz
        )
