# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters of triangulation_node; those of the stages are declared beside the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rclpy.exceptions import InvalidTopicNameException
from rclpy.validate_topic_name import validate_topic_name

from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.nodes.view_status import CameraLimits
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose3d.matching.association_parameters import AssociationParameters
from openpose_ros.pose3d.points.triangulation_parameters import TriangulationParameters
from openpose_ros.pose3d.reconstructor import ReconstructionParameters
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking_3d import Tracking3DParameters
from openpose_ros.temporal.view_sets import ViewSyncParameters

# In a parameter that names the topics of all cameras.
CAMERA_FIELD = '{camera}'


@dataclass(frozen=True)
class RigParameters(ParameterGroup):
    """Which cameras there are and where their keypoints come from."""

    cameras: tuple[str, ...] = param(
        (), 'Names of the cameras; empty: all of the calibration file.'
    )
    keypoints_topic: str = param(
        '{camera}/people/keypoints', "Topic of each camera's people; {camera} is its name."
    )
    frame_id: str = param('world', 'Frame that the calibration is given in, for the headers.')

    def topics(self, names: tuple[str, ...]) -> dict[str, str]:
        """
        Return the topic of each camera.

        :param names: Names of the cameras.
        :raises ValueError: If they are no rig, or would have one topic in common.
        """
        if len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(
                f"parameter 'cameras' is {list(names)}, expected two different names or more"
            )
        return topics_of('keypoints_topic', self.keypoints_topic, names)


@dataclass(frozen=True)
class CalibrationParameters(ParameterGroup):
    """Where the calibration comes from."""

    group: ClassVar[str] = 'calibration'

    file: str = param(
        '', 'Calibration of all cameras; empty: camera_info and tf, which needs tf2_ros.'
    )
    camera_info_topic: str = param(
        '{camera}/camera_info', "Topic of each camera's intrinsics, used without a file."
    )
    rectified: bool = param(
        False, 'Without a file: keypoints are those of rectified images. A file says it itself.'
    )


@dataclass(frozen=True)
class IdentityParameters(ParameterGroup):
    """Whether people are known by an id."""

    group: ClassVar[str] = 'tracking'

    enabled: bool = param(True, 'Give people ids; without, all ids are 0.', dynamic=True)


@dataclass(frozen=True)
class OutputParameters(ParameterGroup):
    """What is published besides keypoints_3d."""

    group: ClassVar[str] = 'publish'

    markers_rate_hz: float = param(
        10.0, 'Most arrays of markers per second.', low=0.1, high=10.0, dynamic=True
    )
    markers_lifetime_sec: float = param(
        1.0, 'RViz takes markers away that were not renewed for so long.',
        low=0.1, high=60.0, dynamic=True,
    )
    points: bool = param(False, 'Publish all keypoints as PointCloud2 on points.')
    transforms: bool = param(
        False, 'Publish a frame person_ID for each person on /tf, which needs tf2_ros.'
    )


def topics_of(parameter: str, pattern: str, names: tuple[str, ...]) -> dict[str, str]:
    """
    Return the topic of each camera.

    :param parameter: Name of the parameter, for the message.
    :param pattern: Topic with the camera's name left open.
    :param names: Names of the cameras.
    :raises ValueError: If the name is not left open, or a name makes no topic.
    """
    if CAMERA_FIELD not in pattern:
        raise ValueError(
            f"parameter '{parameter}' is '{pattern}', expected a topic with {CAMERA_FIELD} in it"
        )
    topics = {name: pattern.replace(CAMERA_FIELD, name) for name in names}
    for name, topic in topics.items():
        try:
            validate_topic_name(topic)
        except InvalidTopicNameException as error:
            raise ValueError(
                f"parameter '{parameter}' makes the topic '{topic}' of camera '{name}', expected "
                'letters, digits and _ between slashes, no digit first: rename the camera in its '
                'calibration'
            ) from error
    return topics


TRIANGULATION_GROUPS: tuple[type[ParameterGroup], ...] = (
    LifecycleParameters,
    RigParameters,
    CalibrationParameters,
    ViewSyncParameters,
    AssociationParameters,
    TriangulationParameters,
    ReconstructionParameters,
    IdentityParameters,
    Tracking3DParameters,
    SmoothingParameters,
    OutputParameters,
    DiagnosticsParameters,
    CameraLimits,
)
