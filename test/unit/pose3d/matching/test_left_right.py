# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Sides by majority, against all ways to turn the views; the limbs of the skeletons."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from rooms import room
from rooms import truth_of

from openpose_ros.pose3d.association import associate_views
from openpose_ros.pose3d.association import AssociationParameters
from openpose_ros.pose3d.matching.left_right import choose_sides
from openpose_ros.pose3d.matching.left_right import members_of_pairs
from openpose_ros.pose3d.matching.left_right import Sides
from openpose_ros.pose3d.matching.view_affinity import Affinities
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons.mirror_units import limb_units
from openpose_ros.skeletons.mirror_units import pair_units
from openpose_ros.types import Array
from openpose_ros.types_3d import NOT_SEEN

SKELETON = get_skeleton('body_25')
MIRRORED = SKELETON.mirrored_parts
PAIRED = np.arange(len(SKELETON.parts)) != MIRRORED
ARM = ('shoulder', 'elbow', 'wrist')
LEG = ('hip', 'knee', 'ankle', 'big_toe', 'small_toe', 'heel')
PARAMETERS = AssociationParameters()


def parts(*names: str) -> Array:
    """Return which parts have these names, on both sides."""
    named = [part.partition('_')[2] in names for part in SKELETON.parts]
    return np.array(named) & PAIRED


def votes_for(flipped: Array, missing: Array | None = None) -> Affinities:
    """Return the votes of views of one person, ``(C, P)``, that know what is exchanged."""
    count = len(flipped)
    same = (flipped[:, None] == flipped[None]).transpose(2, 0, 1)
    exchanged = (flipped[:, None] != flipped[None, :, MIRRORED]).transpose(2, 0, 1)
    direct = np.where(same, 0.5, -0.5)
    crossed = np.where(exchanged, 0.5, -0.5)
    crossed[~PAIRED] = direct[~PAIRED]
    if missing is not None:
        seen = ~missing
        direct *= (seen[:, None] & seen[None]).transpose(2, 0, 1)
        crossed *= (seen[:, None] & seen[None, :, MIRRORED]).transpose(2, 0, 1)
    for table in (direct, crossed):
        table[:, np.arange(count), np.arange(count)] = 0
    return Affinities(direct.astype(np.float32), crossed.astype(np.float32))


def sides_of(flipped: Array, whole: Array | None = None, missing: Array | None = None) -> Sides:
    """Choose sides for one person seen by views, all of them in one group."""
    count = len(flipped)
    weights = np.full(flipped.shape, 0.7)
    # Nobody is sure of everything: the first view is a little better than the others.
    weights[0] = 0.75
    if missing is not None:
        weights[missing] = 0
    whole = np.zeros(count, bool) if whole is None else whole
    return choose_sides(
        np.arange(count)[None], whole[None], votes_for(flipped, missing), weights, SKELETON
    )


def nothing(views: int) -> Array:
    """Return that no part is exchanged."""
    return np.zeros((views, len(SKELETON.parts)), bool)


def names_of(units: Array, skeleton: str) -> set[frozenset[str]]:
    """Return the parts of the units without their sides."""
    names = get_skeleton(skeleton).parts
    return {
        frozenset(names[part].partition('_')[2] for part in np.flatnonzero(unit))
        for unit in units
    }


@pytest.mark.parametrize(
    ('skeleton', 'expected'),
    [
        ('body_25', [('eye', 'ear'), ARM, LEG]),
        ('coco_18', [('eye', 'ear'), ARM, ('hip', 'knee', 'ankle')]),
        ('mpii_15', [ARM, ('hip', 'knee', 'ankle')]),
        # Its shoulders hang on its hips, too: a cycle.
        ('body_25b', [('eye', 'ear'), ARM, LEG]),
        ('hand_21', []),
    ],
)
def test_limb_units_are_arms_and_legs(skeleton: str, expected: list[tuple[str, ...]]) -> None:
    units = limb_units(get_skeleton(skeleton))
    assert names_of(units, skeleton) == {frozenset(names) for names in expected}
    assert units.sum() == 2 * sum(len(names) for names in expected)


def test_pair_units_have_left_and_right() -> None:
    units = pair_units(SKELETON)
    assert len(units) == len(SKELETON.mirror)
    assert (units.sum(axis=1) == 2).all()
    assert (units[:, MIRRORED] == units).all()


def test_members_of_pairs_are_those_of_the_group() -> None:
    table = np.arange(2 * 4 * 4, dtype=np.float32).reshape(2, 4, 4)
    found = members_of_pairs(table, np.array([[0, NOT_SEEN, 3]]))
    expected = np.zeros((3, 3, 2))
    expected[0, 2], expected[2, 0] = table[:, 0, 3], table[:, 3, 0]
    np.testing.assert_array_equal(found, expected[None])


@pytest.mark.parametrize('exchanged', [(), ARM, LEG, ('wrist',), (*ARM, *LEG, 'eye', 'ear')])
@pytest.mark.parametrize('view', range(4))
def test_choose_sides_finds_what_one_view_of_four_has_exchanged(
    view: int, exchanged: tuple[str, ...]
) -> None:
    flipped = nothing(4)
    flipped[view] = parts(*exchanged)
    sides = sides_of(flipped)
    np.testing.assert_array_equal(sides.flipped[0], flipped)
    assert not sides.unclear.any()


def test_choose_sides_corrects_the_arms_of_a_view_that_seemed_exchanged() -> None:
    flipped = nothing(4)
    flipped[2] = parts(*LEG)
    whole = np.array([False, False, True, False])
    np.testing.assert_array_equal(sides_of(flipped, whole).flipped[0], flipped)


@pytest.mark.parametrize('exchanged', [ARM, LEG])
def test_choose_sides_of_two_views_drops_the_limb(exchanged: tuple[str, ...]) -> None:
    flipped = nothing(2)
    flipped[0] = parts(*exchanged)
    sides = sides_of(flipped)
    assert (sides.unclear[0].any(axis=0) == parts(*exchanged)).all()
    assert sides.unclear[0].any(axis=1).sum() == 1  # in one view: it takes two to see a part


def test_choose_sides_of_parts_seen_by_one_view_only_leaves_them() -> None:
    missing = nothing(3)
    missing[:2, parts(*LEG)] = True
    sides = sides_of(nothing(3), missing=missing)
    assert not sides.flipped.any()


def test_choose_sides_of_a_person_without_members_is_nothing() -> None:
    votes = votes_for(nothing(2))
    rows = np.full((1, 3), NOT_SEEN)
    sides = choose_sides(rows, np.zeros((1, 3), bool), votes, np.zeros((2, 25)), SKELETON)
    assert not sides.flipped.any() and not sides.unclear.any()


@pytest.mark.parametrize('seed', range(5))
def test_choose_sides_agrees_as_much_as_any_way_to_turn_the_views(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flipped = nothing(5)
    units = limb_units(SKELETON)
    for unit in units:
        flipped[rng.random(5) < 0.3] ^= unit
    votes = votes_for(flipped)
    found = sides_of(flipped).flipped[0]
    difference = members_of_pairs(votes.direct - votes.crossed, np.arange(5)[None])[0]
    for unit in units:
        agree = difference[..., unit].sum(axis=-1)
        totals = {
            signs: float(np.array(signs) @ agree @ np.array(signs))
            for signs in itertools.product((1, -1), repeat=5)
        }
        first = int(np.argmax(unit))
        chosen = tuple(int(sign) for sign in np.where(found[:, first], -1, 1))
        assert totals[chosen] == pytest.approx(max(totals.values()))


@pytest.mark.parametrize(
    'names', [(), tuple(f'left_{part}' for part in LEG), tuple(f'left_{part}' for part in ARM)]
)
def test_sides_of_known_people_are_corrected(names: tuple[str, ...]) -> None:
    # Closed loop: after the correction, almost no part lies where the other one is.
    conditions = ViewConditions(
        noise_px=1.0, missing=0.1, ghosts=0, flipped=0.15, flipped_parts=names
    )
    wrong = before = total = 0
    for seed in range(4):
        bodies, seen = room(3, 6, conditions, seed=seed)
        groups = associate_views(seen.views, PARAMETERS)
        for group, members in enumerate(groups.members):
            person = truth_of(groups, seen)[group][0]
            flips = [
                flips[member].any()
                for member, flips in zip(members, seen.flipped)
                if member != NOT_SEEN
            ]
            if 2 * sum(flips) >= len(flips):
                continue  # who is right is not the majority
            for view, member in enumerate(members):
                if member == NOT_SEEN:
                    continue
                xy = seen.views[view].people.body.xy[member]
                right = seen.views[view].camera.project(bodies[person])
                corrected = np.where(groups.flipped[group, view][:, None], xy[MIRRORED], xy)
                used = ~groups.dropped[group, view]
                wrong += int((np.linalg.norm(corrected - right, axis=1)[used] > 8).sum())
                before += int((np.linalg.norm(xy - right, axis=1) > 8).sum())
                total += int((~np.isnan(xy[:, 0])).sum())
    assert before > 0.02 * total
    assert wrong < 0.1 * before
