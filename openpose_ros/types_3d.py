# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The values of several cameras: people in space, as ``types`` holds the values of one image.

All are frozen structures of arrays. Axes: N people, P parts, C cameras. Space: metres in the world
frame of the calibration. A missing keypoint has xyz and reprojection error NaN, score and views 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import fields

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import IntArray
from openpose_ros.types import require_shape

# In the sources of a person: the camera does not see the person.
NOT_SEEN = -1


@dataclass(frozen=True, eq=False)
class Keypoints3D:
    """
    The keypoints of N people in space, in one skeleton.

    :param xyz: Metres in the world frame, NaN where missing, shape ``(N, P, 3)``, float64.
    :param scores: In [0, 1], 0 where missing, shape ``(N, P)``, float32.
    :param reprojection_errors: Pixels, root mean square over the views used, NaN where missing,
        shape ``(N, P)``, float32.
    :param views: Number of views used, 0 where missing, shape ``(N, P)``, int64.
    :param covariances: Square metres, upper triangle xx xy xz yy yz zz, NaN where missing, shape
        ``(N, P, 6)``, float64.
    """

    xyz: Array
    scores: FloatArray
    reprojection_errors: FloatArray
    views: IntArray
    covariances: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not fit the positions."""
        require_shape('xyz', self.xyz, (None, None, 3))
        people_parts = self.xyz.shape[:2]
        for name in ('scores', 'reprojection_errors', 'views'):
            require_shape(name, getattr(self, name), people_parts)
        require_shape('covariances', self.covariances, (*people_parts, 6))

    @classmethod
    def missing(cls, people: int, parts: int) -> Keypoints3D:
        """
        Keypoints that are all missing.

        :param people: Number of people.
        :param parts: Number of parts.
        """
        return cls(
            np.full((people, parts, 3), np.nan),
            np.zeros((people, parts), np.float32),
            np.full((people, parts), np.nan, np.float32),
            np.zeros((people, parts), np.int64),
            np.full((people, parts, 6), np.nan),
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Keypoints3D]) -> Keypoints3D:
        """
        Return the people of several values of one skeleton.

        :param parts: At least one.
        """
        return cls(*(
            np.concatenate([getattr(keypoints, field.name) for keypoints in parts])
            for field in fields(cls)
        ))

    def take(self, rows: Array) -> Keypoints3D:
        """
        Return some of the people.

        :param rows: Indices or a mask of people, shape ``(n,)``.
        """
        return Keypoints3D(
            self.xyz[rows],
            self.scores[rows],
            self.reprojection_errors[rows],
            self.views[rows],
            self.covariances[rows],
        )


@dataclass(frozen=True, eq=False)
class People3D:
    """
    Everybody in one view set, in space. Nobody: arrays of length 0.

    A skeleton name that is empty means that this part of the body was not looked for; its
    keypoints then have P = 0.

    :param cameras: Names of the C cameras of the view set.
    :param sources: Index of each person in each camera's people, ``NOT_SEEN`` where the camera
        does not see the person, shape ``(N, C)``, int64.
    :param scores: Person scores in [0, 1], shape ``(N,)``, float32.
    :param ids: Identities over time, 0 for none, shape ``(N,)``, int64.
    :param skeleton: Name of the body skeleton.
    :param body: Body keypoints of the N people.
    :param face_skeleton: Name of the face skeleton or empty.
    :param hand_skeleton: Name of the hand skeleton or empty.
    :param face: Face keypoints.
    :param left_hand: Keypoints of the left hands.
    :param right_hand: Keypoints of the right hands.
    """

    cameras: tuple[str, ...]
    sources: IntArray
    scores: FloatArray
    ids: IntArray
    skeleton: str
    body: Keypoints3D
    face_skeleton: str
    hand_skeleton: str
    face: Keypoints3D
    left_hand: Keypoints3D
    right_hand: Keypoints3D

    def __post_init__(self) -> None:
        """Check that all arrays hold the same number of people; ValueError if not."""
        count = len(self.body.xyz)
        require_shape('sources', self.sources, (count, len(self.cameras)))
        require_shape('scores', self.scores, (count,))
        require_shape('ids', self.ids, (count,))
        for name in ('face', 'left_hand', 'right_hand'):
            require_shape(f'{name}.xyz', getattr(self, name).xyz, (count, None, 3))

    @classmethod
    def from_body(
        cls,
        skeleton: str,
        body: Keypoints3D,
        scores: FloatArray,
        cameras: tuple[str, ...],
        sources: IntArray,
    ) -> People3D:
        """
        People of whom only the body was looked for.

        :param skeleton: Name of the body skeleton.
        :param body: Body keypoints of the N people.
        :param scores: Person scores, shape ``(N,)``, float32.
        :param cameras: Names of the C cameras of the view set.
        :param sources: Index of each person in each camera's people, shape ``(N, C)``, int64.
        """
        nothing = Keypoints3D.missing(len(scores), 0)
        ids = np.zeros(len(scores), np.int64)
        return cls(
            cameras, sources, scores, ids, skeleton, body, '', '', nothing, nothing, nothing
        )

    @classmethod
    def nobody(cls, cameras: tuple[str, ...], skeleton: str, parts: int) -> People3D:
        """
        Nobody in the view set.

        :param cameras: Names of the cameras of the view set.
        :param skeleton: Name of the body skeleton.
        :param parts: Its number of parts.
        """
        return cls.from_body(
            skeleton,
            Keypoints3D.missing(0, parts),
            np.zeros(0, np.float32),
            cameras,
            np.zeros((0, len(cameras)), np.int64),
        )

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.scores)

    def take(self, rows: Array) -> People3D:
        """
        Return some of the people.

        :param rows: Indices or a mask of people, shape ``(n,)``.
        """
        return People3D(
            self.cameras,
            self.sources[rows],
            self.scores[rows],
            self.ids[rows],
            self.skeleton,
            self.body.take(rows),
            self.face_skeleton,
            self.hand_skeleton,
            self.face.take(rows),
            self.left_hand.take(rows),
            self.right_hand.take(rows),
        )


@dataclass(frozen=True, eq=False)
class Recording3D:
    """
    People in space over T frames.

    :param frame_numbers: Number of each frame, ascending, shape ``(T,)``, int64.
    :param times_sec: Time of each frame in seconds, shape ``(T,)``, float64.
    :param people: The people of each frame.
    """

    frame_numbers: IntArray
    times_sec: Array
    people: tuple[People3D, ...]

    def __post_init__(self) -> None:
        """Check that all are of one length; ValueError if not."""
        require_shape('frame_numbers', self.frame_numbers, (len(self.people),))
        require_shape('times_sec', self.times_sec, (len(self.people),))

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.people)

    @property
    def person_ids(self) -> tuple[int, ...]:
        """Identities that occur, ascending, 0 (none) left out."""
        return tuple(sorted({i for people in self.people for i in people.ids.tolist() if i}))

    def trajectory(self, person_id: int) -> Array:
        """
        Return the body of one person in each frame, NaN where missing, shape ``(T, P, 3)``.

        :param person_id: Identity.
        :raises ValueError: If no frame has that identity; names those there are.
        """
        if person_id not in self.person_ids:
            raise ValueError(f'no person {person_id} in the recording, ids: {self.person_ids}')
        xyz = np.full((len(self), *self.people[0].body.xyz.shape[1:]), np.nan)
        for row, people in enumerate(self.people):
            for index in np.flatnonzero(people.ids == person_id):
                xyz[row] = people.body.xyz[index]
        return xyz
