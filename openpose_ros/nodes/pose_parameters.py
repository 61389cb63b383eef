# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters of pose_node; those of the stages are declared beside the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import TrackingParameters


@dataclass(frozen=True)
class ModelParameters(ParameterGroup):
    """Which network is used."""

    group: ClassVar[str] = 'model'

    name: str = param(
        'body_mobilenet_thin', 'Name of a model in models/, or path of its YAML file.'
    )


@dataclass(frozen=True)
class RateParameters(ParameterGroup):
    """Which frames are used."""

    group: ClassVar[str] = 'input'

    rate_hz: float = param(
        0.0,
        'Use the first frame of each slot floor(stamp * rate); 0: as many as possible.',
        low=0.0,
        high=1000.0,
        dynamic=True,
    )


GROUPS: tuple[type[ParameterGroup], ...] = (
    LifecycleParameters,
    ModelParameters,
    EngineParameters,
    ImageParameters,
    InputParameters,
    RateParameters,
    PeakParameters,
    LimbParameters,
    PeopleParameters,
    TrackingParameters,
    SmoothingParameters,
    DiagnosticsParameters,
)
