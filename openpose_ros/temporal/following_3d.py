# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space over time: ids first, then smoothing."""

from __future__ import annotations

from dataclasses import replace

from openpose_ros.temporal.smoothing import PeopleSmoother
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.types_3d import People3D


class PersonFollower3D:
    """
    Does to the people of each view set what needs those of the sets before.

    :param tracker: Gives the ids.
    :param smoothing: Whether keypoints are smoothed, and how much.
    :param with_ids: Whether people get their ids; may be set between two view sets.
    """

    def __init__(
        self, tracker: PersonTracker3D, smoothing: SmoothingParameters, *, with_ids: bool
    ) -> None:
        self.with_ids = with_ids
        self._tracker = tracker
        self._smoother = PeopleSmoother(smoothing)

    @property
    def smoothing(self) -> SmoothingParameters:
        """Whether keypoints are smoothed, and how much; may be set between two view sets."""
        return self._smoother.parameters

    @smoothing.setter
    def smoothing(self, parameters: SmoothingParameters) -> None:
        """Smooth otherwise from the next view set on."""
        self._smoother.parameters = parameters

    def previous(self, stamp_ns: int) -> People3D | None:
        """
        Return the people that are remembered, where they should be now, or None for nobody.

        :param stamp_ns: Stamp of the view set that they are wanted for, in nanoseconds.
        """
        return self._tracker.previous(stamp_ns)

    def update(self, people: People3D, stamp_ns: int) -> People3D:
        """
        Return the people as they should be published.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param people: Everybody in a view set.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        if not self.with_ids and not self.smoothing.enabled:
            self._tracker.reset()
            return people
        # Smoothing needs to know who is who, also where nobody else does.
        followed = self._smoother.update(self._tracker.update(people, stamp_ns), stamp_ns)
        return followed if self.with_ids else replace(followed, ids=people.ids)
