# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in an image to the topics of REP-155 (ROS4HRI), whose messages are those of ``hri_msgs``.

``hri_msgs/Skeleton2D`` says that it follows OpenPose's COCO order, but has the left eye and ear
before the right ones, where OpenPose has the right ones first. Parts are found by name here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openpose_ros.conversions.boxes import boxes_of
from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.conversions.boxes import HALF_PIXEL
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# By the constants of hri_msgs/Skeleton2D: NOSE = 0, ..., LEFT_EYE = 14, RIGHT_EYE = 15, ...
HRI_PARTS = (
    'nose',
    'neck',
    'right_shoulder',
    'right_elbow',
    'right_wrist',
    'left_shoulder',
    'left_elbow',
    'left_wrist',
    'right_hip',
    'right_knee',
    'right_ankle',
    'left_hip',
    'left_knee',
    'left_ankle',
    'left_eye',
    'right_eye',
    'left_ear',
    'right_ear',
)
# hri_msgs/FacialLandmarks numbers its 70 points as OpenPose does.
HRI_FACE = 'face_70'

BODIES_TRACKED = '/humans/bodies/tracked'
FACES_TRACKED = '/humans/faces/tracked'
# REP-155's examples begin with a digit, which a ROS 2 name must not.
_BODY_PREFIX = 'b'
_FACE_PREFIX = 'f'


@dataclass(frozen=True)
class HriMessages:
    """
    Message classes of ``hri_msgs``, version 2.

    :param ids_list: ``IdsList``.
    :param skeleton: ``Skeleton2D``.
    :param landmarks: ``FacialLandmarks``.
    :param region: ``NormalizedRegionOfInterest2D``.
    :param point: ``NormalizedPointOfInterest2D``.
    """

    ids_list: Any
    skeleton: Any
    landmarks: Any
    region: Any
    point: Any


def people_to_humans(
    people: People2D,
    header: Any,
    messages: HriMessages,
    *,
    skeleton: Skeleton,
    parameters: BoxParameters,
) -> dict[str, Any]:
    """
    Return the message of each topic of REP-155.

    That is ``/humans/bodies/tracked``, ``/humans/bodies/ID/roi`` and ``.../skeleton2d``, and where
    faces were looked for ``/humans/faces/tracked``, ``/humans/faces/ID/roi`` and
    ``.../landmarks``. Body and face of person 12 are ``b12`` and ``f12``; a person without an
    identity is left out. Coordinates are shares of the image's width and height, from its corner;
    a missing keypoint is 0, 0 with confidence 0.

    :param people: People in pixels of the image.
    :param header: Header of the image.
    :param messages: Message classes.
    :param skeleton: Skeleton of the bodies.
    :param parameters: The margin of the regions.
    :raises ValueError: If the size of the image is unknown, or the bodies are not of the skeleton.
    """
    if not all(people.image_size):
        raise ValueError(f'the image size is {people.image_size}, expected both to be positive')
    if people.body.scores.shape[1] != len(skeleton.parts):
        raise ValueError(
            f"the bodies have {people.body.scores.shape[1]} keypoints, the skeleton "
            f"'{skeleton.name}' has {len(skeleton.parts)}"
        )
    size = np.array(people.image_size, np.float64)
    bodies = {
        f'{_BODY_PREFIX}{number}': {
            'roi': _region(box / np.tile(size, 2), header, score, messages),
            'skeleton2d': messages.skeleton(
                header=header, skeleton=_points(_hri_parts(xy, scores, skeleton), size, messages)
            ),
        }
        for number, box, score, xy, scores in _found(people, people.body, parameters)
    }
    topics = _topics(BODIES_TRACKED, bodies, header, messages)
    if people.face_skeleton != HRI_FACE:
        return topics
    width, height = people.image_size
    faces = {
        f'{_FACE_PREFIX}{number}': {
            'roi': _region(box / np.tile(size, 2), header, score, messages),
            'landmarks': messages.landmarks(
                header=header,
                landmarks=_points((xy, scores), size, messages),
                height=height,
                width=width,
            ),
        }
        for number, box, score, xy, scores in _found(people, people.face, parameters)
    }
    return topics | _topics(FACES_TRACKED, faces, header, messages)


def _topics(
    tracked: str, found: dict[str, dict[str, Any]], header: Any, messages: HriMessages
) -> dict[str, Any]:
    space = tracked.rpartition('/')[0]
    topics = {tracked: messages.ids_list(header=header, ids=list(found))}
    for name, kinds in found.items():
        topics |= {f'{space}/{name}/{kind}': message for kind, message in kinds.items()}
    return topics


def _found(
    people: People2D, keypoints: Keypoints2D, parameters: BoxParameters
) -> list[tuple[int, Array, float, FloatArray, FloatArray]]:
    """Return id, box, score, xy and scores of whom has an identity and any such keypoint."""
    boxes = boxes_of((keypoints,), people.image_size, parameters)
    return [
        (number, box, score, xy, scores)
        for number, box, score, xy, scores in zip(
            people.ids.tolist(), boxes, people.scores.tolist(), keypoints.xy, keypoints.scores
        )
        if number and np.isfinite(box).all()
    ]


def _hri_parts(
    xy: FloatArray, scores: FloatArray, skeleton: Skeleton
) -> tuple[FloatArray, FloatArray]:
    one = Keypoints2D.missing(1, len(HRI_PARTS))
    for row, part in enumerate(HRI_PARTS):
        if part in skeleton.parts:
            index = skeleton.index(part)
            one.xy[0, row], one.scores[0, row] = xy[index], scores[index]
    return one.xy[0], one.scores[0]


def _points(keypoints: tuple[FloatArray, FloatArray], size: Array, messages: HriMessages) -> Any:
    xy, scores = keypoints
    found = (scores > 0) & np.isfinite(xy).all(axis=1)
    # A smoothed keypoint may lie beyond the edge, the message allows 0 to 1 only.
    shares = np.where(found[:, None], np.clip((xy + HALF_PIXEL) / size, 0.0, 1.0), 0.0)
    confidences = np.where(found, scores, 0.0).tolist()
    return [messages.point(x=x, y=y, c=c) for (x, y), c in zip(shares.tolist(), confidences)]


def _region(box: Array, header: Any, score: float, messages: HriMessages) -> Any:
    left, top, right, bottom = box.tolist()
    return messages.region(
        header=header, xmin=left, ymin=top, xmax=right, ymax=bottom, c=score
    )
