# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A person who walks through a ring of cameras, and cameras that are not where they should be."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from openpose_ros.pose3d.calibration.person_track import PersonTrack
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.synthetic.synthetic_bodies import bodies_at
from openpose_ros.skeletons import get_skeleton

FRAMES = 120


def walking_body() -> np.ndarray:
    """Return the keypoints in each frame of four seconds, (T, P, 3) metres."""
    times = np.arange(FRAMES) / 30
    turn = times * 1.0
    places = np.stack([1.2 * np.cos(turn), 1.0 * np.sin(2 * turn)], -1)
    speed = np.gradient(places, axis=0)
    headings = np.arctan2(speed[:, 1], speed[:, 0])
    swing = np.sin(2 * np.pi * times)
    return bodies_at(get_skeleton('body_25'), places, headings, np.full(FRAMES, 1.75), swing)


def see_walk(
    cameras: tuple[Camera, ...], *, noise_px: float = 3.0, missing: float = 0.15, seed: int = 0
) -> PersonTrack:
    """Return what cameras see of the walk, some keypoints missing."""
    rng = np.random.default_rng(seed)
    body = walking_body()
    xy = np.stack([camera.project(body) for camera in cameras])
    xy += rng.normal(0, noise_px, xy.shape)
    size = np.array(cameras[0].image_size)
    seen = ((xy > 0) & (xy < size)).all(-1) & (rng.random(xy.shape[:3]) >= missing)
    return PersonTrack(np.where(seen[..., None], xy, np.nan), np.where(seen, 0.8, 0.0))


def turned(camera: Camera, degrees: float, axis: tuple[float, float, float]) -> Camera:
    """Return a camera that says it is turned by so much from where it is."""
    change = np.eye(4)
    change[:3, :3] = cv2.Rodrigues(np.radians(degrees) * np.array(axis))[0]
    return replace(camera, cam_T_world=change @ camera.cam_T_world)


def moved(camera: Camera, by_m: tuple[float, float, float]) -> Camera:
    """Return a camera that says it is elsewhere, in its own axes."""
    change = np.eye(4)
    change[:3, 3] = by_m
    return replace(camera, cam_T_world=change @ camera.cam_T_world)


def delayed(track: PersonTrack, camera: int, frames: int) -> PersonTrack:
    """Return the track with one camera late."""
    return track.shifted([-frames * (row == camera) for row in range(len(track.scores))])
