# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in the images of bags: bodies, and with everything that was asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.part_finder import PartFinder
from openpose_ros.types import Array
from openpose_ros.types import People2D


class PeopleFinder:
    """
    Finds bodies and, where asked for, their faces, hands and feet.

    :param options: As said on the command line.
    """

    def __init__(self, options: EstimatorOptions) -> None:
        self.bodies = ConfiguredEstimator(replace(options, parts=()))
        self.parts = options.parts
        self._details = PartFinder(options.parts, options.engine) if options.parts else None

    def find_bodies(self, image: Array) -> People2D:
        """
        Return the people in an image, their bodies only.

        :param image: Pixels, blue green red.
        """
        return self.bodies.find_people(image)[0]

    def add_parts(self, image: Array, bodies: People2D) -> People2D:
        """
        Return the people with everything that was asked for.

        :param image: Pixels, blue green red.
        :param bodies: People in this image.
        """
        if self._details is None:
            return bodies
        return self._details.add(image, bodies, self.bodies.model.skeleton)

    def skeletons_of(self, people: People2D) -> tuple[Skeleton, ...]:
        """
        Return the skeletons of people.

        :param people: People found.
        """
        others = (people.face_skeleton, people.hand_skeleton)
        return (
            self.bodies.skeleton_of(people), *(get_skeleton(name) for name in others if name)
        )


@lru_cache(maxsize=1)
def finder_of(options: EstimatorOptions) -> PeopleFinder:
    """
    Return the networks, loaded once for all bags of a process.

    :param options: As said on the command line.
    """
    return PeopleFinder(options)
