# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The skeletons' data against OpenPose's tables, copied out by name a second time."""

from __future__ import annotations

import numpy as np
import pytest

from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.skeletons import SKELETONS

# From, to, PAF x channel and, with a star, redundant. R and L are the person's right and left.
BODY_25 = """
Neck MidHip 0 | Neck RShoulder 14 | Neck LShoulder 22 | RShoulder RElbow 16 | RElbow RWrist 18
LShoulder LElbow 24 | LElbow LWrist 26 | MidHip RHip 6 | RHip RKnee 2 | RKnee RAnkle 4
MidHip LHip 8 | LHip LKnee 10 | LKnee LAnkle 12 | Neck Nose 30 | Nose REye 32 | REye REar 36
Nose LEye 34 | LEye LEar 38 | RShoulder REar 20 * | LShoulder LEar 28 * | LAnkle LBigToe 40
LBigToe LSmallToe 42 | LAnkle LHeel 44 | RAnkle RBigToe 46 | RBigToe RSmallToe 48
RAnkle RHeel 50
"""
COCO_18 = """
Neck RShoulder 12 | Neck LShoulder 20 | RShoulder RElbow 14 | RElbow RWrist 16
LShoulder LElbow 22 | LElbow LWrist 24 | Neck RHip 0 | RHip RKnee 2 | RKnee RAnkle 4
Neck LHip 6 | LHip LKnee 8 | LKnee LAnkle 10 | Neck Nose 28 | Nose REye 30 | REye REar 34
Nose LEye 32 | LEye LEar 36 | RShoulder REar 18 * | LShoulder LEar 26 *
"""
MPII_15 = """
Head Neck 0 | Neck RShoulder 2 | RShoulder RElbow 4 | RElbow RWrist 6 | Neck LShoulder 8
LShoulder LElbow 10 | LElbow LWrist 12 | Neck Chest 14 | Chest RHip 16 | RHip RKnee 18
RKnee RAnkle 20 | Chest LHip 22 | LHip LKnee 24 | LKnee LAnkle 26
"""
PARTS = {
    'body_25': """Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist MidHip RHip RKnee
        RAnkle LHip LKnee LAnkle REye LEye REar LEar LBigToe LSmallToe LHeel RBigToe RSmallToe
        RHeel""",
    'coco_18': """Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle
        LHip LKnee LAnkle REye LEye REar LEar""",
    'mpii_15': """Head Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle
        LHip LKnee LAnkle Chest""",
    'body_25b': """Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip
        RHip LKnee RKnee LAnkle RAnkle UpperNeck HeadTop LBigToe LSmallToe LHeel RBigToe RSmallToe
        RHeel""",
}
TABLES = {'body_25': BODY_25, 'coco_18': COCO_18, 'mpii_15': MPII_15}

BODIES = (*TABLES, 'body_25b')

# COCO's official order, which the evaluation writes.
COCO_17 = (
    'nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear', 'left_shoulder', 'right_shoulder',
    'left_elbow', 'right_elbow', 'left_wrist', 'right_wrist', 'left_hip', 'right_hip',
    'left_knee', 'right_knee', 'left_ankle', 'right_ankle',
)



def own_name(name: str) -> str:
    """Return this package's name for one of OpenPose's: ``LBigToe`` is ``left_big_toe``."""
    side = {'R': 'right_', 'L': 'left_'}.get(name[0] if name[1].isupper() else '', '')
    rest = name[1:] if side else name
    return side + ''.join(f'_{c.lower()}' if c.isupper() else c for c in rest).lstrip('_')


@pytest.mark.parametrize('name', BODIES)
def test_parts_are_openposes_in_its_order(name: str) -> None:
    assert get_skeleton(name).parts == tuple(own_name(part) for part in PARTS[name].split())


@pytest.mark.parametrize('name', TABLES)
def test_limbs_and_paf_channels_are_openposes(name: str) -> None:
    skeleton = get_skeleton(name)
    rows = [row.split() for row in TABLES[name].replace('\n', '|').split('|') if row.split()]
    expected = [
        (own_name(start), own_name(end), int(channel), not star)
        for start, end, channel, *star in rows
    ]
    found = [(limb.start, limb.end, limb.paf_channel, limb.drawn) for limb in skeleton.limbs]
    assert found == expected


@pytest.mark.parametrize('name', TABLES)
def test_paf_channels_are_all_used_once(name: str) -> None:
    skeleton = get_skeleton(name)
    channels = sorted(skeleton.paf_channels.reshape(-1).tolist())
    assert channels == list(range(2 * len(skeleton.limbs)))


@pytest.mark.parametrize('name', BODIES)
def test_limbs_join_all_parts(name: str) -> None:
    skeleton = get_skeleton(name)
    reached = {0}
    for _ in skeleton.parts:
        for start, end in skeleton.limb_pairs.tolist():
            if {start, end} & reached:
                reached |= {start, end}
    assert reached == set(range(len(skeleton.parts)))


@pytest.mark.parametrize('skeleton', SKELETONS.values(), ids=SKELETONS)
def test_mirror_is_an_involution(skeleton: Skeleton) -> None:
    mirrored = skeleton.mirrored_parts
    assert mirrored[mirrored].tolist() == list(range(len(skeleton.parts)))


@pytest.mark.parametrize('name', BODIES)
def test_mirror_swaps_left_and_right_and_nothing_else(name: str) -> None:
    skeleton = get_skeleton(name)
    for part, other in zip(skeleton.parts, skeleton.mirrored_parts):
        swapped = part.replace('left_', '*').replace('right_', 'left_').replace('*', 'right_')
        assert skeleton.parts[other] == swapped


@pytest.mark.parametrize('skeleton', SKELETONS.values(), ids=SKELETONS)
def test_mirrored_limbs_are_limbs(skeleton: Skeleton) -> None:
    pairs = {frozenset(pair) for pair in skeleton.limb_pairs.tolist()}
    mirrored = {frozenset(pair) for pair in skeleton.mirrored_parts[skeleton.limb_pairs].tolist()}
    assert mirrored == pairs


@pytest.mark.parametrize('name', ['body_25', 'body_25b'])
def test_feet_do_not_count(name: str) -> None:
    skeleton = get_skeleton(name)
    assert np.flatnonzero(~skeleton.counted).tolist() == [19, 20, 21, 22, 23, 24]
    assert get_skeleton('coco_18').counted.all()


def test_body_25b_begins_with_the_parts_of_coco_and_has_no_pafs() -> None:
    skeleton = get_skeleton('body_25b')
    assert skeleton.parts[:17] == COCO_17
    assert (skeleton.paf_channels[:, 0] == -1).all()


@pytest.mark.parametrize('name', ['body_25', 'coco_18'])
def test_coco_17_parts_are_available(name: str) -> None:
    assert set(COCO_17) <= set(get_skeleton(name).parts)


def test_hand_21_runs_from_the_wrist_to_the_tips() -> None:
    hand = get_skeleton('hand_21')
    assert hand.parts[0] == 'wrist'
    # OpenPose: thumb 1-4, index 5-8, middle 9-12, ring 13-16, little 17-20
    for first, finger in zip((1, 5, 9, 13, 17), ('thumb', 'index', 'middle', 'ring', 'little')):
        names = tuple(f'{finger}_{joint}' for joint in (1, 2, 3, 4))
        assert hand.parts[first:first + 4] == names
        for end in range(first, first + 4):
            start = 0 if end == first else end - 1
            assert [start, end] in hand.limb_pairs.tolist()
    assert (len(hand.parts), len(hand.limbs)) == (21, 20)


def frontal_face() -> np.ndarray:
    """Return a symmetric face in iBUG's order of points, x to the right, ``(70, 2)``."""
    def arc(count: int, start: float, stop: float, centre: tuple[float, float],
            radius: tuple[float, float]) -> list[tuple[float, float]]:
        angles = np.deg2rad(np.linspace(start, stop, count))
        return [
            (centre[0] + radius[0] * np.cos(a), centre[1] + radius[1] * np.sin(a)) for a in angles
        ]

    def ring(count: int, centre: tuple[float, float],
             radius: tuple[float, float]) -> list[tuple[float, float]]:
        # starts at the image's left corner and runs over the top
        return arc(count, 180, 540 - 360 / count, centre, radius)

    points = arc(17, 180, 0, (0, 0), (10, 10))  # jaw 0-16, left ear of the image over the chin
    points += [(x, -5 - 0.1 * abs(x + 5)) for x in np.linspace(-8, -2, 5)]  # 17-21
    points += [(x, -5 - 0.1 * abs(x - 5)) for x in np.linspace(2, 8, 5)]  # 22-26
    points += [(0, y) for y in np.linspace(-3, 1, 4)]  # 27-30
    points += [(x, 2 - 0.1 * abs(x)) for x in np.linspace(-2, 2, 5)]  # 31-35
    points += ring(6, (-5, -3), (1.5, 0.6))  # 36-41: outer corner first
    points += ring(6, (5, -3), (1.5, 0.6))  # 42-47: inner corner first
    points += ring(12, (0, 5), (4, 2))  # 48-59
    points += ring(8, (0, 5), (3, 1))  # 60-67
    points += [(-5, -3), (5, -3)]  # 68 the person's right pupil, 69 the left
    return np.array(points)


def test_face_70_mirror_is_that_of_a_symmetric_face() -> None:
    face = frontal_face()
    mirrored = face[get_skeleton('face_70').mirrored_parts]
    np.testing.assert_allclose(mirrored * (-1, 1), face, atol=1e-9)


def test_face_70_names_the_side_of_the_person() -> None:
    skeleton, face = get_skeleton('face_70'), frontal_face()
    for part, (x, _) in zip(skeleton.parts, face):
        if part.startswith('right_'):
            assert x < 0, part
        if part.startswith('left_'):
            assert x > 0, part


def test_face_70_limbs_join_neighbours() -> None:
    skeleton, face = get_skeleton('face_70'), frontal_face()
    for start, end in skeleton.limb_pairs:
        assert np.hypot(*(face[start] - face[end])) < 3.3, (start, end)
    assert len(skeleton.parts) == 70
    # 68 points in 5 open groups and 4 rings
    assert len(skeleton.limbs) == 16 + 4 + 4 + 3 + 4 + 6 + 6 + 12 + 8
