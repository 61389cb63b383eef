# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Rooms with known people and the cameras that see them, for the tests of association."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.groups import Groups
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import PERFECT
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.synthetic.synthetic_views import SyntheticViews
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import Keypoints3D
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D

# Everybody is in sight of every camera.
FAR = {'radius_m': 7.0}


def room(
    people: int = 3,
    cameras: int = 4,
    conditions: ViewConditions = PERFECT,
    *,
    skeleton: str = 'body_25',
    seed: int = 0,
    spacing_m: float = 0.8,
) -> tuple[Array, SyntheticViews]:
    """Return known people, ``(N, P, 3)``, and how a ring of cameras sees them."""
    kind = get_skeleton(skeleton)
    bodies = people_in_room(people, kind, seed=seed, spacing_m=spacing_m)
    rig = ring_of_cameras(cameras, **FAR)
    return bodies, see_people(bodies, rig, kind, conditions, seed=seed)


def view_of(camera: Camera, bodies: Sequence[Array], skeleton: str = 'body_25') -> View:
    """Return what a camera sees of people, without any noise; a part that is NaN is missing."""
    parts = len(get_skeleton(skeleton).parts)
    xyz = np.array(bodies, float).reshape(-1, parts, 3)
    xy = camera.project(xyz).astype(np.float32)
    scores = np.where(np.isnan(xy[..., 0]), 0, 0.8).astype(np.float32)
    people = Keypoints2D(xy, scores)
    person_scores = np.full(len(xyz), 0.8, np.float32)
    return View(camera, People2D.from_body(skeleton, people, person_scores, camera.image_size))


def known(bodies: Array, skeleton: str = 'body_25', score: float = 0.8) -> People3D:
    """Return people known from the instant before."""
    count, parts = bodies.shape[:2]
    nobody = People3D.nobody((), skeleton, parts)
    missing = Keypoints3D.missing(count, parts)
    body = Keypoints3D(
        bodies,
        np.full((count, parts), score, np.float32),
        missing.reprojection_errors,
        missing.views,
        missing.covariances,
    )
    nothing = Keypoints3D.missing(count, 0)
    return People3D(
        (), np.zeros((count, 0), np.int64), np.full(count, score, np.float32),
        np.zeros(count, np.int64), skeleton, body, nobody.face_skeleton, nobody.hand_skeleton,
        nothing, nothing, nothing,
    )  # fmt: skip


def truth_of(groups: Groups, seen: SyntheticViews) -> list[list[int]]:
    """Return the person that each member of each group is; members not seen are left out."""
    return [
        [int(people[member]) for people, member in zip(seen.people, row) if member != NOT_SEEN]
        for row in groups.members
    ]


def as_sets(groups: Groups, names: Sequence[str]) -> set[frozenset[tuple[str, int]]]:
    """Return the groups without any order: camera and person of each member."""
    return {
        frozenset(
            (name, int(member)) for name, member in zip(names, row) if member != NOT_SEEN
        )
        for row in groups.members
    }
