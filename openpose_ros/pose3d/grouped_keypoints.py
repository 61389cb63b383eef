# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The keypoints of each group of views that show one person, put side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import require_shape
from openpose_ros.types_3d import NOT_SEEN

LEFT_WRIST = 'left_wrist'
RIGHT_WRIST = 'right_wrist'


@dataclass(frozen=True, eq=False)
class GroupedKeypoints:
    """
    What C cameras see of G people: one kind of keypoints.

    :param xy: Pixels of each camera's image, NaN where missing, shape ``(C, G, P, 2)``, float32.
    :param scores: In [0, 1], 0 where missing, shape ``(C, G, P)``, float32.
    """

    xy: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if scores do not fit the positions."""
        require_shape('xy', self.xy, (None, None, None, 2))
        require_shape('scores', self.scores, self.xy.shape[:3])

    def without(self, unwanted: Array) -> GroupedKeypoints:
        """
        Return the same without some keypoints.

        :param unwanted: Mask that broadcasts to ``(C, G, P)``.
        """
        return GroupedKeypoints(
            np.where(unwanted[..., None], np.float32(np.nan), self.xy),
            np.where(unwanted, np.float32(0), self.scores),
        )

    def swapped_with(self, other: GroupedKeypoints, swapped: Array) -> GroupedKeypoints:
        """
        Return the same with some keypoints of another value in their place.

        :param other: The other keypoints, of the same shape.
        :param swapped: Where to take those, mask that broadcasts to ``(C, G, P)``.
        """
        return GroupedKeypoints(
            np.where(swapped[..., None], other.xy, self.xy),
            np.where(swapped, other.scores, self.scores),
        )


def group_bodies(views: Sequence[View], groups: Groups) -> GroupedKeypoints:
    """
    Return the bodies, left and right corrected, without the parts that are not to be used.

    :param views: The views of one instant.
    :param groups: Who is who in them.
    """
    skeleton = get_skeleton(views[0].people.skeleton)
    bodies = _grouped([view.people.body for view in views], groups.members, len(skeleton.parts))
    mirrored = skeleton.mirrored_parts
    other = GroupedKeypoints(bodies.xy[:, :, mirrored], bodies.scores[:, :, mirrored])
    return bodies.swapped_with(other, _by_camera(groups.flipped)).without(
        _by_camera(groups.dropped)
    )


def group_faces(views: Sequence[View], groups: Groups) -> GroupedKeypoints:
    """
    Return the faces.

    :param views: The views of one instant.
    :param groups: Who is who in them.
    :raises ValueError: If the views' face skeletons differ.
    """
    skeleton = face_skeleton_of(views)
    parts = len(get_skeleton(skeleton).parts) if skeleton else 0
    return _grouped([view.people.face for view in views], groups.members, parts)


def group_hands(
    views: Sequence[View], groups: Groups
) -> tuple[GroupedKeypoints, GroupedKeypoints]:
    """
    Return left and right hands; a hand goes the way of its wrist.

    :param views: The views of one instant.
    :param groups: Who is who in them.
    :raises ValueError: If the views' hand skeletons differ.
    """
    name = hand_skeleton_of(views)
    parts = len(get_skeleton(name).parts) if name else 0
    left = _grouped([view.people.left_hand for view in views], groups.members, parts)
    right = _grouped([view.people.right_hand for view in views], groups.members, parts)
    body = get_skeleton(views[0].people.skeleton)
    swapped_left, dropped_left = _of_part(groups, body, LEFT_WRIST)
    swapped_right, dropped_right = _of_part(groups, body, RIGHT_WRIST)
    return (
        left.swapped_with(right, swapped_left).without(dropped_left),
        right.swapped_with(left, swapped_right).without(dropped_right),
    )


def face_skeleton_of(views: Sequence[View]) -> str:
    """
    Return the skeleton of the faces, empty if no view has any.

    :param views: The views of one instant.
    :raises ValueError: If they differ.
    """
    return _common('face', {view.camera.name: view.people.face_skeleton for view in views})


def hand_skeleton_of(views: Sequence[View]) -> str:
    """
    Return the skeleton of the hands, empty if no view has any.

    :param views: The views of one instant.
    :raises ValueError: If they differ.
    """
    return _common('hand', {view.camera.name: view.people.hand_skeleton for view in views})


def _common(kind: str, by_camera: dict[str, str]) -> str:
    names = {name for name in by_camera.values() if name}
    if len(names) > 1:
        found = ', '.join(f'{camera}: {name}' for camera, name in by_camera.items() if name)
        raise ValueError(f'the {kind} skeletons of the views differ ({found}), expected one')
    return names.pop() if names else ''


def _grouped(keypoints: Sequence[Keypoints2D], members: Array, parts: int) -> GroupedKeypoints:
    shape = (len(keypoints), len(members), parts)
    xy = np.full((*shape, 2), np.nan, np.float32)
    scores = np.zeros(shape, np.float32)
    for camera, of_view in enumerate(keypoints):
        if not of_view.scores.shape[1]:  # this view does not carry the kind
            continue
        require_shape(f'scores of view {camera}', of_view.scores, (None, parts))
        seen = members[:, camera] != NOT_SEEN
        rows = members[seen, camera]
        xy[camera, seen], scores[camera, seen] = of_view.xy[rows], of_view.scores[rows]
    return GroupedKeypoints(xy, scores)


def _by_camera(mask: Array) -> Array:
    """Return ``(G, C, P)`` as ``(C, G, P)``."""
    moved: Array = np.swapaxes(mask, 0, 1)
    return moved


def _of_part(groups: Groups, body: Skeleton, part: str) -> tuple[Array, Array]:
    """Return whether a part is flipped and dropped, each of shape ``(C, G, 1)``."""
    if part not in body.parts:
        nowhere = np.zeros((*groups.members.T.shape, 1), bool)
        return nowhere, nowhere
    index = body.index(part)
    only = slice(index, index + 1)
    return _by_camera(groups.flipped)[:, :, only], _by_camera(groups.dropped)[:, :, only]
