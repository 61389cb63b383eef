# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenPose's face, 70 parts: the 68 of iBUG 300-W and the two pupils."""

from __future__ import annotations

from openpose_ros.skeletons.skeleton import Limb
from openpose_ros.skeletons.skeleton import Skeleton

# Consecutive groups of the iBUG order; "right" is the person's right. Closed groups are rings.
GROUPS = (
    ('jaw', 17, False),
    ('right_brow', 5, False),
    ('left_brow', 5, False),
    ('nose_bridge', 4, False),
    ('nose_base', 5, False),
    ('right_eye', 6, True),
    ('left_eye', 6, True),
    ('outer_lip', 12, True),
    ('inner_lip', 8, True),
)

PARTS = (
    *(f'{group}_{number}' for group, count, _ in GROUPS for number in range(1, count + 1)),
    'right_pupil',
    'left_pupil',
)

# Positions, in the group that a mirrored image puts there, of each group's points: iBUG numbers
# run along the image from left to right, except around the eyes, where they start outside.
_EYE_MIRROR = (4, 3, 2, 1, 6, 5)
_OUTER_LIP_MIRROR = (7, 6, 5, 4, 3, 2, 1, 12, 11, 10, 9, 8)
_INNER_LIP_MIRROR = (5, 4, 3, 2, 1, 8, 7, 6)


def _group_limbs(group: str, count: int, closed: bool) -> tuple[Limb, ...]:
    names = [f'{group}_{number}' for number in range(1, count + 1)]
    ends = names[1:] + names[:1] if closed else names[1:]
    return tuple(Limb(start, end) for start, end in zip(names, ends))


def _mirror_pairs() -> tuple[tuple[str, str], ...]:
    pairs = [(f'jaw_{18 - number}', f'jaw_{number}') for number in range(1, 9)]
    pairs += [(f'left_brow_{6 - number}', f'right_brow_{number}') for number in range(1, 6)]
    pairs += [(f'nose_base_{6 - number}', f'nose_base_{number}') for number in range(1, 3)]
    pairs += [
        (f'left_eye_{other}', f'right_eye_{number}')
        for number, other in enumerate(_EYE_MIRROR, start=1)
    ]
    for lip, mirror in (('outer_lip', _OUTER_LIP_MIRROR), ('inner_lip', _INNER_LIP_MIRROR)):
        pairs += [
            (f'{lip}_{other}', f'{lip}_{number}')
            for number, other in enumerate(mirror, start=1)
            if number < other
        ]
    return (*pairs, ('left_pupil', 'right_pupil'))


FACE_70 = Skeleton(
    name='face_70',
    parts=PARTS,
    limbs=tuple(limb for group in GROUPS for limb in _group_limbs(*group)),
    mirror=_mirror_pairs(),
)
