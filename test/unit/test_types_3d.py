# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D


def people(count: int) -> People3D:
    nobody = People3D.nobody(('left', 'right'), 'coco_18', 18)
    body = Keypoints3D(
        np.arange(count * 18 * 3, dtype=float).reshape(count, 18, 3),
        np.full((count, 18), 0.5, np.float32),
        np.ones((count, 18), np.float32),
        np.full((count, 18), 2),
        np.zeros((count, 18, 6)),
    )
    nothing = Keypoints3D.missing(count, 0)
    return People3D(
        nobody.cameras,
        np.tile(np.arange(count)[:, None], (1, 2)),
        np.linspace(0.1, 0.9, count).astype(np.float32),
        np.arange(1, count + 1),
        'coco_18', body, '', '', nothing, nothing, nothing,
    )


def test_nobody_is_of_length_0_and_keeps_the_parts() -> None:
    nobody = People3D.nobody(('left', 'right'), 'coco_18', 18)
    assert len(nobody) == 0
    assert nobody.body.xyz.shape == (0, 18, 3)
    assert nobody.sources.shape == (0, 2)


def test_missing_has_nan_positions_and_score_0() -> None:
    missing = Keypoints3D.missing(2, 3)
    assert np.isnan(missing.xyz).all() and missing.xyz.shape == (2, 3, 3)
    assert np.isnan(missing.reprojection_errors).all()
    assert not missing.scores.any() and not missing.views.any()


def test_take_picks_the_same_people_everywhere() -> None:
    taken = people(3).take(np.array([2, 0]))
    assert taken.ids.tolist() == [3, 1]
    assert taken.sources[:, 0].tolist() == [2, 0]
    np.testing.assert_array_equal(taken.body.xyz, people(3).body.xyz[[2, 0]])


def test_sources_of_another_number_of_cameras_are_refused() -> None:
    whole = people(1)
    with pytest.raises(ValueError, match=r'sources has shape \(1, 1\), expected \(1, 2\)'):
        People3D(
            whole.cameras, np.zeros((1, 1), np.int64), whole.scores, whole.ids, whole.skeleton,
            whole.body, '', '', whole.face, whole.left_hand, whole.right_hand,
        )


def test_covariances_need_six_numbers_per_part() -> None:
    whole = people(1).body
    with pytest.raises(ValueError, match='covariances has shape'):
        Keypoints3D(
            whole.xyz, whole.scores, whole.reprojection_errors, whole.views, np.zeros((1, 18, 9))
        )


def recording(*counts: int) -> Recording3D:
    frames = np.arange(len(counts)) * 2
    return Recording3D(frames, frames / 60, tuple(people(count) for count in counts))


def test_recording_trajectory_is_nan_where_the_person_is_absent() -> None:
    found = recording(2, 1, 0, 2)
    assert found.person_ids == (1, 2)
    path = found.trajectory(2)
    assert path.shape == (4, 18, 3)
    assert np.isnan(path).all(axis=(1, 2)).tolist() == [False, True, True, False]
    np.testing.assert_array_equal(path[3], people(2).body.xyz[1])


def test_recording_without_people_has_no_ids() -> None:
    assert recording(0, 0).person_ids == ()
    assert len(recording()) == 0


def test_recording_refuses_an_unknown_person_and_unequal_lengths() -> None:
    with pytest.raises(ValueError, match=r'no person 3 in the recording, ids: \(1, 2\)'):
        recording(2).trajectory(3)
    with pytest.raises(ValueError, match='times_sec has shape'):
        Recording3D(np.zeros(1, np.int64), np.zeros(2), (people(1),))
