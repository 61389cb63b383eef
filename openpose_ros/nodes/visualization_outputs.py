# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What visualization_node publishes, each made only while somebody subscribes to it."""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Point
import numpy as np
from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.annotations import AnnotationMessages
from openpose_ros.conversions.annotations import people_to_annotations
from openpose_ros.conversions.image_markers import people_to_image_markers
from openpose_ros.conversions.images import image_to_compressed_msg
from openpose_ros.conversions.images import image_to_msg
from openpose_ros.conversions.markers import MarkerKey
from openpose_ros.conversions.markers import MarkerMessages
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.nodes.keypoint_input import KeypointFrame
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.visualization_parameters import AnnotationParameters
from openpose_ros.nodes.visualization_parameters import ImageMarkerParameters
from openpose_ros.nodes.visualization_parameters import OverlayParameters
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.pose2d.drawing import draw_rate
from openpose_ros.pose2d.drawing import DrawParameters
from openpose_ros.pose2d.drawing import limb_colours
from openpose_ros.pose2d.drawing import strong_people
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import People2D

OVERLAY = 'overlay'
COMPRESSED = 'overlay/compressed'
MARKERS = 'image_markers'
ANNOTATIONS = 'annotations'
# Those that need the image, not its keypoints alone.
PICTURES = frozenset((OVERLAY, COMPRESSED))

_MARKER_MESSAGES = MarkerMessages(MarkerArray, Marker, Point, ColorRGBA, Duration)


class VisualizationOutputs:
    """
    The publishers of pictures, markers and annotations.

    :param node: Node to publish with.
    :param parameters: Gives the present parameters.
    :raises ValueError: If something that is wanted needs what is not installed; names it.
    """

    def __init__(self, node: LifecycleNode, parameters: NodeParameters) -> None:
        self._node = node
        self._parameters = parameters
        self._shown: frozenset[MarkerKey] = frozenset()
        self._annotations: AnnotationMessages | None = None
        if parameters.get(AnnotationParameters).enabled:
            self._annotations = _installed_annotations()
        create = node.create_lifecycle_publisher
        overlay = create(Image, OVERLAY, image_publisher_qos())
        self._publishers = {
            OVERLAY: overlay,
            # Of the resolved name: remapping overlay then moves this with it.
            COMPRESSED: create(
                CompressedImage, f'{overlay.topic_name}/compressed', image_publisher_qos()
            ),
            MARKERS: create(MarkerArray, MARKERS, result_qos()),
        }
        if self._annotations is not None:
            self._publishers[ANNOTATIONS] = create(
                self._annotations.image_annotations, ANNOTATIONS, result_qos()
            )

    def wanted(self) -> frozenset[str]:
        """Return the outputs somebody subscribes to."""
        return frozenset(
            name for name, publisher in self._publishers.items()
            if publisher.get_subscription_count() > 0
        )

    def publish(
        self, frame: KeypointFrame, skeleton_of: Callable[[str], Skeleton], fps: float
    ) -> float:
        """
        Publish what is wanted of a frame; called in the worker's thread.

        :param frame: Keypoints, with their image if pictures are wanted.
        :param skeleton_of: Gives the skeleton of a name; ValueError if it is unknown.
        :param fps: Frames per second to be written on the pictures.
        :return: Seconds that drawing took.
        :raises ValueError: If keypoints and image, or keypoints and skeleton, do not fit.
        """
        wanted = self.wanted()
        people = people_from_msg(frame.keypoints)
        names = (people.skeleton, people.face_skeleton, people.hand_skeleton)
        skeletons = {name: skeleton_of(name) for name in names if name}
        _check_parts(people, skeletons)
        draw_sec = 0.0
        if wanted & PICTURES and frame.image is not None:
            started = time.perf_counter()
            drawn = self._draw(frame.image.pixels(), people, skeletons, fps)
            draw_sec = time.perf_counter() - started
            self._publish_pictures(drawn, frame.image.header, wanted)
        strong = strong_people(people, self._parameters.get(DrawParameters))
        self._publish_markers(strong, frame.header, skeletons, MARKERS in wanted)
        if ANNOTATIONS in wanted and self._annotations is not None:
            message = people_to_annotations(
                strong, frame.header, self._annotations, skeletons=skeletons,
                limb_colours=limb_colours,
            )
            self._publishers[ANNOTATIONS].publish(message)
        return draw_sec

    def close(self) -> None:
        """Destroy the publishers."""
        for publisher in self._publishers.values():
            self._node.destroy_lifecycle_publisher(publisher)

    def _draw(
        self, pixels: Array, people: People2D, skeletons: dict[str, Skeleton], fps: float
    ) -> Array:
        size = (pixels.shape[1], pixels.shape[0])
        if size != people.image_size:
            raise ValueError(
                f'the image is {size[0]} x {size[1]}, the keypoints are of one of '
                f'{people.image_size[0]} x {people.image_size[1]}'
            )
        skeleton, draw = skeletons[people.skeleton], self._parameters.get(DrawParameters)
        drawn = draw_people(np.ascontiguousarray(pixels), people, skeleton, draw)
        if self._parameters.get(OverlayParameters).fps and fps > 0:
            draw_rate(drawn, fps)
        return drawn

    def _publish_pictures(self, drawn: Array, header: Any, wanted: frozenset[str]) -> None:
        if OVERLAY in wanted:
            self._publishers[OVERLAY].publish(image_to_msg(drawn, header, Image))
        if COMPRESSED in wanted:
            quality = self._parameters.get(OverlayParameters).jpeg_quality
            message = image_to_compressed_msg(drawn, header, CompressedImage, quality=quality)
            self._publishers[COMPRESSED].publish(message)

    def _publish_markers(
        self, people: People2D, header: Any, skeletons: dict[str, Skeleton], wanted: bool
    ) -> None:
        if not wanted:
            self._shown = frozenset()
            return
        parameters = self._parameters.get(ImageMarkerParameters)
        message, self._shown = people_to_image_markers(
            people,
            header,
            _MARKER_MESSAGES,
            skeletons=skeletons,
            width_m=parameters.width_m,
            lifetime_sec=parameters.lifetime_sec,
            previous=self._shown,
        )
        self._publishers[MARKERS].publish(message)


def _installed_annotations() -> AnnotationMessages:
    try:
        from foxglove_msgs.msg import Color
        from foxglove_msgs.msg import ImageAnnotations
        from foxglove_msgs.msg import Point2
        from foxglove_msgs.msg import PointsAnnotation
        from foxglove_msgs.msg import TextAnnotation
    except ImportError as error:
        raise ValueError(
            "parameter 'annotations.enabled' is true, but foxglove_msgs is not installed "
            '(ros-<distribution>-foxglove-msgs), expected false'
        ) from error
    return AnnotationMessages(ImageAnnotations, PointsAnnotation, TextAnnotation, Point2, Color)


def _check_parts(people: People2D, skeletons: dict[str, Skeleton]) -> None:
    """Check that a skeleton heard on the topic fits; those of the package always do."""
    parts = people.body.scores.shape[1]
    expected = len(skeletons[people.skeleton].parts) if people.skeleton else 0
    if len(people) and parts != expected:
        raise ValueError(
            f"the bodies have {parts} keypoints, the skeleton '{people.skeleton}' has {expected}"
        )
