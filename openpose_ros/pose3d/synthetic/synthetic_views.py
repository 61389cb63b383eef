# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Known people as cameras see them, with everything that goes wrong, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import NOT_SEEN

# Somebody in the room is as wide as this and hides what is behind.
_BODY_RADIUS_M = 0.2
_SCORES = (0.4, 0.95)


@dataclass(frozen=True)
class ViewConditions:
    """
    What happens to the keypoints of a view.

    :param noise_px: Standard deviation of x and of y.
    :param missing: Share of the parts in sight that are not found.
    :param occlusion: Whether people hide what is behind them.
    :param ghosts: Bodies per view that nobody has.
    :param flipped: Share of the people whose left and right are exchanged.
    :param flipped_parts: Names of the mirrored parts that are exchanged; empty: all.
    :param wrong: Share of the parts found that lie anywhere near the person.
    :param min_parts: People with fewer parts in sight are not found.
    """

    noise_px: float = 2.0
    missing: float = 0.2
    occlusion: bool = True
    ghosts: int = 1
    flipped: float = 0.05
    flipped_parts: tuple[str, ...] = ()
    wrong: float = 0.0
    min_parts: int = 4


PERFECT = ViewConditions(
    noise_px=0.0, missing=0.0, occlusion=False, ghosts=0, flipped=0.0, min_parts=1
)


@dataclass(frozen=True, eq=False)
class SyntheticViews:
    """
    A view set and the truth about it.

    :param views: The views of C cameras, everybody in random order.
    :param people: For each view, the person that each row shows, ``NOT_SEEN`` for a ghost.
    :param flipped: For each view, whether each part is the mirrored one, shape ``(N, P)``.
    """

    views: tuple[View, ...]
    people: tuple[IntArray, ...]
    flipped: tuple[Array, ...]


def see_people(
    bodies: Array,
    cameras: Sequence[Camera],
    skeleton: Skeleton,
    conditions: ViewConditions,
    *,
    seed: int = 0,
) -> SyntheticViews:
    """
    Show people to cameras.

    :param bodies: People in the world, metres, shape ``(N, P, 3)``.
    :param cameras: C cameras.
    :param skeleton: Their skeleton with P parts.
    :param conditions: What happens to the keypoints.
    :param seed: Same seed, same views.
    """
    rng = np.random.default_rng(seed)
    found = [_see(bodies, camera, skeleton, conditions, rng) for camera in cameras]
    views, people, flipped = zip(*found)
    return SyntheticViews(tuple(views), tuple(people), tuple(flipped))


def hidden_parts(bodies: Array, position_m: Array) -> Array:
    """
    Return which parts somebody else stands in front of.

    Everybody is an upright cylinder from the lowest to the highest part.

    :param bodies: People in the world, metres, shape ``(N, P, 3)``.
    :param position_m: The camera, shape ``(3,)``.
    :return: Shape ``(N, P)``, bool.
    """
    axes = np.nanmean(bodies[..., :2], axis=1)
    tops, bottoms = np.nanmax(bodies[..., 2], axis=1), np.nanmin(bodies[..., 2], axis=1)
    lines = bodies - position_m
    # Where on its line of sight each part comes nearest to each axis, 0 the camera, 1 the part.
    to_axes = axes - position_m[:2]
    squares = np.maximum((lines[..., :2] ** 2).sum(axis=-1), 1e-12)
    along = np.clip(np.einsum('npx,mx->npm', lines[..., :2], to_axes) / squares[..., None], 0, 1)
    nearest = position_m + along[..., None] * lines[:, :, None, :]
    distances = np.linalg.norm(nearest[..., :2] - axes, axis=-1)
    hides = (distances < _BODY_RADIUS_M) & (nearest[..., 2] < tops) & (nearest[..., 2] > bottoms)
    hides &= np.linalg.norm(lines[..., :2], axis=-1)[..., None] > np.linalg.norm(to_axes, axis=-1)
    own = np.eye(len(bodies), dtype=bool)[:, None, :]
    hidden: Array = (hides & ~own).any(axis=-1)
    return hidden


def _see(
    bodies: Array,
    camera: Camera,
    skeleton: Skeleton,
    conditions: ViewConditions,
    rng: np.random.Generator,
) -> tuple[View, IntArray, Array]:
    ghosts = _ghosts(bodies, conditions.ghosts, rng)
    everybody = np.concatenate([bodies, ghosts])
    people = np.concatenate([np.arange(len(bodies)), np.full(len(ghosts), NOT_SEEN)])
    xy = camera.project(everybody)
    seen = rng.random(xy.shape[:2]) >= conditions.missing
    if conditions.occlusion:
        seen &= ~hidden_parts(everybody, camera.position)
    xy = xy + conditions.noise_px * rng.standard_normal(xy.shape)
    xy = _with_wrong_parts(xy, conditions.wrong, rng)
    seen &= ((xy >= -0.5) & (xy < np.array(camera.image_size) - 0.5)).all(axis=-1)
    flipped = _flips(len(xy), skeleton, conditions, rng)
    scores = rng.uniform(*_SCORES, seen.shape) * seen
    xy = np.where(seen[..., None], xy, np.nan)
    mirrored = skeleton.mirrored_parts
    xy = np.where(flipped[..., None], xy[:, mirrored], xy)
    scores = np.where(flipped, scores[:, mirrored], scores)
    rows = rng.permutation(np.flatnonzero(seen.sum(axis=1) >= conditions.min_parts))
    body = Keypoints2D(xy[rows].astype(np.float32), scores[rows].astype(np.float32))
    person_scores = body.scores.sum(axis=1) / np.maximum((body.scores > 0).sum(axis=1), 1)
    found = People2D.from_body(skeleton.name, body, person_scores, camera.image_size)
    return View(camera, found), people[rows], flipped[rows]


def _ghosts(bodies: Array, count: int, rng: np.random.Generator) -> Array:
    """Return bodies like those there are, of another size, elsewhere in the same space."""
    if not len(bodies):
        return bodies
    ghosts: Array = bodies[rng.integers(0, len(bodies), count)].copy()
    low, high = np.nanmin(bodies, axis=(0, 1))[:2], np.nanmax(bodies, axis=(0, 1))[:2]
    centres = np.nanmean(ghosts, axis=1, keepdims=True)
    ghosts = (ghosts - centres) * rng.uniform(0.5, 1.2, (count, 1, 1)) + centres
    ghosts[..., :2] += rng.uniform(low, high, (count, 1, 2)) - centres[..., :2]
    return ghosts


def _with_wrong_parts(xy: Array, share: float, rng: np.random.Generator) -> Array:
    if not share:
        return xy
    wrong = rng.random(xy.shape[:2]) < share
    low, high = np.nanmin(xy, axis=1, keepdims=True), np.nanmax(xy, axis=1, keepdims=True)
    anywhere = rng.uniform(0, 1, xy.shape) * (high - low) + low
    found: Array = np.where(wrong[..., None], anywhere, xy)
    return found


def _flips(
    count: int, skeleton: Skeleton, conditions: ViewConditions, rng: np.random.Generator
) -> Array:
    """Return which parts are exchanged, shape ``(count, P)``."""
    names = conditions.flipped_parts or skeleton.parts
    chosen = np.array([part in names for part in skeleton.parts])
    mirrored = skeleton.mirrored_parts
    chosen = (chosen | chosen[mirrored]) & (mirrored != np.arange(len(mirrored)))
    people = rng.random(count) < conditions.flipped
    flips: Array = people[:, None] & chosen
    return flips
