# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.smoothing import PeopleSmoother
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D

COCO = get_skeleton('coco_18')
STEP = 33_333_333
FIGURE = np.random.default_rng(4).uniform(100, 300, (18, 2))
SWAPPED = FIGURE[COCO.mirrored_parts]
SMOOTH = SmoothingParameters(enabled=True)


def person(figure: np.ndarray) -> People2D:
    scores = np.linspace(0.2, 0.9, 18, dtype=np.float32)[None]
    body = Keypoints2D(figure[None].astype(np.float32), scores)
    return People2D.from_body('coco_18', body, np.ones(1, np.float32), (640, 480))


def tracker(**values: Any) -> PersonTracker:
    return PersonTracker(TrackingParameters(**values))


def follow(
    figures: list[np.ndarray], smoothing: SmoothingParameters = SmoothingParameters(),
    **tracking: Any,
) -> list[People2D]:
    follower = PersonFollower(COCO, tracker(**tracking), smoothing)
    return [follower.update(person(one), number * STEP) for number, one in enumerate(figures)]


def test_update_everything_off_gives_the_very_same_people() -> None:
    follower = PersonFollower(COCO, tracker(enabled=False), SmoothingParameters())
    people = person(FIGURE)
    assert follower.update(people, 0) is people


def test_update_ids_only_leaves_the_keypoints() -> None:
    found = follow([FIGURE, FIGURE + 3])
    assert [one.ids.tolist() for one in found] == [[1], [1]]
    np.testing.assert_array_equal(found[1].body.xy, person(FIGURE + 3).body.xy)


def test_update_swapped_sides_are_swapped_back_with_their_scores() -> None:
    found = follow([FIGURE] * 10 + [SWAPPED])[-1]
    np.testing.assert_array_equal(found.body.xy, person(FIGURE).body.xy)
    swapped_scores = person(FIGURE).body.scores[:, COCO.mirrored_parts]
    np.testing.assert_array_equal(found.body.scores, swapped_scores)
    found = follow([FIGURE] * 10 + [SWAPPED], keep_sides_sec=0)[-1]
    np.testing.assert_array_equal(found.body.xy, person(SWAPPED).body.xy)


def test_update_smoothing_without_ids_smooths_all_the_same() -> None:
    found = follow([FIGURE, FIGURE + 8], SMOOTH, enabled=False)
    assert [one.ids.tolist() for one in found] == [[0], [0]]
    assert (found[1].body.xy < person(FIGURE + 8).body.xy).all()


def test_update_swapped_sides_do_not_smear() -> None:
    found = follow([FIGURE] * 10 + [SWAPPED] * 2, SMOOTH)[-1]
    np.testing.assert_allclose(found.body.xy[0], FIGURE, atol=1e-3)


def test_update_stamp_jumps_back_begins_anew() -> None:
    follower = PersonFollower(COCO, tracker(), SMOOTH)
    follower.update(person(FIGURE), 9 * STEP)
    found = follower.update(person(FIGURE + 8), 0)
    assert found.ids.tolist() == [2]
    np.testing.assert_array_equal(found.body.xy, person(FIGURE + 8).body.xy)


def test_parameters_hold_from_the_next_image_on() -> None:
    known = tracker()
    follower = PersonFollower(COCO, known, SmoothingParameters())
    assert follower.update(person(FIGURE), 0).ids.tolist() == [1]
    known.parameters = TrackingParameters(enabled=False)
    assert follower.update(person(FIGURE), STEP).ids.tolist() == [0]
    known.parameters, follower.smoothing = TrackingParameters(), SMOOTH
    assert follower.update(person(FIGURE), 2 * STEP).ids.tolist() == [2]
    assert (follower.update(person(FIGURE + 8), 3 * STEP).body.xy < FIGURE + 8).all()


# ---- people in space


def in_space(place: float, face: int) -> People3D:
    body = Keypoints3D.missing(1, 3)
    xyz = np.arange(9.0).reshape(1, 3, 3) + place
    people = People3D.from_body(
        'three', body, np.ones(1, np.float32), ('a',), np.zeros((1, 1), np.int64)
    )
    keypoints = Keypoints3D(
        xyz, body.scores, body.reprojection_errors, body.views, body.covariances
    )
    values = {**vars(people), 'body': keypoints, 'face': Keypoints3D.missing(1, face)}
    return People3D(**{**values, 'ids': np.array([7])})


@pytest.mark.parametrize('enabled', [True, False])
def test_people_smoother_moves_people_in_space_if_it_is_to(enabled: bool) -> None:
    smoother = PeopleSmoother(SmoothingParameters(enabled=enabled))
    smoother.update(in_space(0.0, 0), 0)
    found = smoother.update(in_space(0.1, 4), STEP)
    assert (found.body.xyz < in_space(0.1, 4).body.xyz).all() == enabled
    assert np.isnan(found.face.xyz).all() and found.face.xyz.shape == (1, 4, 3)
    assert found.ids.tolist() == [7]


def test_people_smoother_switched_off_and_on_starts_afresh() -> None:
    smoother = PeopleSmoother(SMOOTH)
    smoother.update(in_space(0.0, 0), 0)
    smoother.parameters = SmoothingParameters(enabled=False)
    smoother.update(in_space(0.0, 0), STEP)
    smoother.parameters = SMOOTH
    found = smoother.update(in_space(0.1, 0), 2 * STEP)
    np.testing.assert_array_equal(found.body.xyz, in_space(0.1, 0).body.xyz)
