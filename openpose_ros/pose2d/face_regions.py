# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Where the face is, from the body.

Two rules: OpenPose's, an upright square for its own face network, and a square around the nose
that turns with the eyes, for networks that want a face upright.
"""

from __future__ import annotations

import warnings

import numpy as np

from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.pose2d.body_parts import distance
from openpose_ros.pose2d.body_parts import Float64Array
from openpose_ros.pose2d.region_table import angle_of_right
from openpose_ros.pose2d.region_table import angle_of_up
from openpose_ros.pose2d.region_table import regions_of
from openpose_ros.region_types import FACE
from openpose_ros.region_types import Regions

# OpenPose's factors of the distances between keypoints.
_HEAD_NECK = 1.33
_NOSE_NECK = 2.0
_PROFILE = 0.85
_EYES = 3.0
_EARS = 2.0

# Of the square that turns with the eyes.
_TURNED_EYES = 2.6
_TURNED_EARS = 1.35
_TURNED_EYE_EAR = 1.9
_TURNED_MARGIN = 1.25
# Of a head that is turned so far that one ear is hidden, the nose points away from the middle of
# the face. Over 23 such faces of coco_dev the squares that a face network settles on lie 0.07 to
# 0.22, in the middle 0.15 sides towards the ear that is seen and are 1.1 times as large; of 35
# faces with both ears they lie within 0.06 of the nose.
_ONE_EAR_SHIFT = 0.15
_ONE_EAR_SIZE = 1.1

_HEAD_PARTS = ('nose', 'right_eye', 'left_eye', 'right_ear', 'left_ear')


def openpose_face_regions(body: BodyParts) -> Regions:
    """
    Return OpenPose's face boxes.

    The mean over those that apply: (a) nose and neck, in a profile with the eye and the ear of the
    side that is seen, (b) both eyes, (c) both ears. A skeleton with a head instead of a nose:
    around the head, by the distance to the neck.

    :param body: Keypoints with a score above OpenPose's 0.25.
    """
    if not body.has('nose') and body.has('head'):
        return _head_regions(body, turned=False)
    terms = (_nose_term(body), _pair_term(body, 'eye', _EYES), _pair_term(body, 'ear', _EARS))
    centres = _mean([centre for centre, _ in terms])
    sizes = _mean([size for _, size in terms])
    scores = body.mean_score('neck', *_HEAD_PARTS)
    return regions_of(FACE, centres, sizes, scores=scores)


def upright_face_regions(body: BodyParts) -> Regions:
    """
    Return squares around the noses that turn with the eyes.

    Where one ear is hidden, the square is shifted towards the other and a little larger.

    Without a nose, or without an eye or both ears, the face is not seen, and there is no region.

    :param body: Keypoints of which one is sure.
    """
    if not body.has('nose') and body.has('head'):
        return _head_regions(body, turned=True)
    left_eye, right_eye = body.xy('left_eye'), body.xy('right_eye')
    left_ear, right_ear = body.xy('left_ear'), body.xy('right_ear')
    spans = (
        _TURNED_EYES * distance(left_eye, right_eye),
        _TURNED_EARS * distance(left_ear, right_ear),
        _TURNED_EYE_EAR * distance(left_eye, left_ear),
        _TURNED_EYE_EAR * distance(right_eye, right_ear),
    )
    sizes = _TURNED_MARGIN * np.fmax.reduce(spans)
    # Each points from the person's right to the left; the eyes are most exact.
    axes = (left_eye - right_eye, left_ear - right_ear, left_ear - left_eye, right_eye - right_ear)
    angles = _first(tuple(angle_of_right(axis) for axis in axes))
    # 1 to the person's left, -1 to the right, 0 for none or both ears
    side = np.isfinite(left_ear[:, 0]).astype(float) - np.isfinite(right_ear[:, 0])
    to_left = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    shifts = (_ONE_EAR_SHIFT * side * sizes)[:, None] * to_left
    return regions_of(
        FACE,
        body.xy('nose') + shifts,
        np.where(side == 0, 1, _ONE_EAR_SIZE) * sizes,
        angles_rad=angles,
        scores=body.mean_score(*_HEAD_PARTS),
    )


def _head_regions(body: BodyParts, *, turned: bool) -> Regions:
    head, neck = body.xy('head'), body.xy('neck')
    return regions_of(
        FACE,
        head,
        _HEAD_NECK * distance(neck, head),
        angles_rad=angle_of_up(head - neck) if turned else None,
        scores=body.mean_score('head', 'neck'),
    )


def _nose_term(body: BodyParts) -> tuple[Float64Array, Float64Array]:
    nose, neck = body.xy('nose'), body.xy('neck')
    nose_neck = distance(neck, nose)
    centres, sizes = 0.5 * (nose + neck), _NOSE_NECK * nose_neck
    seen = {part: np.isfinite(body.xy(part)[:, 0]) for part in _HEAD_PARTS}
    for side, other in (('left', 'right'), ('right', 'left')):
        eye, ear = body.xy(f'{side}_eye'), body.xy(f'{side}_ear')
        both = seen[f'{side}_eye'] & seen[f'{side}_ear']
        profile = both & ~seen[f'{other}_eye'] & ~seen[f'{other}_ear']
        size = _PROFILE * (distance(nose, eye) + distance(nose, ear) + nose_neck)
        centres = np.where(profile[:, None], (eye + ear + nose) / 3, centres)
        sizes = np.where(profile, size, sizes)
    # In a profile the centre needs no neck, the size does.
    return np.where(np.isfinite(sizes)[:, None], centres, np.nan), sizes


def _pair_term(
    body: BodyParts, part: str, factor: float
) -> tuple[Float64Array, Float64Array]:
    apart = distance(body.xy(f'left_{part}'), body.xy(f'right_{part}'))
    return body.middle(part), factor * apart


def _mean(terms: list[Float64Array]) -> Float64Array:
    """Return the mean of the terms that there are, NaN where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', RuntimeWarning)  # of a mean of nothing
        means: Float64Array = np.nanmean(np.stack(terms), axis=0)
    return means


def _first(terms: tuple[Float64Array, ...]) -> Float64Array:
    """Return for each person the first term there is."""
    chosen = terms[0]
    for term in terms[1:]:
        chosen = np.where(np.isfinite(chosen), chosen, term)
    return chosen
