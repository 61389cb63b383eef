# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Face and hand regions that follow the frame before: OpenPose's tracking rule."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.region_types import FACE
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_NS_PER_SEC = 1_000_000_000
# OpenPose: the new side is (2 current + previous) / 2, the new centre the mean of both.
_CURRENT_WEIGHT = 2.0


@dataclass(frozen=True)
class RegionTrackingParameters(ParameterGroup):
    """Which regions follow the frame before."""

    group: ClassVar[str] = 'region_tracking'

    face: bool = param(
        False, 'Let face regions follow the face found in the frame before.', dynamic=True
    )
    hands: bool = param(
        False, 'Let hand regions follow the hand found in the frame before.', dynamic=True
    )
    min_score: float = param(
        0.667, 'A face or hand with a mean keypoint score above this is followed.',
        low=0.0, high=1.0, dynamic=True,
    )
    max_age_sec: float = param(
        1.0, 'What was found longer ago is forgotten.', low=0.0, high=60.0, dynamic=True
    )


@dataclass(frozen=True, eq=False)
class _Boxes:
    """Boxes around the keypoints of one kind, B rows: centres, widths and heights in pixels."""

    xy_image: Array
    sizes_px: Array


_NO_BOXES = _Boxes(np.zeros((0, 2)), np.zeros((0, 2)))


class RegionTracker:
    """
    Remembers where faces and hands were in the frame before.

    A stamp before any frame seen, as when a recording starts over, drops the memory.
    """

    def __init__(self) -> None:
        self._boxes: dict[int, _Boxes] = {}
        self._stamp_ns = 0
        self._seen_ns = 0

    def reset(self) -> None:
        """Forget all, as when the stamps have jumped back between two frames."""
        self._boxes = {}
        self._stamp_ns = self._seen_ns = 0

    def update(
        self, stamp_ns: int, people: People2D, parameters: RegionTrackingParameters
    ) -> None:
        """
        Remember the faces and hands of a frame, and nothing older.

        :param stamp_ns: Stamp of the frame in nanoseconds.
        :param people: The people found in it, with their faces and hands.
        :param parameters: Which of them are followed.
        """
        self._stamp_ns = self._seen_ns = stamp_ns
        found = {FACE: people.face, LEFT_HAND: people.left_hand, RIGHT_HAND: people.right_hand}
        self._boxes = {
            kind: _boxes_of(keypoints, parameters.min_score) for kind, keypoints in found.items()
        }

    def follow(
        self, stamp_ns: int, regions: Regions, parameters: RegionTrackingParameters
    ) -> Regions:
        """
        Move the regions of a frame towards what was found in the frame before.

        Each follows the box of its kind that it overlaps most, and no two follow the same.

        :param stamp_ns: Stamp of the frame in nanoseconds.
        :param regions: Where the bodies say that faces and hands are.
        :param parameters: Which kinds follow.
        :return: The same regions elsewhere; angle, person and score stay.
        """
        if stamp_ns < self._seen_ns:
            self.reset()
        # Also of a frame in which nothing could be looked for in the end.
        self._seen_ns = stamp_ns
        if stamp_ns - self._stamp_ns > parameters.max_age_sec * _NS_PER_SEC:
            return regions
        kinds = {
            FACE: parameters.face, LEFT_HAND: parameters.hands, RIGHT_HAND: parameters.hands
        }
        for kind in (kind for kind, follows in kinds.items() if follows):
            boxes = self._boxes.get(kind, _NO_BOXES)
            rows = np.flatnonzero(regions.kinds == kind)
            regions = _followed(regions, rows, boxes)
        return regions


def _boxes_of(keypoints: Keypoints2D, min_score: float) -> _Boxes:
    """Return the boxes around the keypoints of those who are found surely."""
    if keypoints.scores.shape[1] == 0:
        return _NO_BOXES
    sure = keypoints.take(np.flatnonzero(keypoints.scores.mean(axis=1) > min_score))
    missing = np.isnan(sure.xy)
    low = np.where(missing, np.inf, sure.xy).min(axis=1).astype(float)
    high = np.where(missing, -np.inf, sure.xy).max(axis=1).astype(float)
    return _Boxes(0.5 * (low + high), high - low)


def _followed(regions: Regions, rows: Array, boxes: _Boxes) -> Regions:
    """Return the regions, those in some rows moved towards the boxes they overlap."""
    xy = regions.xy_image.astype(float)
    sizes = regions.sizes_px.astype(float)
    shares = _overlaps(xy[rows], sizes[rows], boxes)
    while shares.size and shares.max() > 0:
        row, box = np.unravel_index(shares.argmax(), shares.shape)
        shares[row], shares[:, box] = 0.0, 0.0
        region = rows[row]
        sizes[region] = 0.5 * (_CURRENT_WEIGHT * sizes[region] + boxes.sizes_px[box].max())
        xy[region] = 0.5 * (xy[region] + boxes.xy_image[box])
    return replace(
        regions, xy_image=xy.astype(np.float32), sizes_px=sizes.astype(np.float32)
    )


def _overlaps(xy: Array, sizes_px: Array, boxes: _Boxes) -> Array:
    """Return intersection over union of each region, taken as upright, and each box."""
    half, half_boxes = 0.5 * sizes_px[:, None, None], 0.5 * boxes.sizes_px[None]
    high = np.minimum(xy[:, None] + half, boxes.xy_image[None] + half_boxes)
    low = np.maximum(xy[:, None] - half, boxes.xy_image[None] - half_boxes)
    common = np.maximum(high - low, 0.0).prod(axis=2)
    union = (sizes_px**2)[:, None] + boxes.sizes_px.prod(axis=1)[None] - common
    shares: Array = common / np.maximum(union, np.finfo(float).tiny)
    return shares
