# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from typing import Any

import pytest

from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons.skeleton import limbs_from_table
from openpose_ros.skeletons.skeleton import mirror_from_names

PARTS = ('hub', 'left_end', 'right_end')


def skeleton(**change: Any) -> Skeleton:
    values: dict[str, Any] = {
        'name': 'bar',
        'parts': PARTS,
        'limbs': (Limb('hub', 'left_end', 2), Limb('right_end', 'hub', 0)),
        'mirror': (('left_end', 'right_end'),),
        'uncounted': ('hub',),
    }
    return Skeleton(**{**values, **change})


def test_skeleton_computes_indices_from_names() -> None:
    bar = skeleton()
    assert bar.limb_pairs.tolist() == [[0, 1], [2, 0]]
    assert bar.paf_channels.tolist() == [[2, 3], [0, 1]]
    assert bar.mirrored_parts.tolist() == [0, 2, 1]
    assert bar.counted.tolist() == [False, True, True]
    assert bar.index('right_end') == 2


def test_skeleton_without_limbs_has_empty_tables() -> None:
    points = skeleton(limbs=(), mirror=(), uncounted=())
    assert points.limb_pairs.shape == points.paf_channels.shape == (0, 2)
    assert points.counted.all()


@pytest.mark.parametrize('table', ['limb_pairs', 'paf_channels', 'mirrored_parts', 'counted'])
def test_tables_of_a_skeleton_cannot_be_changed(table: str) -> None:
    with pytest.raises(ValueError, match='read-only'):
        getattr(skeleton(), table)[0] = 1


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        ({'parts': ()}, "'bar': part names must be unique"),
        ({'parts': (*PARTS, 'hub')}, "'bar': part names must be unique"),
        ({'limbs': (Limb('hub', 'nose', 0),)}, "'bar' has no part 'nose', its parts: hub, left"),
        ({'limbs': (Limb('nose', 'hub', 0),)}, "'bar' has no part 'nose'"),
        ({'mirror': (('left_end', 'nose'),)}, "'bar' has no part 'nose'"),
        ({'uncounted': ('nose',)}, "'bar' has no part 'nose'"),
        # the y channel of one limb is the x channel of the other
        ({'limbs': (Limb('hub', 'left_end', 0), Limb('hub', 'right_end', 1))}, 'share a PAF'),
        ({'limbs': (Limb('hub', 'left_end', 4), Limb('hub', 'right_end', 4))}, 'share a PAF'),
        # a part cannot be at both ends of a limb: nobody could own two of it
        ({'limbs': (Limb('hub', 'hub', 0),)}, "'bar': a limb joins 'hub' with itself"),
        # mirroring twice must give everything back
        (
            {'mirror': (('left_end', 'right_end'), ('hub', 'right_end'))},
            "'bar': 'right_end' is in two mirror pairs",
        ),
    ],
)
def test_skeleton_refuses_what_contradicts_itself(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        skeleton(**change)


def test_index_of_an_unknown_part_raises() -> None:
    with pytest.raises(ValueError, match="skeleton 'bar' has no part 'nose', its parts: hub, "):
        skeleton().index('nose')


def test_get_skeleton_of_an_unknown_name_raises_with_the_choices() -> None:
    with pytest.raises(ValueError, match=r"'body_26', expected one of body_25, coco_18, mpii_15"):
        get_skeleton('body_26')


def test_limbs_from_table_reads_pairs_stars_and_channels() -> None:
    assert limbs_from_table('0-1 2-0*', PARTS, '6 4') == (
        Limb('hub', 'left_end', 6),
        Limb('right_end', 'hub', 4, drawn=False),
    )


def test_limbs_from_table_without_channels_has_none() -> None:
    assert limbs_from_table('0-1', PARTS) == (Limb('hub', 'left_end', -1),)


def test_limbs_from_table_with_too_few_channels_raises() -> None:
    with pytest.raises(ValueError, match='2 limbs but 1 PAF channels'):
        limbs_from_table('0-1 0-2', PARTS, '0')


def test_mirror_from_names_pairs_left_with_right() -> None:
    parts = ('nose', 'right_eye', 'left_eye', 'left_only', 'right_other', 'upright_eye')
    assert mirror_from_names(parts) == (('left_eye', 'right_eye'),)
