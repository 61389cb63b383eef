# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""View sets to people in space: association, then one triangulation for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose3d.association import associate_views
from openpose_ros.pose3d.association import AssociationParameters
from openpose_ros.pose3d.grouped_keypoints import face_skeleton_of
from openpose_ros.pose3d.grouped_keypoints import group_bodies
from openpose_ros.pose3d.grouped_keypoints import group_faces
from openpose_ros.pose3d.grouped_keypoints import group_hands
from openpose_ros.pose3d.grouped_keypoints import GroupedKeypoints
from openpose_ros.pose3d.grouped_keypoints import hand_skeleton_of
from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.observations import observe
from openpose_ros.pose3d.triangulation import Points3D
from openpose_ros.pose3d.triangulation import triangulate_points
from openpose_ros.pose3d.triangulation import TriangulationParameters
from openpose_ros.pose3d.views import View
from openpose_ros.types import FloatArray
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D


@dataclass(frozen=True)
class ReconstructionParameters(ParameterGroup):
    """Who is published in space, and what of them."""

    group: ClassVar[str] = 'reconstruction'

    min_parts: int = param(
        4, 'Fewest body keypoints in space that make a person.', low=1, high=135, dynamic=True
    )
    face: bool = param(True, 'Triangulate faces where the views carry them.', dynamic=True)
    hands: bool = param(True, 'Triangulate hands where the views carry them.', dynamic=True)


@dataclass(frozen=True)
class Reconstructor:
    """
    Turns the views of one instant into people in space; keeps nothing between calls.

    :param association: Who is who in the views.
    :param triangulation: Points from the views.
    :param reconstruction: Who is published, and what of them.
    """

    association: AssociationParameters = AssociationParameters()
    triangulation: TriangulationParameters = TriangulationParameters()
    reconstruction: ReconstructionParameters = ReconstructionParameters()

    def reconstruct(self, views: Sequence[View], previous: People3D | None = None) -> People3D:
        """
        Reconstruct everybody whom at least two cameras see.

        :param views: The views of one instant, one per camera, at least one.
        :param previous: The people expected at this instant, for continuity; None if unknown.
        :return: The people without ids, the best first; metres in the cameras' world frame.
        :raises ValueError: If there is no view, or the skeletons of the views differ.
        """
        groups = associate_views(views, self.association, previous)
        kinds = self._kinds(views, groups)
        points = self._triangulate(views, kinds)
        body, face, left_hand, right_hand = _split(points, kinds)
        people = People3D(
            cameras=tuple(view.camera.name for view in views),
            sources=groups.members,
            scores=_person_scores(body),
            ids=np.zeros(len(groups.members), np.int64),
            skeleton=views[0].people.skeleton,
            body=body,
            face_skeleton=face_skeleton_of(views) if self.reconstruction.face else '',
            hand_skeleton=hand_skeleton_of(views) if self.reconstruction.hands else '',
            face=face,
            left_hand=left_hand,
            right_hand=right_hand,
        )
        return self._published(people)

    def _kinds(self, views: Sequence[View], groups: Groups) -> tuple[GroupedKeypoints, ...]:
        """Return body, face, left and right hands; what is not wanted has no parts."""
        unwanted = GroupedKeypoints(
            np.zeros((len(views), len(groups.members), 0, 2), np.float32),
            np.zeros((len(views), len(groups.members), 0), np.float32),
        )
        hands = (unwanted, unwanted)
        if self.reconstruction.hands:
            hands = group_hands(views, groups)
        face = group_faces(views, groups) if self.reconstruction.face else unwanted
        return (group_bodies(views, groups), face, *hands)

    def _triangulate(
        self, views: Sequence[View], kinds: Sequence[GroupedKeypoints]
    ) -> Points3D:
        # One call for all kinds: its cost lies in the number of calls more than of the points.
        cameras = len(views)
        observations = observe(
            [view.camera for view in views],
            np.concatenate([kind.xy.reshape(cameras, -1, 2) for kind in kinds], axis=1),
            np.concatenate([kind.scores.reshape(cameras, -1) for kind in kinds], axis=1),
        )
        return triangulate_points(observations, self.triangulation)

    def _published(self, people: People3D) -> People3D:
        counts = (people.body.scores > 0).sum(axis=1)
        order = np.argsort(-people.scores, kind='stable')
        return people.take(order[counts[order] >= self.reconstruction.min_parts])


def _split(points: Points3D, kinds: Sequence[GroupedKeypoints]) -> list[Keypoints3D]:
    """Undo the concatenation of the kinds."""
    shapes = [kind.scores.shape[1:] for kind in kinds]
    edges = np.cumsum([0, *(people * parts for people, parts in shapes)])
    return [
        Keypoints3D(
            points.xyz[start:end].reshape(*shape, 3),
            points.scores[start:end].reshape(shape).astype(np.float32),
            points.reprojection_errors[start:end].reshape(shape).astype(np.float32),
            points.views[start:end].reshape(shape).astype(np.int64),
            points.covariances[start:end].reshape(*shape, 6),
        )
        for shape, start, end in zip(shapes, edges, edges[1:])
    ]


def _person_scores(body: Keypoints3D) -> FloatArray:
    """Return the mean score of the keypoints that a person has, 0 for none."""
    counts = np.maximum((body.scores > 0).sum(axis=1), 1)
    scores: FloatArray = (body.scores.sum(axis=1) / counts).astype(np.float32)
    return scores
