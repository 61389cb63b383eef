# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Faces, hands and feet for the programs, with the default networks."""

from __future__ import annotations

from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.secondary_models import load_secondary_models
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import People2D

# A program has time: as many are looked at as may be asked for.
_MAX_PEOPLE = 100


class PartFinder:
    """
    Adds faces, hands and feet to people.

    :param parts: Some of ``face``, ``hands`` and ``feet``.
    :param engine: Provider and its options.
    :raises ValueError: If a network or the provider cannot be had.
    """

    def __init__(self, parts: tuple[str, ...], engine: EngineParameters) -> None:
        models = load_secondary_models(SecondaryModelParameters(), parts)
        self._estimator = FaceHandEstimator(models, engine)
        self._settings = FaceHandSettings(
            FaceHandParameters(
                face='face' in parts,
                hands='hands' in parts,
                feet='feet' in parts,
                max_people=_MAX_PEOPLE,
            )
        )

    def add(self, image: Array, people: People2D, skeleton: Skeleton) -> People2D:
        """
        Return the people with what was found.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param people: People in pixels of this image.
        :param skeleton: Skeleton of their bodies.
        """
        return self._estimator.estimate(image, people, skeleton, self._settings)[0]
