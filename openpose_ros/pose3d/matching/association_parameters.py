# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the association."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup


@dataclass(frozen=True)
class AssociationParameters(ParameterGroup):
    """Which people of several views are the same."""

    group: ClassVar[str] = 'association'

    max_distance_px: float = param(
        25.0,
        'Keypoints of two views belong apart if their rays pass farther from each other, in '
        'pixels of a 1280x1024 image; other sizes are scaled.',
        low=1.0,
        high=500.0,
        dynamic=True,
    )
    min_distance_px: float = param(
        4.0,
        'The limit follows three times the noise found in the views, but not below this.',
        low=0.1,
        high=500.0,
        dynamic=True,
    )
    min_score: float = param(
        0.05, 'Keypoints scored lower are left out.', low=0.0, high=1.0, dynamic=True
    )
    min_parts: int = param(
        4,
        'Fewest parts seen by two views or more that make a group.',
        low=1,
        high=135,
        dynamic=True,
    )
    min_agreement: float = param(
        0.6,
        'Lowest mean agreement of the keypoints of two views that make a group, 1 is perfect; '
        'three views need two thirds of it, and so on.',
        low=0.0,
        high=1.0,
        dynamic=True,
    )
    max_missing_views: float = param(
        1.0,
        'A group is refused if more than this number of views per member should see it and do '
        'not; raise it where furniture hides people from most cameras.',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )
    max_size_m: float = param(
        3.5, 'Largest person, as the diagonal of the box around it.', low=0.1, high=1000.0,
        dynamic=True,
    )
    prior_weight: float = param(
        0.5,
        'What a person known from the instant before counts, 1: as much as a view; 0: nothing.',
        low=0.0,
        high=10.0,
        dynamic=True,
    )
    max_motion_m: float = param(
        0.25, 'How far a known person may have moved from where it is expected.', low=0.001,
        high=10.0, dynamic=True,
    )
