# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters of visualization_node; what is drawn is declared beside the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rclpy.exceptions import InvalidTopicNameException
from rclpy.validate_topic_name import validate_topic_name

from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.drawing import DrawParameters
from openpose_ros.temporal.pairing import SyncParameters


@dataclass(frozen=True)
class SourceParameters(ParameterGroup):
    """Whose keypoints are shown."""

    keypoints_topic: str = param(
        '',
        'Topic of the keypoints; empty: keypoints_full while somebody publishes it, else '
        'keypoints.',
    )

    def check_topic(self) -> None:
        """
        Check that the topic may be one.

        :raises ValueError: If it may not; says why.
        """
        try:
            validate_topic_name(self.keypoints_topic or 'keypoints')
        except InvalidTopicNameException as error:
            reason = ' '.join(str(error).split())
            raise ValueError(
                f"parameter 'keypoints_topic' is '{self.keypoints_topic}', expected a topic: "
                f'{reason}'
            ) from error


@dataclass(frozen=True)
class OverlayParameters(ParameterGroup):
    """The pictures."""

    group: ClassVar[str] = 'overlay'

    rate_hz: float = param(
        0.0,
        'Most pictures per second, the first frame of each slot floor(stamp * rate); 0: all.',
        low=0.0, high=1000.0, dynamic=True,
    )
    fps: bool = param(
        True, 'Write how many frames with keypoints come per second.', dynamic=True
    )
    jpeg_quality: int = param(
        85, 'Quality of the JPEG images on overlay/compressed.', low=1, high=100, dynamic=True
    )


@dataclass(frozen=True)
class ImageMarkerParameters(ParameterGroup):
    """The skeletons on a picture plane."""

    group: ClassVar[str] = 'image_markers'

    width_m: float = param(
        2.0,
        'Width in metres of the plane on which image_markers shows the people, and its distance '
        'from the camera.',
        low=0.01, high=100.0, dynamic=True,
    )
    lifetime_sec: float = param(
        1.0, 'RViz takes markers away that were not renewed for so long.',
        low=0.1, high=60.0, dynamic=True,
    )


@dataclass(frozen=True)
class AnnotationParameters(ParameterGroup):
    """Foxglove's image annotations."""

    group: ClassVar[str] = 'annotations'

    enabled: bool = param(
        False, 'Publish annotations for the images of Foxglove, which needs foxglove_msgs.'
    )


VISUALIZATION_GROUPS: tuple[type[ParameterGroup], ...] = (
    LifecycleParameters,
    SourceParameters,
    DrawParameters,
    OverlayParameters,
    ImageMarkerParameters,
    AnnotationParameters,
    ImageParameters,
    SyncParameters,
    DiagnosticsParameters,
)
