# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People in space who cannot be: seen for a moment only, in somebody else's place, or torn apart.

No ground truth is needed. A bystander whom two cameras see throughout is no ghost; one who is
associated now and then is counted as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from openpose_ros.types import Array
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

# An identity in fewer frames is a ghost; in short recordings in less than half of them.
_LASTING_FRAMES = 5
# Two people are never nearer, median over their common parts.
_SAME_PLACE_M = 0.15
_COMMON_PARTS = 3
# A body hangs together: each part has another one within this distance. People merged of two fall
# into pieces; a piece of one or two parts is a wrong keypoint.
_GAP_M = 0.8
_PIECE_PARTS = 3


@dataclass(frozen=True)
class GhostFigures:
    """
    Who is in a recording, and who of them cannot be.

    :param people_per_frame: Mean number of people.
    :param frames_of_id: Number of frames of each identity.
    :param short_lived: People, summed over the frames, of identities in fewer than 5 frames.
    :param doubled: People within 15 cm of a better one.
    :param torn: People in pieces of three and more parts, 0.8 m apart: made of two people.
    :param ghosts_per_frame: Mean number of people to whom any of this applies.
    """

    people_per_frame: float
    frames_of_id: dict[int, int]
    short_lived: int
    doubled: int
    torn: int
    ghosts_per_frame: float


def find_ghosts(recording: Recording3D) -> GhostFigures:
    """
    Count the people and the ghosts of a recording.

    :param recording: People in space over time, with identities.
    """
    ids = np.concatenate([np.zeros(0, np.int64), *(people.ids for people in recording.people)])
    frames_of_id = dict(zip(*(each.tolist() for each in np.unique(ids, return_counts=True))))
    lasting = min(_LASTING_FRAMES, (len(recording) + 1) // 2)
    brief = np.array([frames_of_id[person] < lasting for person in ids.tolist()], bool)
    doubled = _joined([_is_double(people) for people in recording.people])
    torn = _joined([_is_torn(people) for people in recording.people])
    frames = max(len(recording), 1)
    return GhostFigures(
        len(ids) / frames,
        frames_of_id,
        int(brief.sum()),
        int(doubled.sum()),
        int(torn.sum()),
        int((brief | doubled | torn).sum()) / frames,
    )


def _joined(masks: list[Array]) -> Array:
    return np.concatenate([np.zeros(0, bool), *masks])


def _is_double(people: People3D) -> Array:
    """Return who has the place of somebody with a better score, shape ``(N,)``."""
    xyz = people.body.xyz
    distances = np.linalg.norm(xyz[:, None] - xyz[None], axis=-1)
    double = np.zeros(len(people), bool)
    for one in range(len(people)):
        for other in range(len(people)):
            common = distances[one, other][np.isfinite(distances[one, other])]
            better = (people.scores[other], -other) > (people.scores[one], -one)
            if better and len(common) >= _COMMON_PARTS and np.median(common) < _SAME_PLACE_M:
                double[one] = True
    return double


def _is_torn(people: People3D) -> Array:
    """Return who is in several pieces, shape ``(N,)``."""
    torn = np.zeros(len(people), bool)
    for person, xyz in enumerate(people.body.xyz):
        found = xyz[np.isfinite(xyz).all(axis=1)]
        near = np.linalg.norm(found[:, None] - found[None], axis=-1) < _GAP_M
        _, piece_of_part = connected_components(near, directed=False)
        torn[person] = (np.bincount(piece_of_part) >= _PIECE_PARTS).sum() > 1
    return torn
