# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a person with feet is, from the body: what a single-person network with feet wants."""

from __future__ import annotations

import numpy as np

from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.pose2d.body_parts import distance
from openpose_ros.pose2d.region_table import angle_of_up
from openpose_ros.pose2d.region_table import regions_of
from openpose_ros.region_types import FEET
from openpose_ros.region_types import Regions

# Half the side reaches a little beyond the farthest keypoint, whose limb ends in a hand, a head
# or a foot; the torso says how large a person is of whom little is seen.
_SIZE = 2.5
_BEYOND_FARTHEST = 1.12
_TORSO = 1.7


def foot_regions(body: BodyParts) -> Regions:
    """
    Return squares around the middle of the hips, the middle of the shoulders above it.

    Somebody without an ankle has no region: the feet are not seen.

    :param body: Keypoints of which one is sure.
    """
    hips, shoulders = body.middle('hip'), body.middle('shoulder')
    apart = distance(hips[:, None], body.all_xy)
    farthest = np.fmax.reduce(apart, axis=1, initial=0.0)
    torso = distance(hips, shoulders)
    sizes = _SIZE * np.maximum(_BEYOND_FARTHEST * farthest, _TORSO * torso)
    ankles = np.isfinite(body.xy('left_ankle')) | np.isfinite(body.xy('right_ankle'))
    return regions_of(
        FEET,
        hips,
        np.where(ankles[:, 0], sizes, np.nan),
        angles_rad=angle_of_up(shoulders - hips),
        scores=body.mean_score('left_ankle', 'right_ankle'),
    )
