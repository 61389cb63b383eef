# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.evaluation.bones import bone_lengths
from openpose_ros.evaluation.bones import BONES
from openpose_ros.evaluation.bones import mean_robust_cv
from openpose_ros.skeletons import get_skeleton

PARTS = ('left_hip', 'left_knee', 'left_ankle', 'right_hip')


def path(thigh: list[float]) -> np.ndarray:
    """Return a moving body whose left thigh has these lengths; hips 0.2 m apart."""
    frames = np.arange(len(thigh), dtype=float)
    xyz = np.zeros((len(thigh), 4, 3))
    xyz[:, 1, 2] = -np.array(thigh)
    xyz[:, 2, 2] = xyz[:, 1, 2] - 0.4
    xyz[:, 3, 1] = 0.2
    return xyz + np.stack([frames, 0.3 * frames, np.sin(frames)], 1)[:, None]


def test_every_body_with_feet_has_all_ten_bones() -> None:
    assert len(BONES) == 10
    for name in ('body_25', 'body_25b', 'coco_18'):
        parts = get_skeleton(name).parts
        assert len(bone_lengths(np.zeros((1, len(parts), 3)), parts)) == 10


def test_bone_lengths_known_values() -> None:
    bones = bone_lengths(path([0.40, 0.42, 0.44, 0.46, 4.0]), PARTS)
    assert set(bones) == {'left_thigh', 'left_shank', 'hips'}
    thigh = bones['left_thigh']
    assert (thigh.median_m, thigh.frames) == (pytest.approx(0.44), 5)
    # deviations 0.04 0.02 0 0.02 3.56: their median is 0.02, whatever the outlier
    assert thigh.robust_cv == pytest.approx(1.4826 * 0.02 / 0.44)
    assert bones['hips'].robust_cv == pytest.approx(0, abs=1e-9)
    assert mean_robust_cv(bones) == pytest.approx(1.4826 * 0.02 / 0.44 / 3)


def test_bones_in_too_few_frames_are_unknown_and_not_in_the_mean() -> None:
    xyz = path([0.4, 0.4, 0.4, 0.4])
    xyz[:2, 2] = np.nan
    bones = bone_lengths(xyz, PARTS)
    assert bones['left_shank'].frames == 2
    assert np.isnan([bones['left_shank'].median_m, bones['left_shank'].robust_cv]).all()
    assert mean_robust_cv(bones) == pytest.approx(0, abs=1e-9)
    assert np.isnan(mean_robust_cv(bone_lengths(np.full((9, 4, 3), np.nan), PARTS)))


def test_bones_without_length_are_not_in_the_mean() -> None:
    bones = bone_lengths(np.zeros((5, 4, 3)), PARTS)
    assert {bone.median_m for bone in bones.values()} == {0.0}
    assert np.isnan(mean_robust_cv(bones))


def test_length_in_proportion_leaves_the_variation_as_it_is() -> None:
    lengths = [0.40, 0.41, 0.43, 0.44, 0.47]
    small, large = (bone_lengths(scale * path(lengths), PARTS) for scale in (1.0, 3.0))
    assert large['left_thigh'].robust_cv == pytest.approx(small['left_thigh'].robust_cv)
