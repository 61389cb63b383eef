# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in an image to ``vision_msgs/Detection2DArray``: a box around each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openpose_ros.conversions.boxes import boxes_of_people
from openpose_ros.conversions.boxes import BoxParameters
from openpose_ros.types import Array
from openpose_ros.types import People2D

CLASS_ID = 'person'


@dataclass(frozen=True)
class DetectionMessages:
    """
    Message classes of ``vision_msgs``, version 4.

    :param array: ``Detection2DArray``.
    :param detection: ``Detection2D``.
    :param hypothesis_with_pose: ``ObjectHypothesisWithPose``.
    :param hypothesis: ``ObjectHypothesis``.
    :param box: ``BoundingBox2D``.
    :param pose: ``Pose2D``.
    :param point: ``Point2D``.
    """

    array: Any
    detection: Any
    hypothesis_with_pose: Any
    hypothesis: Any
    box: Any
    pose: Any
    point: Any


def people_to_detections(
    people: People2D, header: Any, messages: DetectionMessages, parameters: BoxParameters
) -> Any:
    """
    Return people as ``vision_msgs/Detection2DArray``, a detection for each.

    ``id`` is the person's identity, empty without one; the class is ``person``, its score the
    person's. The pose of the hypothesis is left as it is: nothing is known of it.

    :param people: People in pixels of the image.
    :param header: Header of the image, of the array and of each detection.
    :param messages: Message classes.
    :param parameters: The margin of the boxes.
    """
    detections = []
    for number, score, box in zip(
        people.ids.tolist(), people.scores.tolist(), boxes_of_people(people, parameters)
    ):
        if np.isfinite(box).all():
            detections.append(
                messages.detection(
                    header=header,
                    results=[
                        messages.hypothesis_with_pose(
                            hypothesis=messages.hypothesis(class_id=CLASS_ID, score=score)
                        )
                    ],
                    bbox=_box(box, messages),
                    id=str(number) if number else '',
                )
            )
    return messages.array(header=header, detections=detections)


def _box(box: Array, messages: DetectionMessages) -> Any:
    left, top, right, bottom = box.tolist()
    point = messages.point(x=(left + right) / 2, y=(top + bottom) / 2)
    return messages.box(
        center=messages.pose(position=point, theta=0.0), size_x=right - left, size_y=bottom - top
    )
