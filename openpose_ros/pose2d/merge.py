# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What was found in the regions back to the people: faces, hands and feet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from openpose_ros.pose2d.body_parts import distance
from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.region_types import FACE
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

WITH_FEET = 'body_25'
# In lengths of the lower leg. Farther apart the two networks speak of different ankles; OpenPose's
# heels lie 0.08 to 0.2 from the ankle, its big toes 0.1 to 0.6 from the heel.
_ANKLES_APART = 0.4
_HEEL_TO_ANKLE = 0.35
_HEEL_TO_TOE = 0.75
# of the torso, where that is longer than the lower legs as they are seen
_LEG_OF_TORSO = 0.75
_FOOT = ('heel', 'big_toe', 'small_toe')
_FIELDS = {FACE: 'face', LEFT_HAND: 'left_hand', RIGHT_HAND: 'right_hand'}


def add_faces(people: People2D, faces: Landmarks, skeleton: Skeleton) -> People2D:
    """
    Return the people with their faces, those missing of whom none was found.

    :param people: N people.
    :param faces: What was found in the face regions; a region of nobody in which something was
        found becomes a person with an empty body.
    :param skeleton: Skeleton of the faces.
    """
    return replace(_added(people, faces, skeleton, (FACE,)), face_skeleton=skeleton.name)


def add_hands(people: People2D, hands: Landmarks, skeleton: Skeleton) -> People2D:
    """
    Return the people with their hands, those missing of whom none was found.

    :param people: N people.
    :param hands: What was found in the regions of left and right hands; see :func:`add_faces`.
    :param skeleton: Skeleton of the hands.
    """
    added = _added(people, hands, skeleton, (LEFT_HAND, RIGHT_HAND))
    return replace(added, hand_skeleton=skeleton.name)


def add_feet(people: People2D, feet: Landmarks, skeleton: Skeleton) -> People2D:
    """
    Return the people with bodies of ``body_25``, whose heels and big toes were found.

    Where the network for feet knows ankles, each foot is moved so that its ankle is the body's,
    which is more exact. A foot is taken if both ankles lie by each other and heel and toe by them,
    and of it what lies in the image.

    :param people: N people with bodies of another skeleton.
    :param feet: What was found in the foot regions, parts of ``body_25``.
    :param skeleton: Skeleton of the bodies.
    """
    target = get_skeleton(WITH_FEET)
    body = with_feet_skeleton(people.body, skeleton)
    legs = _lower_legs(body, target)
    for row in feet.found():
        person = int(feet.regions.persons[row])
        if person == NO_PERSON:
            continue
        for side in ('left', 'right'):
            ankle, *foot = (target.index(f'{side}_{part}') for part in ('ankle', *_FOOT))
            xy = _foot_at(
                body.xy[person, ankle],
                feet.keypoints.xy[row, ankle],
                feet.keypoints.xy[row, foot],
                legs[person],
            )
            # The network goes on to where the legs would end beyond the border.
            outside = ~((xy > -0.5) & (xy < np.array(people.image_size) - 0.5)).all(axis=1)
            xy[outside] = np.nan
            body.xy[person, foot] = xy
            body.scores[person, foot] = np.where(outside, 0, feet.keypoints.scores[row, foot])
    return replace(people, skeleton=WITH_FEET, body=body)


def with_feet_skeleton(body: Keypoints2D, skeleton: Skeleton) -> Keypoints2D:
    """
    Return bodies in the parts of ``body_25``, the feet missing.

    Neck and middle of the hips, where the skeleton lacks them, lie midway between the shoulders
    and between the hips, as in that skeleton, with the lower of the two scores.

    :param body: Bodies of N people.
    :param skeleton: Their skeleton.
    """
    target = get_skeleton(WITH_FEET)
    result = Keypoints2D.missing(len(body.xy), len(target.parts))
    for part in set(target.parts) & set(skeleton.parts):
        result.xy[:, target.index(part)] = body.xy[:, skeleton.index(part)]
        result.scores[:, target.index(part)] = body.scores[:, skeleton.index(part)]
    for part, ends in (('neck', 'shoulder'), ('mid_hip', 'hip')):
        column = target.index(part)
        left, right = (target.index(f'{side}_{ends}') for side in ('left', 'right'))
        scores = np.minimum(result.scores[:, left], result.scores[:, right])
        derived = (result.scores[:, column] == 0) & (scores > 0)
        middle = 0.5 * (result.xy[:, left] + result.xy[:, right])
        result.xy[derived, column] = middle[derived]
        result.scores[derived, column] = scores[derived]
    return result


def _lower_legs(body: Keypoints2D, skeleton: Skeleton) -> Array:
    """Return how long the lower legs of bodies with feet are, at least, in pixels, ``(N,)``."""

    def part(name: str) -> Array:
        xy = body.xy[:, skeleton.index(name)].astype(float)
        return np.where(np.isfinite(xy), xy, np.nan)

    shins = [distance(part(f'{side}_knee'), part(f'{side}_ankle')) for side in ('left', 'right')]
    torso = distance(part('neck'), part('mid_hip'))
    # The longest: a leg that points at the camera looks short, the foot at its end does not.
    legs: Array = np.fmax.reduce([*shins, _LEG_OF_TORSO * torso])
    return legs


def _foot_at(ankle: Array, found_ankle: Array, foot: Array, leg_px: float) -> Array:
    """
    Return a foot at the ankle of a body, NaN if it is none.

    :param ankle: The ankle of the body, ``(2,)``.
    :param found_ankle: The same ankle as the network for feet sees it, NaN if it does not.
    :param foot: Heel, big toe and small toe as that network sees them, ``(3, 2)``.
    :param leg_px: Length of the lower leg; NaN if it is not known, and nothing is a foot then.
    """
    apart = found_ankle.astype(float) - ankle
    knows_ankle = bool(np.isfinite(apart).all())
    moved = foot - apart if knows_ankle else foot.astype(float)
    heel, toe = moved[0], moved[1]
    is_foot = (
        not (knows_ankle and np.hypot(*apart) > _ANKLES_APART * leg_px)
        and distance(heel, ankle) <= _HEEL_TO_ANKLE * leg_px
        and not distance(toe, heel) > _HEEL_TO_TOE * leg_px
    )
    return moved if is_foot else np.full(foot.shape, np.nan)


def _added(
    people: People2D, landmarks: Landmarks, skeleton: Skeleton, kinds: tuple[int, ...]
) -> People2D:
    """Return the people with the landmarks of some kinds in the fields of these kinds."""
    parts = len(skeleton.parts)
    found = landmarks.found()
    strangers = found[landmarks.regions.persons[found] == NO_PERSON]
    grown = _with_strangers(people, landmarks.regions.scores[strangers])
    persons = landmarks.regions.persons.copy()
    persons[strangers] = len(people) + np.arange(len(strangers))
    # The best last, so that it stays where a person has two regions of a kind.
    order = found[np.argsort(landmarks.regions.scores[found], kind='stable')]
    fields: dict[str, Any] = {}
    for kind in kinds:
        rows = order[landmarks.regions.kinds[order] == kind]
        keypoints = Keypoints2D.missing(len(grown), parts)
        if len(rows):
            keypoints.xy[persons[rows]] = landmarks.keypoints.xy[rows]
            keypoints.scores[persons[rows]] = landmarks.keypoints.scores[rows]
        fields[_FIELDS[kind]] = keypoints
    return replace(grown, **fields)


def _with_strangers(people: People2D, scores: Array) -> People2D:
    """Return the people and, behind them, some without any keypoint."""
    count = len(scores)

    def grown(keypoints: Keypoints2D) -> Keypoints2D:
        missing = Keypoints2D.missing(count, keypoints.xy.shape[1])
        return Keypoints2D(
            np.concatenate((keypoints.xy, missing.xy)),
            np.concatenate((keypoints.scores, missing.scores)),
        )

    return replace(
        people,
        body=grown(people.body),
        scores=np.concatenate((people.scores, scores)).astype(np.float32),
        ids=np.concatenate((people.ids, np.zeros(count, np.int64))),
        face=grown(people.face),
        left_hand=grown(people.left_hand),
        right_hand=grown(people.right_hand),
    )
