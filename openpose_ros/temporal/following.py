# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People of one camera over time: ids first, then left and right, then smoothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.temporal.sides import SideKeeper
from openpose_ros.temporal.smoothing import PeopleSmoother
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


class PersonFollower:
    """
    Does to the people of each image what needs those of the images before.

    :param skeleton: Of the bodies.
    :param tracker: Gives the ids; its parameters say whether ids are given and sides kept.
    :param smoothing: Whether keypoints are smoothed, and how much.
    """

    def __init__(
        self, skeleton: Skeleton, tracker: PersonTracker, smoothing: SmoothingParameters
    ) -> None:
        self._tracker = tracker
        self._sides = SideKeeper(skeleton)
        self._smoother = PeopleSmoother(smoothing)

    @property
    def smoothing(self) -> SmoothingParameters:
        """Whether keypoints are smoothed, and how much; may be set between two images."""
        return self._smoother.parameters

    @smoothing.setter
    def smoothing(self, parameters: SmoothingParameters) -> None:
        """Smooth otherwise from the next image on."""
        self._smoother.parameters = parameters

    def update(self, people: People2D, stamp_ns: int) -> People2D:
        """
        Return the people as they should be published.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param people: Everybody in an image.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        tracking, smoothing = self._tracker.parameters, self._smoother.parameters
        if not tracking.enabled and not smoothing.enabled:
            self._tracker.reset()
            return people
        # Smoothing needs to know who is who, also where nobody else does.
        followed = self._tracker.update(people, stamp_ns)
        if tracking.enabled and tracking.keep_sides_sec > 0:
            followed = self._with_sides(followed, stamp_ns, tracking.keep_sides_sec)
        followed = self._smoother.update(followed, stamp_ns)
        return followed if tracking.enabled else replace(followed, ids=people.ids)

    def _with_sides(self, people: People2D, stamp_ns: int, period_sec: float) -> People2D:
        body = people.body
        order = self._sides.update(body.xy, people.ids, stamp_ns, period_sec=period_sec)
        xy = np.take_along_axis(body.xy, order[..., None], axis=1)
        scores = np.take_along_axis(body.scores, order, axis=1)
        return replace(people, body=Keypoints2D(xy, scores))
