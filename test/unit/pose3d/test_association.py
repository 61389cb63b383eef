# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known people, known cameras: the same people must come out, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest
from rooms import as_sets
from rooms import known
from rooms import room
from rooms import truth_of
from rooms import view_of

from openpose_ros.pose3d.association import associate_views
from openpose_ros.pose3d.association import AssociationParameters
from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.matching.association_scores import PairScores
from openpose_ros.pose3d.matching.association_scores import score_pairs
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.synthetic.synthetic_views import SyntheticViews
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import NOT_SEEN

PARAMETERS = AssociationParameters()
HARD = ViewConditions()
BODY_25 = get_skeleton('body_25')


def nobody_in(view: View) -> View:
    """Return the view without anybody."""
    return replace(view, people=taken(view.people, np.zeros(0, int)))


def taken(people: People2D, rows: Array) -> People2D:
    """Return some of the people."""
    return People2D.from_body(
        people.skeleton, people.body.take(rows), people.scores[rows], people.image_size
    )


def everybody_once(groups: Groups, seen: SyntheticViews, people: int) -> bool:
    """Return whether each person is one group, seen by all views."""
    expected = sorted([person] * len(seen.views) for person in range(people))
    return sorted(truth_of(groups, seen)) == expected


@pytest.mark.parametrize('skeleton', ['body_25', 'coco_18', 'mpii_15', 'body_25b'])
@pytest.mark.parametrize(('people', 'cameras'), [(1, 2), (3, 3), (5, 4), (10, 8)])
def test_associate_views_of_known_people_gives_them_back(
    skeleton: str, people: int, cameras: int
) -> None:
    _, seen = room(people, cameras, skeleton=skeleton)
    groups = associate_views(seen.views, PARAMETERS)
    assert everybody_once(groups, seen, people)
    assert not groups.flipped.any() and not groups.dropped.any()


def test_associate_views_in_a_full_room_is_right() -> None:
    # 10 people, 4 x 4 m, 8 cameras; occlusion, 20 % missing parts, ghosts, flips, 2 px of noise.
    scores = []
    for seed in range(12):
        bodies = people_in_room(10, BODY_25, seed=seed)
        seen = see_people(bodies, ring_of_cameras(8), BODY_25, HARD, seed=seed)
        scores.append(score_pairs(associate_views(seen.views, PARAMETERS), seen.people))
    total = PairScores.total(scores)
    assert total.precision >= 0.98 and total.recall >= 0.98
    assert min(score.precision for score in scores) > 0.95
    assert min(score.recall for score in scores) > 0.95
    assert total.invented <= 3  # beside 120 people


@pytest.mark.parametrize(
    ('noise_px', 'wrong', 'least'), [(0.5, 0.0, 0.99), (4.0, 0.1, 0.93), (8.0, 0.0, 0.9)]
)
def test_associate_views_follows_the_noise(noise_px: float, wrong: float, least: float) -> None:
    conditions = ViewConditions(noise_px=noise_px, wrong=wrong)
    scores = []
    for seed in range(8):
        _, seen = room(5, 5, conditions, seed=seed)
        scores.append(score_pairs(associate_views(seen.views, PARAMETERS), seen.people))
    total = PairScores.total(scores)
    assert total.precision > least and total.recall > least


def test_associate_views_does_not_invent_who_is_seen_once() -> None:
    bodies, seen = room(3, 3)
    rows = [np.flatnonzero(people != 1) for people in seen.people]
    views = [
        replace(view, people=taken(view.people, kept)) if index else view
        for index, (view, kept) in enumerate(zip(seen.views, rows))
    ]
    groups = associate_views(views, PARAMETERS)
    assert len(groups.members) == 2
    assert (groups.members != NOT_SEEN).all()
    assert 1 not in seen.people[0][groups.members[:, 0]]


def test_associate_views_rejects_ghosts() -> None:
    conditions = ViewConditions(noise_px=1.0, missing=0.0, occlusion=False, flipped=0.0, ghosts=1)
    for seed in range(4):
        _, seen = room(2, 5, conditions, seed=seed)
        groups = associate_views(seen.views, PARAMETERS)
        assert everybody_once(groups, seen, 2)


def test_associate_views_does_not_merge_people_who_stand_close() -> None:
    _, seen = room(8, 5, ViewConditions(flipped=0.0), spacing_m=0.3, seed=3)
    for people in truth_of(associate_views(seen.views, PARAMETERS), seen):
        assert len(set(people)) == 1


def test_associate_views_of_half_a_person_each_needs_common_parts() -> None:
    # One camera sees the left half, the other one the right half: nothing to compare.
    body = people_in_room(1, BODY_25, seed=0)[0]
    left = np.array([part.startswith('left_') for part in BODY_25.parts])
    right = np.array([part.startswith('right_') for part in BODY_25.parts])
    cameras = ring_of_cameras(3, radius_m=7.0)
    views = [
        view_of(cameras[0], [np.where(left[:, None], body, np.nan)]),
        view_of(cameras[1], [np.where(right[:, None], body, np.nan)]),
    ]
    assert len(associate_views(views, PARAMETERS).members) == 0


@pytest.mark.parametrize(('common', 'found'), [(3, 0), (4, 1), (10, 1)])
def test_associate_views_needs_min_parts_in_space(common: int, found: int) -> None:
    body = people_in_room(1, BODY_25, seed=0)[0].copy()
    body[common:] = np.nan
    cameras = ring_of_cameras(3, radius_m=7.0)
    views = [view_of(camera, [body]) for camera in cameras]
    assert len(associate_views(views, AssociationParameters(min_parts=4)).members) == found


def test_associate_views_of_a_giant_is_refused() -> None:
    body = 4.0 * people_in_room(1, BODY_25, seed=0)[0]
    views = [view_of(camera, [body]) for camera in ring_of_cameras(3, radius_m=25.0)]
    assert len(associate_views(views, PARAMETERS).members) == 0
    assert len(associate_views(views, AssociationParameters(max_size_m=10.0)).members) == 1


def test_associate_views_turns_back_who_is_exchanged_in_one_view() -> None:
    _, seen = room(3, 4)
    view = seen.views[2]
    body, mirrored = view.people.body, BODY_25.mirrored_parts
    xy, scores = body.xy.copy(), body.scores.copy()
    xy[1], scores[1] = xy[1, mirrored], scores[1, mirrored]
    people = replace(view.people, body=Keypoints2D(xy, scores))
    views = [*seen.views[:2], replace(view, people=people), seen.views[3]]
    groups = associate_views(views, PARAMETERS)
    assert everybody_once(groups, seen, 3)
    expected = np.zeros(groups.flipped.shape, bool)
    row = int(np.flatnonzero(groups.members[:, 2] == 1)[0])
    expected[row, 2] = mirrored != np.arange(25)
    np.testing.assert_array_equal(groups.flipped, expected)


def test_associate_views_drops_a_part_that_the_others_deny() -> None:
    _, seen = room(1, 5)
    view = seen.views[3]
    xy = view.people.body.xy.copy()
    wrist = BODY_25.index('left_wrist')
    xy[0, wrist] += (120, -160)
    people = replace(view.people, body=Keypoints2D(xy, view.people.body.scores))
    groups = associate_views([*seen.views[:3], replace(view, people=people), seen.views[4]],
                             PARAMETERS)
    assert np.argwhere(groups.dropped).tolist() == [[0, 3, wrist]]


@pytest.mark.parametrize('cameras', [1, 3])
def test_associate_views_of_nobody_is_empty(cameras: int) -> None:
    _, seen = room(2, 3)
    views = [nobody_in(view) for view in seen.views[:cameras]]
    groups = associate_views(views, PARAMETERS)
    assert groups.members.shape == (0, cameras)
    assert groups.flipped.shape == groups.dropped.shape == (0, cameras, 25)


def test_associate_views_of_one_camera_is_empty() -> None:
    _, seen = room(2, 3)
    assert associate_views(seen.views[:1], PARAMETERS).members.shape == (0, 1)


def test_associate_views_with_nobody_in_one_view_uses_the_others() -> None:
    _, seen = room(3, 4)
    views = [nobody_in(seen.views[0]), *seen.views[1:]]
    groups = associate_views(views, PARAMETERS)
    assert len(groups.members) == 3
    assert (groups.members[:, 0] == NOT_SEEN).all() and (groups.members[:, 1:] >= 0).all()


def test_associate_views_of_people_without_any_keypoint_is_empty() -> None:
    _, seen = room(2, 3)
    views = [
        replace(view, people=replace(view.people, body=Keypoints2D.missing(2, 25)))
        for view in seen.views
    ]
    assert len(associate_views(views, PARAMETERS).members) == 0


def test_associate_views_of_other_skeletons_is_refused() -> None:
    _, seen = room()
    _, other = room(skeleton='coco_18')
    with pytest.raises(ValueError, match="skeleton 'coco_18', expected 'body_25'"):
        associate_views([seen.views[0], *other.views[1:]], PARAMETERS)


def test_associate_views_with_previous_people_of_another_skeleton_is_refused() -> None:
    bodies, seen = room()
    other, _ = room(skeleton='coco_18')
    with pytest.raises(ValueError, match="previous people have skeleton 'coco_18'"):
        associate_views(seen.views, PARAMETERS, known(other, 'coco_18'))


def test_associate_views_lets_previous_people_decide_left_and_right() -> None:
    # Two views that differ: alone, nobody can say which one is right.
    bodies, seen = room(1, 2)
    mirrored = BODY_25.mirrored_parts
    for wrong in range(2):
        body = seen.views[wrong].people.body
        people = replace(
            seen.views[wrong].people,
            body=Keypoints2D(body.xy[:, mirrored], body.scores[:, mirrored]),
        )
        views = list(seen.views)
        views[wrong] = replace(views[wrong], people=people)
        groups = associate_views(views, PARAMETERS, known(bodies))
        assert groups.flipped[0, wrong].sum() == 22
        assert not groups.flipped[0, 1 - wrong].any()


def test_associate_views_is_not_forced_by_previous_people() -> None:
    # Everybody known is gone or stands where somebody else stands now, all of them elsewhere.
    _, seen = room(4, 4, ViewConditions(ghosts=0, flipped=0.0), seed=1)
    elsewhere, _ = room(4, 4, seed=2)
    alone = associate_views(seen.views, PARAMETERS)
    groups = associate_views(seen.views, PARAMETERS, known(elsewhere))
    names = [view.camera.name for view in seen.views]
    assert as_sets(groups, names) == as_sets(alone, names)


def test_associate_views_with_previous_people_who_left_does_not_invent_them() -> None:
    bodies, seen = room(3, 4)
    rows = [np.flatnonzero(people != 1) for people in seen.people]
    views = [
        replace(view, people=taken(view.people, kept)) for view, kept in zip(seen.views, rows)
    ]
    groups = associate_views(views, PARAMETERS, known(bodies))
    assert len(groups.members) == 2


def test_associate_views_with_a_person_known_and_seen_once_is_not_invented() -> None:
    bodies, seen = room(1, 3)
    views = [seen.views[0], *(nobody_in(view) for view in seen.views[1:])]
    assert len(associate_views(views, PARAMETERS, known(bodies)).members) == 0


def test_associate_views_of_walking_people_gets_better_with_previous_people() -> None:
    # Two cameras, much missing: where people were a moment ago helps.
    conditions = ViewConditions(noise_px=6.0, missing=0.5, ghosts=2, flipped=0.0)
    alone, helped = [], []
    for seed in range(10):
        before = people_in_room(5, BODY_25, seed=seed)
        now = people_in_room(5, BODY_25, seed=seed, distance_m=0.05)
        seen = see_people(now, ring_of_cameras(3, radius_m=7.0), BODY_25, conditions, seed=seed)
        for scores, previous in ((alone, None), (helped, known(before))):
            groups = associate_views(seen.views, PARAMETERS, previous)
            scores.append(score_pairs(groups, seen.people))
    first, second = PairScores.total(alone), PairScores.total(helped)
    assert second.precision > first.precision
    assert second.recall > first.recall


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 5))
def test_associate_views_does_not_depend_on_any_order(
    seed: int, people: int, cameras: int
) -> None:
    rng = np.random.default_rng(seed)
    bodies, seen = room(people, cameras, ViewConditions(ghosts=1), seed=seed % 1000)
    previous = known(bodies) if seed % 2 else None
    groups = associate_views(seen.views, PARAMETERS, previous)
    orders = [rng.permutation(len(view.people)) for view in seen.views]
    shuffled = [
        replace(view, people=taken(view.people, order)) for view, order in zip(seen.views, orders)
    ]
    turn = rng.permutation(cameras)
    again = associate_views([shuffled[index] for index in turn], PARAMETERS, previous)
    back = Groups(
        np.stack(
            [np.append(orders[index], NOT_SEEN)[members] for index, members in
             zip(turn, again.members.T)],
            axis=-1,
        ).reshape(again.members.shape),
        again.flipped, again.dropped,
    )  # fmt: skip
    names = [view.camera.name for view in seen.views]
    assert as_sets(back, [names[index] for index in turn]) == as_sets(groups, names)


@given(st.integers(0, 2**32 - 1))
def test_groups_of_any_people_are_groups(seed: int) -> None:
    # Keypoints anywhere: whatever comes out, no person is in two groups, no group is alone.
    rng = np.random.default_rng(seed)
    views = []
    for camera in ring_of_cameras(int(rng.integers(1, 5))):
        count = int(rng.integers(0, 4))
        xy = rng.uniform(-200, 1500, (count, 25, 2)).astype(np.float32)
        missing = rng.random((count, 25)) < 0.3
        xy[missing] = np.nan
        scores = np.where(missing, 0, rng.random((count, 25))).astype(np.float32)
        body = Keypoints2D(xy, scores)
        people = People2D.from_body('body_25', body, np.ones(count, np.float32), (1280, 720))
        views.append(View(camera, people))
    groups = associate_views(views, PARAMETERS)
    seen = groups.members != NOT_SEEN
    assert (seen.sum(axis=1) >= 2).all()
    for column, view in zip(groups.members.T, views):
        members = column[column != NOT_SEEN]
        assert len(set(members.tolist())) == len(members)
        assert (members < len(view.people)).all()
    assert not (groups.flipped & ~seen[..., None]).any()
    assert not (groups.dropped & ~seen[..., None]).any()
