# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Identities over time for the people in the images of one camera."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.identities import Identities
from openpose_ros.temporal.identities import sizes_of
from openpose_ros.types import Array
from openpose_ros.types import People2D

# A person of whom less is seen than this cannot be nowhere at all.
_MIN_SIZE_PX = 1.0


@dataclass(frozen=True)
class TrackingParameters(ParameterGroup):
    """How people in the image keep their identity."""

    group: ClassVar[str] = 'tracking'

    enabled: bool = param(True, 'Give people ids; without, all ids are 0.', dynamic=True)
    max_distance: float = param(
        0.4,
        'Share of the size of a person, median over the parts, that the person may be from where '
        'the person was expected.',
        low=0.01, high=10.0, dynamic=True,
    )
    max_lost_sec: float = param(
        1.0, 'Seconds after which a person who is not seen is forgotten.',
        low=0.0, high=60.0, dynamic=True,
    )
    keep_sides_sec: float = param(
        0.5, 'Seconds for which left and right are kept where the network swaps them; 0: never.',
        low=0.0, high=10.0, dynamic=True,
    )


class PersonTracker:
    """
    Gives the people of each image the ids they had before, see :class:`Identities`.

    Distances count by the size of the person: of the body, the longest side of the box around it.

    :param parameters: How far a person may be and how long one is remembered.
    """

    def __init__(self, parameters: TrackingParameters) -> None:
        self.parameters = parameters
        self._identities = Identities(self._gates)
        self._skeleton = ''

    def reset(self) -> None:
        """Forget everybody; ids go on from where they are."""
        self._identities.reset()

    def update(self, people: People2D, stamp_ns: int) -> People2D:
        """
        Return the people with their ids.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param people: Everybody in an image.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        if people.skeleton != self._skeleton:
            self.reset()
        self._skeleton = people.skeleton
        points = people.body.xy.astype(float)
        tracks = self._identities.update(points, stamp_ns, self.parameters.max_lost_sec)
        return replace(people, ids=np.array([track.track_id for track in tracks], np.int64))

    def _gates(self, points: Array, expected: Array) -> Array:
        """Return how far people may be: who is half hidden is as large as before or after."""
        sizes = np.maximum(sizes_of(points)[:, None], sizes_of(expected)[None])
        gates: Array = self.parameters.max_distance * np.maximum(sizes, _MIN_SIZE_PX)
        return gates
