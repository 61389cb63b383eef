# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters of face_hand_node; those of the stages are declared beside the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.regions import RegionParameters
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.temporal.pairing import SyncParameters
from openpose_ros.temporal.region_tracking import RegionTrackingParameters


@dataclass(frozen=True)
class RegionInputParameters(ParameterGroup):
    """Whether somebody else says where faces, hands and feet are."""

    group: ClassVar[str] = 'regions_in'

    enabled: bool = param(
        False,
        'Look in the regions of the topic regions_in, of the same stamp, instead of where the '
        'bodies say.',
    )


@dataclass(frozen=True)
class PriorityParameters(ParameterGroup):
    """Who gives way when all cores are busy."""

    group: ClassVar[str] = 'priority'

    niceness: int = param(
        10,
        'How far the threads that look for faces, hands and feet stand back behind other '
        'processes, so that the bodies keep most of their rate; 0: not at all.',
        low=0, high=19,
    )


FACE_HAND_GROUPS: tuple[type[ParameterGroup], ...] = (
    LifecycleParameters,
    FaceHandParameters,
    SecondaryModelParameters,
    EngineParameters,
    PriorityParameters,
    ImageParameters,
    SyncParameters,
    RegionInputParameters,
    RegionParameters,
    RegionTrackingParameters,
    LandmarkParameters,
    DiagnosticsParameters,
)
