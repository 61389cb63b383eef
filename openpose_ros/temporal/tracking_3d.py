# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Identities over time for people in space."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.identities import Identities
from openpose_ros.temporal.identities import Track
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import People3D


@dataclass(frozen=True)
class Tracking3DParameters(ParameterGroup):
    """How people in space keep their identity."""

    group: ClassVar[str] = 'tracking'

    max_distance_m: float = param(
        0.6,
        'Metres, median over the parts, that a person may be from where the person was expected.',
        low=0.01, high=10.0, dynamic=True,
    )
    max_lost_sec: float = param(
        1.0, 'Seconds after which a person who is not seen is forgotten.',
        low=0.0, high=60.0, dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class _Body:
    """
    What was seen last of a person.

    :param keypoints: The body, N = 1.
    :param score: Score of the person.
    """

    keypoints: Keypoints3D
    score: float


class PersonTracker3D:
    """
    Gives the people of each view set the ids they had before, see :class:`Identities`.

    :param parameters: How far a person may be and how long one is remembered.
    """

    def __init__(self, parameters: Tracking3DParameters) -> None:
        self.parameters = parameters
        self._identities = Identities(lambda points, expected: self.parameters.max_distance_m)
        self._bodies: dict[int, _Body] = {}
        self._skeleton = ''

    def reset(self) -> None:
        """Forget everybody; ids go on from where they are."""
        self._identities.reset()

    def previous(self, stamp_ns: int) -> People3D | None:
        """
        Return the people that are remembered, where they should be now, or None for nobody.

        :param stamp_ns: Stamp of the view set that they are wanted for, in nanoseconds.
        """
        tracks = self._remembered(stamp_ns)
        if not tracks:
            return None
        bodies = [self._bodies[track.track_id] for track in tracks]
        xyz = np.stack([track.expected(stamp_ns) for track in tracks])
        keypoints = Keypoints3D.concatenate([body.keypoints for body in bodies])
        scores = np.array([body.score for body in bodies], np.float32)
        nowhere = np.zeros((len(tracks), 0), np.int64)
        people = People3D.from_body(
            self._skeleton, replace(keypoints, xyz=xyz), scores, (), nowhere
        )
        return replace(people, ids=np.array([track.track_id for track in tracks]))

    def update(self, people: People3D, stamp_ns: int) -> People3D:
        """
        Return the people with their ids.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param people: Everybody in a view set.
        :param stamp_ns: Its stamp in nanoseconds.
        """
        if people.skeleton != self._skeleton:
            self.reset()
        self._skeleton = people.skeleton
        longest_sec = self.parameters.max_lost_sec
        tracks = self._identities.update(people.body.xyz, stamp_ns, longest_sec)
        known = {track.track_id for track in self._remembered(stamp_ns)}
        self._bodies = {key: body for key, body in self._bodies.items() if key in known}
        for row, track in enumerate(tracks):
            keypoints = people.body.take(np.array([row]))
            self._bodies[track.track_id] = _Body(keypoints, float(people.scores[row]))
        return replace(people, ids=np.array([track.track_id for track in tracks], np.int64))

    def _remembered(self, stamp_ns: int) -> list[Track]:
        return self._identities.remembered(stamp_ns, self.parameters.max_lost_sec)
