# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the triangulation, OpenPose's among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array

MSAC, LEAVE_ONE_OUT, KEEP = 'msac', 'leave_one_out', 'keep'
# OpenPose's greatest error is 25 px in an image of this many pixels, and grows with the side.
_OPENPOSE_LIMIT_PX = 25.0
_OPENPOSE_PIXELS = 1310720.0


@dataclass(frozen=True)
class TriangulationParameters(ParameterGroup):
    """Which views and points count, and how points are refined."""

    group: ClassVar[str] = 'triangulation'

    min_views: int = param(
        2,
        "Fewest views that make a point, 2 or more; 0: OpenPose's rule, max(2, min(4, cameras - "
        '1)), which gives up people whom half of the cameras see.',
        low=0,
        high=64,
        dynamic=True,
    )
    min_score: float = param(
        0.3, 'Lowest score of a keypoint that is used (OpenPose: 0.35).',
        low=0.0, high=1.0, dynamic=True,
    )  # fmt: skip
    border_px: float = param(
        8.0,
        'Keypoints up to this close to the border of the image are not used: they belong to '
        'parts that it cuts off.',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )
    max_reprojection_error_px: float = param(
        0.0,
        'Points whose root mean square reprojection error is larger are missing; 0: by image '
        'size, 25 px for 1280x1024 and in proportion to the side.',
        low=0.0,
        high=10000.0,
        dynamic=True,
    )
    min_parallax_deg: float = param(
        1.0,
        'Least angle between some two of the lines of sight of a point, else it is missing.',
        low=0.0,
        high=90.0,
        dynamic=True,
    )
    outlier_views: str = param(
        MSAC,
        "How views that do not fit are found: by agreement of pairs, in OpenPose's way (leave "
        'one out), or not at all.',
        choices=(MSAC, LEAVE_ONE_OUT, KEEP),
        dynamic=True,
    )
    huber_px: float = param(
        0.0,
        'Distance beyond which the pull of a view stays the same; 0: twice the noise found in '
        'the views (OpenPose: 2).',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )
    refine_above_px: float = param(
        0.0,
        'Points with a smaller reprojection error are not refined; 0: all are (OpenPose: 3).',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )

    def __post_init__(self) -> None:
        """Check all values; ValueError names the parameter, value and what was expected."""
        super().__post_init__()
        if self.min_views == 1:
            raise ValueError(
                "parameter 'triangulation.min_views' is 1, expected 0 or 2 and more: one view "
                'does not make a point'
            )

    def required_views(self, cameras: int) -> int:
        """
        Return the fewest views that make a point.

        :param cameras: Number of cameras.
        """
        return self.min_views or max(2, min(4, cameras - 1))

    def limits_px(self, image_sizes: Array) -> Array:
        """
        Return the greatest reprojection error of each camera.

        :param image_sizes: Width and height of each image, shape ``(C, 2)``.
        """
        if self.max_reprojection_error_px:
            return np.full(len(image_sizes), self.max_reprojection_error_px)
        pixels = np.asarray(image_sizes, np.float64).prod(1)
        limits: Array = _OPENPOSE_LIMIT_PX * np.sqrt(pixels / _OPENPOSE_PIXELS)
        return limits
