# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
from people_3d import people_of
import pytest

from openpose_ros.evaluation.ghosts import find_ghosts
from openpose_ros.evaluation.ghosts import GhostFigures
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import bodies_at
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types_3d import Recording3D

CAMERAS = ring_of_cameras(3)
NAMES = ('body_25', 'body_25b', 'coco_18', 'mpii_15')


def bodies(*places: tuple[float, float], skeleton: str = 'coco_18') -> np.ndarray:
    """Return people 1.9 m tall in mid-stride at places on the floor, ``(N, P, 3)``."""
    count = len(places)
    return bodies_at(
        get_skeleton(skeleton),
        np.array(places, float).reshape(count, 2),
        np.linspace(0, 2, count),
        np.full(count, 1.9),
        np.ones(count),
    )


def figures(
    *frames: tuple[np.ndarray, tuple[int, ...]], skeleton: str = 'coco_18'
) -> GhostFigures:
    people = tuple(people_of(CAMERAS, xyz, ids, skeleton) for xyz, ids in frames)
    numbers = np.arange(len(frames))
    return find_ghosts(Recording3D(numbers, numbers / 30.0, people))


@pytest.mark.parametrize('skeleton', NAMES)
def test_tall_people_side_by_side_are_no_ghosts(skeleton: str) -> None:
    pair = bodies((0, 0), (0.4, 0), skeleton=skeleton)
    found = figures(*[(pair, (3, 5))] * 6, skeleton=skeleton)
    assert found == GhostFigures(2.0, {3: 6, 5: 6}, 0, 0, 0, 0.0)


def test_somebody_seen_for_a_moment_is_a_ghost() -> None:
    alone, pair = bodies((0, 0)), bodies((0, 0), (1, 0))
    found = figures(*[(alone, (1,))] * 6, *[(pair, (1, 2))] * 4)
    assert found.frames_of_id == {1: 10, 2: 4}
    assert (found.short_lived, found.doubled, found.torn) == (4, 0, 0)
    assert (found.people_per_frame, found.ghosts_per_frame) == (1.4, 0.4)
    assert figures(*[(alone, (1,))] * 5, *[(pair, (1, 2))] * 5).short_lived == 0


def test_in_a_short_recording_half_of_it_is_lasting() -> None:
    alone, pair = bodies((0, 0)), bodies((0, 0), (1, 0))
    assert figures((pair, (1, 2)), (pair, (1, 2)), (alone, (1,))).short_lived == 0
    assert figures((pair, (1, 2)), (alone, (1,)), (alone, (1,))).short_lived == 1
    assert figures((alone, (1,))).ghosts_per_frame == 0


def test_two_people_in_one_place_are_one_and_a_ghost() -> None:
    same = bodies((0, 0), (0, 0))
    same[1] = same[0] + (0.1, 0, 0)
    found = figures(*[(same, (1, 2))] * 5)
    assert (found.doubled, found.ghosts_per_frame) == (5, 1.0)
    # two parts in common could be those of people who touch
    same[1, 2:] = np.nan
    assert figures(*[(same, (1, 2))] * 5).doubled == 0


def test_somebody_made_of_two_people_is_torn() -> None:
    merged = bodies((0, 0))
    parts = get_skeleton('coco_18').parts
    other = [row for row, part in enumerate(parts) if part.startswith('left_')]
    merged[0, other] += (0, 1.2, 0)  # across their stride
    assert figures(*[(merged, (1,))] * 5).torn == 5
    # two wild keypoints are not somebody else, and missing ones tear nobody
    wild = bodies((0, 0))
    wild[0, [parts.index('left_elbow'), parts.index('neck')]] += (2, 0, 0)
    wild[0, parts.index('right_knee')] = np.nan
    assert figures(*[(wild, (1,))] * 5).torn == 0


def test_nobody_has_no_ghosts() -> None:
    found = figures(*[(bodies(), ())] * 3)
    assert found == GhostFigures(0.0, {}, 0, 0, 0, 0.0)
    assert figures().people_per_frame == 0


def test_people_without_a_limb_are_not_torn() -> None:
    lone = np.full((1, 18, 3), np.nan)
    lone[0, 3] = (1, 1, 1)
    assert figures(*[(lone, (1,))] * 5).torn == 0
