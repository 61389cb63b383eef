# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the hands are, from the arms: OpenPose's rule, upright or turned with the forearm."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.pose2d.body_parts import distance
from openpose_ros.pose2d.region_table import angle_of_up
from openpose_ros.pose2d.region_table import regions_of
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND

# OpenPose: the hand lies beyond the wrist by a share of the forearm, its square is as large as
# the forearm or the upper arm says, and a smaller square than this is not used.
_BEYOND_WRIST = 0.33
_SIZE = 1.5
_UPPER_ARM = 0.9
_MIN_AREA_PX2 = 10.0

_KINDS = {'left': LEFT_HAND, 'right': RIGHT_HAND}


def hand_regions(body: BodyParts, *, upright: bool) -> Regions:
    """
    Return OpenPose's hand boxes, all left hands before all right ones.

    :param body: Keypoints with a score above OpenPose's 0.03.
    :param upright: Whether the network wants the forearm to point up.
    """
    return Regions.joined([_hands_of(body, side, upright) for side in _KINDS])


def _hands_of(body: BodyParts, side: str, upright: bool) -> Regions:
    parts = tuple(f'{side}_{part}' for part in ('wrist', 'elbow', 'shoulder'))
    wrist, elbow, shoulder = (body.xy(part) for part in parts)
    upper_arm = _UPPER_ARM * distance(elbow, shoulder)
    sizes = _SIZE * np.maximum(distance(wrist, elbow), upper_arm)
    forearm = wrist - elbow
    return regions_of(
        _KINDS[side],
        wrist + _BEYOND_WRIST * forearm,
        np.where(sizes * sizes > _MIN_AREA_PX2, sizes, np.nan),
        angles_rad=angle_of_up(forearm) if upright else None,
        scores=body.mean_score(*parts),
    )
